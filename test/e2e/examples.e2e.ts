/** @module Each example, applied to a cluster without it: everything that it holds runs, and nothing is left out. */
import { randomBytes } from 'node:crypto';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import {
  apply,
  type Caller,
  deleteNamespaces,
  freshNamespace,
  hasCondition,
  kubectl,
  list,
  logs,
  type Pod,
  probe,
  runNow,
  startCaller,
  until,
  untilAnswers,
  untilAvailable,
  untilGone,
  untilJobEnds,
  untilServing,
  untilUsable,
  withCaller,
} from './harness';
import { renderExample, runExample, type TenantTree } from './harness/examples';
import { nameOf, secretsOf, workloadsOf } from './harness/workloads';

/** What was seen to run, as `Kind/namespace/name`. */
const ran: string[] = [];
let namespaces: string[] = [];

/** Renders an example, removes what an earlier run left, and applies it as a user does. */
async function start(example: string): Promise<readonly TenantTree[]> {
  ran.length = 0;
  const trees = await renderExample(example);
  const own = trees.flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'Namespace'));
  namespaces = own.map(({ metadata }) => metadata.name);
  await deleteNamespaces(...namespaces);
  for (const name of namespaces) await untilGone('namespace', name);
  await apply(own);
  for (const name of namespaces) await untilUsable(name);
  await apply(trees.flatMap(({ objects }) => secretsOf(objects, secretValue)));
  for (const { folder } of trees) await kubectl(['apply', '-k', folder]);
  return trees;
}

const secrets: Record<string, string> = {};

/** The value of a key of a Secret that an example refers to: the same one each time it is asked for. */
function secretValue(secret: string, key: string): string {
  secrets[`${secret}/${key}`] ??= randomBytes(16).toString('hex');
  return secrets[`${secret}/${key}`] ?? '';
}

async function deploymentsRun(trees: readonly TenantTree[]): Promise<void> {
  const deployments = trees
    .flatMap(({ objects }) => objects)
    .filter(({ kind }) => kind === 'Deployment');
  for (const deployment of deployments) {
    const { name, namespace = '' } = deployment.metadata;
    await untilAvailable(name, namespace);
    ran.push(nameOf(deployment));
  }
}

/** Triggers the CronJob, and returns what its run printed; it must succeed. */
async function cronJobRuns(namespace: string, name: string): Promise<string> {
  const job = await runNow(name, namespace);
  const pods = await list<Pod>('pod', namespace, `job-name=${job.metadata.name}`);
  const succeeded = pods.find(({ status }) => status?.phase === 'Succeeded');
  const output = await logs(succeeded?.metadata.name ?? `job/${job.metadata.name}`, namespace);
  if (!hasCondition(job, 'Complete')) throw new Error(`${namespace}/${name} failed: ${output}`);
  ran.push(`CronJob/${namespace}/${name}`);
  return output;
}

/** A function that only the cluster can reach. */
interface Inner {
  readonly namespace: string;
  readonly name: string;
}

/** Calls the function from a pod that belongs to no project, until it answers like that. */
async function untilSays(
  { namespace, name }: Inner,
  wanted: RegExp,
  ...flags: readonly string[]
): Promise<void> {
  const url = `http://${name}.${namespace}.svc.cluster.local/`;
  await until(
    `${url} to answer ${wanted}`,
    () => outside.run(['wget', '-qO-', ...flags, url]),
    ({ output }) => wanted.test(output),
  );
}

/** As `untilSays`, for the answer that tells that the function runs. */
async function functionRuns(
  inner: Inner,
  wanted: RegExp,
  ...flags: readonly string[]
): Promise<void> {
  await untilServing(inner.name, inner.namespace);
  await untilSays(inner, wanted, ...flags);
  ran.push(`Function/${inner.namespace}/${inner.name}`);
}

let outside: Caller;
beforeAll(async () => {
  outside = await startCaller(await freshNamespace('examples'));
});
afterAll(() => deleteNamespaces(outside.namespace));

describe('tenant-app', () => {
  let trees: readonly TenantTree[];
  beforeAll(async () => {
    trees = await start('tenant-app');
  });
  afterAll(() => deleteNamespaces(...namespaces));

  test('the application serves', async () => {
    await deploymentsRun(trees);
    expect(ran).toEqual(['Deployment/shop/api']);
  });

  test('the jobs made from it run', async () => {
    expect(await cronJobRuns('shop', 'nightly-report')).toMatch(/^50 orders, \d+ EUR$/m);
    expect(await cronJobRuns('shop', 'export-orders')).toMatch(/wrote \/exports\/orders.csv/);
    expect(await cronJobRuns('shop', 'expire-carts')).toMatch(/expired \d+ carts/);
  });

  test('what the job wrote is backed up, lost, and restored byte for byte', async () => {
    await cronJobRuns('shop', 'orders');
    const volumes = [
      { name: 'exports', persistentVolumeClaim: { claimName: 'exports' } },
      { name: 'restored', persistentVolumeClaim: { claimName: 'restored' } },
    ];
    await apply([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'restored', namespace: 'shop' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ]);
    const look = async (script: string) => {
      const mounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }));
      return probe('shop', { command: ['sh', '-c', script], spec: { volumes }, mounts });
    };
    const before = await look('base64 /exports/orders.csv && rm /exports/orders.csv');
    const job = await runExample('tenant-app/restore.ts');
    await kubectl(['create', '-f', '-'], { input: job });
    const { metadata } = JSON.parse(job) as { metadata: { name: string } };
    const restored = await untilJobEnds(metadata.name, 'shop');
    expect(hasCondition(restored, 'Complete')).toBe(true);
    expect(before.output.length).toBeGreaterThan(500);
    expect(await look('base64 /restored/orders.csv')).toEqual(before);
    expect((await look('cat /exports/orders.csv')).code).toBe(1);
  });

  test('the functions answer, one of them on schedule and only to who knows the token', async () => {
    await untilServing('receipt', 'shop');
    const body = JSON.stringify({ id: 'order-1', amount: 12, currency: 'EUR' });
    const answer = await untilAnswers('receipt', 'shop', { method: 'POST', body });
    expect(answer.body).toBe('Acme: order-1, 12 EUR\n');
    ran.push('Function/shop/receipt');

    const reminders = { namespace: 'shop', name: 'reminders' };
    const token = (value: string) => `--header=Authorization: Bearer ${value}`;
    const payload = '--post-data={"days": 3}';
    const known = token(secretValue('reminders', 'token'));
    await functionRuns(reminders, /left a cart 3 days ago/, known, payload);
    await untilSays(reminders, /HTTP\/1\.1 401/, token('guess'), payload);
    await cronJobRuns('shop', 'reminders-schedule');
  });

  test('nothing in the tree did not run', () =>
    expect([...ran].sort()).toEqual(workloadsOf(trees)));
});

describe('ai-sandbox', () => {
  let trees: readonly TenantTree[];
  beforeAll(async () => {
    trees = await start('ai-sandbox');
  });
  afterAll(() => deleteNamespaces(...namespaces));

  test('the warm pools are up, under gVisor', async () => {
    await deploymentsRun(trees);
    const pods = await list<Pod>('pod', 'agents-sandbox');
    expect(pods).toHaveLength(3);
    for (const { spec } of pods) expect(spec.runtimeClassName).toBe('gvisor');
  });

  test.each([
    ['python', 'print(6 * int(input()))'],
    ['node', 'console.log(6 * Number(require("fs").readFileSync(0)))'],
  ])('the pool %s runs code for the control plane', async (pool, code) => {
    const [pod] = await list<Pod>('pod', 'agents-sandbox', `hks.io/pool=${pool}`);
    const body = JSON.stringify({ code, input: '7' });
    await withCaller(SYSTEM_NAMESPACE, { labels: CONTROL_PLANE_LABELS }, async (caller) => {
      const { output } = await until(
        `the pool ${pool} to answer`,
        () =>
          caller.run(['wget', '-qO-', `--post-data=${body}`, `http://${pod?.status?.podIP}:8080/`]),
        (ended) => ended.code === 0,
      );
      expect(JSON.parse(output)).toEqual({ code: 0, stdout: '42\n', stderr: '' });
    });
  });

  test('nothing in the tree did not run', () =>
    expect([...ran].sort()).toEqual(workloadsOf(trees)));
});

describe('two-tenants', () => {
  let trees: readonly TenantTree[];
  beforeAll(async () => {
    trees = await start('two-tenants');
  });
  afterAll(() => deleteNamespaces(...namespaces));

  test('both applications serve', async () => {
    await deploymentsRun(trees);
    expect(ran).toEqual(['Deployment/north-store/store', 'Deployment/south-store/store']);
  });

  test.each(['north', 'south'])("%s's job runs and its function answers", async (tenant) => {
    const namespace = `${tenant}-store`;
    expect(await cronJobRuns(namespace, 'count-stock')).toMatch(`${tenant} has 500 articles`);
    const greeting = { namespace, name: 'greeting' };
    await functionRuns(greeting, new RegExp(`^${tenant} is open\n$`));
  });

  test('nothing in the tree did not run', () =>
    expect([...ran].sort()).toEqual(workloadsOf(trees)));
});
