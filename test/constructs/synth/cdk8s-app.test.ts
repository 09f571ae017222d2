/** @module The files of charts: what cdk8s's own tests ask of App, asked of HksApp. */
import { type App, Chart, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { HksApp } from '../../../constructs/synth/app';
import { type Build, Custom, object, same, TYPES } from './cdk8s-fixture';
import { plans, build as plant } from './order/random';

function charts(app: App, ...ids: string[]): [Chart, Chart, Chart, Chart] {
  const [a, b, c, d] = ['chart1', 'chart2', 'chart3', 'chart4'].map(
    (id, index) => new Chart(app, ids[index] ?? id),
  );
  if (!a || !b || !c || !d) throw new Error('four charts');
  return [a, b, c, d];
}

/** Apps with the files that cdk8s gives them, one for each chart. */
const APPS: readonly (readonly [what: string, build: Build, files: readonly string[]])[] = [
  ['nothing', () => undefined, []],
  ['a chart without objects', (app) => new Chart(app, 'empty'), ['empty.k8s.yaml']],
  [
    'charts in the order in which they are made',
    (app) => {
      new Chart(app, 'b');
      new Chart(app, 'a');
    },
    ['a.k8s.yaml', 'b.k8s.yaml'],
  ],
  [
    'charts that depend on each other',
    (app) => {
      const [one, two, three] = charts(app);
      one.addDependency(two);
      two.addDependency(three);
    },
    [
      '0000-chart3.k8s.yaml',
      '0001-chart2.k8s.yaml',
      '0002-chart1.k8s.yaml',
      '0003-chart4.k8s.yaml',
    ],
  ],
  [
    'charts whose objects depend on each other',
    (app) => {
      const [one, two, three] = charts(app).map((chart) => object(chart, 'obj'));
      if (two) one?.addDependency(two);
      if (three) two?.addDependency(three);
    },
    [
      '0000-chart3.k8s.yaml',
      '0001-chart2.k8s.yaml',
      '0002-chart1.k8s.yaml',
      '0003-chart4.k8s.yaml',
    ],
  ],
  [
    'charts that depend on each other beside others that do not',
    (app) => {
      const [one, , three] = charts(app);
      one.addDependency(three);
    },
    [
      '0000-chart3.k8s.yaml',
      '0001-chart1.k8s.yaml',
      '0002-chart2.k8s.yaml',
      '0003-chart4.k8s.yaml',
    ],
  ],
  [
    'charts whose constructs depend on each other',
    (app) => {
      const service = new Custom(new Chart(app, 'chart1'), 'MicroService');
      service.node.addDependency(new Custom(new Chart(app, 'chart2'), 'DataBase'));
    },
    ['0000-chart2.k8s.yaml', '0001-chart1.k8s.yaml'],
  ],
  [
    'a chart in a chart, each with objects of its own only',
    (app) => {
      const outer = new Chart(app, 'chart1');
      const inner = new Chart(outer, 'chart2');
      new Custom(outer, 'child1');
      new Custom(inner, 'child2');
    },
    ['0000-chart1-chart2-c883b207.k8s.yaml', '0001-chart1.k8s.yaml'],
  ],
  [
    'two charts in a chart',
    (app) => {
      const parent = new Chart(app, 'parent');
      for (const id of ['child1', 'child2'])
        object(new Chart(parent, id), 'namespace', 'Namespace');
      object(parent, 'namespace', 'Namespace');
    },
    [
      '0000-parent-child1-c8e38b2d.k8s.yaml',
      '0001-parent-child2-c882caae.k8s.yaml',
      '0002-parent.k8s.yaml',
    ],
  ],
  [
    'a chart in a construct of a chart, which is not numbered for that',
    (app) => {
      const outer = new Chart(app, 'outer');
      object(new Chart(new Construct(outer, 'between'), 'inner'), 'obj');
    },
    ['outer-between-inner-c8e6b575.k8s.yaml', 'outer.k8s.yaml'],
  ],
  [
    'ids that an object has first, and such that look like them',
    (app) => {
      for (const id of ['x', '4294967295', '07', '4294967294', '7'])
        object(new Chart(app, id), id === 'x' ? '1' : id);
    },
    ['07', '4294967294', '4294967295', '7', 'x'].map((id) => `${id}.k8s.yaml`),
  ],
  [
    'names that have to be changed',
    (app) => {
      for (const id of ['My Chart!', 'x'.repeat(80), '10', '9']) object(new Chart(app, id), 'obj');
    },
    [
      '10.k8s.yaml',
      '9.k8s.yaml',
      'mychart-c8cd8801.k8s.yaml',
      `${'x'.repeat(54)}-c8e9aad2.k8s.yaml`,
    ],
  ],
];

describe.each(APPS)('%s', (_, build, files) => {
  test('one file for each chart', () => {
    expect(Object.keys(same(build))).toEqual(files);
  });

  test.each(TYPES.map((type) => [YamlOutputType[type], type] as const))('%s', (_, type) => {
    same(build, { yamlOutputType: type });
  });

  test('with another extension and the metadata of constructs', () => {
    same(build, { outputFileExtension: '.yaml', recordConstructMetadata: true });
  });
});

test('any tree, divided in any way', () => {
  fc.assert(
    fc.property(plans, fc.constantFrom(...TYPES), (plan, yamlOutputType) => {
      const build: Build = (app) => plant(app, { ...plan, isBare: false });
      fc.pre(!isCircular(build));
      same(build, { yamlOutputType, recordConstructMetadata: true });
    }),
    { numRuns: 50 },
  );
});

function isCircular(build: Build): boolean {
  const app = new HksApp();
  build(app);
  try {
    return app.charts.length < 0;
  } catch {
    return true;
  }
}
