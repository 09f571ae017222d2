/** @module Functions on a real Knative: they answer, go to zero and back, share traffic, roll back, and are kept apart. */
import { Duration } from 'cdk8s';
import { HksFunction, type HksFunctionProps } from '../../constructs/function';
import { answers, CLOSED, fetchFrom, PATIENT, projectIn, server } from './function/server';
import {
  apply,
  callFunction,
  callHost,
  deleteNamespaces,
  freshNamespace,
  get,
  type KnativeService,
  type KubeObject,
  kubectl,
  list,
  type Pod,
  uniqueName,
  until,
  untilServing,
  untilUsable,
} from './harness';

const NAMESPACE = uniqueName('function');
const PUBLIC: HksFunctionProps['triggers'] = [{ type: 'http', visibility: 'public' }];
let neighbour: string;

beforeAll(async () => {
  neighbour = await freshNamespace('function-neighbour');
});
afterAll(() => deleteNamespaces(NAMESPACE, neighbour));

/** Applies the project with this one function, as a commit would change it, and waits until it serves; one object may be left out. */
async function deploy(
  name: string,
  props: HksFunctionProps,
  without?: string,
): Promise<HksFunction> {
  const project = await projectIn(NAMESPACE);
  const fn = new HksFunction(project, name, props);
  const objects = project.toJson() as readonly KubeObject[];
  await apply(objects.filter(({ metadata }) => metadata.name !== without));
  await untilUsable(NAMESPACE);
  const observed = async () => get<KnativeService & Observed>('ksvc', name, NAMESPACE);
  await until(
    `ksvc ${name} to be looked at`,
    observed,
    ({ metadata, status }) => metadata.generation === status?.observedGeneration,
  );
  await untilServing(name, NAMESPACE, PATIENT);
  return fn;
}
interface Observed {
  readonly metadata: KubeObject['metadata'] & { readonly generation: number };
  readonly status?: { readonly observedGeneration?: number };
}

const podsOf = async (name: string) =>
  (await list<Pod>('pod', NAMESPACE, `hks.io/function=${name}`)).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );

describe('one function', () => {
  let first: HksFunction;

  test('answers through the gateway, in a namespace that enforces restricted and has a quota', async () => {
    first = await deploy(
      'echo',
      server('one', { triggers: PUBLIC, scale: { window: Duration.seconds(6) } }),
    );
    const { status, body } = await callFunction('echo', NAMESPACE);
    expect([status, body]).toEqual([200, 'one']);
    const namespace = await get('namespace', NAMESPACE);
    expect(namespace.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const { status: quota } = await get<KubeObject & { status: { used: Record<string, string> } }>(
      'resourcequota',
      'quota',
      NAMESPACE,
    );
    expect(quota.used.pods).toBe('1');
  });

  test('goes to zero, and comes back for a request', async () => {
    await until(
      'echo to be at zero',
      () => podsOf('echo'),
      (pods) => pods.length === 0,
      { timeout: 180_000 },
    );
    const began = Date.now();
    const { status, body } = await callFunction('echo', NAMESPACE, { timeout: 60_000 });
    console.info(`start from zero: ${Date.now() - began} ms`);
    expect([status, body]).toEqual([200, 'one']);
    expect(await podsOf('echo')).toHaveLength(1);
  });

  test('shares its traffic between two revisions, by halves', async () => {
    const half = { percent: 50 };
    const second = await deploy(
      'echo',
      server('two', {
        triggers: PUBLIC,
        traffic: [half, { ...half, revision: first.revisionName }],
      }),
    );
    expect(second.revisionName).not.toBe(first.revisionName);
    const bodies = await answers('echo', NAMESPACE, 40);
    const ones = bodies.filter((body) => body === 'one').length;
    const twos = bodies.filter((body) => body === 'two').length;
    expect(ones + twos).toBe(40);
    expect(Math.min(ones, twos)).toBeGreaterThanOrEqual(8);
  });

  test('goes back to the first revision by its name, while the template stays', async () => {
    await deploy(
      'echo',
      server('two', {
        triggers: PUBLIC,
        traffic: [{ percent: 100, revision: first.revisionName }, { tag: 'next' }],
      }),
    );
    await until(
      'only the first revision',
      () => answers('echo', NAMESPACE, 10),
      (bodies) => bodies.every((body) => body === 'one'),
    );
    const { host } = new URL(
      (await get<KnativeService>('ksvc', 'echo', NAMESPACE)).status?.url ?? '',
    );
    expect((await callHost(`next-${host}`)).body).toBe('two');
  });

  test('goes back by a revert of the commit: the old template is the old revision', async () => {
    const again = await deploy(
      'echo',
      server('one', { triggers: PUBLIC, scale: { window: Duration.seconds(6) } }),
    );
    expect(again.revisionName).toBe(first.revisionName);
    await until(
      'the first template',
      () => answers('echo', NAMESPACE, 5),
      (bodies) => bodies.every((body) => body === 'one'),
    );
    const { status } = await get<KnativeService>('ksvc', 'echo', NAMESPACE);
    expect(status?.latestReadyRevisionName).toBe(first.revisionName);
    expect(await list('revision', NAMESPACE)).toHaveLength(2);
  });
});

describe('the way to a pod', () => {
  const GATEWAY = 'http://kourier-internal.kourier-system.svc.cluster.local/';
  let address: string;
  const fetch = (url: string, host?: string) => fetchFrom(neighbour, url, { host });

  beforeAll(async () => {
    await deploy('inner', server('inner', { scale: { min: 1, max: 1 } }));
    const [pod] = await until(
      'a pod of inner',
      () => podsOf('inner'),
      ([first]) => first?.status?.podIP !== undefined,
    );
    address = pod?.status?.podIP ?? '';
  });

  test.each([8012, 8080, 9090, 9091, 8022])(
    'is closed at port %i for another namespace',
    async (port) => {
      const { code, output } = await fetch(`http://${address}:${port}/`);
      expect(output).toMatch(CLOSED);
      expect(code).not.toBe(0);
    },
  );

  test.each([
    ['activator', 8012, 9090],
    ['autoscaler', 9090, 8012],
  ])('is open for the %s at port %i, and closed at %i', async (app, open, closed) => {
    const from = (port: number) =>
      fetchFrom('knative-serving', `http://${address}:${port}/`, { labels: { app } });
    expect((await from(open)).code).toBe(0);
    expect(await from(closed)).toEqual({ code: 1, output: expect.stringMatching(CLOSED) });
    expect((await from(8080)).code).toBe(1);
  });

  test('is open by the gateway', async () => {
    const { code, output } = await fetch(GATEWAY, `inner.${NAMESPACE}.svc.cluster.local`);
    expect([code, output]).toEqual([0, 'inner']);
  });

  test('is open once a policy says so, which is all that kept it closed', async () => {
    await apply([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'open', namespace: NAMESPACE },
        spec: {
          podSelector: {},
          ingress: [
            {
              from: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': neighbour } },
                },
              ],
            },
          ],
        },
      },
    ]);
    const open = await until(
      'an open way',
      () => fetch(`http://${address}:8080/`),
      ({ code }) => code === 0,
    );
    expect(open.output).toBe('inner');
    await kubectl(['delete', 'networkpolicy', 'open', '-n', NAMESPACE]);
  });
});

test('a quota on limits refuses the proxy as it ships, and takes it with the annotations', async () => {
  const namespace = await freshNamespace('function-quota');
  try {
    await apply([
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'quota', namespace },
        spec: {
          hard: { 'limits.cpu': '4', 'limits.memory': '4Gi', 'limits.ephemeral-storage': '4Gi' },
        },
      },
    ]);
    const fn = new HksFunction(await projectIn(namespace), 'sized', server('sized'));
    const sized = fn.service.toJson();
    const bare = structuredClone(sized);
    bare.metadata.name = 'bare';
    bare.spec.template.metadata = { labels: bare.spec.template.metadata.labels };
    await apply([sized, bare]);
    await untilServing('sized', namespace, PATIENT);
    const failed = await until(
      'a refusal of the bare one',
      () => get<KnativeService>('ksvc', 'bare', namespace),
      ({ status }) =>
        (status?.conditions ?? []).some(({ message }) => message?.includes('failed quota')),
    );
    expect(JSON.stringify(failed.status)).toMatch(/must specify limits\.cpu for: queue-proxy/);
  } finally {
    await deleteNamespaces(namespace);
  }
});

test('a function with isolation runs on the sandboxed kernel that the platform maps to its label', async () => {
  const mapping = 'gvisor:\n  selector:\n    hks.io/isolation: gvisor\n';
  await patchRuntimeClasses(mapping);
  try {
    await deploy(
      'caged',
      server('caged', { triggers: PUBLIC, isolation: 'gvisor', scale: { min: 1 } }),
    );
    const [pod] = await podsOf('caged');
    expect(pod?.spec.runtimeClassName).toBe('gvisor');
    const kernel = (name: string) => callFunction(name, NAMESPACE, { path: '/kernel' });
    const host = (await kernel('echo')).body;
    const { status, body } = await kernel('caged');
    expect(status).toBe(200);
    expect(body).toMatch(/^Linux version/);
    expect(body).not.toBe(host);
  } finally {
    await patchRuntimeClasses(null);
  }
});

function patchRuntimeClasses(mapping: string | null): Promise<string> {
  const patch = JSON.stringify({ data: { 'runtime-class-name': mapping } });
  return kubectl([
    'patch',
    'configmap',
    'config-deployment',
    '-n',
    'knative-serving',
    '--type',
    'merge',
    '-p',
    patch,
  ]);
}
