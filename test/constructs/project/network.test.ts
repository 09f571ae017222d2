/** @module Where a project's pods ask for names. */
import { App, Chart } from 'cdk8s';
import { type Dns, resolveDns } from '../../../constructs/project/network';

const owner = new Chart(new App(), 'shop');
const of = "of Chart 'shop'";
const resolve = (dns?: unknown) => resolveDns(owner, 'dns', dns as Dns);
const PORTS = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
];

test('the pods of kube-dns by default', () => {
  expect(resolve()).toEqual({
    name: 'allow-dns',
    direction: 'egress',
    peers: [{ namespace: 'kube-system', pods: { 'k8s-app': 'kube-dns' } }],
    ports: PORTS,
  });
});
test('other pods, addresses, or nobody', () => {
  const pods = { namespace: 'dns', labels: { app: 'coredns' } };
  expect(resolve({ pods })?.peers).toEqual([{ namespace: 'dns', pods: { app: 'coredns' } }]);
  expect(resolve({ cidrs: ['10.41.0.1/32'] })?.peers).toEqual([{ cidrs: ['10.41.0.1/32'] }]);
  expect(resolve(false)).toBeUndefined();
});

const EITHER = 'must be either { pods: { namespace, labels } } or { cidrs }';
const FIX = `Write { cidrs: ['10.43.0.10/32'] }, or leave it out for the pods of kube-dns`;

test.each<[string, unknown, string]>([
  [
    'an address',
    '10.43.0.10',
    `'dns' ${of} must be an object, received '10.43.0.10'. Write { cidrs: ['10.43.0.10/32'] }.`,
  ],
  [
    'an unknown key',
    { pod: {} },
    `'dns.pod' ${of} is not a known prop, received {}. Did you mean 'dns.pods'.`,
  ],
  ['neither', {}, `'dns' ${of} ${EITHER}, received {}. ${FIX}.`],
  [
    'both',
    { pods: {}, cidrs: [] },
    `'dns' ${of} ${EITHER}, received {"pods":{},"cidrs":[]}. ${FIX}.`,
  ],
  [
    'pods as text',
    { pods: 'kube-dns' },
    `'dns.pods' ${of} must be an object, received 'kube-dns'. Write { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }.`,
  ],
  [
    'no labels',
    { pods: { namespace: 'x' } },
    `'dns.pods.labels' ${of} must be an object, received null. Write { 'hks.io/app': 'api' }.`,
  ],
  [
    'empty labels',
    { pods: { namespace: 'x', labels: {} } },
    `'dns.pods.labels' ${of} must name at least one label, since none would open every pod of the namespace, received {}. Write { 'k8s-app': 'kube-dns' }.`,
  ],
  [
    'an unknown key of pods',
    { pods: { namespace: 'x', label: {} } },
    `'dns.pods.label' ${of} is not a known prop, received {}. Did you mean 'dns.pods.labels'.`,
  ],
  [
    'no addresses',
    { cidrs: [] },
    `'dns.cidrs' ${of} must be an array with at least one item, received []. Write ['10.0.0.0/8'], or leave it out where it is optional.`,
  ],
])('refused: %s', (_, dns, message) => {
  expect(() => resolve(dns)).toThrow(new Error(message));
});
test('refused: a namespace that is none', () => {
  expect(() => resolve({ pods: { namespace: '', labels: { a: 'b' } } })).toThrow(
    `'dns.pods.namespace' ${of} must be a DNS label`,
  );
});
