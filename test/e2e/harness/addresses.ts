/** @module Addresses of the cluster itself: of its Services and its nodes. */
import { get, list } from './kubectl';
import type { KubeObject } from './objects';

/** A Service's cluster address; the API server's is that of `kubernetes` in `default`. */
export async function serviceAddress(name: string, namespace: string): Promise<string> {
  type Service = KubeObject & { readonly spec: { readonly clusterIP: string } };
  return (await get<Service>('service', name, namespace)).spec.clusterIP;
}

/** The nodes' internal addresses: where their kubelets and node ports listen. */
export async function nodeAddresses(): Promise<string[]> {
  type Node = KubeObject & { status: { addresses: { type: string; address: string }[] } };
  const nodes = await list<Node>('node');
  return nodes.flatMap(({ status }) =>
    status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
  );
}
