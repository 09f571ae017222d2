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
  deleteNamespaces,
  exec,
  freshNamespace,
  get,
  kubectl,
  list,
  type Pod,
  PYTHON,
  probe,
  restrictedPod,
  uniqueName,
  until,
  untilAvailable,
} from './harness';

interface NodeObject extends Pod {
  readonly status: Pod['status'] & {
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
  };
}

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

let pod: Pod;
let plain: string;

beforeAll(async () => {
  await applyChart(buildProject);
  await applyChart(sandboxProject);
  plain = await freshNamespace('sandbox-plain');
  await untilAvailable('python', sandbox);
  [pod] = (await list<Pod>('pod', sandbox, 'hks.io/pool=python')) as [Pod];
}, 180_000);
afterAll(() => deleteNamespaces(sandbox, buildProject.namespace, otherId, plain));

test('a pod runs on gVisor, and the same image elsewhere does not', async () => {
  const inside = await exec(pod.metadata.name, sandbox, ['cat', '/proc/version']);
  expect(inside.output).toMatch(/gvisor/i);
  expect((await exec(pod.metadata.name, sandbox, ['dmesg'])).output).toMatch(/Starting gVisor/);
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
  const { output } = await exec(pod.metadata.name, sandbox, ['sh', '-c', script.join('; ')]);
  expect(output).toContain('65532');
  expect(output).toContain('No such file or directory');
  expect(output).toContain('nameserver 127.0.0.1');
  expect(output).toMatch(/\/owned: (Read-only file system|Permission denied)/);
  expect(output).toContain('tmp is writable');
});

describe('who reaches a pod', () => {
  const from = async (namespace: string, labels: Readonly<Record<string, string>>) => {
    // Policies learn the address of a new pod a moment after its start, so it tries for a while.
    const once = connect(pod.status?.podIP ?? '', 8080)
      .map(quoted)
      .join(' ');
    const command = [
      'sh',
      '-c',
      `for i in 1 2 3 4 5 6; do ${once} && exit 0; sleep 1; done; exit 1`,
    ];
    return (
      (await probe(namespace, { command, image: PYTHON, labels, timeout: 240_000 })).code === 0
    );
  };

  test('the control plane', async () => {
    expect(await from(SYSTEM_NAMESPACE, CONTROL_PLANE_LABELS)).toBe(true);
  });

  test('no other pod of its namespace', async () => {
    expect(await from(SYSTEM_NAMESPACE, { app: 'another' })).toBe(false);
  });

  test('no pod that carries its labels elsewhere', async () => {
    expect(await from(plain, CONTROL_PLANE_LABELS)).toBe(false);
  });
});

describe('what a pod reaches', () => {
  /** Addresses to call, and those that packets have once a Service's is translated. */
  type Target = () => Promise<{ host: string; port: number; cidrs: readonly string[] }>;

  const apiServer: Target = async () => {
    const service = await get<Pod & { spec: { clusterIP: string } }>(
      'service',
      'kubernetes',
      'default',
    );
    const { subsets } = await get<EndpointsObject>('endpoints', 'kubernetes', 'default');
    const host = service.spec.clusterIP;
    return { host, port: 443, cidrs: [host, subsets[0]?.addresses[0]?.ip ?? host].map(block) };
  };

  const node: Target = async () => {
    const [first] = await list<NodeObject>('node');
    const host = first?.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
    return { host, port: 10_250, cidrs: [block(host)] };
  };

  const dns: Target = async () => {
    const look = { command: ['cat', '/etc/resolv.conf'] };
    const [, host = ''] = /^nameserver (\S+)/m.exec((await probe(plain, look)).output) ?? [];
    return { host, port: 53, cidrs: [block(host)] };
  };

  const otherProject: Target = async () => {
    const project = new Project(new App(), otherId, {
      tenant: 'other',
      allow: [{ name: 'from-all', direction: 'ingress', peers: [{ cidrs: ['0.0.0.0/0'] }] }],
    });
    await applyChart(project);
    const command = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
    await apply([restrictedPod('server', otherId, { command, image: BUSYBOX })]);
    const server = await until(
      'the pod of another project to run',
      () => get<Pod>('pod', 'server', otherId),
      ({ status }) => status?.phase === 'Running',
    );
    const host = server.status?.podIP ?? '';
    return { host, port: 8080, cidrs: [block(host)] };
  };

  test.each([
    ['the API server', apiServer],
    ['the node', node],
    ['the cluster DNS', dns],
    ['a pod of another project', otherProject],
  ])('not %s, unless a rule for its address is added', async (_, target) => {
    const { host, port, cidrs } = await target();
    expect(await reaches(host, port)).toBe(false);
    const name = uniqueName('twin');
    await apply([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name, namespace: sandbox },
        spec: {
          podSelector: { matchLabels: { 'hks.io/pool': 'python' } },
          policyTypes: ['Egress'],
          egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }],
        },
      },
    ]);
    await until('the rule to hold', () => reaches(host, port), Boolean, { timeout: 30_000 });
    await kubectl(['delete', 'networkpolicy', name, '-n', sandbox]);
    await until(
      'the rule to be gone',
      () => reaches(host, port),
      (open) => !open,
      {
        timeout: 30_000,
      },
    );
  });

  async function reaches(host: string, port: number): Promise<boolean> {
    return (await exec(pod.metadata.name, sandbox, connect(host, port))).code === 0;
  }
});

test('the control plane finds the limits and the pods', async () => {
  const { data } = (await get('configmap', 'hks-sandbox-limits', sandbox)) as never as {
    data: Record<string, string>;
  };
  expect(data['max-concurrent-executions']).toBe('2');
  expect(await list<Pod>('pod', sandbox, 'hks.io/runtime=python')).toHaveLength(2);
  expect(pool?.deployment.metadata.name).toBe('python');
});

function connect(host: string, port: number): string[] {
  return ['python3', '-c', `import socket; socket.create_connection(("${host}", ${port}), 4)`];
}

function quoted(word: string): string {
  return `'${word}'`;
}

function block(address: string): string {
  return `${address}/32`;
}
