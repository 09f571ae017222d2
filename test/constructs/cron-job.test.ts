/** @module HksCronJob: what it renders, what it takes over, what it refuses. */
import { type ApiObject, App, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { HksCronJob, type HksCronJobProps } from '../../constructs/cron-job';
import { podViolations } from '../../constructs/pod-security';
import { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import { TemplateApp, type TemplateAppProps } from '../../constructs/template-app';
import { warningsOf } from '../../constructs/warnings';

const IMAGE = 'registry.example.com/shop/report:1.4.2';
const schedule = Schedule.cron('0 3 * * *');

function project(props = {}): Project {
  return new Project(new App(), 'shop', { tenant: 'acme', ...props });
}

function jobOf(props: Partial<HksCronJobProps> = {}, id = 'nightly'): HksCronJob {
  return new HksCronJob(project(), id, { image: IMAGE, schedule, ...props });
}

/** A job made from a template of the props. */
function inherited(
  template: Partial<TemplateAppProps>,
  props: Partial<HksCronJobProps> = {},
): HksCronJob {
  const shop = project();
  const app = new TemplateApp(shop, 'api', { image: IMAGE, ...template });
  return new HksCronJob(shop, 'nightly', { template: app, schedule, ...props });
}

const specOf = (job: HksCronJob) => job.cronJob.toJson().spec;

test('the defaults', () => {
  expect(jobOf().cronJob.toJson()).toMatchSnapshot();
});

test('everything set', () => {
  const shop = project();
  const template = new TemplateApp(shop, 'api', {
    image: IMAGE,
    command: ['node', 'server.js'],
    env: { LOG_LEVEL: 'info', REGION: 'eu', DATABASE_PASSWORD: { secret: 'db', key: 'password' } },
    envFrom: [{ secret: 'shop-secrets' }],
    ports: [8080],
    volumes: {
      data: { claim: 'shop-data', mountPath: '/data' },
      config: { configMap: 'shop-config', mountPath: '/etc/shop' },
    },
    imagePullSecrets: ['pull'],
    identity: { user: 1000, group: 2000, fsGroup: 3000 },
    serviceAccountName: 'shop',
    egress: [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }],
  });
  const first = new HksCronJob(shop, 'import', { image: IMAGE, schedule });
  const job = new HksCronJob(shop, 'nightly', {
    template,
    image: 'registry.example.com/shop/other:2.0.0',
    command: ['node', 'report.js'],
    args: ['--all'],
    env: { LOG_LEVEL: 'debug', REGION: null, REPORT: 'daily' },
    envFrom: [{ configMap: 'report' }],
    resources: {
      cpu: { limit: Cpu.units(1) },
      memory: { request: Size.mebibytes(128), limit: Size.mebibytes(512) },
    },
    volumes: {
      config: null,
      data: { claim: 'report-data', mountPath: '/data', readOnly: true },
      out: { emptyDir: { size: Size.mebibytes(200) }, mountPath: '/out' },
    },
    imagePullSecrets: ['pull', 'other'],
    identity: { user: 1001 },
    serviceAccountName: 'report',
    container: 'api',
    sidecars: 'drop',
    schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }),
    suspend: true,
    concurrencyPolicy: 'Replace',
    timeout: Duration.minutes(20),
    startingDeadline: Duration.seconds(30),
    history: { successful: 1, failed: 2 },
    retries: { by: 'platform', maxRetries: 4 },
    failurePolicy: [
      { exitCodes: [42, 3, 3], action: 'FailJob' },
      { exitCodes: [0, 137], action: 'Ignore', operator: 'NotIn' },
      { exitCodes: [1], action: 'Count' },
    ],
    parallelism: 2,
    completions: 4,
    manualTtl: Duration.hours(1),
    preHooks: [
      { name: 'migrate', command: ['node', 'migrate.js'], env: { STEP: 'migrate' } },
      { name: 'wait', image: 'busybox:1.36', command: ['sleep'], args: ['1'], env: { A: 'b' } },
    ],
    postHooks: [
      { name: 'tell', command: ['node', 'tell.js'] },
      {
        name: 'alarm',
        when: 'onFailure',
        image: 'busybox:1.36',
        command: ['wget'],
        args: ['http://alarm'],
        env: { ALARM_TOKEN: { secret: 'alarm', key: 'token' } },
        timeout: Duration.seconds(10),
      },
    ],
    dependsOnJobs: [first, 'import', 'elsewhere'],
    egress: [{ name: 'mail', peers: [{ cidrs: ['10.0.0.6/32'] }], ports: [{ port: 25 }] }],
    metadata: { name: 'report', labels: { team: 'shop' }, annotations: { note: 'x' } },
  });
  expect(job.cronJob.toJson()).toMatchSnapshot();
  expect(job.dependsOnJobs).toEqual(['import', 'elsewhere']);
  expect(podViolations(job.pod)).toEqual([]);
  const policies = job.node.children.slice(1).map((child) => (child as ApiObject).toJson());
  expect(policies.map(({ metadata, spec }) => [metadata.name, spec.podSelector])).toEqual([
    [
      'report-job-to-database',
      { matchLabels: { 'hks.io/app': 'report', 'hks.io/kind': 'cronjob' } },
    ],
    ['report-job-to-mail', { matchLabels: { 'hks.io/app': 'report', 'hks.io/kind': 'cronjob' } }],
  ]);
});

test('an application and the job made from it may have one name and the same way out', () => {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  const egress = [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }] }];
  const template = new TemplateApp(project, 'report', { image: IMAGE, egress });
  new HksCronJob(project, 'report-job', {
    template,
    schedule: Schedule.daily(),
    metadata: { name: 'report' },
  });
  const names = (project.toJson() as { kind: string; metadata: { name: string } }[])
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(['report-to-database', 'report-job-to-database']));
});

describe('what a job takes over from its template', () => {
  test('image, environment, envFrom, resources, volumes, pull secrets, identity and account', () => {
    const { pod } = inherited({
      env: { A: '1' },
      envFrom: [{ secret: 'all' }],
      resources: { cpu: { request: Cpu.millis(10), limit: Cpu.millis(20) } },
      volumes: { data: { claim: 'data', mountPath: '/data' } },
      imagePullSecrets: ['pull'],
      identity: { user: 1000 },
      serviceAccountName: 'shop',
    });
    expect(pod).toMatchObject({
      imagePullSecrets: [{ name: 'pull' }],
      serviceAccountName: 'shop',
      securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }, { name: 'tmp' }],
      containers: [
        {
          name: 'api',
          image: IMAGE,
          env: [{ name: 'A', value: '1' }],
          envFrom: [{ secretRef: { name: 'all' } }],
          resources: { requests: { cpu: '10m' }, limits: { cpu: '20m' } },
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
    });
  });

  test('neither ports, probes nor what keeps replicas apart', () => {
    const { pod } = inherited({
      ports: [8080],
      probes: { liveness: { tcp: 8080 }, startup: { tcp: 8080 } },
    });
    const [container] = pod.containers;
    for (const key of ['ports', 'readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle']) {
      expect(container).not.toHaveProperty(key);
    }
    expect(pod).not.toHaveProperty('affinity');
    expect(pod.restartPolicy).toBe('Never');
  });

  test('a command of its own leaves the arguments behind, and arguments alone keep the command', () => {
    const template = { command: ['node', 'server.js'], args: ['--port', '80'] };
    const container = (props: Partial<HksCronJobProps>) =>
      inherited(template, props).pod.containers[0];
    expect(container({})).toMatchObject(template);
    expect(container({ command: ['node', 'job.js'] })).not.toHaveProperty('args');
    expect(container({ args: ['--once'] })).toMatchObject({
      command: ['node', 'server.js'],
      args: ['--once'],
    });
  });

  test('variables merge, and null takes one away', () => {
    const { pod } = inherited(
      { env: { A: '1', B: '2', C: '3' } },
      { env: { B: null, A: 'one', D: '4' } },
    );
    expect(pod.containers[0]?.env).toEqual([
      { name: 'A', value: 'one' },
      { name: 'C', value: '3' },
      { name: 'D', value: '4' },
    ]);
  });

  test('resources: what the job does not say stays as the template has it', () => {
    const { pod } = inherited(
      { resources: { memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } } },
      { resources: { cpu: { limit: Cpu.units(2) } } },
    );
    expect(pod.containers[0]?.resources).toMatchObject({
      requests: { memory: '1024Mi' },
      limits: { memory: '1024Mi', cpu: '2' },
    });
  });

  test('what it may connect to, unless the job says otherwise', () => {
    const database = (port: number) => ({
      name: 'database',
      peers: [{ cidrs: ['10.0.0.5/32'] }],
      ports: [{ port }],
    });
    const job = inherited({ egress: [database(5432)] }, { egress: [database(6432)] });
    const policies = job.node.children.slice(1).map((child) => (child as ApiObject).toJson());
    expect(policies.map(({ spec }) => spec.egress[0].ports)).toEqual([
      [{ port: 6432, protocol: 'TCP' }],
    ]);
  });

  test('a template that is not deployed', () => {
    expect(inherited({ deploy: false }).pod.containers[0]?.image).toBe(IMAGE);
  });
});

describe('when it runs', () => {
  test('the time zone is always explicit', () => {
    expect(specOf(jobOf())).toMatchObject({ schedule: '0 3 * * *', timeZone: 'Etc/UTC' });
  });

  test('jitter is applied by the path of the construct', () => {
    const jittered = Schedule.hourly({ jitter: Duration.minutes(30) });
    const a = jobOf({ schedule: jittered }, 'a');
    expect(a.schedule.expression).toBe(jittered.resolve('shop/a').expression);
    expect(specOf(a).schedule).toBe(a.schedule.expression);
  });

  test('the timeout is below the period, and an hour at most', () => {
    expect(jobOf().timeout.toSeconds()).toBe(3600);
    expect(jobOf({ schedule: Schedule.cron('* * * * *') }).timeout.toSeconds()).toBe(54);
    expect(specOf(jobOf()).jobTemplate.spec.activeDeadlineSeconds).toBe(3600);
  });

  test('the starting deadline is half of the period, between 10 and 300 seconds', () => {
    expect(specOf(jobOf()).startingDeadlineSeconds).toBe(300);
    const often = jobOf({ schedule: Schedule.cron('* * * * *') });
    expect(specOf(often).startingDeadlineSeconds).toBe(30);
  });

  test('a timeout that is no shorter than the period is a warning with Forbid only', () => {
    const often = { schedule: Schedule.cron('*/5 * * * *'), timeout: Duration.minutes(5) };
    expect(warningsOf(jobOf(often)).map(({ message }) => message)).toEqual([
      `'timeout' of 300 s is not below the shortest distance of 300 s between two runs, so a slow run keeps the next one out. Shorten it, or choose another 'concurrencyPolicy'.`,
    ]);
    expect(warningsOf(jobOf({ ...often, concurrencyPolicy: 'Allow' }))).toEqual([]);
  });

  test('suspend is only written when it is so', () => {
    expect(specOf(jobOf())).not.toHaveProperty('suspend');
    expect(specOf(jobOf({ suspend: false }))).not.toHaveProperty('suspend');
    expect(specOf(jobOf({ suspend: true })).suspend).toBe(true);
  });
});

test('retries have one owner: the Job, or the platform with a Job that does not retry', () => {
  const byJob = jobOf({ retries: { by: 'job', limit: 5 } }).cronJob.toJson();
  expect(byJob.spec.jobTemplate.spec.backoffLimit).toBe(5);
  expect(byJob.metadata.annotations).not.toHaveProperty(['hks.io/retries']);
  const byPlatform = jobOf({ retries: { by: 'platform', maxRetries: 3 } }).cronJob.toJson();
  expect(byPlatform.spec.jobTemplate.spec.backoffLimit).toBe(0);
  for (const { annotations } of [byPlatform.metadata, byPlatform.spec.jobTemplate.metadata]) {
    expect(annotations).toMatchObject({
      'hks.io/retries': '3',
      'hks.io/retry-backoff': '{"initialSeconds":1,"factor":2,"maxSeconds":30}',
    });
  }
});

test('labels are on the CronJob, its Jobs and their pods', () => {
  const { metadata, spec } = jobOf().cronJob.toJson();
  const { template, ...jobTemplate } = { ...spec.jobTemplate, ...spec.jobTemplate.spec };
  for (const { labels } of [metadata, jobTemplate.metadata, template.metadata]) {
    expect(labels).toMatchObject({
      'hks.io/cronjob': 'nightly',
      'hks.io/kind': 'cronjob',
      'hks.io/project': 'shop',
      'hks.io/tenant': 'acme',
    });
  }
  expect(metadata.annotations['argocd.argoproj.io/ignore-healthcheck']).toBe('true');
});

test('a pre hook in an image of its own gets none of the job’s variables, and its volumes', () => {
  const { pod } = inherited(
    { env: { A: '1' }, volumes: { data: { claim: 'data', mountPath: '/data' } } },
    { preHooks: [{ name: 'fetch', image: 'busybox:1.36', command: ['true'] }] },
  );
  expect(pod.initContainers?.[0]).toMatchObject({
    name: 'fetch',
    image: 'busybox:1.36',
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  });
  expect(pod.initContainers?.[0]).not.toHaveProperty('env');
});

test('a volume of the job may be mounted where the template has /tmp', () => {
  const { pod } = inherited(
    {},
    { volumes: { scratch: { emptyDir: { size: Size.mebibytes(9) }, mountPath: '/tmp' } } },
  );
  expect(pod.volumes).toEqual([{ name: 'scratch', emptyDir: { sizeLimit: '9Mi' } }]);
});

test('an image without a digest is an error where the project asks for one, in hooks as well', () => {
  const digest = `registry.example.com/shop/report@sha256:${'a'.repeat(64)}`;
  const strict = (props: Partial<HksCronJobProps>) => () =>
    new HksCronJob(project({ requireDigest: true }), 'nightly', {
      image: digest,
      schedule,
      ...props,
    });
  expect(strict({})).not.toThrow();
  const hook = { name: 'x', image: IMAGE, command: ['true'] };
  expect(strict({ image: IMAGE })).toThrow(/^'image' of .* must name its image by digest/);
  expect(strict({ preHooks: [hook] })).toThrow(/^'preHooks\[0\]\.image' of .* by digest/);
  expect(strict({ postHooks: [hook] })).toThrow(/^'postHooks\[0\]\.image' of .* by digest/);
});

test('it must be inside a Project', () => {
  expect(() => new HksCronJob(new App(), 'nightly', { image: IMAGE, schedule })).toThrow(
    `HksCronJob 'nightly' is not inside a Project. Create it with a Project as its scope: new HksCronJob(project, 'nightly', …).`,
  );
});

describe('dependencies', () => {
  const pair = (props: Partial<HksCronJobProps>, others: Partial<HksCronJobProps> = {}) => {
    const shop = project();
    const make = (id: string, own: Partial<HksCronJobProps>) =>
      new HksCronJob(shop, id, { image: IMAGE, schedule, ...own });
    return [make('a', props), make('b', others)] as const;
  };

  test('are an annotation, and make no fault where there is no circle', () => {
    const [a, b] = pair({ dependsOnJobs: ['b', 'elsewhere'] });
    expect(a.cronJob.toJson().metadata.annotations['hks.io/depends-on-jobs']).toBe(
      '["b","elsewhere"]',
    );
    expect([...a.node.validate(), ...b.node.validate()]).toEqual([]);
  });

  test('refused: a job that depends on itself', () => {
    const [a] = pair({ dependsOnJobs: ['a'] });
    expect(a.node.validate()).toEqual([
      `'dependsOnJobs' of HksCronJob 'shop/a' must not name the job itself, received 'a -> a'. Take one of these dependencies away.`,
    ]);
  });

  test('refused: a circle, once', () => {
    const [a, b] = pair({ dependsOnJobs: ['b'] }, { dependsOnJobs: ['a'] });
    expect([...a.node.validate(), ...b.node.validate()]).toEqual([
      `'dependsOnJobs' of HksCronJob 'shop/a' must not lead back to the job, received 'a -> b -> a'. Take one of these dependencies away.`,
    ]);
  });

  test('refused: a job of another project', () => {
    const app = new App();
    const [shop, other] = ['shop', 'other'].map((id) => new Project(app, id, { tenant: 'acme' }));
    const far = new HksCronJob(other as Project, 'far', { image: IMAGE, schedule });
    expect(
      () =>
        new HksCronJob(shop as Project, 'nightly', {
          image: IMAGE,
          schedule,
          dependsOnJobs: [far],
        }),
    ).toThrow(
      `'dependsOnJobs[0]' of HksCronJob 'shop/nightly' must be a job of the same project, 'shop', received 'other/far'. Move one of the two jobs, since runs are only known within a project.`,
    );
  });
});

test('refused: a template of another project', () => {
  const app = new App();
  const other = new Project(app, 'other', { tenant: 'acme' });
  const template = new TemplateApp(other, 'api', { image: IMAGE });
  const shop = new Project(app, 'shop', { tenant: 'acme' });
  expect(() => new HksCronJob(shop, 'nightly', { template, schedule })).toThrow(
    `'template' of HksCronJob 'shop/nightly' must be of the same project, 'shop', since its Secrets and volumes are there, received 'other/api'. Create the job in the project of its template.`,
  );
});

test('refused: a mount where the template has one', () => {
  expect(() =>
    inherited(
      { volumes: { data: { claim: 'data', mountPath: '/data' } } },
      { volumes: { own: { emptyDir: {}, mountPath: '/data' } } },
    ),
  ).toThrow(
    `'volumes.own.mountPath' of HksCronJob 'shop/nightly' must not be the path of the inherited volume 'data', received '/data'. Choose another path, or remove the other volume with data: null.`,
  );
});

test('refused: a container that the template does not have', () => {
  expect(() => inherited({}, { container: 'side' })).toThrow(
    `'container' of HksCronJob 'shop/nightly' must be a container of the template, received 'side'. Choose one of 'api'.`,
  );
});

test('refused: sidecars that the template does not have', () => {
  expect(() => inherited({}, { sidecars: ['proxy'] })).toThrow(
    `'sidecars' of HksCronJob 'shop/nightly' must name containers of the template beside the job itself, received 'proxy'. The template has no other container, so leave 'sidecars' out.`,
  );
});

/** Props as a caller in JavaScript may give them. */
type Wrong = Record<string, unknown>;
const OWNER = `HksCronJob 'shop/nightly'`;

const REFUSED: readonly (readonly [Wrong, string])[] = [
  [
    { shedule: 3 },
    `'shedule' of ${OWNER} is not a known prop, received 3. Did you mean 'schedule'.`,
  ],
  [
    { schedule: '0 3 * * *' },
    `'schedule' of ${OWNER} must be a Schedule, received '0 3 * * *'. Write Schedule.cron('0 3 * * *').`,
  ],
  [
    { schedule: undefined },
    `'schedule' of ${OWNER} must be a Schedule, received null. Write Schedule.cron('0 3 * * *').`,
  ],
  [
    { image: undefined },
    `'image' of ${OWNER} must be given when there is no 'template', received nothing. Write image: 'registry.example.com/shop/report:1.4.2', or template: app.`,
  ],
  [
    { image: 'No Image' },
    `'image' of ${OWNER} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'No Image'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { template: 'api' },
    `'template' of ${OWNER} must be a TemplateApp, received 'api'. Write new TemplateApp(project, 'api', { image: '…' }).`,
  ],
  [
    { container: 'api' },
    `'container' of ${OWNER} must only be given beside 'template', received 'api'. Leave out 'container', since the job has one container.`,
  ],
  [
    { sidecars: 'keep' },
    `'sidecars' of ${OWNER} must only be given beside 'template', received 'keep'. Leave out 'sidecars', since the job has one container.`,
  ],
  [
    { command: 'python -m report' },
    `'command' of ${OWNER} must be an array of strings, one for each argument, received 'python -m report'. Write ['python', '-m', 'report'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { args: '--all' },
    `'args' of ${OWNER} must be an array of strings, one for each argument, received '--all'. Write ['--all'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { env: { API_KEY: 'abc' } },
    `'env.API_KEY' of ${OWNER} must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'API_KEY' }.`,
  ],
  [
    { envFrom: [{ name: 'x' }] },
    `'envFrom[0].name' of ${OWNER} is not a known prop, received 'x'. Known are 'secret', 'configMap', 'prefix', 'optional'.`,
  ],
  [
    { resources: { memory: { request: Size.gibibytes(2), limit: Size.gibibytes(1) } } },
    `'resources.memory.request' of ${OWNER} must not be above the limit of 1024Mi, received '2048Mi'. Raise the limit or lower the request.`,
  ],
  [
    { volumes: { data: { claim: 'data', mountPath: 'data' } } },
    `'volumes.data.mountPath' of ${OWNER} must be an absolute path below '/' without ':', '..', '//' and '/' at its end, received 'data'. Write a path like '/data'.`,
  ],
  [
    { imagePullSecrets: ['Pull'] },
    `'imagePullSecrets[0]' of ${OWNER} must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'Pull'. Use a name like 'shop-config'.`,
  ],
  [
    { identity: { group: 0 } },
    `'identity.group' of ${OWNER} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'identity.group' out for the default.`,
  ],
  [
    { serviceAccountName: '' },
    `'serviceAccountName' of ${OWNER} must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received ''. Use a name like 'shop-config'.`,
  ],
  [
    { suspend: 'false' },
    `'suspend' of ${OWNER} must be true or false, received 'false'. Write false without quotes, or leave it out for the default.`,
  ],
  [
    { concurrencyPolicy: 'forbid' },
    `'concurrencyPolicy' of ${OWNER} must be one of 'Forbid', 'Allow', 'Replace', received 'forbid'. Did you mean 'Forbid'.`,
  ],
  [
    { timeout: 600 },
    `'timeout' of ${OWNER} must be a Duration, received 600. Write Duration.minutes(30).`,
  ],
  [
    { timeout: Duration.millis(1500) },
    `'timeout' of ${OWNER} must be whole seconds, at least 1, received '1.5 s'. Write Duration.minutes(30).`,
  ],
  [
    { startingDeadline: Duration.seconds(9) },
    `'startingDeadline' of ${OWNER} must be whole seconds, at least 10, received '9 s'. Write Duration.minutes(5).`,
  ],
  [
    { history: { successfull: 3 } },
    `'history.successfull' of ${OWNER} is not a known prop, received 3. Did you mean 'history.successful'.`,
  ],
  [
    { history: { failed: -1 } },
    `'history.failed' of ${OWNER} must be a whole number from 0 to 2147483647, received -1. Give a number in that range, or leave 'history.failed' out for the default.`,
  ],
  [
    { retries: { by: 'job', limit: 2, maxRetries: 3 } },
    `'retries' of ${OWNER} must have one owner, the Job or the platform, since the two would multiply, received {"by":"job","limit":2,"maxRetries":3}. Write { by: 'job', limit: 2 } or { by: 'platform', maxRetries: 3 }.`,
  ],
  [
    { retries: 3 },
    `'retries.by' of ${OWNER} must be one of 'job', 'platform', received 3. Choose one of them.`,
  ],
  [
    { retries: { limit: 3 } },
    `'retries.by' of ${OWNER} must be one of 'job', 'platform', received null. Choose one of them.`,
  ],
  [
    { retries: { by: 'platform', limit: 3 } },
    `'retries.limit' of ${OWNER} is not a known prop, received 3. Known are 'by', 'maxRetries'.`,
  ],
  [
    { retries: { by: 'job', limit: 101 } },
    `'retries.limit' of ${OWNER} must be a whole number from 0 to 100, received 101. Give a number in that range, or leave 'retries.limit' out for the default.`,
  ],
  [
    { failurePolicy: { exitCodes: [3] } },
    `'failurePolicy' of ${OWNER} must be an array of at most 20 rules, received {"exitCodes":[3]}. Write [{ exitCodes: [3], action: 'FailJob' }].`,
  ],
  [
    { failurePolicy: [{ exitCodes: [], action: 'FailJob' }] },
    `'failurePolicy[0].exitCodes' of ${OWNER} must be an array of at least one exit code, received []. Write [3].`,
  ],
  [
    { failurePolicy: [{ exitCodes: [0], action: 'FailJob' }] },
    `'failurePolicy[0].exitCodes[0]' of ${OWNER} must be a whole number from 1 to 255, received 0. Give a number in that range, or leave 'failurePolicy[0].exitCodes[0]' out for the default.`,
  ],
  [
    { failurePolicy: [{ exitCodes: [3], action: 'Fail' }] },
    `'failurePolicy[0].action' of ${OWNER} must be one of 'FailJob', 'Ignore', 'Count', received 'Fail'. Choose one of them.`,
  ],
  [
    { failurePolicy: [{ exitCodes: [3], action: 'FailJob', operator: 'Is' }] },
    `'failurePolicy[0].operator' of ${OWNER} must be one of 'In', 'NotIn', received 'Is'. Did you mean 'In'.`,
  ],
  [
    { parallelism: 0 },
    `'parallelism' of ${OWNER} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'parallelism' out for the default.`,
  ],
  [
    { completions: 1.5 },
    `'completions' of ${OWNER} must be a whole number from 1 to 2147483647, received 1.5. Give a number in that range, or leave 'completions' out for the default.`,
  ],
  [
    { manualTtl: '1h' },
    `'manualTtl' of ${OWNER} must be a Duration, received '1h'. Write Duration.days(1).`,
  ],
  [
    { preHooks: { name: 'x' } },
    `'preHooks' of ${OWNER} must be an array of hooks, received {"name":"x"}. Write [{ name: 'prepare', command: ['sh', '-c', '…'] }].`,
  ],
  [
    { preHooks: [{ name: 'X', command: ['true'] }] },
    `'preHooks[0].name' of ${OWNER} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'X'. Use a name like 'nightly-report'.`,
  ],
  [
    { preHooks: [{ name: 'nightly', command: ['true'] }] },
    `'preHooks[0].name' of ${OWNER} must not be the name of another container or hook of the job, received 'nightly'. Name it 'before-nightly'.`,
  ],
  [
    { preHooks: [{ name: 'x' }] },
    `'preHooks[0].command' of ${OWNER} must be an array of strings, one for each argument, received null. Write ['echo', 'hello'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { preHooks: [{ name: 'x', command: [] }] },
    `'preHooks[0].command' of ${OWNER} must have a program to run, received []. Write ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { postHooks: [null] },
    `'postHooks[0]' of ${OWNER} must be an object, received null. Write { name: 'prepare', command: ['sh', '-c', '…'] }.`,
  ],
  [
    { metadata: null },
    `'metadata' of ${OWNER} must be an object, received null. Write { labels: { team: 'shop' } }.`,
  ],
  [
    {
      postHooks: [
        { name: 'x', command: ['true'] },
        { name: 'x', command: ['true'] },
      ],
    },
    `'postHooks[1].name' of ${OWNER} must not be the name of another container or hook of the job, received 'x'. Name it 'after-x'.`,
  ],
  [
    { postHooks: [{ name: 'x', command: ['true'], when: 'failure' }] },
    `'postHooks[0].when' of ${OWNER} must be one of 'always', 'onSuccess', 'onFailure', received 'failure'. Did you mean 'onFailure'.`,
  ],
  [
    { postHooks: [{ name: 'x', command: ['true'], timeout: 3 }] },
    `'postHooks[0].timeout' of ${OWNER} must be a Duration, received 3. Write Duration.minutes(5).`,
  ],
  [
    { postHooks: [{ name: 'x', command: ['true'], env: { MY_TOKEN: 'abc' } }] },
    `'postHooks[0].env.MY_TOKEN' of ${OWNER} must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'MY_TOKEN' }.`,
  ],
  [
    {
      postHooks: Array.from({ length: 40 }, (_, index) => ({
        name: `hook-${index}`,
        command: ['echo', 'x'.repeat(7000)],
      })),
    },
    `'postHooks' of ${OWNER} must be at most 131072 bytes as JSON, since Kubernetes stores annotations up to 256 KiB, received '285071 bytes'. Move long commands into the image.`,
  ],
  [
    { dependsOnJobs: 'import' },
    `'dependsOnJobs' of ${OWNER} must be an array of HksCronJobs or their names, received 'import'. Write ['import-orders'].`,
  ],
  [
    { dependsOnJobs: [3] },
    `'dependsOnJobs[0]' of ${OWNER} must be an HksCronJob or the name of one, received 3. Write ['import-orders'].`,
  ],
  [
    { dependsOnJobs: ['a'.repeat(53)] },
    `'dependsOnJobs[0]' of ${OWNER} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 52 characters, received '${'a'.repeat(53)}'. Shorten it by 1 characters.`,
  ],
  [
    { egress: [{ name: 'x', peers: [] }] },
    `'egress[0].peers' of ${OWNER} must be an array with at least one item, received []. Write [{ namespace: 'monitoring' }], or leave it out where it is optional.`,
  ],
  [
    { metadata: { name: 'a'.repeat(53) } },
    `'metadata.name' of ${OWNER} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 52 characters, received '${'a'.repeat(53)}'. Shorten it by 1 characters.`,
  ],
];

test.each(
  REFUSED.map(([props, message]) => [JSON.stringify(props).slice(0, 80), props, message] as const),
)('refused: %s', (_, props, message) => {
  let thrown: unknown;
  try {
    jobOf(props as Partial<HksCronJobProps>);
  } catch (error) {
    thrown = error;
  }
  expect((thrown as Error | undefined)?.message).toBe(message);
});

test('refused: an id of more than 52 characters, which is allowed at 52', () => {
  expect(() => jobOf({}, 'a'.repeat(53))).toThrow(
    `'id' of HksCronJob 'shop/${'a'.repeat(53)}' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 52 characters, received '${'a'.repeat(53)}'. Shorten it by 1 characters.`,
  );
  expect(jobOf({}, 'a'.repeat(52)).name).toHaveLength(52);
});
