/** @module Warm pools: what a pod may reach and read, and what is refused. */
import { Size, Testing } from 'cdk8s';
import { Cpu, EnvValue, Secret } from 'cdk8s-plus-28';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { PRIVATE_RANGES } from '../../../constructs/sandbox-builder/egress';
import type { PoolProps } from '../../../constructs/sandbox-builder/pool';
import { OWNER, refusalOf } from './refusal';

const PYTHON: PoolProps = { runtime: 'python', image: 'registry.example.com/python:1' };

function poolOf(props: Partial<PoolProps>, runtimeClassName?: string | false) {
  const made = new SandboxBuilder(Testing.app(), 'ai', {
    tenant: 'acme',
    pools: [{ ...PYTHON, ...props }],
    runtimeClassName,
  });
  const [pool] = made.pools;
  if (!pool) throw new Error('no pool');
  const pod = pool.deployment.toJson().spec.template.spec;
  return { pool, pod, container: pod.containers[0], policies: pool.networkPolicies };
}

test('a pod has no token, no DNS, no Services in its environment, and gVisor below it', () => {
  const { pod } = poolOf({});
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    dnsConfig: { nameservers: ['127.0.0.1'] },
    dnsPolicy: 'None',
    enableServiceLinks: false,
    runtimeClassName: 'gvisor',
    serviceAccountName: 'pool-python',
  });
});

test.each([
  [undefined, undefined, 'gvisor'],
  [false, undefined, undefined],
  ['kata', undefined, 'kata'],
  ['kata', false, undefined],
  [false, 'kata', 'kata'],
] as const)('builder %s and pool %s give %s', (ofBuilder, ofPool, expected) => {
  const { pool, pod } = poolOf({ runtimeClassName: ofPool }, ofBuilder);
  expect(pool.runtimeClassName).toBe(expected);
  expect(pod.runtimeClassName).toBe(expected);
});

test.each([
  [undefined, { tcpSocket: { port: 8080 } }],
  [{ path: '/ready' }, { httpGet: { path: '/ready', port: 8080 } }],
  [{ command: ['true'] }, { exec: { command: ['true'] } }],
])('readiness %j', (readiness, probe) => {
  expect(poolOf({ readiness }).container.readinessProbe).toMatchObject(probe);
});

test('only the control plane comes in, at the port of the pool', () => {
  const [ingress, ...more] = poolOf({ port: 9000 }).policies.map((policy) => policy.toJson().spec);
  expect(more).toEqual([]);
  expect(ingress).toEqual({
    podSelector: { matchLabels: { 'hks.io/app': 'python', 'hks.io/kind': 'sandbox' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hks-system' } },
            podSelector: {
              matchLabels: {
                'app.kubernetes.io/name': 'hks-control-plane',
                'app.kubernetes.io/part-of': 'hks',
              },
            },
          },
        ],
        ports: [{ port: 9000, protocol: 'TCP' }],
      },
    ],
  });
});

describe('egress', () => {
  const blocks = (egress: PoolProps['egress']) =>
    poolOf({ egress })
      .policies.slice(1)
      .map((policy) => policy.toJson().spec.egress[0]);

  test('the internet is without the private ranges', () => {
    expect(blocks([{ cidrs: ['0.0.0.0/0', '::/0'], ports: [{ port: 443 }] }])).toEqual([
      {
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE_RANGES.slice(0, 6) } },
          { ipBlock: { cidr: '::/0', except: PRIVATE_RANGES.slice(6) } },
        ],
        ports: [{ port: 443, protocol: 'TCP' }],
      },
    ]);
  });

  test('the internet in two halves is as well, and a private range that is named is open', () => {
    expect(blocks([{ cidrs: ['0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8'] }])).toEqual([
      {
        to: [
          {
            ipBlock: { cidr: '0.0.0.0/1', except: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8'] },
          },
          {
            ipBlock: {
              cidr: '128.0.0.0/1',
              except: ['169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
            },
          },
          { ipBlock: { cidr: '10.0.0.0/8' } },
        ],
      },
    ]);
  });

  test('what is said about exceptions holds', () => {
    expect(blocks([{ cidrs: ['0.0.0.0/0'], except: ['10.0.0.0/8'] }])).toEqual([
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] },
    ]);
  });

  test('each exception goes to the block that it is in', () => {
    const egress = [{ cidrs: ['10.0.0.0/8', '192.168.0.0/16'], except: ['10.43.0.0/16'] }];
    expect(blocks(egress)).toEqual([
      {
        to: [
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.43.0.0/16'] } },
          { ipBlock: { cidr: '192.168.0.0/16' } },
        ],
      },
    ]);
  });
});

const LABEL = (max: number) =>
  `must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most ${max} characters`;

test.each([
  [
    'no object',
    null,
    `'pools[0]' ${OWNER} must be an object, received null. Write { runtime: … }.`,
  ],
  [
    'an unknown prop',
    { ...PYTHON, replica: 1 },
    `'pools[0].replica' ${OWNER} is not a known prop, received 1. Did you mean 'pools[0].replicas'.`,
  ],
  [
    'runtime',
    { ...PYTHON, runtime: 'Python 3' },
    `'pools[0].runtime' ${OWNER} ${LABEL(63)}, received 'Python 3'. Use a name like 'nightly-report'.`,
  ],
  [
    'name',
    { ...PYTHON, name: 'n'.repeat(41) },
    `'pools[0].name' ${OWNER} ${LABEL(40)}, received '${'n'.repeat(41)}'. Shorten it by 1 characters.`,
  ],
  [
    'image',
    { ...PYTHON, image: 'Python' },
    `'pools[0].image' ${OWNER} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'Python'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    'replicas',
    { ...PYTHON, replicas: -1 },
    `'pools[0].replicas' ${OWNER} must be a whole number from 0 to 1000, received -1. Give a number in that range, or leave 'pools[0].replicas' out for the default.`,
  ],
  [
    'command',
    { ...PYTHON, command: 'python3 main.py' },
    `'pools[0].command' ${OWNER} must be an array of strings, one for each argument, received 'python3 main.py'. Write ['python3', 'main.py'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    'args',
    { ...PYTHON, args: '-v' },
    `'pools[0].args' ${OWNER} must be an array of strings, one for each argument, received '-v'. Write ['-v'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    'port',
    { ...PYTHON, port: 70_000 },
    `'pools[0].port' ${OWNER} must be a whole number from 1 to 65535, received 70000. Give a number in that range, or leave 'pools[0].port' out for the default.`,
  ],
  [
    'user 0',
    { ...PYTHON, user: 0 },
    `'pools[0].user' ${OWNER} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'pools[0].user' out for the default.`,
  ],
  [
    'a request above its limit',
    {
      ...PYTHON,
      resources: { memory: { request: Size.mebibytes(200), limit: Size.mebibytes(100) } },
    },
    `'pools[0].resources.memory.request' ${OWNER} must not be above the limit of 100Mi, received '200Mi'. Raise the limit or lower the request.`,
  ],
  [
    'resources as text',
    { ...PYTHON, resources: { cpu: { limit: '1' } } },
    `'pools[0].resources.cpu.limit' ${OWNER} must be a Cpu, received '1'. Write Cpu.millis(250).`,
  ],
  [
    'runtimeClassName',
    { ...PYTHON, runtimeClassName: 'gVisor' },
    `'pools[0].runtimeClassName' ${OWNER} ${LABEL(63)}, received 'gVisor'. Use a name like 'nightly-report'.`,
  ],
  [
    'a secret as a literal',
    { ...PYTHON, env: { API_TOKEN: 'abc' } },
    `'pools[0].env.API_TOKEN' ${OWNER} must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'API_TOKEN' }.`,
  ],
  [
    'a secret by reference',
    { ...PYTHON, env: { API_TOKEN: { secret: 'api', key: 'token' } } },
    `'pools[0].env.API_TOKEN' ${OWNER} must not come from a Secret, since every call that the pod serves could read it, received '***'. Send it with the request of the one call that needs it.`,
  ],
  [
    'a secret as an EnvValue',
    {
      ...PYTHON,
      env: {
        API_TOKEN: EnvValue.fromSecretValue({
          secret: Secret.fromSecretName(Testing.chart(), 's', 'api'),
          key: 'token',
        }),
      },
    },
    `'pools[0].env.API_TOKEN' ${OWNER} must not come from a Secret, since every call that the pod serves could read it, received '***'. Send it with the request of the one call that needs it.`,
  ],
  [
    'readiness with a relative path',
    { ...PYTHON, readiness: { path: 'ready' } },
    `'pools[0].readiness' ${OWNER} must be { path } with a path that begins with '/', or { command } with at least one word, received {"path":"ready"}. Write { path: '/health/readiness' }.`,
  ],
  [
    'readiness with an empty command',
    { ...PYTHON, readiness: { command: [] } },
    `'pools[0].readiness' ${OWNER} must be { path } with a path that begins with '/', or { command } with at least one word, received {"command":[]}. Write { path: '/health/readiness' }.`,
  ],
  [
    'readiness as text',
    { ...PYTHON, readiness: '/ready' },
    `'pools[0].readiness' ${OWNER} must be { path } with a path that begins with '/', or { command } with at least one word, received '/ready'. Write { path: '/health/readiness' }.`,
  ],
  [
    'egress that is no array',
    { ...PYTHON, egress: { cidrs: [] } },
    `'pools[0].egress' ${OWNER} must be an array of { cidrs, except, ports }, received {"cidrs":[]}. Write [{ cidrs: ['203.0.113.10/32'], ports: [{ port: 443 }] }].`,
  ],
  [
    'egress by name',
    { ...PYTHON, egress: [{ cidrs: ['packages.example.org'] }] },
    `'pools[0].egress[0].cidrs[0]' ${OWNER} must be a CIDR, an IPv4 or IPv6 address with its prefix length, received 'packages.example.org'. Write '10.0.0.0/8'.`,
  ],
  [
    'egress to pods',
    { ...PYTHON, egress: [{ pods: {} }] },
    `'pools[0].egress[0].pods' ${OWNER} is not a known prop, received {}. Did you mean 'pools[0].egress[0].ports'.`,
  ],
  [
    'an exception outside of the block',
    { ...PYTHON, egress: [{ cidrs: ['10.0.0.0/8'], except: ['11.0.0.0/16'] }] },
    `'pools[0].egress[0].except[0]' ${OWNER} must lie within one of the cidrs and be smaller than it, received '11.0.0.0/16'. Choose a part of 10.0.0.0/8.`,
  ],
  [
    'no ports',
    { ...PYTHON, egress: [{ cidrs: ['10.0.0.0/8'], ports: [] }] },
    `'pools[0].egress[0].ports' ${OWNER} must be an array with at least one item, received []. Write [{ port: 443 }], or leave it out where it is optional.`,
  ],
  [
    'a port without its number',
    { ...PYTHON, egress: [{ cidrs: ['10.0.0.0/8'], ports: [{ protocol: 'TCP' }] }] },
    `'pools[0].egress[0].ports[0].port' ${OWNER} must be a whole number from 1 to 65535, received null. Give a number in that range, or leave 'pools[0].egress[0].ports[0].port' out for the default.`,
  ],
  [
    'a protocol',
    { ...PYTHON, egress: [{ cidrs: ['10.0.0.0/8'], ports: [{ port: 1, protocol: 'SCPT' }] }] },
    `'pools[0].egress[0].ports[0].protocol' ${OWNER} must be one of 'TCP', 'UDP', 'SCTP', received 'SCPT'. Did you mean 'TCP'.`,
  ],
])('%s is refused', (_, pool, message) => {
  expect(refusalOf({ pools: [pool] })).toBe(message);
});

test('the smallest pods are taken as they are', () => {
  const { pool } = poolOf({ replicas: 0, resources: { cpu: { limit: Cpu.millis(10) } } });
  expect(pool.resources.requests.cpu).toBe('10m');
  expect(pool.replicas).toBe(0);
});
