/** @module The domain of functions: yours, or sslip.io of the address that the gateway is reached at. */
import { isIP, isIPv6 } from 'node:net';
import { invalid } from '../../constructs/invalid';
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts, NodeFacts } from '../facts';
import { MANAGER } from '../ownership';
import type { Exposure } from './exposure';
import { OWNER } from './owner';

export interface DomainChoice {
  /** Empty where there is a fault. */
  readonly domain: string;
  readonly faults: readonly string[];
}

export function chooseDomain(
  config: HostPlatformConfig,
  facts: ClusterFacts,
  exposure: Exposure,
): DomainChoice {
  if (config.domain !== undefined) return { domain: config.domain, faults: [] };
  const address =
    exposure === 'loadBalancer' ? balancedAddress(config, facts) : nodeAddress(facts.nodes);
  if (address !== undefined && isIP(address) !== 0) {
    return { domain: sslip(address), faults: [] };
  }
  return { domain: '', faults: [fault(exposure, address)] };
}

/** `10.41.0.1.sslip.io`, `fd00--1.sslip.io`; a name may neither begin nor end with a dash, so a zero is written there. */
export function sslip(address: string): string {
  if (!isIPv6(address)) return `${address}.sslip.io`;
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const dashed = shortest.replaceAll(':', '-');
  return `${dashed.replace(/^-/, '0-').replace(/-$/, '-0')}.sslip.io`;
}

/**
 * What ServiceLB gives are addresses of nodes, in an order of its own: the node's own address is among them and stays.
 */
function balancedAddress(
  { loadBalancerIP }: HostPlatformConfig,
  { gateway, loadBalancer, nodes }: ClusterFacts,
): string | undefined {
  if (loadBalancerIP !== undefined) return loadBalancerIP;
  if (loadBalancer === 'servicelb') return nodeAddress(nodes);
  return gateway?.managedBy === MANAGER ? gateway.address : undefined;
}

/** The address of the first node of the control plane by name, else of the first node: the external one where it has one. */
export function nodeAddress(nodes: readonly NodeFacts[]): string | undefined {
  const byName = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const first = byName.find(({ isControlPlane }) => isControlPlane) ?? byName[0];
  return first?.externalAddress ?? first?.internalAddress;
}

function fault(exposure: Exposure, address: string | undefined): string {
  const balanced = exposure === 'loadBalancer';
  return invalid(OWNER, {
    prop: 'domain',
    rule: balanced
      ? `must be set where nobody knows the load balancer's IP address yet`
      : 'must be set where no node has an address',
    received: address,
    fix: balanced
      ? `Set domain, exposure to 'loadBalancer' with loadBalancerIP, or exposure to 'nodePort'`
      : `Set domain to the domain of functions`,
  }).message;
}
