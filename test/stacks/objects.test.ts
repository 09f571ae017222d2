import * as pulumi from '@pulumi/pulumi';
import type { KubeObject } from '../../stacks/kube-object';
import { type ObjectOptions, registerObjects } from '../../stacks/objects';
import { prepareServing } from '../../stacks/prepare/serving';
import { platformOf } from './platform-fixture';
import { assetsOf, VERSION } from './prepare/prepared';
import { describeWithReleases } from './release-files';
import { wiringOfComponents } from './wiring';

const map = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'there', ...metadata },
  data: { key: name },
});

function registered(objects: readonly KubeObject[], options?: ObjectOptions) {
  return wiringOfComponents((part) => {
    const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
    registerObjects(component, 'part', objects, options);
  });
}

test('an object is a child of the component, named by what it is, with the labels of the platform', async () => {
  const wiring = await registered([map('one', { labels: { app: 'one' } })]);
  expect(wiring.named('part:configmap/there/one')).toMatchObject({
    type: 'kubernetes:core/v1:ConfigMap',
    parent: 'part',
    provider: 'cluster',
    dependencies: [],
    inputs: {
      data: { key: 'one' },
      metadata: {
        name: 'one',
        namespace: 'there',
        labels: {
          app: 'one',
          'app.kubernetes.io/managed-by': 'hks',
          'app.kubernetes.io/part-of': 'hks',
        },
      },
    },
  });
  expect(wiring.strays()).toEqual([]);
});

test('labels of the platform stand over those of the object', async () => {
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const wiring = await registered([map('one', { labels })]);
  const { inputs } = wiring.named('part:configmap/there/one');
  expect(inputs.metadata.labels['app.kubernetes.io/managed-by']).toBe('hks');
});

test('a workload whose pods may take long to end is waited for longer', async () => {
  const deployment = (name: string, terminationGracePeriodSeconds?: number): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'there' },
    spec: { template: { spec: { terminationGracePeriodSeconds } } },
  });
  const wiring = await registered([
    deployment('activator', 600),
    deployment('brief', 299),
    deployment('plain'),
    map('one'),
  ]);
  expect(wiring.registrations.map(({ name, deleteTimeout }) => [name, deleteTimeout])).toEqual(
    expect.arrayContaining([
      ['part:deployment.apps/there/activator', '900s'],
      ['part:deployment.apps/there/brief', ''],
      ['part:deployment.apps/there/plain', ''],
      ['part:configmap/there/one', ''],
    ]),
  );
});

test('an object is not changed, so that it can be registered and read again', async () => {
  const object = map('one');
  const before = structuredClone(object);
  await registered([object]);
  expect(object).toEqual(before);
});

test('options of one object are over those of all, and its edges besides', async () => {
  let first: pulumi.Resource | undefined;
  const wiring = await wiringOfComponents((part) => {
    const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
    first = registerObjects(component, 'first', [map('first')])
      .values()
      .next().value;
    registerObjects(component, 'part', [map('one'), map('two')], {
      dependsOn: [Promise.resolve(first as pulumi.Resource)],
      each: ({ metadata }, made) =>
        metadata.name === 'two' ? { protect: true, dependsOn: [...made.values()] } : {},
    });
  });
  expect(wiring.named('part:configmap/there/one')).toMatchObject({
    protect: false,
    dependencies: ['first:configmap/there/first'],
  });
  expect(wiring.named('part:configmap/there/two')).toMatchObject({
    protect: true,
    dependencies: ['first:configmap/there/first', 'part:configmap/there/one'],
  });
});

test('an object that comes twice is refused, also as another version of its kind', async () => {
  const scaler = (version: string) => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'one', namespace: 'there' },
  });
  await expect(registered([scaler('v1'), scaler('v2')])).rejects.toThrow(
    'horizontalpodautoscaler.autoscaling/there/one comes twice.',
  );
});

test('a kind that the provider does not know is a custom resource of its own version', async () => {
  const image = {
    apiVersion: 'caching.internal.knative.dev/v1alpha1',
    kind: 'Image',
    metadata: { name: 'queue-proxy', namespace: 'knative-serving' },
    spec: { image: 'registry.example.com/queue:1.0.0' },
  };
  const wiring = await registered([image]);
  expect(
    wiring.named('part:image.caching.internal.knative.dev/knative-serving/queue-proxy'),
  ).toMatchObject({
    type: 'kubernetes:caching.internal.knative.dev/v1alpha1:Image',
    inputs: { spec: { image: 'registry.example.com/queue:1.0.0' } },
  });
});

/** Release files are long to parse on a busy machine. */
jest.setTimeout(60_000);

describeWithReleases('objects of a release', () => {
  test("Kubernetes's own kinds have their own classes", async () => {
    const { objects } = prepareServing(assetsOf('knative-serving'), {
      version: VERSION,
      platform: platformOf({}, {}, { singleNode: false }),
    });
    const wiring = await registered(objects);
    const types = wiring.registrations.filter(({ parent }) => parent === 'part').map((r) => r.type);
    expect(types).toHaveLength(objects.length);
    expect([...new Set(types)].toSorted()).toEqual([
      'kubernetes:apps/v1:Deployment',
      'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
      'kubernetes:core/v1:ConfigMap',
      'kubernetes:core/v1:Secret',
      'kubernetes:core/v1:Service',
      'kubernetes:core/v1:ServiceAccount',
      'kubernetes:policy/v1:PodDisruptionBudget',
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole',
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
      'kubernetes:rbac.authorization.k8s.io/v1:Role',
      'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
    ]);
  });
});
