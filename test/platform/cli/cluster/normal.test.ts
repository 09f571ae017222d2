/** @module Objects of a cluster without what only the cluster knows. */
import { normal } from '../../../../platform/cli/cluster/normal';

const live = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  data: { b: '2', a: '1' },
  status: { phase: 'Active' },
  metadata: {
    name: 'x',
    uid: '1',
    resourceVersion: '2',
    generation: 3,
    creationTimestamp: '2026-01-01T00:00:00Z',
    selfLink: '/x',
    managedFields: [],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'argocd.argoproj.io/tracking-id': 'x',
    },
    labels: {
      'app.kubernetes.io/instance': 'x',
      'kustomize.toolkit.fluxcd.io/name': 'x',
      team: 'shop',
    },
  },
};

test("the server's and the appliers' own fields go, the rest is sorted", () => {
  expect(JSON.stringify(normal(live, undefined))).toBe(
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"team":"shop"},"name":"x"},"data":{"a":"1","b":"2"}}',
  );
});

test('a label that the app itself gives stays', () => {
  const rendered = { metadata: { labels: { 'app.kubernetes.io/instance': 'x' } } };
  expect(normal(live, rendered)).toMatchObject({
    metadata: { labels: { 'app.kubernetes.io/instance': 'x', team: 'shop' } },
  });
});

test('fields of those names elsewhere stay', () => {
  const inside = {
    metadata: { name: 'x' },
    spec: { status: 1, template: { metadata: { uid: 1 } } },
  };
  expect(normal(inside, undefined)).toEqual(inside);
});

test('lists keep their order, and what is no object stays as it is', () => {
  expect(normal({ spec: [{ b: 1, a: 2 }, 'x'] }, undefined)).toEqual({
    spec: [{ a: 2, b: 1 }, 'x'],
  });
  expect(normal('x', undefined)).toBe('x');
});
