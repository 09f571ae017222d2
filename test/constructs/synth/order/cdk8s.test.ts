/** @module The order of charts and objects is cdk8s's own, for any tree and any dependencies. */
import { ApiObject, App, Chart, DependencyGraph } from 'cdk8s';
import fc from 'fast-check';
import { chartOrder } from '../../../../constructs/synth/order';
import { build, type Plan, plans } from './random';

type Listed = readonly (readonly [chart: string, objects: readonly string[]])[];

/** cdk8s's order after it has worked out all dependencies, or what it throws. */
function cdk8sOrder(plan: Plan): Listed | string {
  const app = new App();
  build(app, plan);
  try {
    app.synthYaml();
    return app.charts.map((chart) => [
      chart.node.path,
      new DependencyGraph(chart.node)
        .topology()
        .filter((one) => ApiObject.isApiObject(one) && Chart.of(one) === chart)
        .map(({ node }) => node.path),
    ]);
  } catch (error) {
    return kindOf(error);
  }
}

function ownOrder(plan: Plan): Listed | string {
  const app = new App();
  build(app, plan);
  try {
    return chartOrder(app).charts.map(({ chart, objects }) => [
      chart.node.path,
      objects.map(({ node }) => node.path),
    ]);
  } catch (error) {
    return kindOf(error);
  }
}

function kindOf(error: unknown): string {
  const { message } = error as Error;
  if (message.startsWith('Dependency cycle detected: ')) return 'cycle';
  if (/cannot find a parent chart|must be between constructs that are in a chart/.test(message))
    return 'no chart';
  return message;
}

test('of random trees', () => {
  const seen = { order: 0, cycle: 0, 'no chart': 0 };
  fc.assert(
    fc.property(plans, (plan) => {
      const expected = cdk8sOrder(plan);
      expect(ownOrder(plan)).toEqual(expected);
      seen[typeof expected === 'string' ? (expected as 'cycle') : 'order']++;
    }),
    { numRuns: 500 },
  );
  for (const outcome of Object.values(seen)) expect(outcome).toBeGreaterThan(10);
});
