/** @module Network rules of a project, typed, and the NetworkPolicies that they become. */
import type { k8s } from 'cdk8s-plus-28';
import { compact, type Manifest } from './manifest';
import { contains, parseCidr } from './project/cidr';

/** Who is at the other end of an allowed connection. */
export type Peer =
  /** Pods of this project's namespace by label; `{}` is all of them. */
  | { readonly pods: Readonly<Record<string, string>> }
  /** Pods of another namespace, by name; without `pods`, all of them. */
  | { readonly namespace: string; readonly pods?: Readonly<Record<string, string>> }
  /** Addresses, e.g. `10.0.0.0/8`, less those in `except`. */
  | { readonly cidrs: readonly string[]; readonly except?: readonly string[] };

export interface PortRule {
  /** Number, or name of a container's port. */
  readonly port: number | string;
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** One allowed direction of traffic; what no rule allows is denied. */
export interface AllowRule {
  /** Name of the NetworkPolicy: a DNS label, unique in the project. */
  readonly name: string;
  readonly direction: 'ingress' | 'egress';
  /** The project's pods that the rule is for, by label. @default - all of them */
  readonly select?: Readonly<Record<string, string>>;
  readonly peers: readonly Peer[];
  /** @default - all ports */
  readonly ports?: readonly PortRule[];
}

type NetworkPolicySpec = Manifest<k8s.NetworkPolicySpec>;
type NetworkPolicyPeer = Manifest<k8s.NetworkPolicyPeer>;

/** The NetworkPolicy spec of a rule. */
export function policySpec({ direction, select = {}, peers, ports }: AllowRule): NetworkPolicySpec {
  const ends = peers.flatMap(policyPeers);
  const list = ports?.map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
  const podSelector = Object.keys(select).length > 0 ? { matchLabels: select } : {};
  return direction === 'ingress'
    ? { podSelector, policyTypes: ['Ingress'], ingress: [compact({ from: ends, ports: list })] }
    : { podSelector, policyTypes: ['Egress'], egress: [compact({ to: ends, ports: list })] };
}

function policyPeers(peer: Peer): readonly NetworkPolicyPeer[] {
  if ('cidrs' in peer) {
    return peer.cidrs.map((cidr) => ({ ipBlock: compact({ cidr, except: within(cidr, peer) }) }));
  }
  const pods =
    peer.pods && Object.keys(peer.pods).length > 0 ? { matchLabels: peer.pods } : undefined;
  if ('namespace' in peer) {
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } };
    return [compact({ namespaceSelector, podSelector: pods })];
  }
  return [{ podSelector: pods ?? {} }];
}

/** Kubernetes refuses an exception outside its block, so each block gets its own. */
function within(
  cidr: string,
  { except = [] }: { readonly except?: readonly string[] },
): readonly string[] | undefined {
  const block = parseCidr(cidr);
  const holes = except.filter((text) => {
    const hole = parseCidr(text);
    return block && hole && contains(block, hole);
  });
  return holes.length > 0 ? holes : undefined;
}
