/** @module Tests of what isolates functions and sandboxes. */
import { chooseSandbox } from '../../../stacks/cluster/sandbox';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClusterFacts, NodeFacts } from '../../../stacks/facts';
import { factsOf, K3S_HOST } from '../platform-fixture';

type Sandbox = HostPlatformSettings['sandbox'];
const decide = (sandbox: Sandbox, facts: Partial<ClusterFacts>) =>
  chooseSandbox(HostPlatformConfig.parse({ sandbox }), factsOf(facts));
const nodesOf = (handlers: Record<string, string[]>): NodeFacts[] =>
  Object.entries(handlers).map(([name, runtimeHandlers]) => ({
    ...(K3S_HOST.nodes[0] as NodeFacts),
    name,
    runtimeHandlers,
  }));
const INSTALL = `Put runsc and containerd-shim-runsc-v1 into /usr/local/bin of each, add the runtime io.containerd.runsc.v1 to /var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl below {{ template "base" . }} and restart K3s`;
const made = (handler: string) => ({
  sandbox: { runtimeClass: 'gvisor', handler, make: true },
  faults: [],
});

describe('auto', () => {
  test.each([
    ['gvisor', ['gvisor', 'runc']],
    ['runsc', ['runc', 'runsc']],
    ['gvisor', ['gvisor', 'runc', 'runsc']],
  ])('takes %s from %j', (handler, handlers) => {
    expect(decide({}, { nodes: nodesOf({ a: handlers, b: handlers }) })).toEqual(made(handler));
  });

  test('takes none that a node lacks, and says which', () => {
    const nodes = nodesOf({ a: ['gvisor', 'runc'], b: ['runc'], c: [] });
    expect(decide({}, { nodes })).toEqual({
      faults: [],
      off: `The handler gvisor or runsc is missing on b, c. ${INSTALL}, or set sandbox.runtime to 'none'.`,
    });
  });

  test('looks at no node that takes no pods', () => {
    const [a, b] = nodesOf({ a: ['gvisor'], b: ['runc'] }) as [NodeFacts, NodeFacts];
    expect(decide({}, { nodes: [a, { ...b, takesPods: false }] })).toEqual(made('gvisor'));
  });

  test('isolates nothing on a cluster without nodes', () => {
    expect(decide({}, { nodes: [] }).sandbox).toBeUndefined();
  });
});

test('none isolates nothing, whatever is there', () => {
  expect(decide({ runtime: 'none' }, { nodes: nodesOf({ a: ['gvisor'] }) })).toEqual({
    faults: [],
    off: `sandbox.runtime is 'none'. Set it to 'auto' or 'gvisor'.`,
  });
});

describe('gvisor', () => {
  test('must be on every node', () => {
    const nodes = nodesOf({ a: ['gvisor'], b: ['runc'] });
    expect(decide({ runtime: 'gvisor' }, { nodes }).faults).toEqual([
      `'sandbox.runtime' of the settings needs the handler gvisor or runsc on every node, received 'gvisor'. It is missing on b. ${INSTALL}, or set sandbox.runtime to 'auto'.`,
    ]);
    const all = nodesOf({ a: ['gvisor'], b: ['gvisor'] });
    expect(decide({ runtime: 'gvisor' }, { nodes: all })).toEqual(made('gvisor'));
  });

  test('under two names on two nodes is on neither everywhere', () => {
    const nodes = nodesOf({ a: ['gvisor'], b: ['runsc'] });
    expect(decide({ runtime: 'gvisor' }, { nodes }).faults).toEqual([
      `'sandbox.runtime' of the settings needs the handler gvisor or runsc on every node, received 'gvisor'. It is missing on a, b. ${INSTALL}, or set sandbox.runtime to 'auto'.`,
    ]);
  });

  test('ten nodes are named, and how many more', () => {
    const nodes = nodesOf(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`n${i}`, []])));
    expect(decide({ runtime: 'gvisor', handler: 'kata' }, { nodes }).faults[0]).toContain(
      "needs the handler kata on every node, received 'gvisor'. It is missing on n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more.",
    );
  });
});

describe('a RuntimeClass that is there', () => {
  const nodes = nodesOf({ a: ['gvisor', 'runsc'] });

  test('of another owner with a handler of the nodes is used as it is', () => {
    const runtimeClasses = [{ name: 'gvisor', handler: 'runsc' }];
    expect(decide({}, { nodes, runtimeClasses })).toEqual({
      sandbox: { runtimeClass: 'gvisor', handler: 'runsc', make: false },
      faults: [],
    });
  });

  test('of another owner with another handler is a fault', () => {
    const runtimeClasses = [{ name: 'gvisor', handler: 'kata' }];
    expect(decide({}, { nodes, runtimeClasses })).toEqual({
      faults: [
        `'sandbox.handler' of the settings must be the handler of the RuntimeClass 'gvisor', which is there and not the platform's, received 'gvisor, runsc'. Remove that RuntimeClass, whose handler is 'kata', or set sandbox.runtime to 'none'.`,
      ],
    });
  });

  test('of the platform keeps its handler, which cannot be changed, while the nodes have it', () => {
    const runtimeClasses = [{ name: 'gvisor', handler: 'runsc', managedBy: 'hks' }];
    expect(decide({}, { nodes, runtimeClasses })).toEqual(made('runsc'));
    const only = nodesOf({ a: ['gvisor'] });
    expect(decide({}, { nodes: only, runtimeClasses })).toEqual(made('gvisor'));
  });
});
