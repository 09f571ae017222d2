/** @module Functions on a real Knative: they answer, go to zero and back, share traffic, roll back, and are kept apart. */
import { Duration } from 'cdk8s';
import { HksFunction, type HksFunctionProps } from '../../constructs/function';
import { answers, projectIn, server, startFetcher, untilFetched } from './function/server';
import {
  apply,
  type Caller,
  callFunction,
  callHost,
  deleteNamespaces,
  freshNamespace,
  get,
  type KnativeService,
  type KubeObject,
  kubectl,
  list,
  networkPolicy,
  type Pod,
  uniqueName,
  until,
  untilAnswers,
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
  await untilServing(name, NAMESPACE);
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
    expect((await untilAnswers('echo', NAMESPACE)).body).toBe('one');
    const namespace = await get('namespace', NAMESPACE);
    expect(namespace.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    await until(
      'the quota to count its pod',
      () =>
        get<KubeObject & { status: { used: Record<string, string> } }>(
          'resourcequota',
          'quota',
          NAMESPACE,
        ),
      ({ status }) => status.used.pods === '1',
    );
  });

  test('goes to zero, and comes back for a request', async () => {
    await until(
      'echo to be at zero',
      () => podsOf('echo'),
      (pods) => pods.length === 0,
    );
    const began = Date.now();
    const { status, body } = await callFunction('echo', NAMESPACE);
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
    await until('forty answers by halves', async () => {
      const bodies = await answers('echo', NAMESPACE, 40);
      const ones = bodies.filter((body) => body === 'one').length;
      const twos = bodies.filter((body) => body === 'two').length;
      expect(ones + twos).toBe(40);
      expect(Math.min(ones, twos)).toBeGreaterThanOrEqual(8);
    });
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
    await until(
      'the tagged revision to answer',
      () => callHost(`next-${host}`),
      ({ status, body }) => status === 200 && body === 'two',
    );
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
  let fetcher: Caller;

  beforeAll(async () => {
    await deploy('inner', server('inner', { scale: { min: 1, max: 1 } }));
    const [pod] = await until(
      'a pod of inner',
      () => podsOf('inner'),
      ([first]) => first?.status?.podIP !== undefined,
    );
    address = pod?.status?.podIP ?? '';
    fetcher = await startFetcher(neighbour);
  });

  test.each([8012, 8080, 9090, 9091, 8022])('is closed at port %i for another namespace', (port) =>
    fetcher.untilKeptFrom({ host: address, port }),
  );

  test.each([
    ['activator', 8012, 9090],
    ['autoscaler', 9090, 8012],
  ])('is open for the %s at port %i, and closed at %i', async (app, open, closed) => {
    const from = await startFetcher('knative-serving', { app });
    try {
      await from.untilReaches({ host: address, port: open });
      for (const port of [closed, 8080]) await from.untilKeptFrom({ host: address, port });
    } finally {
      await from.stop();
    }
  });

  test('is open by the gateway', async () => {
    const host = `inner.${NAMESPACE}.svc.cluster.local`;
    expect(await untilFetched(fetcher, GATEWAY, host)).toBe('inner');
  });

  test('is open once a policy says so, which is all that kept it closed', async () => {
    await apply([
      networkPolicy('open', NAMESPACE, {
        podSelector: {},
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': neighbour } } },
            ],
          },
        ],
      }),
    ]);
    expect(await untilFetched(fetcher, `http://${address}:8080/`)).toBe('inner');
    await kubectl(['delete', 'networkpolicy', 'open', '-n', NAMESPACE]);
  });
});

test('a quota on limits takes a function with and without annotations of its proxy: the platform sizes it', async () => {
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
    await untilUsable(namespace);
    const fn = new HksFunction(await projectIn(namespace), 'sized', server('sized'));
    const sized = fn.service.toJson();
    const bare = structuredClone(sized);
    bare.metadata.name = 'bare';
    bare.spec.template.metadata = { labels: bare.spec.template.metadata.labels };
    await apply([sized, bare]);
    await untilServing('sized', namespace);
    await untilServing('bare', namespace);
    const proxies = (await list<Pod>('pod', namespace)).map(({ spec }) =>
      spec.containers.find(({ name }) => name === 'queue-proxy'),
    );
    const limits = proxies.map((proxy) => Object.keys(proxy?.resources?.limits ?? {}).sort());
    expect(new Set(limits.map(String))).toEqual(new Set(['cpu,ephemeral-storage,memory']));
  } finally {
    await deleteNamespaces(namespace);
  }
});

test('a function with isolation runs on the sandboxed kernel that the platform maps to its label', async () => {
  const props = server('caged', { triggers: PUBLIC, isolation: 'gvisor', scale: { min: 1 } });
  await deploy('caged', props);
  await until(
    'all pods of caged to have the class',
    () => podsOf('caged'),
    (pods) => pods.length > 0 && pods.every(({ spec }) => spec.runtimeClassName === 'gvisor'),
  );
  const kernel = (name: string) => untilAnswers(name, NAMESPACE, { path: '/kernel' });
  const host = (await kernel('echo')).body;
  const { body } = await kernel('caged');
  expect(body).toMatch(/^Linux version/);
  expect(body).not.toBe(host);
});
