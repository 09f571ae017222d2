/** @module Checks of the network rules that a project takes: what a policy would refuse, and what it would silently open. */
import type { Construct, IConstruct } from 'constructs';
import { checkKnown, checkLabels, checkList, checkName, checkObject, checkOneOf } from '../check';
import { invalid } from '../invalid';
import type { AllowRule, Peer, PortRule } from '../network';
import { warn } from '../warnings';
import { bitsOf, type Cidr, cidrText, contains, networkOf, parseCidr } from './cidr';

const DIRECTIONS = ['ingress', 'egress'] as const;
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** Refuses a rule that names nothing or nobody, and warns of one that opens everything. */
export function checkRule(owner: Construct, prop: string, rule: unknown): AllowRule {
  checkObject(
    owner,
    prop,
    rule,
    `{ name: 'database', direction: 'egress', peers: [{ cidrs: ['10.0.0.5/32'] }] }`,
  );
  checkKnown(owner, rule, ['name', 'direction', 'select', 'peers', 'ports'], `${prop}.`);
  const { name, direction, select, peers, ports } = rule as Partial<AllowRule>;
  checkName(owner, `${prop}.name`, name);
  checkOneOf(owner, `${prop}.direction`, direction ?? null, DIRECTIONS);
  checkLabels(owner, `${prop}.select`, select);
  checkList(owner, `${prop}.peers`, peers, `[{ pods: { 'hks.io/app': 'api' } }]`);
  peers.forEach((peer, index) => {
    checkPeer(owner, `${prop}.peers[${index}]`, peer);
  });
  if (ports !== undefined) {
    checkList(owner, `${prop}.ports`, ports, '[{ port: 443 }]');
    ports.forEach((port, index) => {
      checkPort(owner, `${prop}.ports[${index}]`, port);
    });
  }
  if (ports === undefined) warnOfOpenPeers(owner, prop, peers);
  return rule as AllowRule;
}

/** Refuses a peer of no kind or of two kinds: Kubernetes reads an empty one as everybody. */
export function checkPeer(owner: IConstruct, prop: string, peer: Peer): void {
  const example = `{ namespace: 'monitoring' }`;
  checkObject(owner, prop, peer, example);
  if ('cidrs' in peer) {
    checkKnown(owner, peer, ['cidrs', 'except'], `${prop}.`);
    const blocks = checkCidrs(owner, `${prop}.cidrs`, peer.cidrs);
    checkExcept(owner, `${prop}.except`, peer.except, blocks);
    return;
  }
  checkKnown(owner, peer, ['pods', 'namespace'], `${prop}.`);
  if ('namespace' in peer) checkName(owner, `${prop}.namespace`, peer.namespace);
  else if (peer.pods === undefined) {
    throw invalid(owner, {
      prop,
      rule: 'must say who it is: { pods }, { namespace, pods } or { cidrs, except }',
      received: peer,
      fix: `Write ${example}, or { pods: {} } for all pods of the project`,
    });
  }
  checkLabels(owner, `${prop}.pods`, peer.pods);
}

/** Refuses what is no list of blocks of addresses, each with its host bits 0. */
export function checkCidrs(owner: IConstruct, prop: string, cidrs: unknown): readonly Cidr[] {
  checkList(owner, prop, cidrs, `['10.0.0.0/8']`);
  return cidrs.map((text, index) => {
    const at = `${prop}[${index}]`;
    const block = parseCidr(text);
    if (!block) {
      const host = typeof text === 'string' && !text.includes('/') ? hostBlock(text) : undefined;
      throw invalid(owner, {
        prop: at,
        rule: 'must be a CIDR, an IPv4 or IPv6 address with its prefix length',
        received: text,
        fix: `Write '${host ?? '10.0.0.0/8'}'`,
      });
    }
    const network = networkOf(block);
    if (network.first !== block.first) {
      throw invalid(owner, {
        prop: at,
        rule: 'must have no bits set behind its prefix length',
        received: text,
        fix: `Write '${cidrText(network)}' for the network, or '${cidrText({ ...block, prefix: bitsOf(block.family) })}' for the one address`,
      });
    }
    if (cidrs.indexOf(text) !== index) {
      throw invalid(owner, {
        prop: at,
        rule: 'must not come twice',
        received: text,
        fix: 'Remove one of the two',
      });
    }
    return block;
  });
}

function hostBlock(address: string): string | undefined {
  if (parseCidr(`${address}/32`)?.family === 4) return `${address}/32`;
  return parseCidr(`${address}/128`) ? `${address}/128` : undefined;
}

function checkExcept(
  owner: IConstruct,
  prop: string,
  except: readonly string[] | undefined,
  blocks: readonly Cidr[],
): void {
  if (except === undefined) return;
  checkCidrs(owner, prop, except).forEach((hole, index) => {
    if (blocks.some((block) => block.prefix < hole.prefix && contains(block, hole))) return;
    throw invalid(owner, {
      prop: `${prop}[${index}]`,
      rule: 'must lie within one of the cidrs and be smaller than it',
      received: except[index],
      fix: `Choose a part of ${blocks.map(cidrText).join(' or ')}`,
    });
  });
}

function checkPort(owner: IConstruct, prop: string, port: unknown): void {
  checkObject(owner, prop, port, '{ port: 443 }');
  checkKnown(owner, port, ['port', 'protocol'], `${prop}.`);
  const { port: value, protocol } = port as Partial<PortRule>;
  checkOneOf(owner, `${prop}.protocol`, protocol, PROTOCOLS);
  const isNumber = typeof value === 'number' && Number.isInteger(value) && value > 0;
  if (isNumber && value <= 65_535) return;
  if (typeof value === 'string' && isPortName(value)) return;
  throw invalid(owner, {
    prop: `${prop}.port`,
    rule: 'must be a number from 1 to 65535, or the name of a port: at most 15 lower-case letters, digits and single dashes',
    received: value,
    fix:
      typeof value === 'string' && /^\d+$/.test(value)
        ? `Write ${value} without quotes`
        : `Write 443 or 'https'`,
  });
}

/** A service name as RFC 6335 has it: at least one letter, no dash at an end or beside another. */
function isPortName(name: string): boolean {
  return /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

function warnOfOpenPeers(owner: Construct, prop: string, peers: readonly Peer[]): void {
  for (const peer of peers) {
    if (!('cidrs' in peer) || (peer.except?.length ?? 0) > 0) continue;
    const open = peer.cidrs.filter((cidr) => (parseCidr(cidr)?.prefix ?? 128) <= 1);
    if (open.length === 0) continue;
    warn(
      owner,
      `'${prop}' opens every port of ${open.join(' and ')}, the node, the API server and other tenants' load balancers among them. Name 'ports', or leave private networks out with 'except'.`,
    );
  }
}
