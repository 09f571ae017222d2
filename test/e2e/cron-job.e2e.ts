/** @module Template applications and the jobs made from them, run under Pod Security `restricted`. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Size } from 'cdk8s';
import { Cpu, Deployment, ImagePullPolicy } from 'cdk8s-plus-28';
import { HksCronJob, type HksCronJobProps } from '../../constructs/cron-job';
import { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import { TemplateApp } from '../../constructs/template-app';
import {
  apply,
  applyChart,
  BUSYBOX,
  clusterDns,
  deleteNamespaces,
  get,
  hasCondition,
  type Job,
  type KubeObject,
  list,
  logs,
  type Pod,
  runNow,
  startCaller,
  trigger,
  uniqueName,
  until,
  untilAvailable,
  untilJobEnds,
  untilSteady,
} from './harness';

const NAMESPACE = uniqueName('cron');
const CALLER = { role: 'caller' };
/** Never within a test; these jobs are triggered. */
const RARELY = Schedule.monthly({ day: 1 });
const EVERY_MINUTE = Schedule.cron('* * * * *');

/** Next to nothing, so that all of it fits on a small node. */
const TINY = { cpu: { request: Cpu.millis(5), limit: Cpu.millis(500) } };

let project: Project;
let web: TemplateApp;
let two: TemplateApp;

beforeAll(async () => {
  const dns = await clusterDns();
  project = new Project(new App(), 'cron', {
    tenant: 'acme',
    namespace: NAMESPACE,
    plan: { extends: 'medium', defaults: TINY },
    ...(dns ? { dns } : {}),
  });
  web = new TemplateApp(project, 'web', {
    image: BUSYBOX,
    command: shell(
      'mkdir /tmp/www && echo "$GREETING" > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www',
    ),
    env: { GREETING: 'hello', COLOUR: 'red', GONE: 'still here' },
    volumes: { work: { emptyDir: { size: Size.mebibytes(10) }, mountPath: '/work' } },
    ports: [8080],
    probes: { liveness: { http: '/', period: Duration.seconds(5) } },
    clients: [{ pods: CALLER }],
    identity: { user: 1000 },
  });
  two = TemplateApp.fromManifest(project, 'two', manifest(), { deploy: false });
  TemplateApp.fromDeployment(
    project,
    'plus',
    new Deployment(project, 'plus-deployment', {
      metadata: { name: 'plus' },
      replicas: 1,
      containers: [
        {
          image: BUSYBOX,
          command: shell('sleep 3600'),
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          resources: TINY,
        },
      ],
    }),
  );

  job('greet', { command: shell('echo "$GREETING, $COLOUR, [$GONE], $(id -u)"'), ...OVERRIDES });
  job('minutely', { schedule: EVERY_MINUTE, command: shell('echo "$GREETING"') });
  const busy = {
    schedule: EVERY_MINUTE,
    command: shell('sleep 900'),
    timeout: Duration.minutes(20),
  };
  job('forbid', busy);
  job('allow', { ...busy, concurrencyPolicy: 'Allow' });

  const failing = { retries: { by: 'job', limit: 1 }, failurePolicy: FATAL } as const;
  job('fatal', { command: shell('echo bye; exit 3'), ...failing });
  job('retried', { command: shell('exit 4'), ...failing });

  const reads = { command: shell('cat /work/flag'), retries: { by: 'job', limit: 0 } } as const;
  const hook = { name: 'prepare', command: shell('echo prepared > /work/flag') };
  job('hooked', { ...reads, preHooks: [hook] });
  job('unhooked', reads);

  job('slow', { command: shell('sleep 8'), timeout: Duration.seconds(3) });
  job('patient', { command: shell('sleep 8'), timeout: Duration.minutes(10) });

  job('sidecar', { template: two, container: 'main', sidecars: 'keep' });
  await applyChart(project);
});
afterAll(() => deleteNamespaces(NAMESPACE));

const OVERRIDES = { env: { COLOUR: 'blue', GONE: null } };
const FATAL = [{ exitCodes: [3], action: 'FailJob' }] as const;

function job(id: string, props: Partial<HksCronJobProps>): HksCronJob {
  return new HksCronJob(project, id, { template: web, schedule: RARELY, ...props });
}

function shell(line: string): readonly string[] & string[] {
  return ['sh', '-c', line];
}

/** A Deployment of two containers: one ends when it has seen the other, which never ends. */
function manifest(): string {
  const containers = [
    {
      name: 'main',
      image: BUSYBOX,
      command: shell('until nc -w 1 127.0.0.1 9000 </dev/null; do sleep 1; done; echo main ends'),
    },
    {
      name: 'side',
      image: BUSYBOX,
      command: shell("trap 'exit 0' TERM; echo side runs; httpd -f -p 9000 -h /tmp & wait"),
    },
  ];
  const file = join(mkdtempSync(join(tmpdir(), 'hks-e2e-')), 'two.json');
  const spec = { template: { spec: { containers } } };
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'two' }, spec }),
  );
  return file;
}

function podsOf(name: string): Promise<readonly Pod[]> {
  return list<Pod>('pod', NAMESPACE, `job-name=${name}`);
}

function jobsOf(cronJob: string): Promise<readonly Job[]> {
  return list<Job>('job', NAMESPACE, `hks.io/cronjob=${cronJob}`);
}

function reason(ended: Job): string | undefined {
  return ended.status?.conditions?.find(({ type }) => type === 'Failed')?.reason;
}

function exitCodes(pods: readonly Pod[]): (number | undefined)[] {
  return pods.map(({ status }) => status?.containerStatuses?.[0]?.state.terminated?.exitCode);
}

test('the application becomes available, and so does a Deployment of cdk8s-plus', async () => {
  await untilAvailable('web', NAMESPACE);
  await untilAvailable('plus', NAMESPACE);
  const deployments = await list<KubeObject>('deployment', NAMESPACE);
  expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['plus', 'web']);
});

test('its Service answers a client, and nobody else', async () => {
  const [client, stranger] = await Promise.all([
    startCaller(NAMESPACE, { labels: CALLER }),
    startCaller(NAMESPACE),
  ]);
  const { output } = await until(
    'the client to get an answer',
    () => client.run(['wget', '-qO-', 'http://web:8080/']),
    ({ code }) => code === 0,
  );
  expect(output).toBe('hello\n');
  await stranger.untilKeptFrom({ host: 'web', port: 8080 });
});

test('a manual run has the inherited environment, less what was removed, and the identity', async () => {
  const ended = await runNow('greet', NAMESPACE);
  expect(hasCondition(ended, 'Complete')).toBe(true);
  expect(await logs(`job/${ended.metadata.name}`, NAMESPACE)).toBe('hello, blue, [], 1000\n');
  expect(ended.metadata.labels).toMatchObject({ 'hks.io/cronjob': 'greet' });
  expect(ended.metadata.annotations).toMatchObject({
    'cronjob.kubernetes.io/instantiate': 'manual',
    'hks.io/manual-ttl-seconds': '86400',
    'hks.io/template-app': 'web',
  });
});

test('an exit code that is fatal ends the job at once, and another one is tried again', async () => {
  const [fatal, retried] = await Promise.all([
    runNow('fatal', NAMESPACE),
    runNow('retried', NAMESPACE),
  ]);
  expect(reason(fatal)).toBe('PodFailurePolicy');
  expect(exitCodes(await podsOf(fatal.metadata.name))).toEqual([3]);
  expect(reason(retried)).toBe('BackoffLimitExceeded');
  expect(exitCodes(await podsOf(retried.metadata.name))).toEqual([4, 4]);
});

test('a pre hook has run when the job starts; without it the job fails', async () => {
  const [hooked, unhooked] = await Promise.all([
    runNow('hooked', NAMESPACE),
    runNow('unhooked', NAMESPACE),
  ]);
  expect(hasCondition(hooked, 'Complete')).toBe(true);
  expect(await logs(`job/${hooked.metadata.name}`, NAMESPACE, 'web')).toBe('prepared\n');
  expect(hasCondition(unhooked, 'Failed')).toBe(true);
  expect(exitCodes(await podsOf(unhooked.metadata.name))).toEqual([1]);
});

test('the timeout ends a run, and a longer one does not', async () => {
  const [slow, patient] = await Promise.all([
    runNow('slow', NAMESPACE),
    runNow('patient', NAMESPACE),
  ]);
  expect(reason(slow)).toBe('DeadlineExceeded');
  expect(hasCondition(patient, 'Complete')).toBe(true);
});

test('a native sidecar does not keep a job from ending, as a plain container does', async () => {
  const ended = await runNow('sidecar', NAMESPACE);
  expect(hasCondition(ended, 'Complete')).toBe(true);
  expect(await logs(`job/${ended.metadata.name}`, NAMESPACE, 'side')).toBe('side runs\n');

  const { metadata, spec } = await get<KubeObject & { spec: JobSpec }>(
    'job',
    await trigger('sidecar', NAMESPACE),
    NAMESPACE,
  );
  await untilJobEnds(metadata.name, NAMESPACE);
  const { initContainers: [side] = [], containers, ...pod } = spec.template.spec;
  const { restartPolicy: _, ...plain } = side ?? {};
  const name = uniqueName('plain');
  const template = { spec: { ...pod, containers: [...containers, plain] } };
  await apply([
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: NAMESPACE },
      spec: { template },
    },
  ]);
  const mainEnded = ({ status }: Pod) =>
    status?.containerStatuses?.find((container) => container.name === 'main')?.state.terminated;
  await until(
    'the main container to end',
    () => podsOf(name),
    ([first]) => first !== undefined && mainEnded(first)?.exitCode === 0,
  );
  await untilSteady(
    'the job to be active all the same',
    () => get<Job>('job', name, NAMESPACE),
    ({ status }) => status?.active === 1,
    { interval: 1_000 },
  );
});

interface JobSpec {
  readonly template: {
    readonly spec: {
      readonly initContainers?: readonly Record<string, unknown>[];
      readonly containers: readonly Record<string, unknown>[];
    };
  };
}

test('a scheduled run has the inherited environment, and is found by its labels', async () => {
  const complete = (found: Job) => hasCondition(found, 'Complete');
  const jobs = await until(
    'a scheduled run to end',
    () => jobsOf('minutely'),
    (found) => found.some(complete),
  );
  const first = jobs.filter(complete).at(-1);
  const name = first?.metadata.name ?? '';
  expect(await logs(`job/${name}`, NAMESPACE)).toBe('hello\n');
  expect(first?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'CronJob', name: 'minutely' });
  expect(first?.metadata.annotations).toHaveProperty([
    'batch.kubernetes.io/cronjob-scheduled-timestamp',
  ]);
  const [pod] = await podsOf(name);
  expect(pod?.metadata.labels).toMatchObject({
    'hks.io/cronjob': 'minutely',
    'hks.io/project': NAMESPACE,
    'hks.io/tenant': 'acme',
  });
});

test('a second run is kept out by Forbid, and let in by Allow', async () => {
  const running = await until(
    'two runs at a time of allow',
    () => jobsOf('allow'),
    (jobs) => jobs.filter(({ status }) => status?.active === 1).length >= 2,
  );
  expect(running.length).toBeGreaterThanOrEqual(2);
  await until(
    'the event that tells of it',
    () => list<KubeObject & Event>('events', NAMESPACE),
    (events) =>
      events.some(
        ({ involvedObject, reason: why }) =>
          involvedObject.name === 'forbid' && why === 'JobAlreadyActive',
      ),
  );
  const kept = await jobsOf('forbid');
  expect(kept.filter(({ status }) => status?.active === 1)).toHaveLength(1);
  expect(kept.length).toBeLessThan((await jobsOf('allow')).length);
});

interface Event {
  readonly involvedObject: { readonly name: string };
  readonly reason?: string;
}

test('everything that can be set is admitted by the server', async () => {
  const other = new Project(new App(), 'all', { tenant: 'acme', namespace: NAMESPACE });
  const template = new TemplateApp(other, 'full', {
    image: BUSYBOX,
    env: { A: { secret: 's', key: 'k' }, B: { configMap: 'c', key: 'k' } },
    envFrom: [
      { secret: 's', prefix: 'S_' },
      { configMap: 'c', optional: true },
    ],
    ports: [8080, { port: 53, name: 'dns', protocol: 'UDP', servicePort: 5353 }],
    probes: {
      readiness: { grpc: 8080 },
      liveness: { http: '/', failureThreshold: 5, timeout: Duration.seconds(2) },
      startup: { command: ['true'], initialDelay: Duration.seconds(1) },
    },
    volumes: {
      data: { claim: 'data', mountPath: '/data', subPath: 'x', readOnly: true },
      keys: { secret: 'keys', mountPath: '/keys' },
      config: { configMap: 'config', mountPath: '/config' },
      memory: { emptyDir: { memory: true }, mountPath: '/memory' },
    },
    imagePullSecrets: ['pull'],
    serviceAccountName: 'default',
    ingress: { host: '*.example.com', tlsSecret: 'tls', annotations: { a: 'b' } },
    autoscaling: { maxReplicas: 3, memoryPercent: 80, cpuPercent: 50 },
    disruptionBudget: { minAvailable: '50%' },
    clients: [{ namespace: 'monitoring' }, { cidrs: ['10.0.0.0/8'], except: ['10.1.0.0/16'] }],
    egress: [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }],
  });
  new HksCronJob(other, 'full-job', {
    template,
    schedule: Schedule.daily({ timeZone: 'Europe/Berlin' }),
    suspend: true,
    concurrencyPolicy: 'Replace',
    retries: { by: 'platform', maxRetries: 3 },
    failurePolicy: [
      { exitCodes: [42, 3], action: 'FailJob' },
      { exitCodes: [0, 137], action: 'Ignore', operator: 'NotIn' },
      { exitCodes: [1], action: 'Count' },
    ],
    parallelism: 2,
    completions: 4,
    preHooks: [{ name: 'first', image: BUSYBOX, command: ['true'] }],
    postHooks: [{ name: 'last', command: ['true'] }],
    dependsOnJobs: ['elsewhere'],
  });
  const objects = other.toJson() as KubeObject[];
  const own = objects.filter(({ metadata }) => metadata.name.startsWith('full'));
  expect(own.map(({ kind }) => kind).sort()).toEqual([
    'CronJob',
    'Deployment',
    'HorizontalPodAutoscaler',
    'Ingress',
    'NetworkPolicy',
    'NetworkPolicy',
    'NetworkPolicy',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
  ]);
  await apply(own, { dryRun: true });
});
