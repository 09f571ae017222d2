/** @module A project's network on a cluster: what default deny keeps apart, and the same call where a typed rule allows it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { App } from 'cdk8s';
import type { Peer } from '../../constructs/network';
import { Project, type ProjectProps } from '../../constructs/project';
import {
  apply,
  applyChart,
  BUSYBOX,
  Caller,
  clusterDns,
  deleteNamespaces,
  get,
  type KubeObject,
  list,
  nodeAddresses,
  type Pod,
  restrictedPod,
  serviceAddress,
  type Target,
  uniqueName,
  until,
  untilPoliciesHold,
  untilReady,
  untilSteady,
} from './harness';

const id = uniqueName('project-net');
const [closed, open, silent, server] = ['closed', 'open', 'silent', 'server'].map(
  (role) => `${id}-${role}`,
) as [string, string, string, string];

const targets = new Map<string, Target>();
let outside: Server;

beforeAll(async () => {
  outside = createServer((_, answer) => answer.end('hello'));
  await new Promise<void>((resolve) => outside.listen(0, resolve));

  const dns = await clusterDns();
  const app = new App();
  const make = (namespace: string, props: Partial<ProjectProps>) =>
    applyChart(new Project(app, namespace, { tenant: 'acme', dns, ...props }));
  await make(server, {
    allow: [
      {
        name: 'clients',
        direction: 'ingress',
        select: { role: 'public' },
        peers: [{ namespace: open }, { namespace: closed }],
        ports: [{ port: 8080 }],
      },
    ],
  });
  await Promise.all(['public', 'private'].map((role) => start(role, server, { role }, SERVE)));
  for (const role of ['public', 'private'])
    targets.set(`${role} pod`, { host: await addressOf(role, server), port: 8080 });
  targets.set('other port of the public pod', {
    host: await addressOf('public', server),
    port: 9090,
  });

  const [node = ''] = await nodeAddresses();
  targets.set('node', { host: node, port: 10_250 });
  targets.set('API server', { host: await serviceAddress('kubernetes', 'default'), port: 443 });
  const { port } = outside.address() as AddressInfo;
  targets.set('outside', { host: ownAddress(node), port });

  await Promise.all([
    make(closed, {}),
    make(silent, { dns: false }),
    make(open, {
      allow: [
        { name: 'server', direction: 'egress', peers: [{ namespace: server }] },
        { name: 'addresses', direction: 'egress', peers: [await addresses()] },
        { name: 'own-out', direction: 'egress', peers: [{ pods: {} }], ports: [{ port: 8080 }] },
        { name: 'own-in', direction: 'ingress', peers: [{ pods: {} }], ports: [{ port: 8080 }] },
      ],
    }),
  ]);
  await Promise.all(
    [closed, open, silent].map((namespace) => start('client', namespace, {}, SERVE)),
  );
  for (const namespace of [closed, open])
    targets.set(`own pod of ${namespace}`, {
      host: await addressOf('client', namespace),
      port: 8080,
    });
  await start('caller', closed, {}, SERVE);
  await start('caller', open, {}, SERVE);
  await untilPoliciesHold();
});
afterAll(async () => {
  outside.close();
  await deleteNamespaces(closed, open, silent, server);
});

describe.each(['public pod', 'API server', 'node', 'outside'])('%s', (target) => {
  test('is reached where a rule allows it', () => reaches(open, 'client', target));
  test('is not reached without', () => neverReaches(closed, 'client', target));
});

describe('a pod that its own project does not let in', () => {
  test('serves all the same: it reaches itself', async () => {
    const itself = (pod: string, port: number) =>
      until(
        `${pod} to serve at ${port}`,
        () => new Caller(pod, server).run(['wget', '-qO-', `http://127.0.0.1:${port}/`]),
        ({ output }) => output === 'hello\n',
      );
    await itself('private', 8080);
    await itself('public', 9090);
  });
  test('is not reached, whatever the caller may', () =>
    neverReaches(open, 'client', 'private pod'));
  test('nor on another port, while the one allowed answers', async () => {
    await reaches(open, 'client', 'public pod');
    await neverReaches(open, 'client', 'other port of the public pod');
  });
});

describe('a pod of the same project', () => {
  test('is reached where rules allow both ways', () =>
    reaches(open, 'caller', `own pod of ${open}`));
  test('is not reached without', () => neverReaches(closed, 'caller', `own pod of ${closed}`));
});

describe('names', () => {
  const lookUp = (namespace: string) =>
    new Caller('client', namespace).run([
      'nslookup',
      '-type=a',
      'kubernetes.default.svc.cluster.local',
    ]);
  test('are found by default', async () => {
    const { output } = await until(
      'an answer of DNS',
      () => lookUp(closed),
      ({ code }) => code === 0,
    );
    expect(output).toContain(await serviceAddress('kubernetes', 'default'));
  });
  test('are not with `dns: false`', () =>
    untilSteady(
      'no answer of DNS',
      () => lookUp(silent),
      ({ code }) => code !== 0,
      { times: 2 },
    ));
});

const SERVE = [
  'sh',
  '-c',
  'echo hello > /tmp/index.html; httpd -p 9090 -h /tmp; exec httpd -f -p 8080 -h /tmp',
];

async function start(
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  command: readonly string[],
): Promise<void> {
  const pod = restrictedPod(name, namespace, { command, labels, image: BUSYBOX, port: 8080 }) as {
    readonly spec: { readonly containers: readonly object[] };
  };
  const amounts = { cpu: '2m', memory: '16Mi', 'ephemeral-storage': '16Mi' };
  const resources = { requests: amounts, limits: { ...amounts, cpu: '200m' } };
  const containers = pod.spec.containers.map((container) => ({ ...container, resources }));
  await apply([{ ...pod, spec: { ...pod.spec, containers } }]);
  await untilReady(name, namespace);
}

async function addressOf(name: string, namespace: string): Promise<string> {
  return (await get<Pod>('pod', name, namespace)).status?.podIP ?? '';
}

function targetOf(name: string): Target {
  const target = targets.get(name);
  if (!target?.host) throw new Error(`The test knows no address of the ${name}.`);
  return target;
}

function reaches(namespace: string, pod: string, target: string): Promise<void> {
  return new Caller(pod, namespace).untilReaches(targetOf(target));
}

function neverReaches(namespace: string, pod: string, target: string): Promise<void> {
  return new Caller(pod, namespace).untilKeptFrom(targetOf(target));
}

/** The addresses of the API server, the node and the outside, as a rule names them. */
async function addresses(): Promise<Peer> {
  const slices = await list<Slice>(
    'endpointslice',
    'default',
    'kubernetes.io/service-name=kubernetes',
  );
  const servers = slices.flatMap(({ endpoints }) => endpoints.flatMap((end) => end.addresses));
  const others = ['node', 'outside'].map((target) => targets.get(target)?.host ?? '');
  return { cidrs: [...new Set([...servers, ...others])].map((address) => `${address}/32`) };
}

/** An address of this machine that is neither the node's nor of the cluster's pods. */
function ownAddress(node: string): string {
  const all = Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).map((entry) => ({ ...entry, name })),
  );
  const found = all.find(
    ({ family, internal, address, name }) =>
      family === 'IPv4' &&
      !internal &&
      address !== node &&
      !/^(cni|flannel|veth|testbed|docker|br-)/.test(name),
  );
  if (!found) throw new Error('This machine has no address of its own outside the cluster.');
  return found.address;
}

type Slice = KubeObject & {
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
};
