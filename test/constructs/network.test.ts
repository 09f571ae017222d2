/** @module Typed rules as NetworkPolicy specs. */
import { type AllowRule, policySpec } from '../../constructs/network';

const base: AllowRule = { name: 'x', direction: 'ingress', peers: [{ pods: {} }] };

test('all pods of the project, to all pods, on all ports', () => {
  expect(policySpec(base)).toEqual({
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: {} }] }],
  });
});

test('selected pods, peers of each kind, ports', () => {
  const rule: AllowRule = {
    name: 'x',
    direction: 'egress',
    select: { 'hks.io/app': 'api' },
    peers: [
      { pods: { role: 'db' } },
      { namespace: 'monitoring' },
      { namespace: 'monitoring', pods: { app: 'prometheus' } },
      { cidrs: ['10.0.0.0/8', 'fd00::/8'] },
    ],
    ports: [{ port: 5432 }, { port: 'dns', protocol: 'UDP' }],
  };
  const other = { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } };
  expect(policySpec(rule)).toEqual({
    podSelector: { matchLabels: { 'hks.io/app': 'api' } },
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          { podSelector: { matchLabels: { role: 'db' } } },
          { namespaceSelector: other },
          { namespaceSelector: other, podSelector: { matchLabels: { app: 'prometheus' } } },
          { ipBlock: { cidr: '10.0.0.0/8' } },
          { ipBlock: { cidr: 'fd00::/8' } },
        ],
        ports: [
          { port: 5432, protocol: 'TCP' },
          { port: 'dns', protocol: 'UDP' },
        ],
      },
    ],
  });
});

test('each block gets the exceptions that lie in it', () => {
  const peers = [
    { cidrs: ['0.0.0.0/0', '::/0', '10.0.0.0/8'], except: ['10.1.0.0/16', 'fc00::/7'] },
  ];
  const { egress } = policySpec({ ...base, direction: 'egress', peers });
  expect(egress?.[0]?.to).toEqual([
    { ipBlock: { cidr: '0.0.0.0/0', except: ['10.1.0.0/16'] } },
    { ipBlock: { cidr: '::/0', except: ['fc00::/7'] } },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
  ]);
});
