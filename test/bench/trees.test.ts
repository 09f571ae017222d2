/** @module The trees that are measured are what the bench says of them. */
import { ApiObject, type App } from 'cdk8s';
import { cronJob, plantCronJobs } from '../../bench/trees/cron-jobs';
import { edgesOf, plantLayers } from '../../bench/trees/layers';
import { plantPlusCronJobs } from '../../bench/trees/plus-cron-jobs';
import { plantTenants } from '../../bench/trees/tenants';
import { podViolations } from '../../constructs/pod-security';
import { HksApp } from '../../constructs/synth/app';

function objectsOf(plant: (app: App) => void): readonly ApiObject[] {
  const app = new HksApp({ name: 'bench' });
  plant(app);
  return app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}

test.each([
  { name: 'CronJobs', plant: plantCronJobs },
  { name: 'CronJobs of cdk8s-plus', plant: plantPlusCronJobs },
  { name: 'tenants', plant: plantTenants },
])('$name are as many as asked for', ({ plant }) => {
  for (const count of [50, 150]) {
    expect(objectsOf((app) => plant(app, count))).toHaveLength(count);
  }
});

test('the CronJobs are ones that Pod Security admits, and the check would see one that is not', () => {
  const { template } = cronJob('job', '1').spec.jobTemplate.spec;
  expect(podViolations(template.spec, 'restricted')).toEqual([]);
  const root = { ...template.spec, securityContext: { runAsUser: 0 } };
  expect(podViolations(root, 'restricted')).not.toEqual([]);
});

describe('layers', () => {
  const layers = { objects: 2000, width: 50, edges: 10_000 };

  test('have the edges that are asked for, none twice, all to the layer before', () => {
    const edges = edgesOf(layers);
    expect(new Set(edges.map(String)).size).toBe(10_000);
    const layerOf = (index: number) => Math.floor(index / 50);
    expect(edges.filter(([from, to]) => layerOf(to) !== layerOf(from) - 1)).toEqual([]);
    expect(new Set(edges.map(([from]) => from)).size).toBe(1950);
  });

  test('the small ones are full: each object on all of the layer before', () => {
    const edges = edgesOf({ objects: 48, width: 3, edges: 135 });
    expect(new Set(edges.map(String)).size).toBe(135);
    expect(
      edges
        .filter(([from]) => from === 47)
        .map(([, to]) => to)
        .sort(),
    ).toEqual([42, 43, 44]);
  });

  test('depend in the tree as in the list', () => {
    const objects = objectsOf((app) => plantLayers(app, { objects: 6, width: 3, edges: 8 }));
    const names = objects.map(({ node }) => node.dependencies.map(({ node: { id } }) => id).sort());
    expect(names).toEqual([[], [], [], ['o0', 'o1', 'o2'], ['o0', 'o1', 'o2'], ['o0', 'o2']]);
  });
});
