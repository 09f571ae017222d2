/** @module Tests of what settings and cluster decide together. */
import fc from 'fast-check';
import { choose } from '../../../stacks/cluster/choices';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClusterFacts } from '../../../stacks/facts';
import { factsOf, K3S_HOST } from '../platform-fixture';
import { withPlatform } from './after-up';

const configOf = (settings: HostPlatformSettings = {}) => HostPlatformConfig.parse(settings);
const decide = (settings: HostPlatformSettings = {}, facts: Partial<ClusterFacts> = {}) =>
  choose(configOf(settings), factsOf(facts));

describe('by default', () => {
  test('a K3s host of one node', () => {
    expect(decide()).toEqual({
      faults: [],
      choices: {
        exposure: 'nodePort',
        domain: '192.0.2.10.sslip.io',
        singleNode: true,
        postgres: 'off',
        controlPlane: false,
        monitoring: { serviceMonitor: false, prometheusRule: false },
        off: {
          controlPlane: 'controlPlane.image is not set.',
          postgres: 'It is for the control plane, and controlPlane.image is not set.',
          eventing: 'eventing.enabled is false.',
          packageProxy: 'packageProxy.enabled is false.',
          sandbox: `The handler gvisor or runsc is missing on host. Put runsc and containerd-shim-runsc-v1 into /usr/local/bin of each, add the runtime io.containerd.runsc.v1 to /var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl below {{ template "base" . }} and restart K3s, or set sandbox.runtime to 'none'.`,
          monitoring: `The cluster does not know ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1. Install the Prometheus Operator's CRDs; monitoring 'auto' takes them up.`,
        },
      },
    });
  });

  test('everything on', () => {
    const { choices, faults } = decide(
      {
        controlPlane: { image: 'registry.example.com/hks:1.0.0' },
        eventing: { enabled: true },
        packageProxy: { enabled: true },
        monitoring: 'enabled',
        sandbox: { runtime: 'gvisor' },
        domain: 'functions.example.com',
        exposure: 'hostPort',
      },
      {
        heldPorts: [],
        nodes: K3S_HOST.nodes.map((node) => ({ ...node, runtimeHandlers: ['runc', 'runsc'] })),
        apis: [
          'monitoring.coreos.com/v1/PrometheusRule',
          'monitoring.coreos.com/v1/ServiceMonitor',
        ],
      },
    );
    expect(faults).toEqual([]);
    expect(choices).toEqual({
      exposure: 'hostPort',
      domain: 'functions.example.com',
      singleNode: true,
      sandbox: { runtimeClass: 'gvisor', handler: 'runsc', make: true },
      postgres: 'installed',
      controlPlane: true,
      monitoring: { serviceMonitor: true, prometheusRule: true },
      off: {},
    });
  });

  test('a database of your own is external, and off with the control plane', () => {
    const postgres = { url: 'postgres://u:p@db.example.com/hks' };
    const controlPlane = { image: 'registry.example.com/hks:1.0.0' };
    expect(decide({ postgres, controlPlane }).choices.postgres).toBe('external');
    expect(decide({ postgres }).choices.postgres).toBe('off');
  });

  test('several nodes are no single node, unless they take no pods', () => {
    const nodes = ['a', 'b'].map((name) => ({
      ...K3S_HOST.nodes[0],
      name,
    })) as ClusterFacts['nodes'];
    expect(decide({}, { nodes }).choices.singleNode).toBe(false);
    expect(decide({ singleNode: true }, { nodes }).choices.singleNode).toBe(true);
    const [first, second] = nodes as [ClusterFacts['nodes'][0], ClusterFacts['nodes'][0]];
    const tainted = [{ ...first, takesPods: false }, second];
    expect(decide({}, { nodes: tainted }).choices.singleNode).toBe(true);
  });
});

describe('monitoring', () => {
  const monitoring = 'enabled' as const;

  test('cannot be had without the CRDs when it is asked for', () => {
    const apis = ['monitoring.coreos.com/v1/ServiceMonitor'];
    const decision = decide({ monitoring }, { apis });
    expect(decision.faults).toEqual([
      `'monitoring' of the settings needs the kinds ServiceMonitor and PrometheusRule of monitoring.coreos.com/v1, received 'enabled'. Install the Prometheus Operator's CRDs, of which PrometheusRule is missing, or set monitoring to 'auto'.`,
    ]);
  });

  test('auto takes what is there', () => {
    const apis = ['monitoring.coreos.com/v1/ServiceMonitor'];
    const { choices, faults } = decide({}, { apis });
    expect(faults).toEqual([]);
    expect(choices.monitoring).toEqual({ serviceMonitor: true, prometheusRule: false });
    expect(choices.off['monitoring']).toBeUndefined();
  });

  test('disabled makes nothing, whatever is there', () => {
    const apis = [
      'monitoring.coreos.com/v1/PrometheusRule',
      'monitoring.coreos.com/v1/ServiceMonitor',
    ];
    const { choices } = decide({ monitoring: 'disabled' }, { apis });
    expect(choices.monitoring).toEqual({ serviceMonitor: false, prometheusRule: false });
    expect(choices.off['monitoring']).toBe(`monitoring is 'disabled'.`);
  });
});

describe('a second update', () => {
  const settings: fc.Arbitrary<HostPlatformSettings> = fc.record(
    {
      exposure: fc.constantFrom('loadBalancer', 'nodePort', 'hostPort'),
      loadBalancerIP: fc.constantFrom('198.51.100.7', 'fd00::7'),
      domain: fc.constant('functions.example.com'),
      sandbox: fc.record({ runtime: fc.constantFrom('auto', 'gvisor', 'none') }),
      eventing: fc.record({ enabled: fc.boolean() }),
      monitoring: fc.constantFrom('auto', 'enabled', 'disabled'),
    },
    { requiredKeys: [] },
  );
  const node = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    externalAddress: fc.option(fc.ipV4(), { nil: undefined }),
    internalAddress: fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((address) => !address.includes('.')),
    ),
    isControlPlane: fc.boolean(),
    takesPods: fc.boolean(),
    runtimeHandlers: fc.subarray(['runc', 'gvisor', 'runsc']),
    architecture: fc.constant('amd64'),
    cpu: fc.constant(4),
    memory: fc.constant(8 * 1024 ** 3),
  });
  const facts: fc.Arbitrary<Partial<ClusterFacts>> = fc.record({
    nodes: fc.uniqueArray(node, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
    loadBalancer: fc.constantFrom('servicelb', 'other', 'none'),
    heldPorts: fc.subarray([...K3S_HOST.heldPorts]),
    runtimeClasses: fc.subarray([{ name: 'gvisor', handler: 'runsc' }]),
    apis: fc.subarray([
      'monitoring.coreos.com/v1/PrometheusRule',
      'monitoring.coreos.com/v1/ServiceMonitor',
    ]),
  });

  test('decides as the first did, with the objects of the first in the cluster', () => {
    let accepted = 0;
    fc.assert(
      fc.property(settings, facts, (written, found) => {
        const config = configOf(written);
        const before = factsOf(found);
        const first = choose(config, before);
        if (first.faults.length > 0) return;
        accepted += 1;
        expect(choose(config, withPlatform(config, before, first.choices))).toEqual(first);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
