/** @module A warm pool on the cluster: under gVisor, reached by the control plane alone, and reaching nothing. */
import { App } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Project } from '../../constructs/project';
import { SandboxBuilder } from '../../constructs/sandbox-builder';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import {
  apply,
  applyChart,
  BUSYBOX,
  Caller,
  type ConfigMap,
  deleteNamespaces,
  freshNamespace,
  get,
  kubectl,
  list,
  networkPolicy,
  nodeAddresses,
  type Pod,
  PYTHON,
  probe,
  restrictedPod,
  serviceAddress,
  type Target,
  uniqueName,
  untilAvailable,
  untilPoliciesHold,
  untilReady,
  withCaller,
} from './harness';

interface EndpointsObject extends Pod {
  readonly subsets: readonly {
    readonly addresses: readonly { readonly ip: string }[];
    readonly ports: readonly { readonly port: number }[];
  }[];
}

const id = uniqueName('sandbox');
const otherId = uniqueName('sandbox-other');
const SERVER = ['python3', '-m', 'http.server', '8080', '--directory', '/tmp'];

const { sandboxProject, buildProject, pools } = new SandboxBuilder(new App(), id, {
  tenant: 'acme',
  pools: [
    {
      runtime: 'python',
      image: PYTHON,
      command: SERVER,
      replicas: 2,
      resources: { cpu: { request: Cpu.millis(10) } },
    },
  ],
  build: { cache: false },
});
const [pool] = pools;
const sandbox = sandboxProject.namespace;

let sandboxed: Caller;
let address: string;
let plain: string;

beforeAll(async () => {
  await applyChart(buildProject);
  await applyChart(sandboxProject);
  plain = await freshNamespace('sandbox-plain');
  await untilAvailable('python', sandbox);
  const [pod] = await list<Pod>('pod', sandbox, 'hks.io/pool=python');
  sandboxed = new Caller(pod?.metadata.name ?? '', sandbox);
  address = pod?.status?.podIP ?? '';
  await untilPoliciesHold();
});
afterAll(() => deleteNamespaces(sandbox, buildProject.namespace, otherId, plain));

test('a pod runs on gVisor, and the same image elsewhere does not', async () => {
  const inside = await sandboxed.run(['cat', '/proc/version']);
  expect(inside.output).toMatch(/gvisor/i);
  expect((await sandboxed.run(['dmesg'])).output).toMatch(/Starting gVisor/);
  const outside = await probe(plain, { command: ['cat', '/proc/version'], image: PYTHON });
  expect(outside.output).not.toMatch(/gvisor/i);
});

test('a pod is nobody: no root, no token, no names, no file but in /tmp', async () => {
  const script = [
    'id -u',
    'ls /var/run/secrets/kubernetes.io 2>&1',
    'cat /etc/resolv.conf',
    'touch /owned 2>&1',
    'touch /tmp/mine && echo tmp is writable',
  ];
  const { output } = await sandboxed.run(['sh', '-c', script.join('; ')]);
  expect(output).toContain('65532');
  expect(output).toContain('No such file or directory');
  expect(output).toContain('nameserver 127.0.0.1');
  expect(output).toMatch(/\/owned: (Read-only file system|Permission denied)/);
  expect(output).toContain('tmp is writable');
});

describe('who reaches a pod', () => {
  const target = () => ({ host: address, port: 8080 });

  test('the control plane', () =>
    withCaller(SYSTEM_NAMESPACE, { labels: CONTROL_PLANE_LABELS }, (caller) =>
      caller.untilReaches(target()),
    ));

  test('no other pod of its namespace', () =>
    withCaller(SYSTEM_NAMESPACE, { labels: { app: 'another' } }, (caller) =>
      caller.untilKeptFrom(target()),
    ));

  test('no pod that carries its labels elsewhere', () =>
    withCaller(plain, { labels: CONTROL_PLANE_LABELS }, (caller) =>
      caller.untilKeptFrom(target()),
    ));
});

describe('what a pod reaches', () => {
  /** Whom to call, and the addresses that packets have once a Service's is translated. */
  type Goal = () => Promise<Target & { readonly cidrs: readonly string[] }>;

  const apiServer: Goal = async () => {
    const host = await serviceAddress('kubernetes', 'default');
    const { subsets } = await get<EndpointsObject>('endpoints', 'kubernetes', 'default');
    return { host, port: 443, cidrs: [host, subsets[0]?.addresses[0]?.ip ?? host].map(block) };
  };

  const node: Goal = async () => {
    const [host = ''] = await nodeAddresses();
    return { host, port: 10_250, cidrs: [block(host)] };
  };

  const dns: Goal = async () => {
    const look = { command: ['cat', '/etc/resolv.conf'] };
    const [, host = ''] = /^nameserver (\S+)/m.exec((await probe(plain, look)).output) ?? [];
    return { host, port: 53, cidrs: [block(host)] };
  };

  const otherProject: Goal = async () => {
    const project = new Project(new App(), otherId, {
      tenant: 'other',
      allow: [{ name: 'from-all', direction: 'ingress', peers: [{ cidrs: ['0.0.0.0/0'] }] }],
    });
    await applyChart(project);
    const command = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
    await apply([restrictedPod('server', otherId, { command, image: BUSYBOX, port: 8080 })]);
    const { status } = await untilReady('server', otherId);
    await untilPoliciesHold();
    const host = status?.podIP ?? '';
    return { host, port: 8080, cidrs: [block(host)] };
  };

  test.each([
    ['the API server', apiServer],
    ['the node', node],
    ['the cluster DNS', dns],
    ['a pod of another project', otherProject],
  ])('not %s, unless a rule for its address is added', async (_, goal) => {
    const { cidrs, ...target } = await goal();
    await sandboxed.untilKeptFrom(target);
    const name = uniqueName('twin');
    await apply([
      networkPolicy(name, sandbox, {
        podSelector: { matchLabels: { 'hks.io/pool': 'python' } },
        policyTypes: ['Egress'],
        egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }],
      }),
    ]);
    await sandboxed.untilReaches(target);
    await kubectl(['delete', 'networkpolicy', name, '-n', sandbox]);
    await sandboxed.untilKeptFrom(target);
  });
});

test('the control plane finds the limits and the pods', async () => {
  const { data } = await get<ConfigMap>('configmap', 'hks-sandbox-limits', sandbox);
  expect(data['max-concurrent-executions']).toBe('2');
  expect(await list<Pod>('pod', sandbox, 'hks.io/runtime=python')).toHaveLength(2);
  expect(pool?.deployment.metadata.name).toBe('python');
});

function block(address: string): string {
  return `${address}/32`;
}
