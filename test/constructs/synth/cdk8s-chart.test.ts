/** @module What charts hold: what cdk8s's own tests ask of Chart and dependencies, asked of HksApp. */
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type Build, Custom, object, same, sameError, TYPES } from './cdk8s-fixture';

/** What is in the only chart, in the order in which it is written: kinds of objects. */
const CHARTS: readonly (readonly [what: string, build: (chart: Chart) => void, kinds: string[]])[] =
  [
    ['nothing', () => undefined, []],
    [
      'objects, those in constructs too',
      (chart) => {
        object(chart, 'resource1', 'A');
        const scope = new Construct(chart, 'scope');
        object(chart, 'resource2', 'B');
        object(scope, 'resource1', 'C');
      },
      ['A', 'C', 'B'],
    ],
    [
      'a chain',
      (chart) => {
        const [a, b, c] = ['A', 'B', 'C'].map((kind) => object(chart, kind, kind));
        a?.addDependency(b ?? chart);
        b?.addDependency(c ?? chart);
      },
      ['C', 'B', 'A'],
    ],
    [
      'a construct that depends on a construct',
      (chart) => {
        const service = new Custom(chart, 'Service');
        object(service, 'Own', 'Own');
        service.node.addDependency(object(new Construct(chart, 'Database'), 'obj', 'Table'));
      },
      ['Table', 'Custom', 'Own'],
    ],
    [
      'a construct that depends on one that is deeper',
      (chart) => {
        const service = new Custom(chart, 'Service');
        const database = new Construct(chart, 'Database');
        object(new Construct(database, 'nested'), 'obj', 'Table');
        service.node.addDependency(database);
      },
      ['Table', 'Custom'],
    ],
    [
      'an object that depends on a construct',
      (chart) => {
        const service = object(chart, 'Service', 'Service');
        service.addDependency(new Custom(chart, 'Database'));
      },
      ['Custom', 'Service'],
    ],
    [
      'a construct that depends on an object',
      (chart) => {
        const service = new Custom(chart, 'Service');
        service.node.addDependency(object(chart, 'Database', 'Table'));
      },
      ['Table', 'Custom'],
    ],
    [
      'an object that depends on what is in another chart',
      (chart) => object(chart, 'a', 'A').addDependency(object(new Chart(chart, 'b'), 'b', 'B')),
      ['A'],
    ],
    [
      'a construct that depends on another inside it, each on more, the outer one first',
      (chart) => {
        const [first, a, b] = ['First', 'A', 'B'].map((kind) => object(chart, kind, kind));
        const outer = new Construct(chart, 'outer');
        const inner = new Construct(outer, 'inner');
        first?.addDependency(object(inner, 'own', 'Own'));
        outer.node.addDependency(inner, b ?? chart);
        inner.node.addDependency(a ?? chart);
      },
      ['B', 'A', 'Own', 'First'],
    ],
    [
      'what depends on several, as they were named',
      (chart) => {
        const [a, b, c] = ['A', 'B', 'C'].map((kind) => object(chart, kind, kind));
        if (b && c) a?.addDependency(c, b);
      },
      ['C', 'B', 'A'],
    ],
  ];

test.each(CHARTS)('a chart with %s', (_, fill, kinds) => {
  const files = same((app) => fill(new Chart(app, 'chart')));
  const file = Object.keys(files).find((name) => /^(\d{4}-)?chart\.k8s\.yaml$/.test(name)) ?? '';
  expect(files[file]).toEqual(kinds.map((kind) => expect.objectContaining({ kind })));
});

test('a chart takes its labels and its namespace to its objects, which may have others', () => {
  const files = same((app) => {
    const labels = { a: '1', b: '2' };
    const chart = new Chart(app, 'c', { namespace: 'ns', labels, disableResourceNameHashes: true });
    object(chart, 'plain');
    const metadata = { namespace: 'other', labels: { b: '3', c: '4' } };
    new ApiObject(new Construct(chart, 'in'), 'own', { apiVersion: 'v1', kind: 'Kind', metadata });
  });
  expect(files['c.k8s.yaml']).toMatchObject([
    { metadata: { name: 'c-plain', namespace: 'ns', labels: { a: '1', b: '2' } } },
    { metadata: { name: 'c-in-own', namespace: 'other', labels: { a: '1', b: '3', c: '4' } } },
  ]);
});

test('a chart may name its objects', () => {
  class Named extends Chart {
    override generateObjectName(): string {
      return 'fixed';
    }
  }
  const files = same((app) => object(new Named(app, 'c'), 'o'));
  expect(files['c.k8s.yaml']).toMatchObject([{ metadata: { name: 'fixed' } }]);
});

test('a chart may have the last word on what is written for it', () => {
  class Filtered extends Chart {
    override toJson(): unknown[] {
      const own = super.toJson().filter(({ kind }) => kind !== 'B');
      return [...own, undefined, { kind: 'Added', metadata: {} }];
    }
  }
  const build: Build = (app) => {
    const chart = new Filtered(app, 'c');
    for (const kind of ['A', 'B']) object(chart, kind, kind);
  };
  expect(same(build)['c.k8s.yaml']).toMatchObject([{ kind: 'A' }, null, { kind: 'Added' }]);
  for (const yamlOutputType of TYPES) same(build, { yamlOutputType });
});

test('the metadata of constructs tells the path of each object by its name', () => {
  const files = same((app) => object(new Chart(app, 'chart'), 'obj'), {
    recordConstructMetadata: true,
  });
  expect(files['construct-metadata.json']).toEqual([
    { version: '1.0.0', resources: { 'chart-obj-c8ec53ff': { path: 'chart/obj' } } },
  ]);
});

describe('refused alike', () => {
  const circle: Build = (app) => {
    const chart = new Chart(app, 'chart');
    const [a, b, c] = ['a', 'b', 'c'].map((id) => object(chart, id));
    a?.addDependency(b ?? chart);
    b?.addDependency(c ?? chart);
    c?.addDependency(a ?? chart);
  };
  const faults: Build = (app) => {
    const chart = new Chart(app, 'chart');
    chart.node.addValidation({ validate: () => ['one', 'two'] });
    object(chart, 'obj').node.addValidation({ validate: () => ['three'] });
  };
  const instance: Build = (app) =>
    new ApiObject(new Chart(app, 'chart'), 'obj', {
      apiVersion: 'v1',
      kind: 'Kind',
      spec: { at: new Date(0) },
    });

  test.each([
    ['a circle', circle, 'Dependency cycle detected: chart/a => chart/b => chart/c => chart/a'],
    [
      'what constructs find wrong',
      faults,
      'Validation failed with the following errors:\n  [chart] one\n  [chart] two\n  [chart/obj] three',
    ],
    [
      'what is no plain object',
      instance,
      "Failed serializing construct at path 'chart/obj' with name 'chart-obj-c8ec53ff': Error: can't render non-simple object of type 'Date'",
    ],
  ])('%s', (_, build, message) => {
    expect(sameError(build)).toBe(message);
  });
});
