/** @module Where a pool or a build may connect to: addresses, less the private ones that nobody meant. */
import type { Construct } from 'constructs';
import { checkInteger, checkKnown, checkList, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import type { Peer, PortRule } from '../network';
import { contains, parseCidr } from '../project/cidr';
import { checkPeer } from '../project/rules';

/** Addresses and ports that a pod may open connections to. */
export interface EgressRule {
  /** Addresses, e.g. `['203.0.113.10/32']`. */
  readonly cidrs: readonly string[];
  /** Addresses of `cidrs` that stay closed. @default - private and link-local ranges that lie within one of `cidrs` */
  readonly except?: readonly string[];
  /** Ports, by number. @default - all */
  readonly ports?: readonly PortRule[];
}

/** What "the internet" leaves out: the cluster, the node's network, and the metadata service of a cloud. */
export const PRIVATE_RANGES: readonly string[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/** A rule as a policy takes it. */
export interface ResolvedEgress {
  readonly peers: readonly Peer[];
  readonly ports?: readonly PortRule[];
}

/** The rules as peers and ports of policies, one for each rule. */
export function resolveEgress(
  owner: Construct,
  prop: string,
  rules: readonly EgressRule[] = [],
): readonly ResolvedEgress[] {
  if (!Array.isArray(rules)) {
    throw invalid(owner, {
      prop,
      rule: 'must be an array of { cidrs, except, ports }',
      received: rules,
      fix: `Write [{ cidrs: ['203.0.113.10/32'], ports: [{ port: 443 }] }]`,
    });
  }
  return rules.map((rule: EgressRule, index) => {
    const at = `${prop}[${index}]`;
    checkKnown(owner, rule, ['cidrs', 'except', 'ports'], `${at}.`);
    const { cidrs, except, ports } = rule;
    checkPeer(owner, at, compact({ cidrs, except }));
    return compact({
      peers: except ? [{ cidrs, except }] : cidrs.map(withoutPrivate),
      ports: resolvePorts(owner, `${at}.ports`, ports),
    });
  });
}

/** A private range that is named itself is meant; one that a larger block happens to hold is not. */
function withoutPrivate(cidr: string): Peer {
  const block = parseCidr(cidr);
  const except = PRIVATE_RANGES.filter((text) => {
    const range = parseCidr(text);
    return block && range && block.prefix < range.prefix && contains(block, range);
  });
  return compact({ cidrs: [cidr], except: except.length > 0 ? except : undefined });
}

/** Ports of a rule: numbers from 1 to 65535. */
export function resolvePorts(
  owner: Construct,
  prop: string,
  ports: readonly PortRule[] | undefined,
): readonly PortRule[] | undefined {
  if (ports === undefined) return undefined;
  checkList(owner, prop, ports, '[{ port: 443 }]');
  return ports.map((rule, index) => {
    const at = `${prop}[${index}]`;
    checkKnown(owner, rule, ['port', 'protocol'], `${at}.`);
    checkInteger(owner, `${at}.port`, rule.port ?? null, { min: 1, max: 65_535 });
    checkOneOf(owner, `${at}.protocol`, rule.protocol, ['TCP', 'UDP', 'SCTP']);
    return rule;
  });
}
