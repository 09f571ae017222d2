/** @module Tests of Services as facts. */
import type { ApiNode } from '../../../stacks/cluster/nodes';
import {
  type ApiService,
  gatewayFacts,
  heldPorts,
  type LoadBalancerSigns,
  loadBalancer,
} from '../../../stacks/cluster/services';

const K3S = 'v1.34.1+k3s1';
const nodeOf = (args?: string[], providerID = 'k3s://host'): ApiNode => ({
  metadata: {
    name: 'host',
    annotations: args === undefined ? {} : { 'k3s.io/node-args': JSON.stringify(args) },
  },
  spec: { providerID },
  status: { addresses: [{ type: 'InternalIP', address: '192.0.2.10' }] },
});
const balanced = (name: string, address?: object): ApiService => ({
  metadata: { namespace: 'web', name },
  spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 31000 }] },
  status: { loadBalancer: { ingress: address === undefined ? [] : [address] } },
});
const signs = (some: Partial<LoadBalancerSigns>): LoadBalancerSigns => ({
  version: K3S,
  nodes: [nodeOf()],
  services: [],
  servicelb: [],
  crds: [],
  ...some,
});

describe('the load balancer', () => {
  test.each<[string, Partial<LoadBalancerSigns>, string]>([
    ['nothing tells of one', {}, 'none'],
    ['ServiceLB has DaemonSets', { servicelb: [{}] }, 'servicelb'],
    [
      'ServiceLB has DaemonSets and the kubelet another version',
      { servicelb: [{}], version: 'v1' },
      'servicelb',
    ],
    [
      'K3s gave the address of a node',
      { services: [balanced('a', { ip: '192.0.2.10' })] },
      'servicelb',
    ],
    [
      'another one gave the address of a node',
      { version: 'v1.34.1', services: [balanced('a', { ip: '192.0.2.10' })] },
      'other',
    ],
    ['an address is of no node', { services: [balanced('a', { ip: '198.51.100.1' })] }, 'other'],
    [
      'an address is a name',
      { services: [balanced('a', { hostname: 'lb.example.com' })] },
      'other',
    ],
    ['nobody gave an address', { services: [balanced('a')] }, 'none'],
    ['MetalLB has its CRDs', { crds: ['ipaddresspools.metallb.io'] }, 'other'],
    ['a CRD only sounds like it', { crds: ['pools.notmetallb.io'] }, 'none'],
    [
      'the nodes are of a cloud',
      { version: 'v1.34.1', nodes: [nodeOf(undefined, 'aws:///eu/i-1')] },
      'other',
    ],
    [
      'the nodes are of kind',
      { version: 'v1.34.1', nodes: [nodeOf(undefined, 'kind://docker/k/n')] },
      'none',
    ],
    ['K3s starts ServiceLB', { nodes: [nodeOf(['server', '--disable', 'traefik'])] }, 'servicelb'],
    [
      'K3s does not start ServiceLB',
      { nodes: [nodeOf(['server', '--disable', 'traefik,servicelb'])] },
      'none',
    ],
    ['a node is an agent of K3s', { nodes: [nodeOf(['agent'])] }, 'none'],
    [
      'the arguments are no list',
      { nodes: [{ metadata: { annotations: { 'k3s.io/node-args': '{' } } }] },
      'none',
    ],
  ])('where %s', (_, some, expected) => {
    expect(loadBalancer(signs(some))).toBe(expected);
  });
});

describe('held ports', () => {
  const own: ApiService = {
    metadata: { namespace: 'a', name: 'own', labels: { 'app.kubernetes.io/managed-by': 'hks' } },
    spec: {
      type: 'NodePort',
      ports: [{ port: 5000, nodePort: 30500 }],
      healthCheckNodePort: 30700,
    },
  };
  const inside: ApiService = {
    metadata: { namespace: 'a', name: 'inside' },
    spec: { type: 'ClusterIP', ports: [{ port: 80 }] },
  };

  test('are node ports, and those of ServiceLB on the nodes', () => {
    expect(heldPorts([balanced('b'), own, inside], 'servicelb')).toEqual([
      { port: 80, kind: 'loadBalancer', service: 'web/b' },
      { port: 30500, kind: 'nodePort', service: 'a/own', managedBy: 'hks' },
      { port: 30700, kind: 'nodePort', service: 'a/own', managedBy: 'hks' },
      { port: 31000, kind: 'nodePort', service: 'web/b' },
    ]);
  });

  test('are not those of a load balancer with addresses of its own', () => {
    expect(heldPorts([balanced('b'), inside], 'other')).toEqual([
      { port: 31000, kind: 'nodePort', service: 'web/b' },
    ]);
  });
});

describe('the gateway', () => {
  const gateway = (service: Partial<ApiService>, labels = {}): ApiService => ({
    ...service,
    metadata: { namespace: 'kourier-system', name: 'kourier', labels },
  });

  test('is the Service of Kourier, with its owner and address', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'hks' };
    const services = [balanced('a'), gateway(balanced('b', { ip: '192.0.2.10' }), labels)];
    expect(gatewayFacts(services)).toEqual({
      type: 'LoadBalancer',
      managedBy: 'hks',
      address: '192.0.2.10',
    });
  });

  test('has neither where there is none', () => {
    expect(gatewayFacts([gateway({})])).toEqual({ type: 'ClusterIP' });
    expect(gatewayFacts([balanced('kourier')])).toBeUndefined();
  });
});
