/** @module Tests of the reasons not to begin. */
import {
  PreflightError,
  preflight,
  preflightWarnings,
  removalFaults,
} from '../../../stacks/cluster/preflight';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClusterFacts, CrdFacts, NodeFacts } from '../../../stacks/facts';
import { factsOf, K3S_HOST } from '../platform-fixture';

const faultsOf = (
  settings: HostPlatformSettings = {},
  facts: Partial<ClusterFacts> = {},
  options = {},
) => preflight(HostPlatformConfig.parse(settings), factsOf(facts), options);
const namespaces = (...names: string[]) => names.map((name) => ({ name }));
const ours = (...names: string[]) => names.map((name) => ({ name, managedBy: 'hks' }));
const crds = (names: readonly string[], managedBy?: string): CrdFacts[] =>
  names.map((name) => ({ name, storedVersions: ['v1'], ...(managedBy && { managedBy }) }));
const REMOVE =
  'Remove it with what installed it, its functions included, or choose another cluster; the platform does not take it over.';

test('a K3s host has none', () => {
  expect(faultsOf()).toEqual([]);
});

test('all are told at once, those of others first', () => {
  const faults = faultsOf(
    { exposure: 'hostPort', monitoring: 'enabled' },
    { storageClasses: [], namespaces: namespaces('knative-serving') },
    { more: ['Too old.'] },
  );
  expect(faults).toHaveLength(6);
  expect(faults[0]).toBe('Too old.');
});

describe('Knative of another owner', () => {
  test('is named, whole or half', () => {
    const facts = {
      namespaces: namespaces('default', 'knative-serving', 'kourier-system'),
      crds: crds(['services.serving.knative.dev', 'ingressroutes.traefik.io']),
    };
    expect(faultsOf({}, facts)).toEqual([
      `Knative of another owner is in the cluster: namespaces knative-serving, kourier-system and CRD services.serving.knative.dev without the label app.kubernetes.io/managed-by=hks. ${REMOVE}`,
    ]);
    expect(faultsOf({}, { namespaces: namespaces('knative-serving') })).toEqual([
      `Knative of another owner is in the cluster: namespace knative-serving without the label app.kubernetes.io/managed-by=hks. ${REMOVE}`,
    ]);
  });

  test('is named by ten CRDs and how many more', () => {
    const names = Array.from(
      { length: 12 },
      (_, i) => `k${String(i).padStart(2, '0')}.serving.knative.dev`,
    );
    expect(faultsOf({}, { crds: crds(names) })).toEqual([
      `Knative of another owner is in the cluster: CRDs ${names.slice(0, 10).join(', ')} and 2 more without the label app.kubernetes.io/managed-by=hks. ${REMOVE}`,
    ]);
  });

  test("is not the platform's own, nor what a removed platform left", () => {
    const facts = {
      namespaces: ours('knative-serving'),
      crds: crds(['services.serving.knative.dev'], 'hks'),
    };
    expect(faultsOf({}, facts)).toEqual([]);
  });

  test("is in nobody's way with Eventing while ours is off", () => {
    const facts = {
      namespaces: namespaces('knative-eventing'),
      crds: crds(['brokers.eventing.knative.dev', 'pingsources.sources.knative.dev']),
    };
    expect(faultsOf({}, facts)).toEqual([]);
    expect(faultsOf({ eventing: { enabled: true } }, facts)).toEqual([
      `Knative of another owner is in the cluster: namespace knative-eventing and CRDs brokers.eventing.knative.dev, pingsources.sources.knative.dev without the label app.kubernetes.io/managed-by=hks. ${REMOVE}`,
    ]);
  });
});

describe("namespaces of the platform's names", () => {
  test('are named when they are of another owner', () => {
    expect(faultsOf({}, { namespaces: namespaces('hks-system', 'hks-build') })).toEqual([
      `The namespace hks-system is there without the label app.kubernetes.io/managed-by=hks: it is not the platform's. Remove it, or hand it over by 'kubectl label namespace hks-system app.kubernetes.io/managed-by=hks'.`,
      `The namespace hks-build is there without the label app.kubernetes.io/managed-by=hks: it is not the platform's. Remove it, name another one in builder.namespace, or choose another cluster; what it holds goes with it.`,
    ]);
    expect(faultsOf({}, { namespaces: ours('hks-system', 'hks-build') })).toEqual([]);
    const another = { builder: { namespace: 'builds' } };
    expect(faultsOf(another, { namespaces: namespaces('hks-build') })).toEqual([]);
  });

  test('are those of another stack when this one is new', () => {
    const facts = { namespaces: ours('hks-build', 'knative-serving') };
    const isNewStack = { isNewStack: true };
    expect(faultsOf({}, facts, isNewStack)).toEqual([
      'This stack is new, but the cluster has a platform already: namespaces hks-build, knative-serving with the label app.kubernetes.io/managed-by=hks. Choose the stack and backend that made it, or remove it with them.',
    ]);
    expect(faultsOf({}, {}, isNewStack)).toEqual([]);
    const left = {
      crds: crds(['services.serving.knative.dev'], 'hks'),
      namespaces: ours('hks-system'),
    };
    expect(faultsOf({}, left, isNewStack)).toEqual([]);
  });
});

describe('volumes', () => {
  const noDefault = (prop: string, fix: string) =>
    `'${prop}' of the settings must be set in a cluster that has no default StorageClass, received nothing. ${fix}.`;

  test('need a default StorageClass', () => {
    const fix = 'Give the cluster a StorageClass, such as local-path of K3s';
    expect(faultsOf({}, { storageClasses: [] })).toEqual([
      noDefault('registry.storageClass', fix),
      noDefault('builder.storageClass', fix),
    ]);
  });

  test('of every part need one, or one by name', () => {
    const settings = {
      packageProxy: { enabled: true },
      controlPlane: { image: 'registry.example.com/hks:1.0.0' },
      builder: { storageClass: 'fast' },
    };
    const facts = { storageClasses: [{ name: 'fast', isDefault: false }] };
    expect(faultsOf(settings, facts)).toEqual(
      ['registry', 'packageProxy', 'postgres'].map((part) =>
        noDefault(`${part}.storageClass`, 'Set it to one of fast'),
      ),
    );
  });

  test('cannot have a StorageClass that is not there', () => {
    expect(faultsOf({ registry: { storageClass: 'slow' } })).toEqual([
      `'registry.storageClass' of the settings must be a StorageClass of the cluster, received 'slow'. Set it to one of local-path.`,
    ]);
  });
});

describe('warnings', () => {
  const node = K3S_HOST.nodes[0] as NodeFacts;

  test('there are none with room', () => {
    expect(preflightWarnings(K3S_HOST)).toEqual([]);
  });

  test('too little room, and what was guessed', () => {
    const nodes = [
      { ...node, cpu: 1, memory: 1.5 * 1024 ** 3 },
      { ...node, takesPods: false },
    ];
    expect(preflightWarnings(factsOf({ nodes, notes: ['DNS was guessed.'] }))).toEqual([
      'DNS was guessed.',
      'The nodes have 1 CPU and 1.5 GiB for pods; the platform asks for about 2 CPU and 3 GiB before the first function.',
    ]);
  });
});

describe('removal', () => {
  test('waits for functions to be gone', () => {
    expect(removalFaults({ functions: [] })).toEqual([]);
    expect(removalFaults({ functions: [], leftBehind: ['brokers shop/default'] })).toEqual([
      '1 object is still there, and could not be deleted without the platform: brokers shop/default. Delete them first.',
    ]);
    expect(removalFaults({ functions: ['shop/a'] })).toEqual([
      '1 function is still there, and would go with the platform: shop/a. Delete them first.',
    ]);
    const functions = Array.from({ length: 12 }, (_, i) => `shop/f${i}`);
    expect(removalFaults({ functions })).toEqual([
      `12 functions are still there, and would go with the platform: ${functions.slice(0, 10).join(', ')} and 2 more. Delete them first.`,
    ]);
  });
});

test('the error lists every fault', () => {
  const error = new PreflightError(['One.', 'Two.'], 'prod');
  expect(error.message).toBe(
    `Nothing was changed in the cluster of context 'prod':\n  - One.\n  - Two.`,
  );
  expect(error.faults).toEqual(['One.', 'Two.']);
});
