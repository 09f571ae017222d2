import fc from 'fast-check';
import { CONTROL_PLANE_LABELS } from '../../../constructs/system';
import { controlPlanePolicy, toExternalDatabase } from '../../../stacks/control-plane/policies';
import { platformOf } from '../platform-fixture';

const image = 'registry.example.com/hks/control-plane:1.0.0';
// biome-ignore lint/suspicious/noExplicitAny: a policy's spec.
const specOf = (settings = {}, facts = {}, choices = {}): any =>
  controlPlanePolicy(platformOf({ controlPlane: { image }, ...settings }, facts, choices)).spec;
const named = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const port = (number: number) => [{ port: number, protocol: 'TCP' }];
const LABELLED = {
  namespaceSelector: { matchLabels: { 'hks.io/control-plane-clients': 'true' } },
};

test('without a name outside, namespaces of clients alone come in', () => {
  const { podSelector, policyTypes, ingress } = specOf();
  expect(podSelector).toEqual({ matchLabels: CONTROL_PLANE_LABELS });
  expect(policyTypes).toEqual(['Ingress', 'Egress']);
  expect(ingress).toEqual([{ from: [LABELLED], ports: port(8080) }]);
});

test('with a name outside Traefik comes in, with monitoring Prometheus to its own port', () => {
  const monitoring = { serviceMonitor: true, prometheusRule: true };
  const host = 'hks.example.com';
  const { ingress } = specOf({ controlPlane: { image, host } }, {}, { monitoring });
  const pods = (name: string) => ({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
  });
  expect(ingress).toEqual([
    { from: [{ ...named('kube-system'), ...pods('traefik') }, LABELLED], ports: port(8080) },
    { from: [{ namespaceSelector: {}, ...pods('prometheus') }], ports: port(9090) },
  ]);
});

test('it reaches what it works with and nothing else', () => {
  const { egress } = specOf();
  expect(egress).toEqual([
    {
      to: [{ ...named('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
    {
      to: [{ ipBlock: { cidr: '10.43.0.1/32' } }, { ipBlock: { cidr: '192.0.2.10/32' } }],
      ports: [...port(443), ...port(6443)],
    },
    { to: [{ podSelector: { matchLabels: { app: 'postgres' } } }], ports: port(5432) },
    { to: [{ podSelector: { matchLabels: { app: 'registry' } } }], ports: port(5000) },
    {
      to: [
        {
          ...named('kourier-system'),
          podSelector: { matchLabels: { app: '3scale-kourier-gateway' } },
        },
      ],
      ports: port(8081),
    },
    {
      to: [
        {
          namespaceSelector: {
            matchLabels: { 'app.kubernetes.io/managed-by': 'hks', 'hks.io/kind': 'project' },
          },
          podSelector: { matchExpressions: [{ key: 'hks.io/pool', operator: 'Exists' }] },
        },
      ],
    },
    { to: [{ ipBlock: { cidr: '192.0.2.10/32' } }], ports: port(10250) },
  ]);
});

const ANYWHERE = [
  { ipBlock: { cidr: '0.0.0.0/0' } },
  { ipBlock: { cidr: '::/0' } },
  { namespaceSelector: {} },
];

test('a database of yours takes the place of the own one', () => {
  const url = 'postgres://hks:pw@db.example.com:6432/hks';
  const { egress } = specOf({ postgres: { url } });
  expect(egress).toContainEqual({ to: ANYWHERE, ports: port(6432) });
  expect(JSON.stringify(egress)).not.toContain('"app":"postgres"');
});

test.each([
  ['postgres://u:p@192.0.2.7/hks', '192.0.2.7/32', 5432],
  ['postgresql://u:p@[2001:db8::7]:6000/hks?sslmode=require', '2001:db8::7/128', 6000],
  ['postgres://u:p:@/x@192.0.2.7:1/hks', undefined, 5432],
  ['postgres://192.0.2.7?user=u', '192.0.2.7/32', 5432],
])('%s is reached by its address', (url, cidr, number) => {
  const to = cidr === undefined ? ANYWHERE : [{ ipBlock: { cidr } }];
  expect(toExternalDatabase(url)).toEqual([{ to, ports: port(number) }]);
});

test('each of several hosts has a rule of its own', () => {
  expect(toExternalDatabase('postgres://u:p@192.0.2.7:6000,db.example.com/hks')).toEqual([
    { to: [{ ipBlock: { cidr: '192.0.2.7/32' } }], ports: port(6000) },
    { to: ANYWHERE, ports: port(5432) },
  ]);
});

test('whatever the URL is, every rule names a port', () => {
  const part = fc.string({ unit: fc.constantFrom(...'ab1.:@/?,[]-%'), maxLength: 30 });
  fc.assert(
    fc.property(part, (rest) => {
      for (const rule of toExternalDatabase(`postgres://${rest}`)) {
        const { to, ports } = rule as { to: unknown[]; ports: { port: number }[] };
        expect(to.length).toBeGreaterThan(0);
        expect(ports).toHaveLength(1);
        expect(Number.isInteger(ports[0]?.port)).toBe(true);
      }
    }),
  );
});
