/** @module What is in the cluster that the platform would make, and is not the platform's. */
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts, Owned } from '../facts';
import { MANAGED_BY, MANAGER } from '../ownership';
import { knativeNamespaces, namespacesOf, ownNamespaces } from './namespaces';
import { shown } from './shown';

/** API groups of Knative Eventing: another owner's is in nobody's way where ours is off. */
const EVENTING_GROUPS = ['eventing', 'flows', 'messaging', 'sinks', 'sources'];

/** Knative of another owner, whole or half, and namespaces of the platform's names that it did not make. */
export function foreignFaults(config: HostPlatformConfig, facts: ClusterFacts): string[] {
  return [...knativeFaults(config, facts), ...namespaceFaults(config, facts)];
}

/** Objects of a platform that this stack knows nothing of: a state that was lost, or another stack's. */
export function otherStackFaults(
  config: HostPlatformConfig,
  { namespaces }: Pick<ClusterFacts, 'namespaces'>,
): string[] {
  // A removal leaves the system namespace behind, with the data of the platform.
  const names = namespacesOf(config).filter((name) => name !== SYSTEM_NAMESPACE);
  const own = namespaces.filter(isOwn).filter(({ name }) => names.includes(name));
  if (own.length === 0) return [];
  return [
    `This stack is new, but the cluster has a platform already: ${namesOf(own, 'namespace')} with the label ${MANAGED_BY}=${MANAGER}. Choose the stack and backend that made it, or remove it with them.`,
  ];
}

function knativeFaults(config: HostPlatformConfig, facts: ClusterFacts): string[] {
  const names = knativeNamespaces(config);
  const namespaces = facts.namespaces.filter((one) => names.includes(one.name) && !isOwn(one));
  const crds = facts.crds
    .filter((one) => one.name.endsWith('.knative.dev') && !isOwn(one))
    .filter(({ name }) => config.eventing.enabled || !isEventing(name));
  if (namespaces.length + crds.length === 0) return [];
  const found = [
    ...(namespaces.length === 0 ? [] : [namesOf(namespaces, 'namespace')]),
    ...(crds.length === 0 ? [] : [namesOf(crds, 'CRD')]),
  ];
  return [
    `Knative of another owner is in the cluster: ${found.join(' and ')} without the label ${MANAGED_BY}=${MANAGER}. Remove it with what installed it, its functions included, or choose another cluster; the platform does not take it over.`,
  ];
}

function namespaceFaults(config: HostPlatformConfig, { namespaces }: ClusterFacts): string[] {
  const names = ownNamespaces(config);
  return namespaces
    .filter((one) => names.includes(one.name) && !isOwn(one))
    .map(
      ({ name }) =>
        `The namespace ${name} is there without the label ${MANAGED_BY}=${MANAGER}: it is not the platform's. ${wayOut(name, config)}`,
    );
}

/** The system namespace is taken over as it is, and stays when the platform goes: handing it over loses nothing. */
function wayOut(name: string, { builder }: HostPlatformConfig): string {
  if (name === SYSTEM_NAMESPACE) {
    return `Remove it, or hand it over by 'kubectl label namespace ${name} ${MANAGED_BY}=${MANAGER}'.`;
  }
  const another = name === builder.namespace ? ', name another one in builder.namespace,' : '';
  return `Remove it${another} or choose another cluster; what it holds goes with it.`;
}

function isOwn({ managedBy }: Owned): boolean {
  return managedBy === MANAGER;
}

/** `brokers.eventing.knative.dev` is Eventing's, `images.caching.internal.knative.dev` is not. */
function isEventing(crd: string): boolean {
  return EVENTING_GROUPS.some((group) => crd.endsWith(`.${group}.knative.dev`));
}

function namesOf(found: readonly Owned[], what: string): string {
  const names = found.map(({ name }) => name).sort();
  return `${what}${names.length > 1 ? 's' : ''} ${shown(names)}`;
}
