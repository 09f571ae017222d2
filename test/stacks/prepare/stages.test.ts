import type { KubeObject } from '../../../stacks/kube-object';
import { allObjects } from '../../../stacks/prepare/release';
import { staged } from '../../../stacks/prepare/stages';

const object = (apiVersion: string, kind: string, name: string, spec?: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...(spec && { spec }),
});

const CRD = object(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
  'images.caching.internal.knative.dev',
  {
    group: 'caching.internal.knative.dev',
    names: { kind: 'Image' },
  },
);
const OBJECTS = [
  object('batch/v1', 'Job', 'migrate'),
  object('caching.internal.knative.dev/v1alpha1', 'Image', 'queue-proxy'),
  object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'webhook'),
  object('policy/v1', 'PodDisruptionBudget', 'activator'),
  object('cert-manager.io/v1', 'Certificate', 'foreign'),
  object('apps/v1', 'Deployment', 'webhook'),
  object('apps/v1', 'Deployment', 'activator'),
  object('v1', 'ServiceAccount', 'controller'),
  CRD,
  object('v1', 'Namespace', 'knative-serving'),
];
const names = (objects: readonly KubeObject[]) =>
  objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

test('each object is in one stage, and what others need comes first in it', () => {
  const { namespaces, crds, objects, webhooks, customResources, jobs } = staged('1.23.0', OBJECTS);
  expect(names(namespaces)).toEqual(['Namespace/knative-serving']);
  expect(crds).toEqual([CRD]);
  expect(names(objects)).toEqual([
    'ServiceAccount/controller',
    'Deployment/activator',
    'Deployment/webhook',
    'PodDisruptionBudget/activator',
    'Certificate/foreign',
  ]);
  expect(names(webhooks)).toEqual(['MutatingWebhookConfiguration/webhook']);
  expect(names(customResources)).toEqual(['Image/queue-proxy']);
  expect(names(jobs)).toEqual(['Job/migrate']);
});

test('an object of a kind whose CRD is another release’s is none of its own', () => {
  const { customResources, objects } = staged(
    '1.23.0',
    OBJECTS.filter((one) => one !== CRD),
  );
  expect(customResources).toEqual([]);
  expect(names(objects)).toContain('Image/queue-proxy');
});

test('the order in which they come makes no difference', () => {
  expect(staged('1.23.0', [...OBJECTS].reverse())).toEqual(staged('1.23.0', OBJECTS));
  expect(allObjects(staged('1.23.0', OBJECTS))).toHaveLength(OBJECTS.length);
});
