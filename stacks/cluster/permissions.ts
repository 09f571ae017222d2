/** @module What the program's user must be allowed to do, and what of it the cluster refuses: asked before anything is changed. */
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts } from '../facts';
import type { Cluster } from './client';
import { LET_GO_BY_CONTROLLERS } from './left-behind';
import { namespacesOf } from './namespaces';

/** One verb that the user has not. */
export interface Denied {
  readonly verb: string;
  /** As RBAC names it, e.g. `deployments.apps`. */
  readonly resource: string;
  /** The namespace; the whole cluster without it. */
  readonly namespace?: string;
}

/** A kind that the program makes or reads. */
export interface ManagedKind {
  /** `apps/v1/Deployment`. */
  readonly kind: string;
  /** `deployments`. */
  readonly plural: string;
  readonly scope: 'cluster' | 'namespace';
  readonly verbs: readonly string[];
}

/** What the engine's provider does with an object: it is made, compared, changed, awaited and removed. */
const MADE = ['create', 'delete', 'get', 'list', 'patch', 'watch'];
/** What the provider looks at while it awaits. */
const AWAITED = ['get', 'list', 'watch'];

/** Every kind that the program makes or reads, and nothing else. */
export const MANAGED_KINDS: readonly ManagedKind[] = [
  ...made('cluster', {
    'v1/Namespace': 'namespaces',
    'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': 'mutatingwebhookconfigurations',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration':
      'validatingwebhookconfigurations',
    'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': 'validatingadmissionpolicies',
    'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding':
      'validatingadmissionpolicybindings',
    'apiextensions.k8s.io/v1/CustomResourceDefinition': 'customresourcedefinitions',
    'node.k8s.io/v1/RuntimeClass': 'runtimeclasses',
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding': 'clusterrolebindings',
  }),
  // Roles give what the program itself has not, and bindings bind them.
  ...made(
    'cluster',
    { 'rbac.authorization.k8s.io/v1/ClusterRole': 'clusterroles' },
    'bind',
    'escalate',
  ),
  ...made('namespace', { 'rbac.authorization.k8s.io/v1/Role': 'roles' }, 'bind', 'escalate'),
  ...made('namespace', {
    'v1/ConfigMap': 'configmaps',
    'v1/LimitRange': 'limitranges',
    'v1/PersistentVolumeClaim': 'persistentvolumeclaims',
    'v1/ResourceQuota': 'resourcequotas',
    'v1/Secret': 'secrets',
    'v1/Service': 'services',
    'v1/ServiceAccount': 'serviceaccounts',
    'apps/v1/DaemonSet': 'daemonsets',
    'apps/v1/Deployment': 'deployments',
    'apps/v1/StatefulSet': 'statefulsets',
    'autoscaling/v2/HorizontalPodAutoscaler': 'horizontalpodautoscalers',
    'batch/v1/CronJob': 'cronjobs',
    'batch/v1/Job': 'jobs',
    'networking.k8s.io/v1/Ingress': 'ingresses',
    'networking.k8s.io/v1/NetworkPolicy': 'networkpolicies',
    'policy/v1/PodDisruptionBudget': 'poddisruptionbudgets',
    'rbac.authorization.k8s.io/v1/RoleBinding': 'rolebindings',
    'caching.internal.knative.dev/v1alpha1/Image': 'images',
    'networking.internal.knative.dev/v1alpha1/Certificate': 'certificates',
    'monitoring.coreos.com/v1/PrometheusRule': 'prometheusrules',
    'monitoring.coreos.com/v1/ServiceMonitor': 'servicemonitors',
  }),
  read('namespace', 'v1/Event', 'events', AWAITED),
  read('namespace', 'v1/Pod', 'pods', AWAITED),
  read('namespace', 'apps/v1/ReplicaSet', 'replicasets', AWAITED),
  read('namespace', 'discovery.k8s.io/v1/EndpointSlice', 'endpointslices', AWAITED),
  read('cluster', 'v1/Node', 'nodes', ['list']),
  read('cluster', 'v1/PersistentVolumeClaim', 'persistentvolumeclaims', ['list']),
  read('cluster', 'v1/Service', 'services', ['list']),
  read('cluster', 'apps/v1/DaemonSet', 'daemonsets', ['list']),
  read('cluster', 'storage.k8s.io/v1/StorageClass', 'storageclasses', ['list']),
  // Tried without effect, to see whether the webhooks answer.
  read('cluster', 'serving.knative.dev/v1/Service', 'services', ['create', 'list']),
  read('namespace', 'eventing.knative.dev/v1/Broker', 'brokers', ['create']),
  // Looked for before a removal.
  ...Object.entries(LET_GO_BY_CONTROLLERS).map(([kind, plural]) =>
    read('cluster', kind, plural, ['list']),
  ),
];

/**
 * Every verb that the program needs and the user has not; none for a cluster's admin, by one question.
 *
 * @param facts leave out kinds that the cluster does not know and the settings do not ask for
 */
export async function missingPermissions(
  cluster: Cluster,
  config: HostPlatformConfig,
  facts: Pick<ClusterFacts, 'apis'>,
): Promise<Denied[]> {
  if (await allowed(cluster, { verb: '*', resource: '*.*' })) return [];
  const namespaces = namespacesOf(config);
  const asked = MANAGED_KINDS.filter((kind) => wanted(kind, config, facts)).flatMap((kind) =>
    kind.verbs.map(async (verb): Promise<Denied[]> => {
      const resource = resourceOf(kind);
      if (await allowed(cluster, { verb, resource })) return [];
      if (kind.scope === 'cluster') return [{ verb, resource }];
      const single = namespaces.map((namespace) => ({ verb, resource, namespace }));
      const answers = await Promise.all(single.map((one) => allowed(cluster, one)));
      return single.filter((_, index) => !answers[index]);
    }),
  );
  return (await Promise.all(asked)).flat();
}

/** One sentence for each resource, with all its verbs. */
export function permissionFaults(denied: readonly Denied[], user: string): string[] {
  const groups = new Map<
    string,
    { verbs: Set<string>; namespaces: Set<string>; resource: string }
  >();
  for (const place of byPlace(denied)) {
    const key = `${place.resource} ${[...place.namespaces].join()}`;
    const group = groups.get(key) ?? { ...place, verbs: new Set() };
    groups.set(key, { ...group, verbs: new Set([...group.verbs, ...place.verbs]) });
  }
  return [...groups.values()].map(({ verbs, namespaces, resource }) => {
    const where =
      namespaces.size === 0 ? 'in the whole cluster' : `in ${[...namespaces].join(', ')}`;
    return `${user} may not ${[...verbs].join(', ')} ${resource} ${where}. Bind the ClusterRole cluster-admin to it, or a role with these verbs.`;
  });
}

/** The namespaces of one verb of one resource together. */
function byPlace(denied: readonly Denied[]) {
  const places = new Map<
    string,
    { verbs: Set<string>; namespaces: Set<string>; resource: string }
  >();
  for (const { verb, resource, namespace } of denied) {
    const scope = namespace === undefined ? 'cluster' : 'namespace';
    const key = `${scope} ${verb} ${resource}`;
    const place = places.get(key) ?? { verbs: new Set([verb]), namespaces: new Set(), resource };
    if (namespace !== undefined) place.namespaces.add(namespace);
    places.set(key, place);
  }
  return places.values();
}

function wanted(
  { kind }: ManagedKind,
  { eventing, monitoring }: HostPlatformConfig,
  { apis }: Pick<ClusterFacts, 'apis'>,
): boolean {
  if (kind.startsWith('eventing.knative.dev/')) return eventing.enabled;
  if (kind.startsWith('monitoring.coreos.com/')) {
    return monitoring === 'enabled' || (monitoring === 'auto' && apis.includes(kind));
  }
  return true;
}

function made(
  scope: ManagedKind['scope'],
  kinds: Readonly<Record<string, string>>,
  ...more: readonly string[]
): ManagedKind[] {
  const verbs = [...MADE, ...more].sort();
  return Object.entries(kinds).map(([kind, plural]) => ({ kind, plural, scope, verbs }));
}

function read(
  scope: ManagedKind['scope'],
  kind: string,
  plural: string,
  verbs: readonly string[],
): ManagedKind {
  return { kind, plural, scope, verbs };
}

function resourceOf({ kind, plural }: ManagedKind): string {
  const parts = kind.split('/');
  return parts.length === 3 ? `${plural}.${parts[0]}` : plural;
}

async function allowed(cluster: Cluster, { verb, resource, namespace }: Denied): Promise<boolean> {
  const [plural, ...group] = resource.split('.');
  const resourceAttributes = { verb, resource: plural, group: group.join('.'), namespace };
  const { status } = await cluster.ask<{ status?: { allowed?: boolean } }>(
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      method: 'POST',
      timeoutSeconds: 30,
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
    },
  );
  return status?.allowed === true;
}
