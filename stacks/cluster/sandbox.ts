/** @module What isolates functions and sandboxes: gVisor where every node has it, nothing where one has not. */
import { invalid } from '../../constructs/invalid';
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts, NodeFacts, RuntimeClassFacts } from '../facts';
import { MANAGER } from '../ownership';
import type { SandboxChoice } from '../platform';
import { nodesForPods } from './nodes';
import { OWNER } from './owner';
import { shown } from './shown';

export interface SandboxDecision {
  readonly sandbox?: SandboxChoice;
  readonly faults: readonly string[];
  /** Why there is none. */
  readonly off?: string;
}

/** The name of the platform's RuntimeClass. */
const RUNTIME_CLASS = 'gvisor';
/** What runsc is called in the configuration of containerd, by custom. */
const HANDLERS = ['gvisor', 'runsc'];

export function chooseSandbox(config: HostPlatformConfig, facts: ClusterFacts): SandboxDecision {
  const { runtime, handler } = config.sandbox;
  if (runtime === 'none') {
    return { faults: [], off: `sandbox.runtime is 'none'. Set it to 'auto' or 'gvisor'.` };
  }
  const wanted = handler === undefined ? HANDLERS : [handler];
  const nodes = nodesForPods(facts);
  const usable = wanted.filter(
    (name) => nodes.length > 0 && nodes.every((node) => node.runtimeHandlers.includes(name)),
  );
  const existing = facts.runtimeClasses.find(({ name }) => name === RUNTIME_CLASS);
  if (usable.length === 0) return missing(runtime, wanted, nodes);
  return decide(usable, existing);
}

function decide(
  usable: readonly string[],
  existing: RuntimeClassFacts | undefined,
): SandboxDecision {
  const kept = usable.find((name) => name === existing?.handler);
  const [first = ''] = usable;
  if (existing === undefined || existing.managedBy === MANAGER) {
    return {
      sandbox: { runtimeClass: RUNTIME_CLASS, handler: kept ?? first, make: true },
      faults: [],
    };
  }
  if (kept !== undefined) {
    return { sandbox: { runtimeClass: RUNTIME_CLASS, handler: kept, make: false }, faults: [] };
  }
  const fault = invalid(OWNER, {
    prop: 'sandbox.handler',
    rule: `must be the handler of the RuntimeClass '${RUNTIME_CLASS}', which is there and not the platform's`,
    received: usable.join(', '),
    fix: `Remove that RuntimeClass, whose handler is '${existing.handler}', or set sandbox.runtime to 'none'`,
  }).message;
  return { faults: [fault] };
}

function missing(
  runtime: 'auto' | 'gvisor',
  wanted: readonly string[],
  nodes: readonly NodeFacts[],
): SandboxDecision {
  const without = nodes
    .filter(({ runtimeHandlers }) => !wanted.some((name) => runtimeHandlers.includes(name)))
    .map(({ name }) => name);
  const who = shown(without.length > 0 ? without : nodes.map(({ name }) => name));
  const names = wanted.join(' or ');
  if (runtime === 'auto') {
    return {
      faults: [],
      off: `The handler ${names} is missing on ${who}. ${INSTALL}, or set sandbox.runtime to 'none'.`,
    };
  }
  const fault = invalid(OWNER, {
    prop: 'sandbox.runtime',
    rule: `needs the handler ${names} on every node`,
    received: runtime,
    fix: `It is missing on ${who}. ${INSTALL}, or set sandbox.runtime to 'auto'`,
  }).message;
  return { faults: [fault] };
}

const INSTALL =
  'Put runsc and containerd-shim-runsc-v1 into /usr/local/bin of each, add the runtime io.containerd.runsc.v1 to /var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl below {{ template "base" . }} and restart K3s';
