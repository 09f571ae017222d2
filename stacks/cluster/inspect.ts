/** @module The cluster as facts: a few lists at once, before anything is changed. */
import type {
  V1CustomResourceDefinition,
  V1EndpointSlice,
  V1Service,
} from '@kubernetes/client-node';
import type { ClusterFacts, CrdFacts, Owned, RuntimeClassFacts } from '../facts';
import { MANAGED_BY, MANAGER } from '../ownership';
import type { Cluster } from './client';
import { type DnsFacts, dnsFacts } from './dns';
import { leftBehind } from './left-behind';
import { type Listed, Reader } from './lists';
import { type ApiNode, asCidr, nodeCidrs, nodeFacts } from './nodes';
import {
  type ApiService,
  gatewayFacts,
  heldPorts,
  loadBalancer,
  SERVICELB_LABEL,
} from './services';
import { type ApiClaim, type ApiStorageClass, claimFacts, storageClass } from './storage';

/**
 * Reads what the program must know. What the user may not list is in `unread`, and missing in the facts.
 *
 * @throws ClusterUnreachable where the cluster does not answer
 */
export async function inspectCluster(cluster: Cluster): Promise<ClusterFacts> {
  // One question first: a cluster that does not answer is told once, in ten seconds.
  const { gitVersion } = await cluster.ask<{ gitVersion: string }>('/version');
  const reader = new Reader(cluster);
  const [
    namespaces,
    nodes,
    services,
    crds,
    classes,
    claims,
    runtimes,
    servicelb,
    functions,
    slices,
    discovery,
  ] = await Promise.all([
    reader.list('/api/v1/namespaces'),
    reader.list<ApiNode & Listed>('/api/v1/nodes'),
    reader.list<ApiService & Listed>('/api/v1/services'),
    reader.list<ApiCrd>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'),
    reader.list<ApiStorageClass>('/apis/storage.k8s.io/v1/storageclasses'),
    reader.list<ApiClaim>('/api/v1/persistentvolumeclaims', {
      labelSelector: `${MANAGED_BY}=${MANAGER}`,
    }),
    reader.list<Listed & { handler?: string }>('/apis/node.k8s.io/v1/runtimeclasses'),
    reader.list('/apis/apps/v1/daemonsets', { labelSelector: SERVICELB_LABEL, first: 1 }),
    reader.list('/apis/serving.knative.dev/v1/services', { metadataOnly: true }),
    reader.list<Partial<V1EndpointSlice> & Listed>(KUBERNETES_SLICES, {
      labelSelector: 'kubernetes.io/service-name=kubernetes',
    }),
    reader.get<Discovery>('/apis', AGGREGATED),
  ]);
  const dns: DnsFacts = await dnsFacts(reader, nodes);
  const crdNames = crds.map((crd) => crd.metadata?.name ?? '');
  const others = await leftBehind(reader, crdNames);
  const balancer = loadBalancer({
    version: gitVersion,
    nodes,
    services,
    servicelb,
    crds: crdNames,
  });
  const gateway = gatewayFacts(services);
  const kubernetes = services.find(
    ({ metadata }) => metadata?.namespace === 'default' && metadata.name === 'kubernetes',
  );
  return {
    context: cluster.context,
    server: cluster.server,
    clusterId:
      namespaces.find(({ metadata }) => metadata?.name === 'kube-system')?.metadata?.uid ?? '',
    version: gitVersion,
    nodes: nodeFacts(nodes),
    storageClasses: classes.map(storageClass),
    ...(claims.length === 0 ? {} : { claims: claims.map(claimFacts) }),
    loadBalancer: balancer,
    heldPorts: heldPorts(services, balancer),
    apis: servedApis(discovery, crds),
    crds: crds.map(crdFacts),
    namespaces: namespaces.map(owned),
    runtimeClasses: runtimes.map(runtimeClass),
    ...(gateway === undefined ? {} : { gateway }),
    functions: functions.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`).sort(),
    ...(others.length === 0 ? {} : { leftBehind: others }),
    dns: dns.dns,
    nodeCidrs: nodeCidrs(nodes),
    apiServer: apiServer(kubernetes, slices),
    ...(dns.note === undefined ? {} : { notes: [dns.note] }),
    ...(reader.denied.length === 0 ? {} : { unread: reader.denied.sort() }),
  };
}

type ApiCrd = Listed & Partial<V1CustomResourceDefinition>;

const KUBERNETES_SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Discovery {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version?: string;
      readonly resources?: readonly { readonly responseKind?: { readonly kind?: string } }[];
    }[];
  }[];
}

/** What is served beyond Kubernetes's own groups; by the CRDs where the server has no list of everything. */
function servedApis(discovery: Discovery | undefined, crds: readonly ApiCrd[]): string[] {
  const listed = (discovery?.items ?? []).flatMap(({ metadata, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map(({ responseKind }) => `${metadata?.name}/${version}/${responseKind?.kind}`),
    ),
  );
  const defined = crds.flatMap(({ spec }) =>
    (spec?.versions ?? [])
      .filter(({ served }) => served)
      .map(({ name }) => `${spec?.group}/${name}/${spec?.names.kind}`),
  );
  const known = listed.length > 0 ? listed : defined;
  return [...new Set(known)].filter((api) => !OWN_GROUPS.test(api)).sort();
}

/** Kubernetes's own groups: those without a dot, and those of k8s.io that every API server has. */
const OWN_GROUPS =
  /^([^./]+|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io)\//;

function owned({ metadata }: Listed): Owned {
  const managedBy = metadata?.labels?.[MANAGED_BY];
  return { name: metadata?.name ?? '', ...(managedBy === undefined ? {} : { managedBy }) };
}

function crdFacts(crd: ApiCrd): CrdFacts {
  return { ...owned(crd), storedVersions: crd.status?.storedVersions ?? [] };
}

function runtimeClass(one: Listed & { readonly handler?: string }): RuntimeClassFacts {
  return { ...owned(one), handler: one.handler ?? '' };
}

/** Pods name the Service; policies see the endpoints behind it. */
function apiServer(
  service: Partial<V1Service> | undefined,
  slices: readonly Partial<V1EndpointSlice>[],
): ClusterFacts['apiServer'] {
  const behind = slices.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ addresses }) => addresses),
  );
  const cidrs = [...(service?.spec?.clusterIPs ?? []), ...behind].map(asCidr);
  const ports = [
    ...(service?.spec?.ports ?? []).map(({ port }) => port),
    ...slices.flatMap((slice) => (slice.ports ?? []).flatMap(({ port }) => port ?? [])),
  ];
  return {
    cidrs: [...new Set(cidrs)].sort(),
    ports: [...new Set(ports)].sort((a, b) => a - b),
  };
}
