/** @module What calls functions, on a real Knative: requests, domains, schedules, events. */

import { EventBroker, HksFunction } from '../../constructs/function';
import type { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import {
  projectIn,
  type Received,
  received,
  server,
  startFetcher,
  untilFetched,
} from './function/server';
import {
  apply,
  applyChart,
  type Caller,
  callHost,
  deleteNamespaces,
  freshNamespace,
  hasCondition,
  type Job,
  kubectl,
  list,
  logs,
  runNow,
  uniqueName,
  until,
  untilAnswers,
  untilCondition,
  untilServing,
} from './harness';

const NAMESPACE = uniqueName('function-triggers');
const DOMAIN = `${NAMESPACE}.example.com`;
const PAYLOAD = `line "one"\n$(HKS_TOKEN) 'two' \`id\` ünï $$`;
const TOKEN = { secret: 'call', key: 'token' };
/** Never within a test; these jobs are triggered. */
const RARELY = Schedule.monthly({ day: 1 });

let neighbour: string;
let project: Project;
let echo: HksFunction;
let broker: EventBroker;

beforeAll(async () => {
  neighbour = await freshNamespace('function-sender');
  project = await projectIn(NAMESPACE);
  broker = new EventBroker(project, 'default');
  echo = new HksFunction(
    project,
    'echo',
    server('echo', {
      scale: { min: 1, max: 1 },
      triggers: [
        { type: 'http', visibility: 'public', domains: [DOMAIN] },
        { type: 'event', broker, attributes: { type: 'wanted' }, path: '/events' },
        {
          type: 'event',
          name: 'sql',
          broker,
          filters: [{ cesql: `type LIKE 'sql.%' AND EXISTS customer` }],
          path: '/sql',
        },
        {
          type: 'schedule',
          name: 'good',
          schedule: RARELY,
          method: 'PUT',
          path: '/run?full=1',
          payload: PAYLOAD,
          token: TOKEN,
          headers: { 'X-Literal': '$(HKS_URL)' },
        },
        {
          type: 'schedule',
          name: 'bytes',
          schedule: RARELY,
          payload: Uint8Array.from({ length: 256 }, (_, index) => index),
        },
        {
          type: 'schedule',
          name: 'file',
          schedule: RARELY,
          payload: { configMap: 'bodies', key: 'run' },
        },
        {
          type: 'schedule',
          name: 'bad',
          schedule: RARELY,
          path: '/bad',
          headers: { 'X-Status': '503' },
          retries: 1,
        },
        { type: 'schedule', name: 'minute', schedule: Schedule.cron('* * * * *'), path: '/minute' },
      ],
    }),
  );
  new HksFunction(project, 'inner', server('inner', { publishesTo: broker }));
  await applyChart(project);
  await apply([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'call', namespace: NAMESPACE },
      stringData: { token: 'the-token' },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bodies', namespace: NAMESPACE },
      data: { run: 'of a file' },
    },
  ]);
  await untilServing('inner', NAMESPACE);
  await untilServing('echo', NAMESPACE);
  await untilAnswers('echo', NAMESPACE);
});
afterAll(async () => {
  await deleteNamespaces(NAMESPACE, neighbour);
  await kubectl([
    'delete',
    'clusterdomainclaims.networking.internal.knative.dev',
    DOMAIN,
    '--ignore-not-found',
  ]);
});

/** The requests of the path, as soon as the function's log has those that are wanted. */
const requests = (
  path: string,
  accept: (found: readonly Received[]) => boolean = (found) => found.length > 0,
) =>
  until(
    `requests of ${path}`,
    async () => (await received('echo', NAMESPACE)).filter((request) => request.path === path),
    accept,
  );

test('a cluster-local function is not on the public side of the gateway; made public, it is', async () => {
  const { host } = new URL((await untilServing('echo', NAMESPACE)).status?.url ?? '');
  const inner = host.replace('echo.', 'inner.');
  expect((await callHost(inner)).status).toBe(404);
  expect((await callHost(new URL(echo.url).host.replace('echo.', 'inner.'))).status).toBe(404);
  await kubectl(['label', 'ksvc', 'inner', '-n', NAMESPACE, 'networking.knative.dev/visibility-']);
  const open = await until(
    'inner to be public',
    () => callHost(inner),
    ({ status }) => status === 200,
  );
  expect(open.body).toBe('inner');
});

test('a domain leads to the function once the platform has made its claim', async () => {
  expect((await callHost(DOMAIN)).status).toBe(404);
  await apply(HksFunction.domainClaims(project));
  await untilCondition('domainmapping', DOMAIN, NAMESPACE, 'Ready');
  const { body } = await until(
    'the domain to answer',
    () => callHost(DOMAIN),
    ({ status }) => status === 200,
  );
  expect(body).toBe('echo');
});

describe('a scheduled call', () => {
  test('sends method, path, payload and token as they are given', async () => {
    const job = await runNow('echo-good', NAMESPACE);
    expect(hasCondition(job, 'Complete')).toBe(true);
    const [request] = await requests('/run?full=1');
    expect(request?.method).toBe('PUT');
    expect(Buffer.from(request?.body ?? '', 'latin1').toString()).toBe(PAYLOAD);
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer the-token',
      'x-literal': '$(HKS_URL)',
    });
  });

  test('sends bytes, and the contents of a file', async () => {
    await runNow('echo-bytes', NAMESPACE);
    await runNow('echo-file', NAMESPACE);
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index));
    await requests('/', (found) => {
      const posts = found.filter(({ method }) => method === 'POST');
      const bodies = posts.map(({ body }) => body);
      return bodies.includes(bytes) && bodies.includes('of a file');
    });
  });

  test('fails with the status of the answer, after its retries', async () => {
    const job = await runNow('echo-bad', NAMESPACE);
    expect(hasCondition(job, 'Failed')).toBe(true);
    expect(await requests('/bad', (found) => found.length >= 2)).toHaveLength(2);
    const lines = (await logs(`job/${job.metadata.name}`, NAMESPACE))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ status }) => status)).toEqual([503, 503]);
  });

  test('comes by itself when its minute does', async () => {
    const [request] = await requests('/minute');
    expect(request?.headers['user-agent']).toBe('hks-schedule');
    const jobs = await list<Job>('job', NAMESPACE, 'hks.io/cronjob=echo-minute');
    expect(jobs.some(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'CronJob')).toBe(
      true,
    );
  });

  test('is all that its pods can reach', async () => {
    const labels = { 'hks.io/app': 'echo-good', 'hks.io/kind': 'cronjob' };
    const [call, stranger] = await Promise.all([
      startFetcher(NAMESPACE, labels),
      startFetcher(NAMESPACE),
    ]);
    expect(await untilFetched(call, `${echo.url}/direct`)).toBe('echo');
    await stranger.untilKeptFrom({ host: new URL(echo.url).host, port: 80 });
  });
});

describe('an event', () => {
  let sender: Caller;
  /** Sends the event until the broker has taken it. */
  const send = (id: string, attributes: Record<string, string>) => {
    const event = { specversion: '1.0', id, source: '/e2e', ...attributes };
    const headers = Object.entries(event).map(([name, value]) => [`ce-${name}`, value]);
    const all = Object.fromEntries([...headers, ['content-type', 'application/json']]);
    const program = `import sys, json, urllib.request as r
print(r.urlopen(r.Request(sys.argv[1], b'{}', json.loads(sys.argv[2])), timeout=60).status)`;
    return until(
      `the broker to take event ${id}`,
      () => sender.run(['python3', '-c', program, broker.url, JSON.stringify(all)]),
      ({ code, output }) => code === 0 && output.trim() === '202',
    );
  };
  /** Each once: a broker may send an event again. */
  const ids = (found: readonly Received[]) => [
    ...new Set(found.flatMap(({ headers }) => headers['ce-id'] ?? [])),
  ];

  beforeAll(async () => {
    sender = await startFetcher(neighbour);
    await untilCondition('broker', 'default', NAMESPACE, 'Ready');
    await untilCondition('trigger', 'echo-event', NAMESPACE, 'Ready');
    await untilCondition('trigger', 'echo-sql', NAMESPACE, 'Ready');
  });

  test('reaches its function when the filter lets it, and only then', async () => {
    await send('excluded', { type: 'other' });
    await send('half', { type: 'sql.order' });
    await send('taken', { type: 'wanted' });
    await send('taken-sql', { type: 'sql.order', customer: '7' });
    expect(ids(await requests('/events'))).toEqual(['taken']);
    expect(ids(await requests('/sql'))).toEqual(['taken-sql']);
    expect(ids(await received('echo', NAMESPACE)).sort()).toEqual(['taken', 'taken-sql']);
  });

  test('is published by a function through its broker', async () => {
    await untilAnswers('inner', NAMESPACE, { path: '/publish', method: 'POST' });
    await requests('/events', (found) => ids(found).includes('published'));
  });
});
