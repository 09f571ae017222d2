/** @module Where pods find DNS: CoreDNS as pods, or the addresses that the kubelets give to pods. */
import type { V1EndpointSlice } from '@kubernetes/client-node';
import type { ClusterFacts } from '../facts';
import type { Listed, Reader } from './lists';
import { type ApiNode, asCidr, nodeCidrs } from './nodes';

export interface DnsFacts {
  readonly dns: ClusterFacts['dns'];
  /** What was guessed, as a sentence. */
  readonly note?: string;
}

/** Asks for the pods, else for the kubelets' settings; where neither is told, the nodes' own addresses. */
export async function dnsFacts(
  reader: Reader,
  nodes: readonly (ApiNode & Listed)[],
): Promise<DnsFacts> {
  const pods = await reader.list('/api/v1/namespaces/kube-system/pods', {
    labelSelector: 'k8s-app=kube-dns',
    first: 1,
  });
  if (pods.length > 0) return { dns: { pods: true } };
  const [told, slices] = await Promise.all([
    kubeletDns(reader, nodes),
    reader.list<Partial<V1EndpointSlice> & Listed>(SLICES, {
      labelSelector: 'kubernetes.io/service-name=kube-dns',
    }),
  ]);
  const behind = slices.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ addresses }) => addresses),
  );
  const addresses = [...new Set([...told, ...behind])].map(asCidr).sort();
  if (addresses.length > 0) return { dns: { cidrs: addresses } };
  return { dns: { cidrs: nodeCidrs(nodes) }, note: GUESSED };
}

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices';
const GUESSED =
  'No pods of kube-dns were found and no kubelet told the address of DNS: policies let pods ask the nodes themselves.';

/** The setting `clusterDNS` of the first kubelet that answers; one that may not be asked is no fault. */
async function kubeletDns(reader: Reader, nodes: readonly ApiNode[]): Promise<string[]> {
  for (const { metadata } of nodes.slice(0, 3)) {
    const path = `/api/v1/nodes/${metadata?.name}/proxy/configz`;
    const told = await reader.attempt<Configz>(path);
    const addresses = told?.kubeletconfig?.clusterDNS ?? [];
    if (addresses.length > 0) return [...addresses];
  }
  return [];
}

interface Configz {
  readonly kubeletconfig?: { readonly clusterDNS?: readonly string[] };
}
