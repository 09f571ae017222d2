/** @module Tests of nodes as facts. */
import fc from 'fast-check';
import { asCidr, nodeCidrs, nodeFacts } from '../../../stacks/cluster/nodes';

test('a node tells its addresses, runtimes and room', () => {
  const node = {
    metadata: { name: 'b', labels: { 'node-role.kubernetes.io/control-plane': 'true' } },
    spec: { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
    status: {
      addresses: [
        { type: 'Hostname', address: 'b' },
        { type: 'InternalIP', address: 'fd00::2' },
        { type: 'InternalIP', address: '10.0.0.2' },
        { type: 'ExternalIP', address: '2001:db8::2' },
      ],
      runtimeHandlers: [{ name: 'runc' }, { name: '' }, {}, { name: 'gvisor' }],
      nodeInfo: { architecture: 'arm64' } as never,
      allocatable: { cpu: '3500m', memory: '7Gi' },
    },
  };
  expect(nodeFacts([node, { metadata: { name: 'a' } }])).toEqual([
    {
      name: 'a',
      isControlPlane: false,
      takesPods: true,
      runtimeHandlers: [],
      architecture: '',
      cpu: 0,
      memory: 0,
    },
    {
      name: 'b',
      externalAddress: '2001:db8::2',
      internalAddress: '10.0.0.2',
      isControlPlane: true,
      takesPods: true,
      runtimeHandlers: ['gvisor', 'runc'],
      architecture: 'arm64',
      cpu: 3.5,
      memory: 7 * 1024 ** 3,
    },
  ]);
  expect(nodeCidrs([node, node])).toEqual(['10.0.0.2/32', '2001:db8::2/128', 'fd00::2/128']);
});

test('the addresses of nodes are those of flannel and of the bridge too', () => {
  const spec = { podCIDRs: ['10.42.1.0/24', 'fd00:42:1::/64', 'fd00:43:0:1::8/125'] };
  const expected = ['10.42.1.0/32', '10.42.1.1/32', 'fd00:42:1::/128', 'fd00:42:1::1/128'];
  expect(nodeCidrs([{ metadata: { name: 'a' }, spec }])).toEqual(expected);
});

test.each([
  ['node-role.kubernetes.io/control-plane', 'NoSchedule', false],
  ['dedicated', 'NoExecute', false],
  ['dedicated', 'PreferNoSchedule', true],
  ['node.kubernetes.io/not-ready', 'NoExecute', true],
  ['node.cloudprovider.kubernetes.io/uninitialized', 'NoSchedule', true],
])('a node with the taint %s:%s takes pods: %s', (key, effect, takesPods) => {
  const [facts] = nodeFacts([{ metadata: { name: 'a' }, spec: { taints: [{ key, effect }] } }]);
  expect(facts?.takesPods).toBe(takesPods);
});

test('room is told in cores and bytes, whatever the unit', () => {
  const units = { '': 1, m: 0.001, k: 1e3, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };
  fc.assert(
    fc.property(fc.nat(1e6), fc.constantFrom(...Object.entries(units)), (n, [unit, factor]) => {
      const allocatable = { cpu: `${n}${unit}`, memory: `${n}${unit}` };
      const [facts] = nodeFacts([{ status: { allocatable } }]);
      expect(facts?.cpu).toBeCloseTo(n * factor);
      expect(facts?.memory).toBeCloseTo(n * factor);
    }),
  );
});

test('an address is a range of one', () => {
  expect([asCidr('10.0.0.1'), asCidr('fd00::1')]).toEqual(['10.0.0.1/32', 'fd00::1/128']);
});
