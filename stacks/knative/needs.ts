/** @module What each object of a release needs: it is made after that, and deleted before it. */
import { identityOf, type KubeObject } from '../kube-object';
import { isAwaited } from '../prepare/engine';
import { allObjects, type PreparedRelease } from '../prepare/release';
import { scaledObjects } from '../prepare/scaling';
import { isWorkload, selects, serversOf, workloadsOf } from './workloads';

/** Identities by identity. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** What each object needs of its own release. */
export function needsOf(release: PreparedRelease): Needs {
  return new Map(
    allObjects(release).map((object) => {
      const needed = RULES.flatMap((rule) => rule(object, release));
      return [identityOf(object), [...new Set(needed.map(identityOf))]];
    }),
  );
}

type Rule = (object: KubeObject, release: PreparedRelease) => readonly KubeObject[];

/** What pods need to start and to be allowed what they do. */
const FOUNDATIONS = [
  'ServiceAccount',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
];

const namespaceOf: Rule = ({ metadata }, { namespaces }) =>
  namespaces.filter(({ metadata: { name } }) => name === metadata.namespace);

/** A binding needs its role, and a role those that it gathers. */
const rolesOf: Rule = (object, { objects }) => {
  const { roleRef, aggregationRule } = object as unknown as Rbac;
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  return objects.filter((other) => {
    const { kind, metadata } = other;
    const bound =
      roleRef?.kind === kind &&
      roleRef.name === metadata.name &&
      (kind === 'ClusterRole' || metadata.namespace === object.metadata.namespace);
    const gathered =
      kind === 'ClusterRole' &&
      other !== object &&
      selectors.some(({ matchLabels }) => matchLabels && selects(matchLabels, metadata.labels));
    return bound || gathered;
  });
};

interface Rbac {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly aggregationRule?: {
    readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Record<string, string> }[];
  };
}

/** Pods that start before their Services, their settings or their permissions wait, or fail and try again. */
const foundationsOf: Rule = (object, { objects, crds }) =>
  isWorkload(object) ? [...crds, ...objects.filter(isFoundation)] : [];

const isFoundation = (object: KubeObject) =>
  FOUNDATIONS.includes(object.kind) && !isAwaitedService(object);

const isAwaitedService = (object: KubeObject) => object.kind === 'Service' && isAwaited(object);

/** What waits for pods needs them: the other way round, each would wait for the other. */
const behindAwaitedService: Rule = (object, { objects }) =>
  isAwaitedService(object) ? workloadsOf(object, objects) : [];

/** An autoscaler needs what it scales. */
const scaledBy: Rule = (object, { objects }) => {
  const scaled = scaledObjects([object]);
  return objects.filter((other) => scaled.has(identityOf(other)));
};

const webhooksNeedServers: Rule = (object, release) =>
  release.webhooks.includes(object) ? serversOf(object, release) : [];

/** Custom resources and jobs are admitted by webhooks, and let go of by controllers. */
const admitted: Rule = (object, { crds, objects, webhooks, customResources, jobs }) =>
  customResources.includes(object) || jobs.includes(object)
    ? [...crds, ...objects.filter(isWorkload), ...webhooks]
    : [];

const RULES: readonly Rule[] = [
  namespaceOf,
  rolesOf,
  foundationsOf,
  behindAwaitedService,
  scaledBy,
  webhooksNeedServers,
  admitted,
];
