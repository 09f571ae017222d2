/** @module The connections of a workload's pods that the project's default deny would drop. */
import { createHash } from 'node:crypto';
import type { Construct, IConstruct } from 'constructs';
import { checkKnown, checkList, checkName } from '../check';
import { invalid } from '../invalid';
import type { Peer, PortRule } from '../network';
import type { Project } from '../project';
import { checkPeer, checkRule } from '../project/rules';

/** A connection that a workload's pods may open. */
export interface EgressRule {
  /** What it is for, as part of the policy's name: a DNS label, like `database`. */
  readonly name: string;
  readonly peers: readonly Peer[];
  /** @default - all ports */
  readonly ports?: readonly PortRule[];
}

/** Refuses rules that name nothing or nobody, and names that come twice. */
export function checkEgress(
  owner: Construct,
  given: readonly EgressRule[] = [],
): readonly EgressRule[] {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop: 'egress',
      rule: 'must be an array of { name, peers, ports }',
      received: given,
      fix: `Write [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }]`,
    });
  }
  given.forEach((rule: EgressRule, index) => {
    const prop = `egress[${index}]`;
    checkKnown(owner, rule, ['name', 'peers', 'ports'], `${prop}.`);
    checkName(owner, `${prop}.name`, rule.name);
    checkPeers(owner, `${prop}.peers`, rule.peers);
    // Rules without ports are checked, and warned of, when they become policies.
    if (rule.ports !== undefined) checkRule(owner, prop, { ...rule, direction: 'egress' });
    if (given.findIndex(({ name }) => name === rule.name) !== index) {
      throw invalid(owner, {
        prop: `${prop}.name`,
        rule: 'must not come twice',
        received: rule.name,
        fix: 'Give each rule its own name',
      });
    }
  });
  return given;
}

/** Refuses a list of peers that is none, is empty, or holds something else. */
export function checkPeers(owner: IConstruct, prop: string, peers: readonly Peer[]): void {
  checkList(owner, prop, peers, `[{ namespace: 'monitoring' }]`);
  peers.forEach((peer, index) => {
    checkPeer(owner, `${prop}[${index}]`, peer);
  });
}

/** One policy for each rule, named after the workload. */
export function allowEgress(
  owner: Construct,
  project: Project,
  workload: string,
  select: Readonly<Record<string, string>>,
  rules: readonly EgressRule[],
): void {
  for (const { name, peers, ports } of rules) {
    project.allow(
      { name: policyName(workload, `to-${name}`), direction: 'egress', select, peers, ports },
      owner,
    );
  }
}

/** The policy's name, which is also a label's value: cut at 63 characters, with a hash of what was cut. */
export function policyName(workload: string, suffix: string): string {
  const name = `${workload}-${suffix}`;
  if (name.length <= 63) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 54)}-${hash}`;
}
