/** @module Ways out of the platform's own pods, as policies name them: to DNS and to the API server. */
import type { ClusterFacts } from './facts';

/** One entry of a NetworkPolicy's `egress`. */
export interface EgressRule {
  readonly to: readonly object[];
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[];
}

/** Names are asked for by UDP, and by TCP where the answer is long. */
export function toDns({ dns }: Pick<ClusterFacts, 'dns'>): EgressRule {
  const pods = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  return {
    to: 'pods' in dns ? [pods] : blocks(dns.cidrs),
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  };
}

/** The Service's address and those behind it: some CNIs ask before the address is rewritten, some after. */
export function toApiServer({ apiServer }: Pick<ClusterFacts, 'apiServer'>): EgressRule {
  return {
    to: blocks(apiServer.cidrs),
    ports: apiServer.ports.map((port) => ({ port, protocol: 'TCP' })),
  };
}

/** Peers that are addresses. */
export function blocks(cidrs: readonly string[]): object[] {
  return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}
