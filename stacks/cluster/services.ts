/** @module Services as facts: which ports they hold, who gives them addresses, and how Kourier's gateway is reached. */
import type { V1DaemonSet, V1Service } from '@kubernetes/client-node';
import { KOURIER_NAMESPACE } from '../../constructs/system';
import type { ClusterFacts, GatewayFacts, HeldPort } from '../facts';
import { MANAGED_BY } from '../ownership';
import type { ApiNode } from './nodes';

export type ApiService = Partial<V1Service>;

/** The label that ServiceLB of K3s gives to its DaemonSets and pods. */
export const SERVICELB_LABEL = 'svccontroller.k3s.cattle.io/svcname';
/** Kourier's gateway, as `namespace/name`. */
export const GATEWAY_SERVICE = `${KOURIER_NAMESPACE}/kourier`;

export interface LoadBalancerSigns {
  /** As the API server says it. */
  readonly version: string;
  readonly nodes: readonly ApiNode[];
  readonly services: readonly ApiService[];
  /** DaemonSets that ServiceLB made. */
  readonly servicelb: readonly Partial<V1DaemonSet>[];
  /** Names of the cluster's CRDs. */
  readonly crds: readonly string[];
}

/** Who gives Services of type LoadBalancer an address. */
export function loadBalancer(signs: LoadBalancerSigns): ClusterFacts['loadBalancer'] {
  const { version, nodes, services, servicelb, crds } = signs;
  if (servicelb.length > 0) return 'servicelb';
  const own = new Set(
    nodes.flatMap((node) => (node.status?.addresses ?? []).map((one) => one.address)),
  );
  const given = services.flatMap(ingressAddresses);
  const isK3s = /\+(k3s|rke2r)/.test(version);
  if (given.some((address) => !own.has(address))) return 'other';
  if (crds.some((name) => LOAD_BALANCER_GROUPS.some((group) => name.endsWith(`.${group}`))))
    return 'other';
  if (given.length > 0) return isK3s ? 'servicelb' : 'other';
  if (nodes.some((node) => CLOUDS.test(node.spec?.providerID ?? ''))) return 'other';
  return isK3s && startsServiceLb(nodes) ? 'servicelb' : 'none';
}

/** CRDs of load balancers that run in the cluster: MetalLB, kube-vip, Cilium, PureLB, OpenELB. */
const LOAD_BALANCER_GROUPS = ['metallb.io', 'kube-vip.io', 'purelb.io', 'network.kubesphere.io'];

/** Clouds whose controllers give load balancers. */
const CLOUDS =
  /^(aws|gce|azure|digitalocean|hcloud|openstack|linode|vultr|scaleway|ocid1|oci|ibm|exoscale|equinixmetal):\/\//;

/** K3s writes the arguments of its servers, those of its configuration file too, on their nodes. */
function startsServiceLb(nodes: readonly ApiNode[]): boolean {
  const servers = nodes
    .map((node) => parsedArguments(node.metadata?.annotations?.['k3s.io/node-args']))
    .filter((args) => args[0] === 'server');
  return servers.length > 0 && servers.every((args) => !disables(args, 'servicelb'));
}

function parsedArguments(text: string | undefined): string[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return [];
  }
}

function disables(args: readonly string[], part: string): boolean {
  return args.some((arg, index) => {
    const value = args[index + 1] ?? '';
    return arg === '--disable' && value.split(',').some((name) => name.trim() === part);
  });
}

/** Ports of the nodes that Services hold, by port. */
export function heldPorts(
  services: readonly ApiService[],
  balancer: ClusterFacts['loadBalancer'],
): HeldPort[] {
  const held = services.flatMap((service) => portsOf(service, balancer));
  return held.sort((a, b) => a.port - b.port || (a.service < b.service ? -1 : 1));
}

function portsOf(service: ApiService, balancer: ClusterFacts['loadBalancer']): HeldPort[] {
  const { metadata, spec } = service;
  const managedBy = metadata?.labels?.[MANAGED_BY];
  const owner = { service: nameOf(service), ...(managedBy === undefined ? {} : { managedBy }) };
  const held: HeldPort[] = [];
  for (const { port, nodePort } of spec?.ports ?? []) {
    if (nodePort !== undefined) held.push({ port: nodePort, kind: 'nodePort', ...owner });
    if (spec?.type === 'LoadBalancer' && balancer === 'servicelb') {
      held.push({ port, kind: 'loadBalancer', ...owner });
    }
  }
  if (spec?.healthCheckNodePort) {
    held.push({ port: spec.healthCheckNodePort, kind: 'nodePort', ...owner });
  }
  return held;
}

/** Kourier's gateway, where there is one. */
export function gatewayFacts(services: readonly ApiService[]): GatewayFacts | undefined {
  const service = services.find((one) => nameOf(one) === GATEWAY_SERVICE);
  if (service === undefined) return undefined;
  const managedBy = service.metadata?.labels?.[MANAGED_BY];
  const [address] = ingressAddresses(service);
  return {
    type: service.spec?.type ?? 'ClusterIP',
    ...(managedBy === undefined ? {} : { managedBy }),
    ...(address === undefined ? {} : { address }),
  };
}

function nameOf({ metadata }: ApiService): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function ingressAddresses({ spec, status }: ApiService): string[] {
  if (spec?.type !== 'LoadBalancer') return [];
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}
