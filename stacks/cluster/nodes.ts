/** @module Nodes as facts: addresses, runtimes and room. */
import { isIPv4 } from 'node:net';
import type { V1Node } from '@kubernetes/client-node';
import { quantity } from '../../constructs/resources';
import type { ClusterFacts, NodeFacts } from '../facts';

/** A node as the API tells it. */
export type ApiNode = Partial<V1Node>;

/** The facts of nodes, by name. */
export function nodeFacts(nodes: readonly ApiNode[]): NodeFacts[] {
  return nodes.map(oneNode).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Nodes that ordinary pods run on. */
export function nodesForPods({ nodes }: Pick<ClusterFacts, 'nodes'>): NodeFacts[] {
  return nodes.filter(({ takesPods = true }) => takesPods);
}

/**
 * Every address that nodes call pods from, as ranges of one address, sorted: their own, and those of the bridge and of
 * flannel, K3s's network, which are the first two of a node's range of pods. A kubelet that pulls by the node port of
 * another node comes from there.
 */
export function nodeCidrs(nodes: readonly ApiNode[]): string[] {
  const own = nodes.flatMap((node) => [
    ...addresses(node, 'InternalIP'),
    ...addresses(node, 'ExternalIP'),
    ...(node.spec?.podCIDRs ?? []).flatMap(firstTwo),
  ]);
  return [...new Set(own.map(asCidr))].sort();
}

/** `10.0.0.1/32`, `fd00::1/128`. */
export function asCidr(address: string): string {
  return `${address}/${isIPv4(address) ? 32 : 128}`;
}

function oneNode(node: ApiNode): NodeFacts {
  const { metadata, spec, status } = node;
  const labels = metadata?.labels ?? {};
  const external = preferred(addresses(node, 'ExternalIP'));
  const internal = preferred(addresses(node, 'InternalIP'));
  const handlers = (status?.runtimeHandlers ?? []).map(({ name }) => name ?? '');
  return {
    name: metadata?.name ?? '',
    ...(external === undefined ? {} : { externalAddress: external }),
    ...(internal === undefined ? {} : { internalAddress: internal }),
    isControlPlane: CONTROL_PLANE.some((label) => label in labels),
    takesPods: !(spec?.taints ?? []).some(
      ({ key, effect }) => effect !== 'PreferNoSchedule' && !passing(key),
    ),
    runtimeHandlers: [...new Set(handlers)].filter((name) => name !== '').sort(),
    architecture: status?.nodeInfo?.architecture ?? '',
    cpu: quantity(status?.allocatable?.cpu ?? 0),
    memory: quantity(status?.allocatable?.memory ?? 0),
  };
}

const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** A node that is cordoned, full or not ready is back tomorrow: what we choose must not depend on it. */
function passing(taint: string): boolean {
  return (
    taint.startsWith('node.kubernetes.io/') || taint.startsWith('node.cloudprovider.kubernetes.io/')
  );
}

function addresses({ status }: ApiNode, type: string): string[] {
  return (status?.addresses ?? []).filter((one) => one.type === type).map((one) => one.address);
}

/** `10.42.1.0/24` begins with 10.42.1.0 and 10.42.1.1, `fd00:42::/64` with fd00:42:: and fd00:42::1. */
function firstTwo(range: string): string[] {
  const [first = ''] = range.split('/');
  if (isIPv4(first)) return [first, first.replace(/\d+$/, (last) => String(Number(last) + 1))];
  return first.endsWith('::') ? [first, `${first}1`] : [];
}

function preferred(found: readonly string[]): string | undefined {
  return found.find((address) => isIPv4(address)) ?? found[0];
}
