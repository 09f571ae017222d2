/** @module Facts as they are after an update: the platform's own objects are among them. */
import { namespacesOf } from '../../../stacks/cluster/namespaces';
import type { HostPlatformConfig } from '../../../stacks/config/schema';
import type { ClusterFacts, HeldPort } from '../../../stacks/facts';
import { MANAGER } from '../../../stacks/ownership';
import type { Choices } from '../../../stacks/platform';

const TYPES = {
  loadBalancer: 'LoadBalancer',
  nodePort: 'NodePort',
  hostPort: 'ClusterIP',
} as const;

/** What `facts` become when the platform has been made by `choices`. */
export function withPlatform(
  config: HostPlatformConfig,
  facts: ClusterFacts,
  { exposure, sandbox }: Choices,
): ClusterFacts {
  const address = exposure === 'loadBalancer' ? balancedAddress(config, facts) : undefined;
  const own = { managedBy: MANAGER };
  const classes = facts.runtimeClasses.filter(({ name }) => name !== 'gvisor' || !sandbox?.make);
  return {
    ...facts,
    gateway: { type: TYPES[exposure], ...own, ...(address === undefined ? {} : { address }) },
    loadBalancer:
      facts.loadBalancer === 'none' && address !== undefined ? 'other' : facts.loadBalancer,
    heldPorts: [...facts.heldPorts, ...ownPorts(config, facts, exposure)],
    namespaces: [...facts.namespaces, ...namespacesOf(config).map((name) => ({ name, ...own }))],
    crds: [...facts.crds, { name: 'services.serving.knative.dev', ...own, storedVersions: ['v1'] }],
    runtimeClasses: sandbox?.make
      ? [...classes, { name: 'gvisor', handler: sandbox.handler, ...own }]
      : classes,
  };
}

/** ServiceLB tells the last node's address first here: in which order it does is its own affair. */
function balancedAddress(
  { loadBalancerIP }: HostPlatformConfig,
  { loadBalancer, nodes }: ClusterFacts,
): string {
  if (loadBalancer !== 'servicelb') return loadBalancerIP ?? '198.51.100.1';
  return nodes.at(-1)?.internalAddress ?? '';
}

function ownPorts(
  { nodePorts, registry }: HostPlatformConfig,
  { loadBalancer }: ClusterFacts,
  exposure: Choices['exposure'],
): HeldPort[] {
  const gateway = { service: 'kourier-system/kourier', managedBy: MANAGER };
  const held: HeldPort[] = [
    {
      port: registry.nodePort,
      kind: 'nodePort',
      service: 'hks-system/registry',
      managedBy: MANAGER,
    },
  ];
  if (exposure === 'nodePort') {
    held.push({ port: nodePorts.http, kind: 'nodePort', ...gateway });
    held.push({ port: nodePorts.https, kind: 'nodePort', ...gateway });
  }
  if (exposure === 'loadBalancer' && loadBalancer === 'servicelb') {
    held.push({ port: 80, kind: 'loadBalancer', ...gateway });
    held.push({ port: 443, kind: 'loadBalancer', ...gateway });
  }
  return held;
}
