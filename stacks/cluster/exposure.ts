/** @module How Kourier's gateway is reached from outside, and what stands in the way. */
import { invalid } from '../../constructs/invalid';
import { KOURIER_NAMESPACE, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts, HeldPort } from '../facts';
import { MANAGER } from '../ownership';
import type { Choices } from '../platform';
import { OWNER } from './owner';

export type Exposure = Choices['exposure'];

/** What is chosen, and the faults of it. */
export interface ExposureChoice {
  readonly exposure: Exposure;
  readonly faults: readonly string[];
}

/** As the settings say; else as the platform's own gateway is; else by what the cluster has. */
export function chooseExposure(config: HostPlatformConfig, facts: ClusterFacts): ExposureChoice {
  const exposure = config.exposure ?? ownExposure(facts) ?? bestExposure(facts);
  return {
    exposure,
    faults: [...portFaults(exposure, config, facts), ...registryFaults(config, facts)],
  };
}

function ownExposure({ gateway }: ClusterFacts): Exposure | undefined {
  if (gateway?.managedBy !== MANAGER) return undefined;
  return EXPOSURES[gateway.type];
}

/** The type of the gateway's Service tells how it is reached: behind ports of the hosts it needs no more than an address inside. */
const EXPOSURES: Readonly<Record<string, Exposure>> = {
  LoadBalancer: 'loadBalancer',
  NodePort: 'nodePort',
  ClusterIP: 'hostPort',
};

function bestExposure(facts: ClusterFacts): Exposure {
  if (facts.loadBalancer === 'none') return 'nodePort';
  return hostPortsHeld(facts).length > 0 ? 'nodePort' : 'loadBalancer';
}

/** Services of others that hold 80 or 443 on the nodes. */
function hostPortsHeld({ heldPorts }: ClusterFacts): HeldPort[] {
  return heldPorts.filter(
    (held) =>
      held.kind === 'loadBalancer' && (held.port === 80 || held.port === 443) && !isOwn(held),
  );
}

/** Tenants' objects are managed by the platform too: only the namespace tells them apart. */
function isOwn({ managedBy, service }: HeldPort): boolean {
  const [namespace = ''] = service.split('/');
  return managedBy === MANAGER && [KOURIER_NAMESPACE, SYSTEM_NAMESPACE].includes(namespace);
}

function portFaults(exposure: Exposure, config: HostPlatformConfig, facts: ClusterFacts): string[] {
  if (exposure === 'nodePort') {
    return [
      ...nodePortFaults('nodePorts.http', config.nodePorts.http, facts),
      ...nodePortFaults('nodePorts.https', config.nodePorts.https, facts),
    ];
  }
  const held = hostPortsHeld(facts);
  if (held.length > 0 && (exposure === 'hostPort' || facts.loadBalancer === 'servicelb')) {
    return [heldFault(exposure, held)];
  }
  const noBalancer = exposure === 'loadBalancer' && facts.loadBalancer === 'none';
  return noBalancer && config.loadBalancerIP === undefined ? [noBalancerFault(facts)] : [];
}

function heldFault(exposure: Exposure, held: readonly HeldPort[]): string {
  const services = [...new Set(held.map(({ service }) => service))].sort();
  const ports = [...new Set(held.map(({ port }) => port))].sort((a, b) => a - b);
  const way = services.includes('kube-system/traefik')
    ? 'Start K3s with --disable traefik'
    : 'Remove that Service';
  return invalid(OWNER, {
    prop: 'exposure',
    rule: `needs ports 80 and 443 of the nodes, but ${ports.join(' and ')} ${ports.length > 1 ? 'are' : 'is'} held by the Service ${services.join(', ')}`,
    received: exposure,
    fix: `${way}, or set exposure to 'nodePort'`,
  }).message;
}

function noBalancerFault({ context }: ClusterFacts): string {
  return invalid(OWNER, {
    prop: 'exposure',
    rule: `needs a load balancer, and none was found in the cluster of context '${context}'`,
    received: 'loadBalancer',
    fix: `Set exposure to 'nodePort' or 'hostPort', or loadBalancerIP to the address that your load balancer will give`,
  }).message;
}

/** The registry's node port is there with every exposure. */
function registryFaults({ registry }: HostPlatformConfig, facts: ClusterFacts): string[] {
  return nodePortFaults('registry.nodePort', registry.nodePort, facts);
}

function nodePortFaults(prop: string, port: number, { heldPorts }: ClusterFacts): string[] {
  const holder = heldPorts.find(
    (held) => held.kind === 'nodePort' && held.port === port && !isOwn(held),
  );
  if (holder === undefined) return [];
  return [
    invalid(OWNER, {
      prop,
      rule: `must be a free port of the nodes, but the Service ${holder.service} holds it`,
      received: port,
      fix: `Set ${prop} to a free port from 30000 to 32767, or remove that Service`,
    }).message,
  ];
}
