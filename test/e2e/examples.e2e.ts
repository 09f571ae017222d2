/** @module Each example, applied to a cluster without it: everything that it holds runs, and nothing is left out. */
import { randomBytes } from 'node:crypto';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import {
  apply,
  callFunction,
  deleteNamespaces,
  freshNamespace,
  hasCondition,
  kubectl,
  list,
  logs,
  type Pod,
  probe,
  runNow,
  untilAvailable,
  untilGone,
  untilJobEnds,
  untilServing,
  untilUsable,
} from './harness';
import { renderExample, runExample, type TenantTree } from './harness/examples';
import { nameOf, secretsOf, workloadsOf } from './harness/workloads';

const MINUTE = 60_000;

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
    await untilAvailable(name, namespace, { timeout: 3 * MINUTE });
    ran.push(nameOf(deployment));
  }
}

/** Triggers the CronJob, and returns what its run printed; it must succeed. */
async function cronJobRuns(namespace: string, name: string): Promise<string> {
  const job = await runNow(name, namespace, { timeout: 3 * MINUTE });
  const output = await logs(`job/${job.metadata.name}`, namespace);
  if (!hasCondition(job, 'Complete')) throw new Error(`${namespace}/${name} failed: ${output}`);
  ran.push(`CronJob/${namespace}/${name}`);
  return output;
}

/** Calls a function that only the cluster can reach, from a pod that belongs to no project. */
async function callInside(
  from: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  ...flags: readonly string[]
): Promise<string> {
  await untilServing(name, namespace, { timeout: 3 * MINUTE });
  const url = `http://${name}.${namespace}.svc.cluster.local/`;
  const { code, output } = await probe(from, { command: ['wget', '-qO-', ...flags, url] });
  if (code !== 0) throw new Error(`${url} did not answer: ${output}`);
  ran.push(`Function/${namespace}/${name}`);
  return output;
}

let outside: string;
beforeAll(async () => {
  outside = await freshNamespace('examples');
});
afterAll(() => deleteNamespaces(outside));

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
    const restored = await untilJobEnds(metadata.name, 'shop', { timeout: 3 * MINUTE });
    expect(hasCondition(restored, 'Complete')).toBe(true);
    expect(before.output.length).toBeGreaterThan(500);
    expect(await look('base64 /restored/orders.csv')).toEqual(before);
    expect((await look('cat /exports/orders.csv')).code).toBe(1);
  });

  test('the functions answer, one of them on schedule and only to who knows the token', async () => {
    await untilServing('receipt', 'shop', { timeout: 3 * MINUTE });
    const body = JSON.stringify({ id: 'order-1', amount: 12, currency: 'EUR' });
    const answer = await callFunction('receipt', 'shop', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 200, body: 'Acme: order-1, 12 EUR\n' });
    ran.push('Function/shop/receipt');

    const reminders = { namespace: 'shop', name: 'reminders' };
    const token = (value: string) => `--header=Authorization: Bearer ${value}`;
    const payload = '--post-data={"days": 3}';
    const known = token(secretValue('reminders', 'token'));
    expect(await callInside(outside, reminders, known, payload)).toMatch(/left a cart 3 days ago/);
    await expect(callInside(outside, reminders, token('guess'), payload)).rejects.toThrow(/401/);
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
    // The policies let a new pod through a moment after its start.
    const call = 'wget -qO /tmp/answer --post-data="$BODY" "$URL"';
    const { code: exitCode, output } = await probe(SYSTEM_NAMESPACE, {
      command: [
        'sh',
        '-c',
        `for i in $(seq 60); do ${call} && exec cat /tmp/answer; sleep 1; done`,
      ],
      env: {
        BODY: JSON.stringify({ code, input: '7' }),
        URL: `http://${pod?.status?.podIP}:8080/`,
      },
      labels: CONTROL_PLANE_LABELS,
    });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/\{.*\}$/) });
    const answer = JSON.parse(output.slice(output.indexOf('{')));
    expect(answer).toEqual({ code: 0, stdout: '42\n', stderr: '' });
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
    expect(await callInside(outside, greeting)).toBe(`${tenant} is open\n`);
  });

  test('nothing in the tree did not run', () =>
    expect([...ran].sort()).toEqual(workloadsOf(trees)));
});
