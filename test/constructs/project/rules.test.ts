/** @module Rules of a project: what is taken, what is refused, what is warned of. */
import { App, Chart } from 'cdk8s';
import { checkRule } from '../../../constructs/project/rules';
import { warningsOf } from '../../../constructs/warnings';

const RULE = { name: 'db', direction: 'egress', peers: [{ pods: {} }] };
const of = "of Chart 'shop'";
const check = (rule: unknown, owner = new Chart(new App(), 'shop')) =>
  checkRule(owner, 'allow[0]', rule);

test.each([
  RULE,
  {
    ...RULE,
    select: { 'hks.io/app': 'api' },
    ports: [{ port: 1 }, { port: 65_535, protocol: 'SCTP' }],
  },
  { ...RULE, direction: 'ingress', ports: [{ port: 'https' }, { port: 'a-1' }] },
  { ...RULE, peers: [{ namespace: 'x' }, { namespace: 'x', pods: { a: 'b' } }] },
  { ...RULE, peers: [{ cidrs: ['10.0.0.0/8', 'fd00::/8'], except: ['10.1.0.0/16'] }] },
])('taken as it came: %j', (rule) => {
  expect(check(rule)).toBe(rule);
});

const CIDR_RULE = 'must be a CIDR, an IPv4 or IPv6 address with its prefix length';
const PORT_RULE =
  'must be a number from 1 to 65535, or the name of a port: at most 15 lower-case letters, digits and single dashes';
const LIST = 'must be an array with at least one item';
const cidrs = (...list: unknown[]) => ({ ...RULE, peers: [{ cidrs: list }] });
const ports = (...list: unknown[]) => ({ ...RULE, ports: list });

test.each<[string, unknown, string]>([
  [
    'no rule',
    undefined,
    `'allow[0]' ${of} must be an object, received nothing. Write { name: 'database', direction: 'egress', peers: [{ cidrs: ['10.0.0.5/32'] }] }.`,
  ],
  [
    'an unknown key',
    { ...RULE, port: 1 },
    `'allow[0].port' ${of} is not a known prop, received 1. Did you mean 'allow[0].ports'.`,
  ],
  [
    'no direction',
    { ...RULE, direction: undefined },
    `'allow[0].direction' ${of} must be one of 'ingress', 'egress', received null. Choose one of them.`,
  ],
  [
    'a direction misspelt',
    { ...RULE, direction: 'egres' },
    `'allow[0].direction' ${of} must be one of 'ingress', 'egress', received 'egres'. Did you mean 'egress'.`,
  ],
  [
    'a selector of text',
    { ...RULE, select: 'api' },
    `'allow[0].select' ${of} must be an object, received 'api'. Write { 'hks.io/app': 'api' }.`,
  ],
  [
    'no peers, which Kubernetes reads as everybody',
    { ...RULE, peers: [] },
    `'allow[0].peers' ${of} ${LIST}, received []. Write [{ pods: { 'hks.io/app': 'api' } }], or leave it out where it is optional.`,
  ],
  [
    'peers left out',
    { ...RULE, peers: undefined },
    `'allow[0].peers' ${of} ${LIST}, received nothing. Write [{ pods: { 'hks.io/app': 'api' } }], or leave it out where it is optional.`,
  ],
  [
    'a peer of text',
    { ...RULE, peers: ['10.0.0.0/8'] },
    `'allow[0].peers[0]' ${of} must be an object, received '10.0.0.0/8'. Write { namespace: 'monitoring' }.`,
  ],
  [
    'a peer whose pods are nothing, which would be all of them',
    { ...RULE, peers: [{ pods: undefined }] },
    `'allow[0].peers[0]' ${of} must say who it is: { pods }, { namespace, pods } or { cidrs, except }, received {}. Write { namespace: 'monitoring' }, or { pods: {} } for all pods of the project.`,
  ],
  [
    'a peer that says nothing',
    { ...RULE, peers: [{}] },
    `'allow[0].peers[0]' ${of} must say who it is: { pods }, { namespace, pods } or { cidrs, except }, received {}. Write { namespace: 'monitoring' }, or { pods: {} } for all pods of the project.`,
  ],
  [
    'a peer of two kinds',
    { ...RULE, peers: [{ cidrs: ['10.0.0.0/8'], namespace: 'x' }] },
    `'allow[0].peers[0].namespace' ${of} is not a known prop, received 'x'. Known are 'cidrs', 'except'.`,
  ],
  [
    'a peer with an unknown key',
    { ...RULE, peers: [{ pod: {} }] },
    `'allow[0].peers[0].pod' ${of} is not a known prop, received {}. Did you mean 'allow[0].peers[0].pods'.`,
  ],
  [
    'no blocks',
    cidrs(),
    `'allow[0].peers[0].cidrs' ${of} ${LIST}, received []. Write ['10.0.0.0/8'], or leave it out where it is optional.`,
  ],
  [
    'an address without its length',
    cidrs('10.0.0.5'),
    `'allow[0].peers[0].cidrs[0]' ${of} ${CIDR_RULE}, received '10.0.0.5'. Write '10.0.0.5/32'.`,
  ],
  [
    'an IPv6 address without its length',
    cidrs('fd00::1'),
    `'allow[0].peers[0].cidrs[0]' ${of} ${CIDR_RULE}, received 'fd00::1'. Write 'fd00::1/128'.`,
  ],
  [
    'a host name',
    cidrs('db.example.com'),
    `'allow[0].peers[0].cidrs[0]' ${of} ${CIDR_RULE}, received 'db.example.com'. Write '10.0.0.0/8'.`,
  ],
  [
    'a length too large',
    cidrs('10.0.0.0/40'),
    `'allow[0].peers[0].cidrs[0]' ${of} ${CIDR_RULE}, received '10.0.0.0/40'. Write '10.0.0.0/8'.`,
  ],
  [
    'a number',
    cidrs(10),
    `'allow[0].peers[0].cidrs[0]' ${of} ${CIDR_RULE}, received 10. Write '10.0.0.0/8'.`,
  ],
  [
    'host bits',
    cidrs('10.0.0.5/8'),
    `'allow[0].peers[0].cidrs[0]' ${of} must have no bits set behind its prefix length, received '10.0.0.5/8'. Write '10.0.0.0/8' for the network, or '10.0.0.5/32' for the one address.`,
  ],
  [
    'IPv6 host bits',
    cidrs('2001:db8::1/64'),
    `'allow[0].peers[0].cidrs[0]' ${of} must have no bits set behind its prefix length, received '2001:db8::1/64'. Write '2001:db8::/64' for the network, or '2001:db8::1/128' for the one address.`,
  ],
  [
    'a block twice',
    cidrs('10.0.0.0/8', '10.0.0.0/8'),
    `'allow[0].peers[0].cidrs[1]' ${of} must not come twice, received '10.0.0.0/8'. Remove one of the two.`,
  ],
  [
    'an exception outside',
    { ...RULE, peers: [{ cidrs: ['10.0.0.0/8', 'fd00::/8'], except: ['11.0.0.0/16'] }] },
    `'allow[0].peers[0].except[0]' ${of} must lie within one of the cidrs and be smaller than it, received '11.0.0.0/16'. Choose a part of 10.0.0.0/8 or fd00::/8.`,
  ],
  [
    'an exception of everything',
    { ...RULE, peers: [{ cidrs: ['10.0.0.0/8'], except: ['10.0.0.0/8'] }] },
    `'allow[0].peers[0].except[0]' ${of} must lie within one of the cidrs and be smaller than it, received '10.0.0.0/8'. Choose a part of 10.0.0.0/8.`,
  ],
  [
    'no ports',
    ports(),
    `'allow[0].ports' ${of} ${LIST}, received []. Write [{ port: 443 }], or leave it out where it is optional.`,
  ],
  [
    'a bare port',
    ports(443),
    `'allow[0].ports[0]' ${of} must be an object, received 443. Write { port: 443 }.`,
  ],
  [
    'an unknown key of a port',
    ports({ port: 1, protocl: 'UDP' }),
    `'allow[0].ports[0].protocl' ${of} is not a known prop, received 'UDP'. Did you mean 'allow[0].ports[0].protocol'.`,
  ],
  [
    'port 0',
    ports({ port: 0 }),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received 0. Write 443 or 'https'.`,
  ],
  [
    'port 65536',
    ports({ port: 65_536 }),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received 65536. Write 443 or 'https'.`,
  ],
  [
    'a port as text',
    ports({ port: '443' }),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received '443'. Write 443 without quotes.`,
  ],
  [
    'a port name of 16',
    ports({ port: 'a'.repeat(16) }),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received '${'a'.repeat(16)}'. Write 443 or 'https'.`,
  ],
  [
    'a port name with two dashes',
    ports({ port: 'a--b' }),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received 'a--b'. Write 443 or 'https'.`,
  ],
  [
    'a port left out',
    ports({}),
    `'allow[0].ports[0].port' ${of} ${PORT_RULE}, received nothing. Write 443 or 'https'.`,
  ],
  [
    'a protocol of its own',
    ports({ port: 1, protocol: 'tcp' }),
    `'allow[0].ports[0].protocol' ${of} must be one of 'TCP', 'UDP', 'SCTP', received 'tcp'. Did you mean 'TCP'.`,
  ],
])('refused: %s', (_, rule, message) => {
  expect(() => check(rule)).toThrow(new Error(message));
});

test.each([
  ['name', { ...RULE, name: 'My Rule' }],
  ['peers[0].namespace', { ...RULE, peers: [{ namespace: 'Kube_System' }] }],
])('%s must be a DNS label', (prop, rule) => {
  expect(() => check(rule)).toThrow(`'allow[0].${prop}' ${of} must be a DNS label`);
});

describe('a rule that opens everything', () => {
  const warned = (peer: object, more = {}) => {
    const chart = new Chart(new App(), 'shop');
    check({ ...RULE, peers: [peer], ...more }, chart);
    return warningsOf(chart).map(({ message }) => message);
  };
  test('is warned of', () => {
    expect(warned({ cidrs: ['0.0.0.0/0', '10.0.0.0/8', '::/0'] })).toEqual([
      `'allow[0]' opens every port of 0.0.0.0/0 and ::/0, the node, the API server and other tenants' load balancers among them. Name 'ports', or leave private networks out with 'except'.`,
    ]);
    expect(warned({ cidrs: ['0.0.0.0/1', '128.0.0.0/1'] })).toHaveLength(1);
  });
  test('is not, with ports, with exceptions, or for less', () => {
    expect(warned({ cidrs: ['0.0.0.0/0'] }, { ports: [{ port: 443 }] })).toEqual([]);
    expect(warned({ cidrs: ['0.0.0.0/0'], except: ['10.0.0.0/8'] })).toEqual([]);
    expect(warned({ cidrs: ['10.0.0.0/8'] })).toEqual([]);
    expect(warned({ pods: {} })).toEqual([]);
  });
});
