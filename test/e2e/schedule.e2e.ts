/** @module The API server and the CronJob controller, asked about the expressions and zones that the library judges. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Schedule } from '../../constructs/schedule';
import { ZONE_NAMES } from '../../constructs/schedule/zone-names';
import {
  apply,
  CommandError,
  deleteNamespaces,
  freshNamespace,
  get,
  type Job,
  type KubeObject,
  kubectl,
  list,
  restrictedPod,
  until,
} from './harness';

interface Vectors {
  readonly accepted: readonly string[];
  readonly refused: readonly (readonly [expression: string, reason: string])[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(join(__dirname, '../constructs/fixtures/robfig/vectors.json'), 'utf8'),
);
const SCHEDULED_FOR = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

let namespace: string;

beforeAll(async () => {
  namespace = await freshNamespace('schedule');
});
afterAll(() => deleteNamespaces(namespace));

test('the API server takes the expressions that we take, and only these', async () => {
  const expressions = [...vectors.accepted, ...vectors.refused.map(([expression]) => expression)];
  const taken = await takenOf(expressions.map((schedule) => ({ schedule })));
  const differing = expressions.filter((expression, index) => {
    const ours = takes(() => Schedule.cron(expression, { env: {} }));
    return ours.taken !== taken[index] && !/no calendar has this one/.test(ours.message);
  });
  expect(differing).toEqual([]);
  expect(taken.filter((isTaken) => isTaken).length).toBe(vectors.accepted.length);
});

test('the API server takes the time zones that we take', async () => {
  const zones = [...ZONE_NAMES];
  const taken = await takenOf(zones.map((timeZone) => ({ schedule: '0 3 * * *', timeZone })));
  expect(zones.filter((_, index) => !taken[index])).toEqual([]);
});

test('the API server refuses the time zones that we refuse', async () => {
  const zones = ['Local', 'local', 'LOCAL', '', 'europe/berlin', 'EUROPE/BERLIN', 'Europe/Berln'];
  zones.push('Europe', 'Europe/', '/Europe/Berlin', '../UTC', '+02:00', 'UTC+2', 'utc', 'CEST');
  zones.push('Europe/Berlin ', 'Zürich', 'America/Argentina/Nowhere', '-UTC', 'tzdata.zi');
  const taken = await takenOf(zones.map((timeZone) => ({ schedule: '0 3 * * *', timeZone })));
  expect(zones.filter((_, index) => taken[index])).toEqual([]);
  const ours = zones.filter((timeZone) => takes(() => Schedule.daily({ timeZone })).taken);
  expect(ours).toEqual([]);
});

test('the controller runs jobs when we say that it does', async () => {
  const schedules = {
    minutely: Schedule.cron('* * * * *', { timeZone: 'Asia/Kathmandu' }),
    'each-minute': Schedule.cron('@every 1m'),
    steps: Schedule.cron('1/2 * ? * ?', { timeZone: 'Australia/Lord_Howe' }),
  };
  const running = Object.entries(schedules).map(([name, { expression, every, timeZone }]) =>
    cronJob(name, { schedule: expression, ...(every ? {} : { timeZone }) }, false),
  );
  await apply(running);
  for (const [name, schedule] of Object.entries(schedules)) {
    const { metadata } = await get<KubeObject>('cronjob', name, namespace);
    const [expected] = schedule.next(1, new Date(String(metadata.creationTimestamp)));
    const [first] = await until(
      `a run of ${name}`,
      () => startsOf(name),
      (starts) => starts.length > 0,
    );
    expect(first).toBe(expected?.toISOString());
  }
});

/** The times for which the controller started jobs of the CronJob, earliest first. */
async function startsOf(cronJob: string): Promise<readonly string[]> {
  const jobs = await list<Job>('job', namespace);
  return jobs
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ name }) => name === cronJob))
    .map(({ metadata }) => new Date(metadata.annotations?.[SCHEDULED_FOR] ?? 0).toISOString())
    .sort();
}

function takes(make: () => Schedule): { readonly taken: boolean; readonly message: string } {
  try {
    make();
    return { taken: true, message: '' };
  } catch (error) {
    return { taken: false, message: (error as Error).message };
  }
}

interface When {
  readonly schedule: string;
  readonly timeZone?: string;
}

/**
 * For each, whether the API server would make a CronJob of it; nothing is made. It is asked three times about what it
 * does not judge, since it may be busy; one expression makes it fail each time.
 */
async function takenOf(all: readonly When[]): Promise<readonly boolean[]> {
  const items = all.map((when, index) => cronJob(`case-${index}`, when));
  const judged = new Map<string, boolean>();
  for (let round = 0; round < 3; round++) {
    const open = items.filter(({ metadata }) => !judged.has(metadata.name));
    for (const [name, taken] of await verdicts(open)) judged.set(name, taken);
  }
  return items.map(({ metadata }) => judged.get(metadata.name) === true);
}

/** Of each that the API server judged: whether it took it, or found it invalid. */
async function verdicts(
  items: readonly object[],
): Promise<readonly (readonly [string, boolean])[]> {
  if (items.length === 0) return [];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const args = ['create', '--dry-run=server', '--namespace', namespace, '-o', 'name', '-f', '-'];
  const { stdout, stderr } = await kubectl(args, { input, timeout: 600_000 }).then(
    (output) => ({ stdout: output, stderr: '' }),
    (error: unknown) => {
      if (error instanceof CommandError) return error;
      throw error;
    },
  );
  const named = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name]) => name ?? '');
  return [
    ...named(stdout, /^cronjob\.batch\/(case-\d+)$/gm).map((name) => [name, true] as const),
    ...named(stderr, /"(case-\d+)" is invalid/g).map((name) => [name, false] as const),
  ];
}

function cronJob(name: string, when: When, suspend = true) {
  const template = restrictedPod(name, namespace, { command: ['true'] }) as { spec: object };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace },
    spec: {
      ...when,
      suspend,
      // The first run is looked at, however late.
      successfulJobsHistoryLimit: 60,
      failedJobsHistoryLimit: 60,
      jobTemplate: { spec: { template: { spec: template.spec } } },
    },
  };
}
