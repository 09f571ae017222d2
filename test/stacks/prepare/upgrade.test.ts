import type { KubeObject } from '../../../stacks/kube-object';
import { allObjects } from '../../../stacks/prepare/release';
import { storedVersionFaults } from '../../../stacks/prepare/upgrade';
import recorded from '../fixtures/knative-1.22.json';
import { platformOf } from '../platform-fixture';
import { describeWithReleases } from '../release-files';
import { deepFreeze, LEFT_OUT, preparedReleases } from './prepared';
import { type ObjectFacts, objectFacts, upgradePlan } from './upgrade-plan';

const BEFORE = {
  serving: recorded.serving.objects as readonly ObjectFacts[],
  kourier: recorded.kourier.objects as readonly ObjectFacts[],
  eventing: recorded.eventing.objects as readonly ObjectFacts[],
};
const prepared = (singleNode: boolean) => preparedReleases(platformOf({ singleNode }));
const planned = (part: keyof typeof BEFORE, singleNode: boolean) =>
  upgradePlan(BEFORE[part], objectFacts(allObjects(prepared(singleNode)[part])));

describeWithReleases('from 1.22 to 1.23', () => {
  test.each(['serving', 'kourier'] as const)(
    '%s changes in place: nothing is removed, replaced or added, and no version is lost',
    (part) => {
      const { updated, ...rest } = planned(part, false);
      expect(rest).toEqual({ added: [], removed: [], replaced: [], lostVersions: [] });
      expect(updated).toHaveLength({ serving: 59, kourier: 13 }[part]);
    },
  );

  test('eventing changes in place but for what the platform leaves out', () => {
    const { updated, removed, ...rest } = planned('eventing', false);
    expect(rest).toEqual({ added: [], replaced: [], lostVersions: [] });
    expect(updated).toHaveLength(135);
    expect(removed).toHaveLength(11);
    expect(removed.filter((one) => !LEFT_OUT.some((part) => one.includes(part)))).toEqual([]);
  });

  test('on a single node only autoscalers and budgets go', () => {
    const removed = (['serving', 'kourier'] as const).flatMap(
      (part) => planned(part, true).removed,
    );
    expect(removed).toEqual([
      'horizontalpodautoscaler.autoscaling/knative-serving/activator',
      'horizontalpodautoscaler.autoscaling/knative-serving/webhook',
      'poddisruptionbudget.policy/knative-serving/activator-pdb',
      'poddisruptionbudget.policy/knative-serving/webhook-pdb',
      'horizontalpodautoscaler.autoscaling/kourier-system/3scale-kourier-gateway',
      'poddisruptionbudget.policy/kourier-system/3scale-kourier-gateway-pdb',
    ]);
  });

  test('what 1.22 stored, the CRDs of 1.23 serve', () => {
    const installed = [...BEFORE.serving, ...BEFORE.eventing].flatMap(({ identity, crd }) =>
      crd ? [{ name: identity.split('/')[1] ?? '', storedVersions: [crd.stored] }] : [],
    );
    expect(installed).toHaveLength(30);
    const { serving, eventing } = prepared(true);
    expect(storedVersionFaults(installed, [...serving.crds, ...eventing.crds])).toEqual([]);
  });
});

const crd = (versions: readonly object[], more: object = {}): KubeObject =>
  deepFreeze({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'domainmappings.serving.knative.dev' },
    spec: {
      scope: 'Namespaced',
      names: { kind: 'DomainMapping', plural: 'domainmappings' },
      versions,
      ...more,
    },
  });
const V1 = { name: 'v1', served: true, storage: true };
const V1BETA1 = { name: 'v1beta1', served: true, storage: true };
const CRD = 'customresourcedefinition.apiextensions.k8s.io/domainmappings.serving.knative.dev';

describe('an upgrade is seen to', () => {
  const object = (kind: string, apiVersion: string, more: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: 'x', namespace: 'a' },
    ...more,
  });
  const plan = (before: KubeObject, after: KubeObject) =>
    upgradePlan(objectFacts([before]), objectFacts([after]));
  const deployment = (labels: object, replicas = 1) =>
    object('Deployment', 'apps/v1', {
      spec: { replicas, selector: { matchLabels: labels }, template: {} },
    });
  const binding = (name: string, subjects: readonly string[] = []) =>
    object('RoleBinding', 'rbac.authorization.k8s.io/v1', {
      roleRef: { kind: 'Role', name },
      subjects,
    });
  const service = (spec: object) => object('Service', 'v1', { spec });
  const function_ = (selector: object) =>
    object('Service', 'serving.knative.dev/v1', { spec: { selector } });

  test.each([
    ['a selector', deployment({ app: 'a' }), deployment({ app: 'b' }), 'spec.selector'],
    ['a role', binding('a'), binding('b'), 'roleRef'],
    ['an address', service({ clusterIP: 'None' }), service({}), 'spec.clusterIP'],
    ['a scope', crd([V1]), crd([V1], { scope: 'Cluster' }), 'spec.scope'],
    [
      'a kind',
      crd([V1]),
      crd([V1], { names: { kind: 'Other', plural: 'domainmappings' } }),
      'spec.names.kind',
    ],
    [
      'a plural',
      crd([V1]),
      crd([V1], { names: { kind: 'DomainMapping', plural: 'others' } }),
      'spec.names.plural',
    ],
  ])('replace what has another %s', (_, before, after, field) => {
    const { replaced, updated } = plan(before, after);
    expect(replaced.map((one) => one.field)).toEqual([field]);
    expect(updated).toEqual([]);
  });

  test.each([
    ['another number of pods', deployment({ app: 'a' }), deployment({ app: 'a' }, 2)],
    ['other subjects', binding('a'), binding('a', ['b'])],
    ['another port', service({ ports: [1] }), service({ ports: [2] })],
    ['another selector of a Service', service({ selector: 'a' }), service({ selector: 'b' })],
    ['something else of another group', function_({ a: 'b' }), function_({ a: 'c' })],
    ['one more version', crd([V1]), crd([V1, { ...V1BETA1, storage: false }])],
  ])('change in place what has %s', (_, before, after) => {
    const { updated, ...rest } = plan(before, after);
    expect(updated).toHaveLength(1);
    expect(rest).toEqual({ added: [], removed: [], replaced: [], lostVersions: [] });
  });

  test('add and remove', () => {
    expect(plan(deployment({ app: 'a' }), service({}))).toEqual({
      updated: [],
      added: ['service/a/x'],
      removed: ['deployment.apps/a/x'],
      replaced: [],
      lostVersions: [],
    });
  });

  test.each([
    ['is gone', [V1]],
    ['is no longer served', [V1, { name: 'v1beta1', served: false, storage: false }]],
  ])('lose a version that %s', (_, versions) => {
    expect(plan(crd([V1BETA1]), crd(versions)).lostVersions).toEqual([
      { identity: CRD, version: 'v1beta1' },
    ]);
  });

  test('lose a version that was stored without being served', () => {
    const old = [V1, { name: 'v1alpha1', served: false, storage: false }];
    expect(plan(crd(old), crd([V1])).lostVersions).toEqual([]);
    const stored = [
      { ...V1, storage: false },
      { name: 'v1alpha1', served: false, storage: true },
    ];
    expect(plan(crd(stored), crd([V1])).lostVersions).toEqual([
      { identity: CRD, version: 'v1alpha1' },
    ]);
  });
});

describe('an installed CRD', () => {
  const installed = (...storedVersions: string[]) => [
    { name: 'domainmappings.serving.knative.dev', storedVersions },
    { name: 'others.example.com', storedVersions: ['v0'] },
  ];

  test('with objects in a version that the new one does not serve is refused', () => {
    const unserved = { name: 'v1alpha1', served: false, storage: false };
    expect(
      storedVersionFaults(installed('v1alpha1', 'v1beta1'), [crd([V1BETA1, unserved])]),
    ).toEqual([
      `'status.storedVersions' of the installed CRD domainmappings.serving.knative.dev must hold only what the new one serves, which is v1beta1, received ["v1alpha1","v1beta1"]. Run the storage version migration of the installed release, write each object of domainmappings.serving.knative.dev anew, then take v1alpha1 out of status.storedVersions.`,
    ]);
  });

  test('is fine when the new one serves all that it stored, or is not there', () => {
    expect(storedVersionFaults(installed('v1beta1'), [crd([V1BETA1])])).toEqual([]);
    expect(storedVersionFaults([], [crd([V1BETA1])])).toEqual([]);
  });
});
