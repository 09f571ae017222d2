/** @module The fast resolver against cdk8s's own three: the same objects, the same errors, the same calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ApiObject, App, Chart, Include, type IResolver, JsonPatch, Lazy } from 'cdk8s';
import { CronJob, k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { withFastResolvers } from '../../../constructs/synth/resolve';
import { thrownBy } from './folder';

/** What a run gives: every object or its error, and in which order values were asked for. */
function rendered(fast: boolean, build: (chart: Chart, log: string[]) => void, app = new App()) {
  const log: string[] = [];
  build(new Chart(app, 'chart', { namespace: 'shop', labels: { team: 'shop' } }), log);
  const objects = app.node.findAll().filter((node) => ApiObject.isApiObject(node));
  const render = () =>
    objects.map((object) => {
      try {
        return object.toJson();
      } catch (error) {
        return String(error);
      }
    });
  const resolvers = [...app.resolvers];
  const results = fast ? withFastResolvers(app, render) : render();
  expect(app.resolvers).toEqual(resolvers);
  return {
    results,
    text: results.map((result) => inspect(result, { depth: null, breakLength: Infinity })),
    log,
  };
}

function same(build: (chart: Chart, log: string[]) => void) {
  const ours = rendered(true, build);
  expect(ours).toEqual(rendered(false, build));
  return ours;
}

class Union {
  constructor(readonly value: unknown) {}
}

class Other {
  readonly field = 'text';
}

/** Values as they stand in props: plain ones, and all that cdk8s resolves or refuses. */
const values = fc.letrec<{ value: (log: string[]) => unknown }>((tie) => {
  const inner = tie('value');
  const made = (make: (value: unknown, log: string[]) => unknown) =>
    inner.map((value) => (log: string[]) => make(value(log), log));
  const leaf = fc
    .oneof(
      fc.constantFrom(null, undefined, '', 'text', 'resolve', 0, -1.5, Number.NaN, true, false),
      fc.string({ maxLength: 4 }),
    )
    .map((value) => () => value as unknown);
  const odd = fc.constantFrom<() => unknown>(
    () => new Other(),
    () => new Date(0),
    () => Other,
    () => Promise,
    () => Symbol.for('x'),
    () => 1n,
    () => new Map([['a', 1]]),
    () => Object.create(null),
    () => Object.assign(Object.create(null), { value: 'x', a: 1 }),
    () => ({ constructor: 'x', a: Lazy.any({ produce: () => 1 }) }),
    () => ({ constructor: 'x', value: 3 }),
    () => JSON.parse('{"__proto__": {"a": 1}, "b": 2}'),
    () => Object.assign([1, 2], { value: 'x' }),
    () => Object.assign([1, 2], { resolve: () => 'array' }),
    () => Object.assign(() => 1, { value: 2 }),
    () => ({
      get resolve() {
        return () => 'from a getter';
      },
    }),
    () => {
      // biome-ignore lint/suspicious/noSparseArray: what is missing stays missing
      return [1, , 3];
    },
  );
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'value', 'resolve', 'name', '10', '9'),
    fc.string({ minLength: 1, maxLength: 3 }),
  );
  return {
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      leaf,
      leaf,
      odd,
      fc.array(inner, { maxLength: 3 }).map((list) => (log: string[]) => list.map((of) => of(log))),
      fc
        .dictionary(key, inner, { maxKeys: 4 })
        .map(
          (record) => (log: string[]) =>
            Object.fromEntries(Object.entries(record).map(([name, of]) => [name, of(log)])),
        ),
      made((value, log) =>
        Lazy.any({
          produce: () => {
            log.push('lazy');
            return value;
          },
        }),
      ),
      made((value, log) => ({
        resolve() {
          log.push('token');
          return value;
        },
      })),
      made((value) => new Union(value)),
      made(() =>
        Lazy.any({
          produce: () => {
            throw new Error('no value');
          },
        }),
      ),
    ),
  };
}).value;

test('random values give the same objects and errors, and are asked in the same order', () => {
  const sizes = { objects: 0, errors: 0 };
  fc.assert(
    fc.property(values, values, fc.boolean(), (spec, label, patched) => {
      const { results } = same((chart, log) => {
        const object = new ApiObject(chart, 'object', {
          apiVersion: 'v1',
          kind: 'Thing',
          metadata: { labels: { label: label(log) as string }, custom: spec(log) },
          spec: spec(log),
        });
        if (patched) object.addJsonPatch(JsonPatch.add('/added', { a: 1 }));
      });
      sizes[typeof results[0] === 'string' ? 'errors' : 'objects']++;
    }),
    { numRuns: 3000 },
  );
  expect(sizes.objects).toBeGreaterThan(500);
  expect(sizes.errors).toBeGreaterThan(100);
});

test.each([
  ['nothing', () => undefined],
  [
    'with a cycle',
    () => {
      const value: Record<string, unknown> = {};
      value.self = value;
      return value;
    },
  ],
  [
    'a Lazy of itself',
    () => {
      const lazy: Lazy = Lazy.any({ produce: () => lazy });
      return lazy;
    },
  ],
])('%s: the same outcome', (_, spec) => {
  same((chart) => {
    new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Thing', spec: spec() });
  });
});

test('a Lazy value that changes what stands beside it comes too late for it', () => {
  const { text } = same((chart) => {
    const data: Record<string, unknown> = {
      a: Lazy.any({
        produce: () => {
          data.b = 'after';
          return 'lazy';
        },
      }),
      b: 'before',
    };
    new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Thing', data });
  });
  expect(text[0]).toContain("data: { a: 'lazy', b: 'before' }");
});

test('constructs of cdk8s-plus, generated classes and included files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hks-resolve-'));
  writeFileSync(
    join(folder, 'include.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: included\ndata:\n  a: "1"\n',
  );
  const { results } = same((chart) => {
    new CronJob(chart, 'job', {
      schedule: { expressionString: '0 3 * * *' } as never,
      containers: [{ image: 'busybox:1.36', portNumber: 80 }],
    });
    new k8s.KubeService(chart, 'service', {
      spec: { ports: [{ port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
    });
    new k8s.KubeResourceQuota(chart, 'quota', {
      spec: { hard: { cpu: k8s.Quantity.fromNumber(4), memory: k8s.Quantity.fromString('8Gi') } },
    });
    new Include(chart, 'include', { url: join(folder, 'include.yaml') });
  });
  rmSync(folder, { recursive: true });
  expect(results).toHaveLength(4);
  expect(results.filter((result) => typeof result === 'string')).toEqual([]);
});

test('CDK8S_DISABLE_SORT leaves the keys as they are', () => {
  const build = (chart: Chart) => {
    new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Thing', spec: { b: 1, a: 2 } });
  };
  expect(same(build).text[0]).toContain('spec: { a: 2, b: 1 }');
  jest.replaceProperty(process, 'env', { ...process.env, CDK8S_DISABLE_SORT: '1' });
  expect(same(build).text[0]).toContain('spec: { b: 1, a: 2 }');
  jest.restoreAllMocks();
});

describe('resolvers', () => {
  const own: IResolver = {
    resolve: (context) => {
      if (context.value === 'later') context.replaceValue(context.key.join('.'));
    },
  };
  const build = (chart: Chart) => {
    new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Thing', spec: { a: ['later'] } });
  };

  test('of the app are asked about every value, and stay', () => {
    const app = new App({ resolvers: [own] });
    withFastResolvers(app, () => expect(app.resolvers).toHaveLength(4));
    expect(rendered(true, build, new App({ resolvers: [own] })).text[0]).toContain(
      "[ 'spec.a.0' ]",
    );
  });

  test('that a subclass or a change of the list has put in place stay as well', () => {
    for (const change of [
      (app: App) => app.resolvers.reverse(),
      (app: App) => app.resolvers.pop(),
      (app: App) => app.resolvers.splice(0, 1, own),
    ]) {
      const app = new App();
      change(app);
      const before = [...app.resolvers];
      withFastResolvers(app, () => expect(app.resolvers).toEqual(before));
    }
  });

  test('are one while the action runs, and cdk8s’s again after it, also when it throws', () => {
    const app = new App();
    const before = [...app.resolvers];
    const error = thrownBy(() =>
      withFastResolvers(app, () => {
        expect(app.resolvers).toHaveLength(1);
        withFastResolvers(app, () => expect(app.resolvers).toHaveLength(1));
        throw new Error('stop');
      }),
    );
    expect(error.message).toBe('stop');
    expect(app.resolvers).toEqual(before);
  });

  test('that are added meanwhile stay behind', () => {
    const app = new App();
    const before = [...app.resolvers];
    withFastResolvers(app, () => app.resolvers.unshift(own));
    expect(app.resolvers).toEqual([own, ...before]);
  });
});
