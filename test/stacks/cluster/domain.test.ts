/** @module Tests of the domain of functions. */
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { chooseDomain, sslip } from '../../../stacks/cluster/domain';
import type { Exposure } from '../../../stacks/cluster/exposure';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClusterFacts, NodeFacts } from '../../../stacks/facts';
import { factsOf, K3S_HOST } from '../platform-fixture';

const decide = (
  exposure: Exposure,
  settings: HostPlatformSettings = {},
  facts: Partial<ClusterFacts> = {},
) => chooseDomain(HostPlatformConfig.parse(settings), factsOf(facts), exposure);
const node = (name: string, rest: Partial<NodeFacts>): NodeFacts => {
  const { internalAddress: _, ...base } = K3S_HOST.nodes[0] as NodeFacts;
  return { ...base, name, isControlPlane: false, ...rest };
};
const NO_ADDRESS = `'domain' of the settings must be set where nobody knows the load balancer's IP address yet`;
const FIX = `Set domain, exposure to 'loadBalancer' with loadBalancerIP, or exposure to 'nodePort'.`;

test('the setting comes first', () => {
  const settings = { domain: 'functions.example.com', loadBalancerIP: '198.51.100.7' };
  expect(decide('loadBalancer', settings)).toEqual({ domain: 'functions.example.com', faults: [] });
});

describe('of a node', () => {
  test('the first of the control plane by name, by its external address', () => {
    const nodes = [
      node('a', { internalAddress: '10.0.0.1' }),
      node('c', { internalAddress: '10.0.0.3', isControlPlane: true }),
      node('b', {
        internalAddress: '10.0.0.2',
        externalAddress: '198.51.100.2',
        isControlPlane: true,
      }),
    ];
    expect(decide('nodePort', {}, { nodes }).domain).toBe('198.51.100.2.sslip.io');
    expect(decide('hostPort', {}, { nodes: nodes.slice(0, 2) }).domain).toBe('10.0.0.3.sslip.io');
    expect(decide('hostPort', {}, { nodes: nodes.slice(0, 1) }).domain).toBe('10.0.0.1.sslip.io');
  });

  test('there is a fault without any address', () => {
    expect(decide('nodePort', {}, { nodes: [node('a', {})] })).toEqual({
      domain: '',
      faults: [
        `'domain' of the settings must be set where no node has an address, received nothing. Set domain to the domain of functions.`,
      ],
    });
  });
});

describe('of a load balancer', () => {
  const other: Partial<ClusterFacts> = { loadBalancer: 'other', heldPorts: [] };

  test('the address that is asked for', () => {
    const settings = { exposure: 'loadBalancer', loadBalancerIP: '198.51.100.7' } as const;
    expect(decide('loadBalancer', settings, other).domain).toBe('198.51.100.7.sslip.io');
  });

  test('the address that the own gateway has', () => {
    const gateway = { type: 'LoadBalancer', managedBy: 'hks', address: '198.51.100.8' };
    expect(decide('loadBalancer', {}, { ...other, gateway }).domain).toBe('198.51.100.8.sslip.io');
  });

  test('the node, with ServiceLB, whichever address it tells first', () => {
    const gateway = { type: 'LoadBalancer', managedBy: 'hks', address: '192.0.2.99' };
    expect(decide('loadBalancer', {}, { gateway }).domain).toBe('192.0.2.10.sslip.io');
  });

  test.each<[string, Partial<ClusterFacts>, string]>([
    ['nobody knows one', {}, 'nothing'],
    [
      'the gateway is of another owner',
      { gateway: { type: 'LoadBalancer', address: '198.51.100.8' } },
      'nothing',
    ],
    [
      'it has a name instead',
      { gateway: { type: 'LoadBalancer', managedBy: 'hks', address: 'lb.example.com' } },
      `'lb.example.com'`,
    ],
  ])('there is a fault where %s', (_, facts, received) => {
    expect(decide('loadBalancer', {}, { ...other, ...facts })).toEqual({
      domain: '',
      faults: [`${NO_ADDRESS}, received ${received}. ${FIX}`],
    });
  });
});

describe('sslip.io', () => {
  test.each([
    ['10.41.0.1', '10.41.0.1.sslip.io'],
    ['2a01:4f8:c17:b8f::2', '2a01-4f8-c17-b8f--2.sslip.io'],
    ['FD00::', 'fd00--0.sslip.io'],
    ['::1', '0--1.sslip.io'],
  ])('%s', (address, name) => {
    expect(sslip(address)).toBe(name);
  });

  test('every IPv6 address gives a DNS label that means it', () => {
    const plain = fc.ipV6().filter((address) => !address.includes('.'));
    fc.assert(
      fc.property(plain, (address) => {
        const [label = ''] = sslip(address).split('.');
        expect(label).toMatch(/^[0-9a-f]([0-9a-f-]*[0-9a-f])?$/);
        const read = label.replaceAll('-', ':');
        expect(isIPv6(read)).toBe(true);
        expect(canonical(read)).toBe(canonical(address));
      }),
    );
  });
});

const canonical = (address: string) => new URL(`http://[${address}]`).hostname;
