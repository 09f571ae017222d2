/** @module What an object becomes: what cdk8s's own tests ask of ApiObject, metadata, patches and resolvers, asked of HksApp. */
import {
  ApiObject,
  type ApiObjectProps,
  type App,
  type AppProps,
  Chart,
  type IResolver,
  JsonPatch,
  Lazy,
  type ResolutionContext,
} from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { same, sameError } from './cdk8s-fixture';

/** Adds an object to the only chart. */
type Add = (chart: Chart) => unknown;

const inChart = (add: Add) => (app: App) => add(new Chart(app, 'test'));

/** The objects that both write for the chart. */
function written(add: Add, props: AppProps = {}): readonly unknown[] {
  return same(inChart(add), props)['test.k8s.yaml'] ?? [];
}

/** An object of one fixed kind and name. */
function thing(chart: Chart, more: Record<string, unknown> = {}): ApiObject {
  const props: ApiObjectProps = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'thing' } };
  return new ApiObject(chart, 'thing', { ...props, ...more });
}

/** How cdk8s-cli has always written unions: an instance that knows its value. */
function implicit(value: unknown): unknown {
  return Object.defineProperty({}, 'resolve', { value: () => value });
}

const lazy = (value: unknown) => Lazy.any({ produce: () => value });

/** Objects with what is written of them beside kind, version and name. */
const OBJECTS: readonly (readonly [what: string, add: Add, json: Record<string, unknown>])[] = [
  ['nothing more', (chart) => thing(chart), {}],
  [
    'spec, data and any other key as they are',
    (chart) => thing(chart, { spec: { a: 'b', c: { d: 1 } }, data: { e: 2 }, other: [true] }),
    { spec: { a: 'b', c: { d: 1 } }, data: { e: 2 }, other: [true] },
  ],
  [
    'nothing where it is undefined or null, but what is empty',
    (chart) => thing(chart, { spec: { a: undefined, b: null, c: {}, d: [], e: '', f: 0 } }),
    { spec: { c: {}, d: [], e: '', f: 0 } },
  ],
  [
    'Lazy values and tokens',
    (chart) =>
      thing(chart, {
        spec: { a: lazy(123), b: implicit({ c: 'd' }), e: [lazy('f')], g: lazy({}) },
      }),
    { spec: { a: 123, b: { c: 'd' }, e: ['f'], g: {} } },
  ],
  [
    'tokens in Lazy values and Lazy values in tokens',
    (chart) =>
      thing(chart, { spec: { a: lazy(implicit(123)), b: implicit([lazy({ c: lazy(1) })]) } }),
    { spec: { a: 123, b: [{ c: 1 }] } },
  ],
  [
    'the text of a token of another library',
    (chart) => thing(chart, { spec: { bucket: `\${Token[TOKEN.61]}`, lazy: lazy('value') } }),
    { spec: { bucket: `\${Token[TOKEN.61]}`, lazy: 'value' } },
  ],
  [
    'JsonPatches in their order, after all is resolved',
    (chart) => {
      const object = thing(chart, {
        spec: { foo: 1234, bar: { baz: [1, 2, 3] }, late: lazy('a') },
      });
      object.addJsonPatch(JsonPatch.add('/spec/bar/baz/3', 4), JsonPatch.test('/spec/late', 'a'));
      object.addJsonPatch(JsonPatch.remove('/spec/foo'), JsonPatch.replace('/spec/late', 'b'));
      object.addJsonPatch(JsonPatch.copy('/apiVersion', '/spec/copy'));
      object.addJsonPatch(JsonPatch.move('/spec/bar', '/spec/moved'));
      object.addJsonPatch(JsonPatch.add('/spec/moved/baz/-', 5), JsonPatch.add('/top', {}));
    },
    { spec: { late: 'b', copy: 'v1', moved: { baz: [1, 2, 3, 4, 5] } }, top: {} },
  ],
];

test.each(OBJECTS)('%s', (_, add, json) => {
  expect(written(add)).toEqual([
    { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'thing' }, ...json },
  ]);
});

test('names come from the path, and are hashed', () => {
  const plain = { apiVersion: 'v1', kind: 'Thing' };
  const [one, job] = written((chart) => {
    new ApiObject(chart, 'my-pod', plain);
    new ApiObject(chart, `job-${'x'.repeat(60)}`, { ...plain, kind: 'CronJob' });
  });
  expect(one).toEqual({ ...plain, metadata: { name: 'test-my-pod-c835bed4' } });
  expect(job).toMatchObject({ metadata: { name: expect.stringMatching(/^.{52}$/) } });
});

test('keys are sorted but for the first three, and as they are with CDK8S_DISABLE_SORT', () => {
  const add: Add = (chart) => thing(chart, { zzz: { b: 1, a: { d: 2, c: 3 } }, aaa: 4 });
  const keys = () => JSON.stringify(written(add));
  expect(keys()).toBe(
    '[{"apiVersion":"v1","kind":"Thing","metadata":{"name":"thing"},"aaa":4,"zzz":{"a":{"c":3,"d":2},"b":1}}]',
  );
  jest.replaceProperty(process, 'env', { ...process.env, CDK8S_DISABLE_SORT: '1' });
  try {
    expect(keys()).toBe(
      '[{"apiVersion":"v1","kind":"Thing","metadata":{"name":"thing"},"zzz":{"b":1,"a":{"d":2,"c":3}},"aaa":4}]',
    );
  } finally {
    jest.restoreAllMocks();
  }
});

test('metadata takes labels, annotations, finalizers, owners and what else is added', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'mypod', uid: 'abcdef12' };
  const [json] = written((chart) => {
    const { metadata } = thing(chart, {
      metadata: {
        name: 'thing',
        namespace: 'ns',
        labels: { key: 'value' },
        annotations: { lazy: lazy('is good') },
        foo: 123,
        bar: { a: 'world' },
      },
    });
    metadata.addLabel('added', 'label');
    metadata.addAnnotation('added', 'annotation');
    metadata.addFinalizers('one', 'two');
    metadata.addOwnerReference(owner);
    metadata.add('bar', 'baz');
  });
  expect(json).toMatchObject({
    metadata: {
      name: 'thing',
      namespace: 'ns',
      labels: { key: 'value', added: 'label' },
      annotations: { lazy: 'is good', added: 'annotation' },
      finalizers: ['one', 'two'],
      ownerReferences: [owner],
      foo: 123,
      bar: 'baz',
    },
  });
});

test('metadata that two objects were given is not changed by one of them', () => {
  const metadata = { labels: { a: '1' }, annotations: { a: '1' }, finalizers: ['a'] };
  const [, second] = written((chart) => {
    const plain = { apiVersion: 'v1', kind: 'Thing', metadata };
    const first = new ApiObject(chart, 'first', plain);
    new ApiObject(chart, 'second', plain);
    first.metadata.addLabel('b', '2');
    first.metadata.addAnnotation('b', '2');
    first.metadata.addFinalizers('b');
  });
  expect(second).toMatchObject({ metadata });
});

test('numbers that may be strings are either', () => {
  const [service, quota] = written((chart) => {
    const { IntOrString, Quantity } = k8s;
    const ports = [
      { port: 80, targetPort: IntOrString.fromString('http') },
      { port: 81, targetPort: IntOrString.fromNumber(8081) },
    ];
    new k8s.KubeService(chart, 'service', { spec: { ports } });
    const hard = { cpu: Quantity.fromNumber(4), memory: Quantity.fromString('8Gi') };
    new k8s.KubeResourceQuota(chart, 'quota', { spec: { hard } });
  });
  expect(service).toMatchObject({
    spec: { ports: [{ targetPort: 'http' }, { targetPort: 8081 }] },
  });
  expect(quota).toMatchObject({ spec: { hard: { cpu: 4, memory: '8Gi' } } });
});

describe('resolvers of the app', () => {
  class Upper implements IResolver {
    resolve(context: ResolutionContext): void {
      const { value } = context;
      if (typeof value === 'string' && value !== value.toUpperCase())
        context.replaceValue(value.toUpperCase());
    }
  }
  class Replace implements IResolver {
    constructor(
      private readonly from: unknown,
      private readonly to: unknown,
    ) {}

    resolve(context: ResolutionContext): void {
      if (context.value === this.from) context.replaceValue(this.to);
    }
  }
  const add: Add = (chart) =>
    thing(chart, { spec: { type: 'a', list: [1, 'b'], lazy: lazy('c') } });

  test('replace any value, that of a Lazy value too', () => {
    expect(written(add, { resolvers: [new Upper()] })).toEqual([
      {
        apiVersion: 'V1',
        kind: 'THING',
        metadata: { name: 'THING' },
        spec: { type: 'A', list: [1, 'B'], lazy: 'C' },
      },
    ]);
  });

  test('are asked in their order, about what one has put in place too', () => {
    const resolvers = [
      new Replace('a', 'first'),
      new Replace('a', 'second'),
      new Replace('b', 'c'),
    ];
    expect(written(add, { resolvers: [...resolvers, new Replace('c', lazy('d'))] })).toMatchObject([
      { spec: { type: 'first', list: [1, 'd'], lazy: 'd' } },
    ]);
  });

  test('may know classes of their own', () => {
    const own = { resolver: () => 'blah' };
    const resolvers: IResolver[] = [
      {
        resolve: (context) => {
          if (typeof context.value.resolver === 'function')
            context.replaceValue(context.value.resolver());
        },
      },
    ];
    expect(written((chart) => thing(chart, { spec: { a: own } }), { resolvers })).toMatchObject([
      { spec: { a: 'blah' } },
    ]);
  });

  test('that fail name the object', () => {
    const resolvers: IResolver[] = [
      {
        resolve: () => {
          throw new Error('no');
        },
      },
    ];
    expect(sameError(inChart(add), { resolvers })).toBe(
      "Failed serializing construct at path 'test/thing' with name 'thing': Error: no",
    );
  });
});

test('a JsonPatch that does not fit names the object', () => {
  const add: Add = (chart) => thing(chart).addJsonPatch(JsonPatch.test('/kind', 'Other'));
  expect(sameError(inChart(add))).toMatch(
    /^Failed serializing construct at path 'test\/thing' with name 'thing': .*Test operation failed/,
  );
});
