/** @module A release with one object of each sort: what a release of Knative is, without its size. */
import type { KubeObject } from '../../../stacks/kube-object';
import type { PreparedRelease } from '../../../stacks/prepare/release';

const NAMESPACE = 'small';

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Readonly<Record<string, unknown>> = {},
  namespace: string | undefined = NAMESPACE,
): KubeObject {
  const { metadata, ...fields } = rest as { metadata?: object };
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace && { namespace }), ...metadata },
    ...fields,
  };
}

const RBAC = 'rbac.authorization.k8s.io/v1';
const clusterRole = (name: string, rest: object = {}) =>
  object(RBAC, 'ClusterRole', name, { ...rest }, '');

export function service(name: string, app: string, awaited = false): KubeObject {
  const annotations = awaited ? {} : { 'pulumi.com/skipAwait': 'true' };
  return object('v1', 'Service', name, { metadata: { annotations }, spec: { selector: { app } } });
}

export function deployment(name: string, app = name): KubeObject {
  const template = { metadata: { labels: { app } }, spec: { containers: [] } };
  return object('apps/v1', 'Deployment', name, { spec: { template } });
}

export function webhookConfiguration(name: string, serviceName: string): KubeObject {
  const clientConfig = { service: { name: serviceName, namespace: NAMESPACE } };
  const webhooks = [{ name: `${name}.small.dev`, clientConfig }];
  return object(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    name,
    { webhooks },
    '',
  );
}

/** `changes` take the place of whole stages. */
export function smallRelease(changes: Partial<PreparedRelease> = {}): PreparedRelease {
  return {
    version: '1.0.0',
    namespaces: [object('v1', 'Namespace', NAMESPACE, {}, '')],
    crds: [
      object(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        'things.small.dev',
        { spec: {} },
        '',
      ),
    ],
    objects: [
      object('v1', 'ServiceAccount', 'controller'),
      clusterRole('gathers', {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] },
      }),
      clusterRole('gathered', { metadata: { labels: { part: 'yes' } } }),
      clusterRole('apart', { metadata: { labels: { part: 'no' } } }),
      object(RBAC, 'Role', 'reads'),
      object(
        RBAC,
        'ClusterRoleBinding',
        'gathers',
        { roleRef: { kind: 'ClusterRole', name: 'gathers' } },
        '',
      ),
      object(RBAC, 'RoleBinding', 'reads', { roleRef: { kind: 'Role', name: 'reads' } }),
      object(RBAC, 'RoleBinding', 'views', { roleRef: { kind: 'ClusterRole', name: 'view' } }),
      object('v1', 'ConfigMap', 'config'),
      object('v1', 'Secret', 'certs'),
      service('webhook', 'webhook'),
      service('gateway', 'gateway', true),
      deployment('webhook'),
      deployment('controller'),
      deployment('gateway'),
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'webhook', {
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'webhook' } },
      }),
      object('policy/v1', 'PodDisruptionBudget', 'webhook'),
    ],
    webhooks: [webhookConfiguration('validation', 'webhook')],
    customResources: [object('small.dev/v1', 'Thing', 'own')],
    jobs: [object('batch/v1', 'Job', 'migration')],
    ...changes,
  };
}
