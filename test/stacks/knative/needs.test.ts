import fc from 'fast-check';
import { type Needs, needsOf } from '../../../stacks/knative/needs';
import { inOrder } from '../../../stacks/knative/order';
import { serversOf, workloadsOf } from '../../../stacks/knative/workloads';
import { identityOf, type KubeObject } from '../../../stacks/kube-object';
import { allObjects } from '../../../stacks/prepare/release';
import { deployment, service, smallRelease, webhookConfiguration } from './small-release';

const RBAC = 'rbac.authorization.k8s.io';
const CRD = 'customresourcedefinition.apiextensions.k8s.io/things.small.dev';
const WEBHOOK = 'validatingwebhookconfiguration.admissionregistration.k8s.io/validation';
const FOUNDATIONS = [
  'namespace/small',
  CRD,
  'serviceaccount/small/controller',
  `clusterrolebinding.${RBAC}/gathers`,
  `rolebinding.${RBAC}/small/reads`,
  `rolebinding.${RBAC}/small/views`,
  'configmap/small/config',
  'secret/small/certs',
  'service/small/webhook',
];
const WORKLOADS = ['webhook', 'controller', 'gateway'].map((one) => `deployment.apps/small/${one}`);

const needs = needsOf(smallRelease());

test.each<[string, string, string[]]>([
  ['a namespace, nothing', 'namespace/small', []],
  ['a CRD, nothing', CRD, []],
  ['what has a namespace, its namespace', 'configmap/small/config', ['namespace/small']],
  [
    'a role, those that it gathers',
    `clusterrole.${RBAC}/gathers`,
    [`clusterrole.${RBAC}/gathered`],
  ],
  ['a role that gathers none, nothing', `clusterrole.${RBAC}/gathered`, []],
  ['a binding, its role', `clusterrolebinding.${RBAC}/gathers`, [`clusterrole.${RBAC}/gathers`]],
  [
    'a binding, its role of its namespace',
    `rolebinding.${RBAC}/small/reads`,
    ['namespace/small', `role.${RBAC}/small/reads`],
  ],
  [
    "a binding of a role of Kubernetes's own, only its namespace",
    `rolebinding.${RBAC}/small/views`,
    ['namespace/small'],
  ],
  [
    'a workload, all that its pods need but what waits for its pods',
    'deployment.apps/small/gateway',
    FOUNDATIONS,
  ],
  [
    'a Service that is not awaited, only its namespace',
    'service/small/webhook',
    ['namespace/small'],
  ],
  [
    'a Service that is awaited, its pods',
    'service/small/gateway',
    ['namespace/small', 'deployment.apps/small/gateway'],
  ],
  [
    'an autoscaler, what it scales',
    'horizontalpodautoscaler.autoscaling/small/webhook',
    ['namespace/small', 'deployment.apps/small/webhook'],
  ],
  [
    'a webhook configuration, what serves it',
    WEBHOOK,
    ['service/small/webhook', 'deployment.apps/small/webhook'],
  ],
  [
    'a custom resource, what admits it and lets it go',
    'thing.small.dev/small/own',
    ['namespace/small', CRD, ...WORKLOADS, WEBHOOK],
  ],
  ['a job, the same', 'job.batch/small/migration', ['namespace/small', CRD, ...WORKLOADS, WEBHOOK]],
])('%s', (_title, identity, expected) => {
  expect(needs.get(identity)).toEqual(expected);
});

test('a role of another namespace, and a role without a selector of labels, are nobody else’s', () => {
  const elsewhere = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, namespace: 'elsewhere' },
  });
  const { objects } = smallRelease();
  const changed = objects.map((one) => {
    if (one.kind === 'Role') return elsewhere(one);
    const expressions = [{ matchExpressions: [{ key: 'part', operator: 'Exists' }] }];
    return one.metadata.name === 'gathers' && one.kind === 'ClusterRole'
      ? { ...one, aggregationRule: { clusterRoleSelectors: expressions } }
      : one;
  });
  const other = needsOf(smallRelease({ objects: changed }));
  expect(other.get(`rolebinding.${RBAC}/small/reads`)).toEqual(['namespace/small']);
  expect(other.get(`clusterrole.${RBAC}/gathers`)).toEqual([]);
});

describe('what is behind a Service and a webhook', () => {
  const objects = [deployment('a', 'one'), deployment('b', 'two'), service('one', 'one')];

  test('is what it selects in its own namespace', () => {
    const there = { ...deployment('c', 'one'), metadata: { name: 'c', namespace: 'there' } };
    const found = workloadsOf(service('one', 'one'), [...objects, there]);
    expect(found.map(identityOf)).toEqual(['deployment.apps/small/a']);
  });

  test('is nothing for a Service without a selector', () => {
    const headless = { ...service('one', 'one'), spec: {} };
    expect(workloadsOf(headless, objects)).toEqual([]);
  });

  test('is nothing for a webhook at a URL, or of a Service that is not of the release', () => {
    const outside = { ...webhookConfiguration('x', 'one'), webhooks: [{ clientConfig: {} }] };
    const release = smallRelease({ objects });
    expect(serversOf(outside, release)).toEqual([]);
    expect(serversOf(webhookConfiguration('x', 'other'), release)).toEqual([]);
    expect(serversOf(webhookConfiguration('x', 'one'), release).map(identityOf)).toEqual([
      'service/small/one',
      'deployment.apps/small/a',
    ]);
  });
});

describe('order', () => {
  const objects = allObjects(smallRelease());

  /** Whether each comes after what it needs. */
  const isOrdered = (ordered: readonly KubeObject[], of: Needs) =>
    ordered.every((object, at) => {
      const before = ordered.slice(0, at).map(identityOf);
      return (of.get(identityOf(object)) ?? []).every((need) => before.includes(need));
    });

  test('however the objects come, each is after what it needs, and none is lost', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        const ordered = inOrder(shuffled, needs);
        expect(ordered.map(identityOf).toSorted()).toEqual(objects.map(identityOf).toSorted());
        expect(isOrdered(ordered, needs)).toBe(true);
      }),
    );
  });

  test('objects that are in order stay as they are', () => {
    const ordered = inOrder(objects, needs);
    expect(inOrder(ordered, needs)).toEqual(ordered);
  });

  test('an object that comes twice comes twice still: who registers it refuses it', () => {
    const twice = [deployment('a'), deployment('a')];
    expect(inOrder(twice, new Map())).toEqual(twice);
  });

  test.each([
    ['knative-serving', 'activator', 'autoscaler'],
    ['kourier-system', '3scale-kourier-gateway', 'net-kourier-controller'],
  ])('%s: %s comes after %s, without an edge', (namespace, late, other) => {
    const placed = (name: string) => ({ ...deployment(name), metadata: { name, namespace } });
    const ordered = inOrder([placed(late), placed(other)], new Map());
    expect(ordered.map(({ metadata }) => metadata.name)).toEqual([other, late]);
  });
});
