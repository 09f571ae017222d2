/** @module The order of objects: after what they depend on, else by path, in as many steps as there is to see. */
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import fc from 'fast-check';
import { chartOrder, dependencyOrder } from '../../../constructs/synth/order';
import { Graph } from '../../../constructs/synth/order/graph';
import { thrownBy } from './folder';
import { build, plans, rebuild } from './order/random';

function object(scope: Construct, name: string): ApiObject {
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
}

function pathsOf(constructs: readonly IConstruct[]): readonly string[] {
  return constructs.map(({ node }) => node.path);
}

function messageOf(app: App, order: (app: App) => unknown): string {
  return thrownBy(() => order(app)).message;
}

/** Who must come before whom, object by object, as the rule says and however many there are. */
function needsOf(all: readonly IConstruct[]): ReadonlyMap<IConstruct, ReadonlySet<IConstruct>> {
  const below = (scope: IConstruct) =>
    all.filter((one) => ApiObject.isApiObject(one) && isBelow(one, scope));
  const needs = new Map(all.map((one) => [one, new Set<IConstruct>(one.node.dependencies)]));
  for (const source of all)
    for (const target of source.node.dependencies)
      for (const from of below(source))
        for (const to of below(target)) if (from !== to) needs.get(from)?.add(to);
  return needs;
}

/** What is in a chart in a chart is no longer below the outer one. */
function isBelow(one: IConstruct, scope: IConstruct): boolean {
  const { scopes } = one.node;
  const start = scopes.indexOf(scope);
  const charts = scopes.slice(0, start + 1).filter(Chart.isChart).length;
  const inner = scopes.slice(start + 1).filter(Chart.isChart).length;
  return start !== -1 && (charts === 0 ? inner <= 1 : inner === 0);
}

function closureOf(
  needs: ReadonlyMap<IConstruct, ReadonlySet<IConstruct>>,
  one: IConstruct,
): ReadonlySet<IConstruct> {
  const found = new Set(needs.get(one));
  for (const next of found) for (const further of needs.get(next) ?? []) found.add(further);
  return found;
}

describe('any tree', () => {
  test('each object comes after all that it needs, and a circle is one', () => {
    const seen = { orders: 0, circles: 0 };
    fc.assert(
      fc.property(plans, (plan) => {
        const app = new App();
        const all = build(app, plan);
        const needs = needsOf(all);
        const isCircular = all.some((one) => closureOf(needs, one).has(one));
        seen[isCircular ? 'circles' : 'orders']++;
        if (isCircular) {
          const [head, loop = ''] = messageOf(app, dependencyOrder).split(': ');
          expect(head).toBe('Dependency cycle detected');
          const route = loop
            .split(' => ')
            .map((path) => all.find(({ node }) => node.path === path) ?? app);
          expect(route.at(0)).toBe(route.at(-1));
          for (const [index, target] of route.slice(1).entries())
            expect(needs.get(route[index] ?? app)).toContain(target);
          return;
        }
        const order = dependencyOrder(app);
        expect(new Set(order)).toEqual(new Set(all.filter(ApiObject.isApiObject)));
        for (const [place, one] of order.entries())
          for (const needed of closureOf(needs, one))
            if (ApiObject.isApiObject(needed)) expect(order.indexOf(needed)).toBeLessThan(place);
      }),
      { numRuns: 1000 },
    );
    expect(seen.orders).toBeGreaterThan(100);
    expect(seen.circles).toBeGreaterThan(100);
  });

  test('made in any order has the same', () => {
    fc.assert(
      fc.property(plans, fc.infiniteStream(fc.nat()), (plan, ranks) => {
        const [app, other] = [new App(), new App()];
        const all = build(app, plan);
        rebuild(other, all, [...ranks.take(all.length)]);
        const outcome = (one: App) => {
          try {
            return pathsOf(dependencyOrder(one));
          } catch {
            return 'circle';
          }
        };
        expect(outcome(other)).toEqual(outcome(app));
      }),
      { numRuns: 1000 },
    );
  });
});

test('independent objects are in the order of their paths, and what they need comes right before them', () => {
  const app = new App();
  const second = new Chart(app, 'b');
  const first = new Chart(app, 'a');
  const [z, y, x] = ['z', 'y', 'x'].map((name) => object(first, name));
  object(second, 'c');
  x?.addDependency(z ?? first);
  expect(pathsOf(dependencyOrder(app))).toEqual(['a/z', 'a/x', 'a/y', 'b/c']);
  expect(y).toBeDefined();
});

describe('a circle', () => {
  let app: App;
  let chart: Chart;
  beforeEach(() => {
    app = new App();
    chart = new Chart(app, 'shop');
  });

  test.each([
    ['dependencyOrder', dependencyOrder],
    ['chartOrder', chartOrder],
  ])('of objects is told as its loop, from the one that is made first: %s', (_, order) => {
    const entry = object(chart, '0');
    const [a, b, c] = ['a', 'b', 'c'].map((name) => object(chart, name));
    entry.addDependency(b ?? chart);
    a?.addDependency(b ?? chart);
    b?.addDependency(c ?? chart);
    expect(() => order(app)).not.toThrow();
    c?.addDependency(a ?? chart);
    expect(messageOf(app, order)).toBe(
      'Dependency cycle detected: shop/a => shop/b => shop/c => shop/a',
    );
  });

  test('of one', () => {
    const one = object(chart, 'a');
    one.addDependency(one);
    expect(messageOf(app, chartOrder)).toBe('Dependency cycle detected: shop/a => shop/a');
  });

  test('of the objects in two constructs, and not of what is beside them', () => {
    const [one, two] = [new Construct(chart, 'one'), new Construct(chart, 'two')];
    for (const scope of [one, two]) for (const name of ['a', 'b']) object(scope, name);
    one.node.addDependency(two);
    expect(() => chartOrder(app)).not.toThrow();
    two.node.findChild('b').node.addDependency(one.node.findChild('a'));
    expect(messageOf(app, chartOrder)).toBe(
      'Dependency cycle detected: shop/one/a => shop/two/b => shop/one/a',
    );
  });

  test('of a construct with objects that depends on what is around or in it', () => {
    const scope = new Construct(chart, 'scope');
    object(scope, 'a');
    scope.node.addDependency(chart);
    object(chart, 'other');
    expect(pathsOf(chartOrder(app).charts[0]?.objects ?? [])).toEqual([
      'shop/other',
      'shop/scope/a',
    ]);
    object(scope, 'b');
    expect(messageOf(app, chartOrder)).toBe(
      'Dependency cycle detected: shop/scope/a => shop/scope/b => shop/scope/a',
    );
  });

  test('of charts, that their objects are not', () => {
    const other = new Chart(app, 'blog');
    object(chart, 'a').addDependency(object(other, 'a'));
    object(other, 'b').addDependency(object(chart, 'b'));
    expect(messageOf(app, chartOrder)).toBe('Dependency cycle detected: shop => blog => shop');
    expect(pathsOf(dependencyOrder(app))).toEqual(['blog/a', 'shop/b', 'blog/b', 'shop/a']);
  });
});

test('a dependency of a construct without a chart is refused where charts are ordered', () => {
  const app = new App();
  const [team, chart] = [new Construct(app, 'team'), new Chart(app, 'shop')];
  const inner = new Chart(team, 'blog');
  object(inner, 'a');
  object(chart, 'b');
  team.node.addDependency(chart);
  expect(messageOf(app, chartOrder)).toBe(
    "'addDependency' of Construct 'team' must be between constructs that are in a chart, received 'team'. Create the construct in a Chart.",
  );
  expect(pathsOf(dependencyOrder(app))).toEqual(['shop/b', 'team/blog/a']);
});

test('a construct of another tree only has the files numbered, as in cdk8s', () => {
  const [app, other] = [new App(), new App()];
  object(new Chart(app, 'shop'), 'a').addDependency(new Chart(other, 'blog'));
  const { areDependent, charts } = chartOrder(app);
  expect(areDependent).toBe(true);
  expect(pathsOf(charts.map(({ chart }) => chart))).toEqual(['shop']);
});

describe('as many steps as there are objects and dependencies', () => {
  let steps: jest.SpyInstance;
  beforeEach(() => {
    steps = jest.spyOn(Graph.prototype, 'successorsOf');
  });
  afterEach(() => {
    steps.mockRestore();
  });

  /** Vertices that were looked at, and the ways from them. */
  function seen(): number {
    return steps.mock.results.reduce((sum, { value }) => sum + 1 + value.length, 0);
  }

  test('2,000 objects in layers with 10,000 dependencies', () => {
    const app = new App();
    const chart = new Chart(app, 'shop');
    const objects = Array.from({ length: 2000 }, (_, index) => object(chart, `o${index}`));
    let edges = 0;
    for (const [index, one] of objects.entries()) {
      for (let next = 0; index >= 100 && next < 5 && edges < 10_000; next++, edges++)
        one.addDependency(
          objects[(Math.floor(index / 100) - 1) * 100 + ((index * 7 + next * 13) % 100)] ?? one,
        );
    }
    expect(edges).toBe(9500);
    const { charts } = chartOrder(app);
    expect(charts[0]?.objects).toHaveLength(2000);
    expect(steps.mock.calls.length).toBeLessThan(2000 + edges);
    expect(seen()).toBeLessThan(4 * (2000 + edges) + 100);
    expect(objects.reduce((sum, { node }) => sum + node.dependencies.length, 0)).toBe(edges);
  });

  test('between constructs of 1,000 objects each, which cdk8s makes a million of', () => {
    const app = new App();
    const chart = new Chart(app, 'shop');
    const scopes = ['a', 'b', 'c'].map((id) => new Construct(chart, id));
    for (const scope of scopes) for (let i = 0; i < 1000; i++) object(scope, `o${i}`);
    scopes[0]?.node.addDependency(...scopes.slice(1));
    scopes[1]?.node.addDependency(...scopes.slice(2));
    expect(chartOrder(app).charts[0]?.objects.at(0)?.node.path).toBe('shop/c/o0');
    expect(seen()).toBeLessThan(4 * 3 * 3003);
  });

  test('a thousand charts in each other', () => {
    const app = new App();
    let scope: Construct = app;
    for (let i = 0; i < 1000; i++) {
      scope = new Chart(scope, 'c');
      object(scope, 'o');
    }
    expect(chartOrder(app).charts).toHaveLength(1000);
    expect(seen()).toBeLessThan(4 * 3 * 3000);
  });
});

test('a chain of 100,000 objects is no deeper than the call stack', () => {
  const app = new App();
  const chart = new Chart(app, 'shop');
  let last = object(chart, 'last');
  for (let i = 1; i < 100_000; i++) {
    const one = object(chart, `o${i}`);
    one.addDependency(last);
    last = one;
  }
  expect(dependencyOrder(app)).toHaveLength(100_000);
  expect(chartOrder(app).charts[0]?.objects.at(-1)).toBe(last);
});
