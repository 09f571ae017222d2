/** @module The stages in which a release is applied, and the order inside each. */
import { identityOf, type KubeObject } from '../kube-object';
import { fields } from './fields';
import type { PreparedRelease } from './release';

const ADMISSION = 'admissionregistration.k8s.io/';
/** What others need comes first; what is not named comes after all of these. */
const ORDER = [
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
];

/** Sorts objects into stages; the order in which they come does not matter. */
export function staged(version: string, objects: readonly KubeObject[]): PreparedRelease {
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const own = new Set(crds.map(({ spec }) => kindOf(fields(spec))));
  const stageOf = (object: KubeObject): keyof Omit<PreparedRelease, 'version'> => {
    const { apiVersion, kind } = object;
    if (kind === 'CustomResourceDefinition') return 'crds';
    if (kind === 'Namespace') return 'namespaces';
    if (kind === 'Job') return 'jobs';
    if (apiVersion.startsWith(ADMISSION)) return 'webhooks';
    return own.has(`${apiVersion.split('/')[0]}/${kind}`) ? 'customResources' : 'objects';
  };
  const sorted = [...objects].sort(inOrder);
  const stage = (name: ReturnType<typeof stageOf>) =>
    sorted.filter((object) => stageOf(object) === name);
  return {
    version,
    namespaces: stage('namespaces'),
    crds: stage('crds'),
    objects: stage('objects'),
    webhooks: stage('webhooks'),
    customResources: stage('customResources'),
    jobs: stage('jobs'),
  };
}

/** `group/Kind` of what a CRD defines. */
function kindOf(spec: Readonly<Record<string, unknown>>): string {
  return `${spec.group}/${fields(spec.names).kind}`;
}

function inOrder(a: KubeObject, b: KubeObject): number {
  const rank = ({ kind }: KubeObject) =>
    ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length;
  const [left, right] = [identityOf(a), identityOf(b)];
  return rank(a) - rank(b) || (left < right ? -1 : Number(left > right));
}
