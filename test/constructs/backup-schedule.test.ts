/** @module BackupSchedule: what it renders, what it takes over, what it refuses. */
import { type ApiObject, App, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { BackupSchedule, type BackupScheduleProps } from '../../constructs/backup-schedule';
import { HksCronJob } from '../../constructs/cron-job';
import type { PodSpec } from '../../constructs/manifest';
import { podViolations } from '../../constructs/pod-security';
import { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import { TemplateApp } from '../../constructs/template-app';
import { warningsOf } from '../../constructs/warnings';

const IMAGE = 'registry.example.com/shop/report:1.4.2';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const schedule = Schedule.cron('0 5 * * *');
const claims = { pvcs: [{ claim: 'uploads' }] } as const;
const pvc = { pvc: { claim: 'backups' } } as const;
const encryption = { secret: 'backup-key', key: 'password' };
const s3 = {
  s3: {
    endpoint: 'https://s3.example.com',
    bucket: 'acme-backups',
    credentials: { secret: 'backup-s3' },
    egressCidrs: ['203.0.113.0/24'],
  },
} as const;

function project(props = {}): Project {
  return new Project(new App(), 'shop', { tenant: 'acme', ...props });
}

function backupOf(props: object = {}, id = 'nightly', shop = project()): BackupSchedule {
  return new BackupSchedule(shop, id, {
    source: claims,
    schedule,
    storage: pvc,
    ...props,
  } as BackupScheduleProps);
}

function podOf(cronJob: ApiObject | undefined): PodSpec {
  return cronJob?.toJson().spec.jobTemplate.spec.template.spec;
}

function policies(
  backup: BackupSchedule,
): Record<string, { readonly egress: unknown; readonly podSelector: unknown }> {
  return Object.fromEntries(
    backup.node
      .findAll()
      .flatMap((construct) => ('toJson' in construct ? [(construct as ApiObject).toJson()] : []))
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ metadata, spec }) => [metadata.name, spec]),
  );
}

test('the defaults', () => {
  expect(backupOf().cronJob.toJson()).toMatchSnapshot();
});

test('everything set', () => {
  const shop = project();
  const app = new TemplateApp(shop, 'api', {
    image: IMAGE,
    identity: { user: 1000, group: 2000, fsGroup: 3000 },
  });
  const cronJob = new HksCronJob(shop, 'import', {
    image: IMAGE,
    schedule: Schedule.daily({ hour: 3 }),
    timeout: Duration.hours(1),
  });
  const backup = new BackupSchedule(shop, 'nightly', {
    source: {
      pvcs: [
        { claim: 'uploads', paths: ['images', 'files/2026'], exclude: ['*.tmp', '/cache'] },
        { claim: 'mail', subPath: 'queue' },
      ],
    },
    schedule: Schedule.daily({ hour: 7, timeZone: 'Europe/Berlin' }),
    storage: {
      s3: {
        ...s3.s3,
        prefix: 'shop/files',
        region: 'eu-central-1',
        port: 9000,
        peers: [{ namespace: 'storage' }],
        caCertificate: { configMap: 'ca', key: 'ca.pem' },
        credentials: { secret: 'backup-s3', accessKeyIdKey: 'id', secretAccessKeyKey: 'secret' },
      },
    },
    encryption,
    retention: {
      keepLast: 2,
      keepHourly: 3,
      keepDaily: 7,
      keepWeekly: 4,
      keepMonthly: 6,
      keepYearly: 2,
      keepWithin: 14,
      minSuccessful: 5,
    },
    compression: 'max',
    enabled: false,
    cronJob,
    app,
    verification: {
      schedule: Schedule.weekly({ hour: 12 }),
      readData: '25%',
      testRestore: Size.gibibytes(1),
      timeout: Duration.hours(2),
    },
    preHooks: [
      { name: 'flush', image: IMAGE, command: ['flush'] },
      { name: 'list', command: ['ls', '/source/uploads'] },
    ],
    postHooks: [{ name: 'notify', when: 'onFailure', image: IMAGE, command: ['notify'] }],
    egress: [{ name: 'mail', peers: [{ pods: { 'hks.io/app': 'mail' } }], ports: [{ port: 25 }] }],
    tags: ['files', 'tier:gold'],
    timeout: Duration.minutes(30),
    startingDeadline: Duration.minutes(1),
    retries: 1,
    history: { successful: 1, failed: 2 },
    resources: { cpu: { limit: Cpu.millis(800) } },
    cacheSize: Size.gibibytes(1),
    image: 'registry.example.com/restic:0.18.0',
    imagePullSecrets: ['pull'],
    metadata: { labels: { team: 'shop' }, annotations: { owner: 'files' } },
  });
  const objects = backup.node
    .findAll()
    .flatMap((construct) => ('toJson' in construct ? [(construct as ApiObject).toJson()] : []));
  expect(objects).toMatchSnapshot();
  expect(cronJob.cronJob.toJson().metadata.annotations['hks.io/backup-schedule']).toBe('nightly');
  for (const cron of [backup.cronJob, backup.verificationCronJob])
    expect(podViolations(podOf(cron))).toEqual([]);
  expect(warningsOf(shop)).toEqual([]);
});

test('a command streams beside restic, which alone has the credentials', () => {
  const source = {
    command: {
      image: 'docker.io/library/postgres:17.2',
      command: ['pg_dump', 'shop'],
      env: { PGPASSWORD: { secret: 'db', key: 'password' } },
      fileName: 'shop.sql',
      user: 999,
      group: 998,
    },
  };
  const backup = backupOf({ source, storage: s3, encryption });
  const [restic, command] = backup.pod.containers;
  expect(command).toMatchObject({
    name: 'command',
    image: 'docker.io/library/postgres:17.2',
    command: [
      '/bin/sh',
      '-c',
      expect.stringContaining('/stream/status'),
      'command',
      'pg_dump',
      'shop',
    ],
    env: [{ name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    securityContext: {
      runAsUser: 999,
      runAsGroup: 998,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
    },
  });
  expect(command?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/stream', '/tmp']);
  expect(restic?.command?.[2]).toContain('--stdin-filename=shop.sql');
  expect(podViolations(backup.pod)).toEqual([]);
  expect(backup.pod).toMatchSnapshot();
});

test('a command without variables and ids of its own is the name of the backup in the snapshot', () => {
  const { pod } = backupOf({ source: { command: { image: IMAGE, command: ['dump'] } } });
  expect(pod.containers[1]).not.toHaveProperty('env');
  expect(pod.containers[0]?.command?.[2]).toContain('--stdin-filename=nightly ');
});

describe('a function', () => {
  const call = (source: object) => backupOf({ source });

  test('of the project is called through the gateway', () => {
    const backup = call({
      function: { name: 'export' },
      payload: { all: true, price: '$5' },
      token: { secret: 'fn', key: 'token' },
    });
    expect(backup.pod.containers[1]).toMatchObject({
      name: 'call',
      image: 'docker.io/library/python:3.11-slim',
      env: [
        { name: 'HKS_URL', value: 'http://export.shop.svc.cluster.local' },
        { name: 'HKS_METHOD', value: 'POST' },
        { name: 'HKS_PAYLOAD', value: '{"all":true,"price":"$$5"}' },
        { name: 'HKS_TOKEN', valueFrom: { secretKeyRef: { name: 'fn', key: 'token' } } },
        { name: 'HKS_HEADERS', value: '{"Content-Type":"application/json"}' },
      ],
    });
    expect(backup.pod.containers[1]?.command?.slice(-3, -1)).toEqual(['python3', '-c']);
    expect(policies(backup)['nightly-to-gateway']).toMatchObject({
      podSelector: { matchLabels: { 'hks.io/backup': 'nightly' } },
      egress: [{ ports: [{ port: 8081, protocol: 'TCP' }] }],
    });
  });

  test('as an HksFunction gives its URL', () => {
    const backup = call({
      function: { name: 'export', url: 'http://export.shop.svc.cluster.local' },
    });
    expect(backup.pod.containers[1]?.env).toEqual([
      { name: 'HKS_URL', value: 'http://export.shop.svc.cluster.local' },
      { name: 'HKS_METHOD', value: 'GET' },
      { name: 'HKS_HEADERS', value: '{}' },
    ]);
    expect(Object.keys(policies(backup))).toEqual(['nightly-to-gateway']);
  });

  test('by a URL needs a rule of its own', () => {
    const backup = call({ function: { url: 'http://export:8080/all' }, method: 'POST' });
    expect(backup.pod.containers[1]?.env?.slice(1, 3)).toEqual([
      { name: 'HKS_METHOD', value: 'POST' },
      { name: 'HKS_PAYLOAD', value: '' },
    ]);
    expect(policies(backup)).toEqual({});
  });

  test('takes a string as it is', () => {
    const backup = call({ function: { name: 'export' }, payload: 'all' });
    expect(backup.pod.containers[1]?.env).toContainEqual({
      name: 'HKS_HEADERS',
      value: '{"Content-Type":"text/plain"}',
    });
  });
});

describe('a storage', () => {
  const env = (storage: object, more = {}) => {
    const backup = backupOf({ storage, encryption, ...more });
    return { backup, env: backup.pod.containers[0]?.env ?? [] };
  };

  test('in S3', () => {
    const { backup, env: variables } = env(s3);
    expect(backup.repository).toBe('s3:https://s3.example.com/acme-backups/shop/nightly');
    expect(variables.slice(-2)).toEqual([
      {
        name: 'AWS_ACCESS_KEY_ID',
        valueFrom: { secretKeyRef: { name: 'backup-s3', key: 'AWS_ACCESS_KEY_ID' } },
      },
      {
        name: 'AWS_SECRET_ACCESS_KEY',
        valueFrom: { secretKeyRef: { name: 'backup-s3', key: 'AWS_SECRET_ACCESS_KEY' } },
      },
    ]);
    expect(policies(backup)['nightly-to-storage']?.egress).toEqual([
      { to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443, protocol: 'TCP' }] },
    ]);
  });

  test.each([
    ['http://minio.storage', 's3:http://minio.storage/', 80],
    ['http://minio.storage:9000/', 's3:http://minio.storage:9000/', 9000],
    [undefined, 's3:https://s3.amazonaws.com/', 443],
  ])('in S3 at %s', (endpoint, location, port) => {
    const { backup } = env({
      s3: { ...s3.s3, endpoint, egressCidrs: undefined, peers: [{ namespace: 'storage' }] },
    });
    expect(backup.repository).toContain(location);
    expect(policies(backup)['nightly-to-storage']?.egress).toMatchObject([{ ports: [{ port }] }]);
  });

  test('in GCS', () => {
    const { backup, env: variables } = env({
      gcs: { bucket: 'acme-backups', credentials: { secret: 'gcs' }, egressCidrs: ['0.0.0.0/0'] },
    });
    expect(backup.repository).toBe('gs:acme-backups:/shop/nightly');
    expect(variables.at(-1)).toEqual({
      name: 'GOOGLE_APPLICATION_CREDENTIALS',
      value: '/credentials/gcs.json',
    });
    expect(backup.pod.volumes).toContainEqual({
      name: 'credentials',
      secret: {
        secretName: 'gcs',
        defaultMode: 0o440,
        items: [{ key: 'credentials.json', path: 'gcs.json' }],
      },
    });
  });

  test('in Azure', () => {
    const { backup, env: variables } = env({
      azure: {
        container: 'backups',
        prefix: 'shop',
        credentials: { secret: 'az', accountKeyKey: 'key' },
        egressCidrs: ['0.0.0.0/0'],
      },
    });
    expect(backup.repository).toBe('azure:backups:/shop');
    expect(variables.slice(-2).map(({ valueFrom }) => valueFrom?.secretKeyRef?.key)).toEqual([
      'AZURE_ACCOUNT_NAME',
      'key',
    ]);
  });

  test('on a claim needs no key, and no way out', () => {
    const backup = backupOf();
    expect(backup.repository).toBe('/repository/nightly');
    expect(policies(backup)).toEqual({});
    expect(backup.pod.containers[0]?.env).toContainEqual({
      name: 'RESTIC_PASSWORD_COMMAND',
      value: 'echo unencrypted',
    });
  });

  test('with a key has it as a file', () => {
    const { backup, env: variables } = env(pvc);
    expect(variables).toContainEqual({
      name: 'RESTIC_PASSWORD_FILE',
      value: '/encryption/password',
    });
    expect(backup.pod.volumes).toContainEqual({
      name: 'encryption',
      secret: {
        secretName: 'backup-key',
        defaultMode: 0o440,
        items: [{ key: 'password', path: 'password' }],
      },
    });
  });
});

describe('retention', () => {
  test.each([
    [undefined, ['--keep-last=7']],
    [{ keepDaily: 7 }, ['--keep-last=1', '--keep-daily=7']],
    [{ keepLast: 2, minSuccessful: 5 }, ['--keep-last=5']],
    [{ keepLast: 0, keepWithin: 30 }, ['--keep-last=1', '--keep-within=30d']],
    [{ minSuccessful: 3 }, ['--keep-last=3']],
  ])('%j', (retention, keep) => {
    expect(backupOf({ retention }).keep).toEqual(keep);
  });

  test.each([
    [{ keepLast: 1 }, 1],
    [{ keepLast: 1, keepDaily: 1 }, 0],
    [{ keepWithin: 1 }, 0],
  ])('%j leads to %i warnings', (retention, count) => {
    const shop = project();
    backupOf({ retention }, 'nightly', shop);
    expect(warningsOf(shop)).toHaveLength(count);
  });

  test('a single snapshot is warned of', () => {
    const shop = project();
    backupOf({ retention: { keepLast: 1 } }, 'nightly', shop);
    expect(warningsOf(shop)[0]?.message).toBe(
      `'retention' keeps fewer than two snapshots of '0 5 * * *', so a fault that one backup brings in has no older one to go back to. Raise 'keepLast' or 'minSuccessful'.`,
    );
  });
});

test.each([
  ['none', '--compression=off'],
  ['auto', '--compression=auto'],
  [undefined, '--compression=auto'],
  ['max', '--compression=max'],
])('compression %s', (compression, flag) => {
  expect(backupOf({ compression }).pod.containers[0]?.command?.[2]).toContain(flag);
});

test('disabled, both CronJobs are suspended', () => {
  const backup = backupOf({
    enabled: false,
    verification: { schedule: Schedule.weekly({ hour: 12 }) },
  });
  expect(
    [backup.cronJob, backup.verificationCronJob].map((job) => job?.toJson().spec.suspend),
  ).toEqual([true, true]);
  expect(backupOf().cronJob.toJson().spec).not.toHaveProperty('suspend');
});

describe('the ids', () => {
  const ids = ({ pod }: BackupSchedule) => {
    const { runAsUser, runAsGroup, fsGroup } = pod.securityContext ?? {};
    return [runAsUser, runAsGroup, fsGroup];
  };

  test('are those of the application', () => {
    const shop = project();
    const app = new TemplateApp(shop, 'api', {
      image: IMAGE,
      identity: { user: 1000, group: 2000, fsGroup: 3000 },
    });
    const job = new HksCronJob(shop, 'import', { template: app, schedule: Schedule.daily() });
    expect(ids(backupOf({ app }, 'a', shop))).toEqual([1000, 2000, 3000]);
    expect(ids(backupOf({ cronJob: job }, 'b', shop))).toEqual([1000, 2000, 3000]);
    expect(ids(backupOf({ app, identity: { user: 7 } }, 'c', shop))).toEqual([7, 2000, 3000]);
    expect(ids(backupOf())).toEqual([65532, 65532, 65532]);
  });
});

describe('beside a job', () => {
  function linked(
    job: string | Schedule,
    backup: string | Schedule,
    timeout = Duration.hours(1),
    zone?: string,
  ) {
    const shop = project();
    const of = (given: string | Schedule) =>
      typeof given === 'string' ? Schedule.cron(given, { timeZone: zone }) : given;
    const cronJob = new HksCronJob(shop, 'import', { image: IMAGE, schedule: of(job), timeout });
    return () => backupOf({ cronJob, schedule: of(backup) }, 'nightly', shop);
  }

  test('it may start after the job', () => {
    const backup = linked('0 3 * * *', '1 4 * * *')();
    expect(backup.cronJob.toJson().metadata.annotations['hks.io/backup-of']).toBe('import');
  });

  test('two backups are both named on the job', () => {
    const shop = project();
    const cronJob = new HksCronJob(shop, 'import', { image: IMAGE, schedule: Schedule.daily() });
    for (const id of ['z', 'a']) backupOf({ cronJob }, id, shop);
    expect(cronJob.cronJob.toJson().metadata.annotations['hks.io/backup-schedule']).toBe('a,z');
  });

  test('it may not start while the job may run, its last second included', () => {
    expect(linked('0 3 * * *', '0 4 * * *')).toThrow(
      `'schedule' of BackupSchedule 'shop/nightly' must not start within the 60 minutes that a run of 'import' may take: 2026-01-01 04:00 Etc/UTC (UTC+00:00) is inside the run from 2026-01-01 03:00 Etc/UTC (UTC+00:00) to 2026-01-01 04:00 Etc/UTC (UTC+00:00); 2026-01-02 04:00 Etc/UTC (UTC+00:00) is inside the run from 2026-01-02 03:00 Etc/UTC (UTC+00:00) to 2026-01-02 04:00 Etc/UTC (UTC+00:00); 2026-01-03 04:00 Etc/UTC (UTC+00:00) is inside the run from 2026-01-03 03:00 Etc/UTC (UTC+00:00) to 2026-01-03 04:00 Etc/UTC (UTC+00:00), received '0 4 * * *'. Start it after the job's timeout, or shorten the 'timeout' of 'import'.`,
    );
  });

  test('clocks that change bring them together', () => {
    const newYork = Schedule.cron('0 2 * * *', { timeZone: 'America/New_York' });
    const berlin = Schedule.cron('45 6 * * *', { timeZone: 'Europe/Berlin' });
    expect(linked(berlin, newYork, Duration.minutes(29))).toThrow(
      /America\/New_York.*is inside the run from 2026-.*Europe\/Berlin/,
    );
  });

  test.each([
    ['0 0 1 1 *', '10 0 1 1 *', 'a yearly pair'],
    ['0 0 29 2 *', '30 0 29 2 *', 'a pair of leap days'],
  ])('%s and %s collide: %s', (job, backup) => {
    expect(linked(job, backup)).toThrow(/must not start within/);
  });

  test.each([
    [
      '0 3 * * 0',
      '0 5 * * *',
      '2024-01-01 05:00 Etc/UTC (UTC+00:00) and 2024-01-02 05:00 Etc/UTC (UTC+00:00)',
    ],
    [
      '0 0 1 1 *',
      '0 5 1 6,7 *',
      '2024-06-01 05:00 Etc/UTC (UTC+00:00) and 2024-07-01 05:00 Etc/UTC (UTC+00:00)',
    ],
    [
      '0 */2 * * *',
      '30 1-23 * * *',
      '2024-01-01 02:30 Etc/UTC (UTC+00:00) and 2024-01-01 03:30 Etc/UTC (UTC+00:00)',
    ],
  ])('after %s, %s is too often', (job, backup, between) => {
    expect(linked(job, backup, Duration.minutes(20))).toThrow(
      `'schedule' of BackupSchedule 'shop/nightly' must not be more frequent than the job it follows: 'import' (${job}) does not run between the backups of ${between}, received '${backup}'. Choose a schedule with at most one backup for each run of 'import', or leave out 'cronJob'.`,
    );
  });

  test.each([
    ['30 2 * * *', '30 4 * * *'],
    ['0 0 * * *', '30 2 * * *'],
    ['0 * * * *', '45 * * * *'],
    ['0 3 * * 0', '0 5 * * 0'],
    ['0 3 1 * *', '0 5 1 * *'],
  ])('through gaps and folds of Berlin, %s and %s are one after the other', (job, backup) => {
    expect(linked(job, backup, Duration.minutes(20), 'Europe/Berlin')).not.toThrow();
  });

  test('runs that are counted from the creation cannot be compared', () => {
    expect(linked('@every 24h', '0 5 * * *')).toThrow(
      `'cronJob' of BackupSchedule 'shop/nightly' must only be given when both run at times of the day, since runs of '@every' are counted from the CronJob's creation, received '@every 24h'. Write both schedules with five fields, or leave out 'cronJob'.`,
    );
  });
});

describe('verification', () => {
  const verified = (verification: object, shop = project()) =>
    backupOf({ verification }, 'nightly', shop);

  test('is a CronJob of its own with the same labels', () => {
    const { verificationCronJob } = verified({ schedule: Schedule.weekly({ hour: 12 }) });
    expect(verificationCronJob?.toJson()).toMatchSnapshot();
  });

  test('has room for a restore', () => {
    const { verificationCronJob } = verified({
      schedule: Schedule.weekly({ hour: 12 }),
      testRestore: Size.gibibytes(2),
    });
    const pod = podOf(verificationCronJob);
    expect(pod.volumes).toContainEqual({ name: 'restored', emptyDir: { sizeLimit: '2048Mi' } });
    expect(pod.containers[0]?.resources?.limits?.['ephemeral-storage']).toBe('2688Mi');
  });

  test('warns when it meets the backup', () => {
    const shop = project();
    verified({ schedule: Schedule.weekly({ hour: 5, minute: 30 }) }, shop);
    expect(warningsOf(shop)[0]?.message).toMatch(
      /^'verification.schedule' may start while a backup runs, and then waits for it: 2026-01-04 05:30 Etc\/UTC \(UTC\+00:00\) is inside the run from .* Move it behind the backup's timeout of 60 minutes\.$/,
    );
  });

  test('is not compared with runs that are counted from the creation', () => {
    const shop = project();
    verified({ schedule: Schedule.cron('@every 168h') }, shop);
    expect(warningsOf(shop)).toEqual([]);
  });
});

describe('a restore', () => {
  const two = { pvcs: [{ claim: 'uploads' }, { claim: 'mail' }] };
  const scriptOf = (job: ReturnType<BackupSchedule['restoreJob']>) =>
    job.spec.template.spec.containers[0]?.command?.[2];

  test('is a Job', () => {
    const job = backupOf({ storage: s3, encryption }).restoreJob({ target: { claim: 'restored' } });
    expect(job).toMatchSnapshot();
    expect(podViolations(job.spec.template.spec)).toEqual([]);
  });

  test('takes what it is given', () => {
    const job = backupOf({ source: two }).restoreJob({
      target: { claim: 'restored', subPath: 'today' },
      claim: 'mail',
      snapshot: '0123abcd',
      overwrite: true,
      name: 'again',
      timeout: Duration.minutes(5),
    });
    expect([job.metadata.name, job.spec.activeDeadlineSeconds]).toEqual(['again', 300]);
    expect(job.spec.template.spec.containers[0]?.volumeMounts).toContainEqual({
      name: 'target',
      mountPath: '/restore',
      subPath: 'today',
    });
    expect(scriptOf(job)).toContain(
      'steady restore 0123abcd --target=/restore/.hks-restore --include=/mail --verify',
    );
    expect(scriptOf(job)).toContain('cp -a');
  });

  test('brings all claims, each in its folder', () => {
    expect(
      scriptOf(backupOf({ source: two }).restoreJob({ target: { claim: 'restored' } })),
    ).not.toContain('--include');
  });

  test('into the claim of the backups mounts it once', () => {
    const { spec } = backupOf().restoreJob({ target: { claim: 'backups', subPath: 'out' } });
    expect(
      spec.template.spec.volumes?.filter(({ persistentVolumeClaim }) => persistentVolumeClaim),
    ).toHaveLength(1);
  });

  test.each([
    [
      undefined,
      `'restoreJob' of BackupSchedule 'shop/nightly' must be an object, received nothing. Write { target: { claim: 'restored' } }.`,
    ],
    [
      { target: 'restored' },
      `'target' of BackupSchedule 'shop/nightly' must be an object, received 'restored'. Write { claim: 'restored' }.`,
    ],
    [
      { target: { claim: 'r', path: 'x' } },
      `'target.path' of BackupSchedule 'shop/nightly' is not a known prop, received 'x'. Known are 'claim', 'subPath'.`,
    ],
    [
      { target: { claim: 'R' } },
      `'target.claim' of BackupSchedule 'shop/nightly' must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'R'. Use a name like 'shop-config'.`,
    ],
    [
      { target: { claim: 'r', subPath: '../x' } },
      `'target.subPath' of BackupSchedule 'shop/nightly' must be a relative path of letters, digits, '.', '-' and '_' without '..' and without '/' at its ends, received '../x'. Write one like 'uploads/images'.`,
    ],
    [
      { target: { claim: 'r' }, claim: 'other' },
      `'claim' of BackupSchedule 'shop/nightly' must be one of 'uploads', received 'other'. Choose one of them.`,
    ],
    [
      { target: { claim: 'r' }, snapshot: '; rm' },
      `'snapshot' of BackupSchedule 'shop/nightly' must be 'latest' or an id of 8 to 64 hexadecimal digits, received '; rm'. Take the id from 'restic snapshots', or leave it out for the newest.`,
    ],
    [
      { target: { claim: 'r' }, overwrite: 'yes' },
      `'overwrite' of BackupSchedule 'shop/nightly' must be true or false, received 'yes'. Write true without quotes, or leave it out for the default.`,
    ],
    [
      { target: { claim: 'r' }, name: 'A' },
      `'name' of BackupSchedule 'shop/nightly' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'A'. Use a name like 'nightly-report'.`,
    ],
    [
      { target: { claim: 'r' }, timeout: 5 },
      `'timeout' of BackupSchedule 'shop/nightly' must be a Duration, received 5. Write Duration.hours(1).`,
    ],
  ])('is refused: %j', (props, message) => {
    expect(() => backupOf().restoreJob(props as never)).toThrow(message);
  });
});

test('the longest names are taken', () => {
  const shop = project();
  backupOf({ source: { function: { name: 'f' } }, storage: s3, encryption }, 'a'.repeat(52), shop);
  const verified = backupOf(
    { verification: { schedule: Schedule.weekly() } },
    'b'.repeat(45),
    shop,
  );
  expect(verified.verificationCronJob?.name).toHaveLength(52);
});

test('claims of long and dotted names are mounted under their names', () => {
  const long = `data.${'x'.repeat(80)}`;
  const { pod } = backupOf({ source: { pvcs: [{ claim: long }, { claim: 'mail' }] } });
  expect(pod.volumes?.slice(2, 4)).toEqual([
    { name: 'source-0', persistentVolumeClaim: { claimName: long, readOnly: true } },
    { name: 'source-1', persistentVolumeClaim: { claimName: 'mail', readOnly: true } },
  ]);
  expect(pod.containers[0]?.volumeMounts).toContainEqual({
    name: 'source-0',
    mountPath: `/source/${long}`,
    readOnly: true,
  });
});

const WHO = `of BackupSchedule 'shop/nightly'`;
const REFERENCE = `must be a reference to an object of the project's namespace, never the value itself`;
const PATH = `must be a relative path of letters, digits, '.', '-' and '_' without '..' and without '/' at its ends`;
const LABEL = `must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit`;
const FILE = `must be a file's name of letters, digits, '.', '-' and '_', without a folder`;
const s3With = (more: object) => ({ storage: { s3: { ...s3.s3, ...more } }, encryption });
const commandWith = (more: object) => ({
  source: { command: { image: IMAGE, command: ['dump'], ...more } },
});
const circular: Record<string, unknown> = {};
circular.self = circular;

describe('refused', () => {
  test.each<[string, object, string]>([
    [
      'an unknown prop',
      { retain: 3 },
      `'retain' ${WHO} is not a known prop, received 3. Known are`,
    ],
    [
      'no source',
      { source: undefined },
      `'source' ${WHO} must be one of { pvcs }, { command } and { function }, received nothing. Write { pvcs: [{ claim: 'uploads' }] }.`,
    ],
    [
      'two sources',
      { source: { pvcs: [], command: {} } },
      `'source' ${WHO} must be one of { pvcs }, { command } and { function }, received {"pvcs":[],"command":{}}. Write { pvcs: [{ claim: 'uploads' }] }.`,
    ],
    [
      'an unknown prop of a source',
      { source: { ...claims, path: 'x' } },
      `'source.path' ${WHO} is not a known prop, received 'x'. Known are 'pvcs'.`,
    ],
    [
      'no claims',
      { source: { pvcs: [] } },
      `'source.pvcs' ${WHO} must be an array with at least one item, received []. Write [{ claim: 'uploads' }], or leave it out where it is optional.`,
    ],
    [
      'a claim by its name alone',
      { source: { pvcs: ['uploads'] } },
      `'source.pvcs[0]' ${WHO} must be an object, received 'uploads'. Write { claim: 'uploads' }.`,
    ],
    [
      'a claim twice',
      { source: { pvcs: [{ claim: 'a' }, { claim: 'a' }] } },
      `'source.pvcs[1].claim' ${WHO} must not come twice, received 'a'. List the folders of 'a' in the 'paths' of one entry.`,
    ],
    [
      'a name of a claim',
      { source: { pvcs: [{ claim: 'A' }] } },
      `'source.pvcs[0].claim' ${WHO} must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'A'. Use a name like 'shop-config'.`,
    ],
    [
      'no paths',
      { source: { pvcs: [{ claim: 'a', paths: [] }] } },
      `'source.pvcs[0].paths' ${WHO} must be an array with at least one item, received []. Write ['images'], or leave it out where it is optional.`,
    ],
    [
      'a path out of the volume',
      { source: { pvcs: [{ claim: 'a', paths: ['x/../..'] }] } },
      `'source.pvcs[0].paths[0]' ${WHO} ${PATH}, received 'x/../..'. Write one like 'uploads/images'.`,
    ],
    [
      'a path like a flag',
      { source: { pvcs: [{ claim: 'a', paths: ['--x'] }] } },
      `'source.pvcs[0].paths[0]' ${WHO} ${PATH}, received '--x'. Write one like 'uploads/images'.`,
    ],
    [
      'a subPath that is absolute',
      { source: { pvcs: [{ claim: 'a', subPath: '/x' }] } },
      `'source.pvcs[0].subPath' ${WHO} ${PATH}, received '/x'. Write one like 'uploads/images'.`,
    ],
    [
      'one pattern as a string',
      { source: { pvcs: [{ claim: 'a', exclude: '*.tmp' }] } },
      `'source.pvcs[0].exclude' ${WHO} must be an array of strings, one for each argument, received '*.tmp'. Write ['*.tmp'], or ['sh', '-c', '…'] for a shell line.`,
    ],
    [
      'a command as a string',
      commandWith({ command: 'pg_dump shop' }),
      `'source.command.command' ${WHO} must be an array of strings, one for each argument, received 'pg_dump shop'. Write ['pg_dump', 'shop'], or ['sh', '-c', '…'] for a shell line.`,
    ],
    [
      'an empty command',
      commandWith({ command: [] }),
      `'source.command.command' ${WHO} must be an array with at least one item, received []. Write ['pg_dump', 'shop'], or leave it out where it is optional.`,
    ],
    [
      'a command as the source itself',
      { source: { command: ['pg_dump'] } },
      `'source.command' ${WHO} must be an object, received ["pg_dump"]. Write { image: 'postgres:17.2', command: ['pg_dump', 'shop'] }.`,
    ],
    [
      'an image of a command',
      commandWith({ image: 'Postgres' }),
      `'source.command.image' ${WHO} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'Postgres'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
    ],
    [
      'a secret as a literal',
      commandWith({ env: { PGPASSWORD: 'hunter2' } }),
      `'source.command.env.PGPASSWORD' ${WHO} `,
    ],
    [
      'root for a command',
      commandWith({ user: 0 }),
      `'source.command.user' ${WHO} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'source.command.user' out for the default.`,
    ],
    [
      'the root group for a command',
      commandWith({ group: 0 }),
      `'source.command.group' ${WHO} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'source.command.group' out for the default.`,
    ],
    [
      'resources of a command',
      commandWith({ resources: 1 }),
      `'source.command.resources' ${WHO} must be { cpu, memory, ephemeralStorage }, each { request, limit }, received 1. Write { cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) } }.`,
    ],
    [
      'a folder as a file name',
      commandWith({ fileName: 'a/b' }),
      `'source.command.fileName' ${WHO} ${FILE}, received 'a/b'. Write one like 'shop.sql'.`,
    ],
    [
      'a function by its name alone',
      { source: { function: 'export' } },
      `'source.function' ${WHO} must be an object, received 'export'. Write { name: 'export' }, or an HksFunction.`,
    ],
    [
      'a name of a function',
      { source: { function: { name: 'E' } } },
      `'source.function.name' ${WHO} ${LABEL}, at most 63 characters, received 'E'. Use a name like 'nightly-report'.`,
    ],
    [
      'a function over https',
      { source: { function: { url: 'https://x' } } },
      `'source.function.url' ${WHO} must be a URL of http without user, in the cluster: the caller checks no certificates, received 'https://x'. Write 'http://export.shop.svc.cluster.local', or use a { command } with a client of its own.`,
    ],
    [
      'a function with a password',
      { source: { function: { url: 'http://u:hunter2@x' } } },
      `'source.function.url' ${WHO} must be a URL of http without user, in the cluster: the caller checks no certificates, received '***'. Write`,
    ],
    [
      'a method',
      { source: { function: { name: 'f' }, method: 'PUT' } },
      `'source.method' ${WHO} must be one of 'GET', 'POST', received 'PUT'.`,
    ],
    [
      'a payload with GET',
      { source: { function: { name: 'f' }, method: 'GET', payload: 'x' } },
      `'source.payload' ${WHO} must not be given with the method 'GET', received 'x'. Write method: 'POST', or leave out one of the two.`,
    ],
    [
      'a payload too large',
      { source: { function: { name: 'f' }, payload: 'x'.repeat(65_537) } },
      `'source.payload' ${WHO} must be a string or JSON of at most 65536 bytes, in characters that UTF-8 can carry, without NUL, received '65537 bytes'. Send a reference and let the function fetch the rest.`,
    ],
    [
      'a payload that is no JSON',
      { source: { function: { name: 'f' }, payload: circular } },
      `'source.payload' ${WHO} must be a string or JSON of at most 65536 bytes, in characters that UTF-8 can carry, without NUL, received 'object'. Send a reference and let the function fetch the rest.`,
    ],
    [
      'a token as a literal',
      { source: { function: { name: 'f' }, token: 'hunter2' } },
      `'source.token' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write { secret: 'NAME', key: 'KEY' }.`,
    ],
    [
      'a file name of an answer',
      { source: { function: { name: 'f' }, fileName: '' } },
      `'source.fileName' ${WHO} ${FILE}, received ''. Write one like 'shop.sql'.`,
    ],
    [
      'a bare expression',
      { schedule: '0 3 * * *' },
      `'schedule' ${WHO} must be a Schedule, received '0 3 * * *'. Write Schedule.cron('0 3 * * *').`,
    ],
    [
      'no schedule',
      { schedule: undefined },
      `'schedule' ${WHO} must be a Schedule, received null. Write Schedule.cron('0 3 * * *').`,
    ],
    [
      'no storage',
      { storage: undefined },
      `'storage' ${WHO} must be one of { s3 }, { gcs }, { azure } and { pvc }, received nothing. Write { pvc: { claim: 'backups' } }, or { s3: { bucket, credentials: { secret }, egressCidrs } }.`,
    ],
    [
      'a storage as a URL',
      { storage: 's3://id:hunter2@bucket' },
      `'storage' ${WHO} must be one of { s3 }, { gcs }, { azure } and { pvc }, received '***'. Write`,
    ],
    [
      'two storages',
      { storage: { ...s3, ...pvc } },
      `'storage' ${WHO} must be one of { s3 }, { gcs }, { azure } and { pvc }, received 's3, pvc'. Write`,
    ],
    [
      'a storage by its name alone',
      { storage: { pvc: 'backups' } },
      `'storage.pvc' ${WHO} must be an object of 'claim', 'path', received '***'. Write an object; credentials only by the name of their Secret.`,
    ],
    [
      'the claim that is backed up',
      { storage: { pvc: { claim: 'uploads' } } },
      `'storage.pvc.claim' ${WHO} must not be a claim that is backed up, since it would hold its own backup, received 'uploads'. Give the backups a claim of their own.`,
    ],
    [
      'a path in the claim',
      { storage: { pvc: { claim: 'backups', path: '/x' } } },
      `'storage.pvc.path' ${WHO} ${PATH}, received '/x'. Write one like 'uploads/images'.`,
    ],
    [
      'credentials beside the bucket',
      s3With({ secretAccessKey: 'hunter2' }),
      `'storage.s3.secretAccessKey' ${WHO} is not a known prop, received '***'. Known are`,
    ],
    [
      'credentials in the endpoint',
      s3With({ endpoint: 'https://id:hunter2@s3.example.com' }),
      `'storage.s3.endpoint' ${WHO} must be a URL of http or https with a host and at most a port, received '***'. Put user and password in a Secret and name it in 'storage.s3.credentials'.`,
    ],
    [
      'a path in the endpoint',
      s3With({ endpoint: 'https://s3.example.com/b' }),
      `'storage.s3.endpoint' ${WHO} must be a URL of http or https with a host and at most a port, received 'https://s3.example.com/b'. Write 'https://s3.example.com', and the path in 'storage.s3.prefix'.`,
    ],
    [
      'an endpoint without a scheme',
      s3With({ endpoint: 's3.example.com' }),
      `'storage.s3.endpoint' ${WHO} must be a URL of http or https with a host and at most a port, received 's3.example.com'. Write`,
    ],
    [
      'a bucket',
      s3With({ bucket: 'Acme/backups' }),
      `'storage.s3.bucket' ${WHO} must be 3 to 63 lower-case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, received 'Acme/backups'. Write the bare name, like 'acme-backups'.`,
    ],
    [
      'a prefix',
      s3With({ prefix: 'a//b' }),
      `'storage.s3.prefix' ${WHO} ${PATH}, received 'a//b'. Write one like 'uploads/images'.`,
    ],
    [
      'a region',
      s3With({ region: 'Frankfurt' }),
      `'storage.s3.region' ${WHO} must be lower-case letters, digits and '-', received 'Frankfurt'. Write one like 'eu-central-1'.`,
    ],
    [
      'a port',
      s3With({ port: 0 }),
      `'storage.s3.port' ${WHO} must be a whole number from 1 to 65535, received 0. Give the port that the pods of the storage listen on.`,
    ],
    [
      'a certificate as a literal',
      s3With({ caCertificate: '-----BEGIN' }),
      `'storage.s3.caCertificate' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write { configMap: 'NAME', key: 'KEY' }.`,
    ],
    [
      'credentials as a literal',
      s3With({ credentials: 'hunter2' }),
      `'storage.s3.credentials' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write { secret: 'backup-storage' }.`,
    ],
    [
      'keys as literals',
      s3With({ credentials: { accessKeyId: 'AKIA', secretAccessKey: 'hunter2' } }),
      `'storage.s3.credentials.accessKeyId' ${WHO} is not a known prop, received '***'. Known are 'secret', 'accessKeyIdKey', 'secretAccessKeyKey'.`,
    ],
    [
      'a literal as the name of a Secret',
      s3With({ credentials: { secret: 'wJalr/K7MDENG' } }),
      `'storage.s3.credentials.secret' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write 'backup-storage'.`,
    ],
    [
      'a literal as a key',
      s3With({ credentials: { secret: 's', accessKeyIdKey: 'a/b' } }),
      `'storage.s3.credentials.accessKeyIdKey' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write 'AWS_ACCESS_KEY_ID'.`,
    ],
    [
      'no way out',
      s3With({ egressCidrs: undefined }),
      `'storage.s3.egressCidrs' ${WHO} must name the addresses of the storage, since the project's policies let pods reach nothing else, received nothing. Write egressCidrs: ['203.0.113.0/24'], or peers: [{ namespace: 'storage' }] for a storage in the cluster.`,
    ],
    [
      'an address without a length',
      s3With({ egressCidrs: ['203.0.113.7'] }),
      `'storage.s3.egressCidrs[0]' ${WHO} must be a CIDR, an IPv4 or IPv6 address with its prefix length, received '203.0.113.7'. Write '203.0.113.7/32'.`,
    ],
    [
      'no peers',
      s3With({ peers: [] }),
      `'storage.s3.peers' ${WHO} must be an array with at least one item, received []. Write [{ namespace: 'storage' }], or leave it out where it is optional.`,
    ],
    [
      'a peer of no kind',
      s3With({ peers: [{}] }),
      `'storage.s3.peers[0]' ${WHO} must say who it is: { pods }, { namespace, pods } or { cidrs, except }, received {}. Write`,
    ],
    [
      'a bucket of GCS',
      { storage: { gcs: { bucket: 'B' } }, encryption },
      `'storage.gcs.bucket' ${WHO} must be 3 to 63`,
    ],
    [
      'credentials of GCS',
      {
        storage: {
          gcs: { bucket: 'acme', credentials: { secret: 'a', json: '{"private_key":"hunter2"}' } },
        },
      },
      `'storage.gcs.credentials.json' ${WHO} is not a known prop, received '***'. Known are 'secret', 'key'.`,
    ],
    [
      'a container of Azure',
      { storage: { azure: { container: 'B' } }, encryption },
      `'storage.azure.container' ${WHO} must be 3 to 63`,
    ],
    [
      'credentials of Azure',
      { storage: { azure: { container: 'acme', credentials: undefined } } },
      `'storage.azure.credentials' ${WHO} ${REFERENCE}, received nothing. Put the value in the cluster and write { secret: 'backup-storage' }.`,
    ],
    [
      'remote storage without a key',
      { storage: s3 },
      `'encryption' ${WHO} must be given for remote storage, received nothing. Put a long password in a Secret and write { secret: 'backup-key', key: 'password' }.`,
    ],
    [
      'a key as a literal',
      { encryption: 'hunter2' },
      `'encryption' ${WHO} ${REFERENCE}, received '***'. Put the value in the cluster and write { secret: 'NAME', key: 'KEY' }.`,
    ],
    [
      'a key without its key',
      { encryption: { secret: 'a' } },
      `'encryption' ${WHO} ${REFERENCE}, received '***'. Put`,
    ],
    [
      'retention that keeps nothing',
      { retention: { keepLast: 0, keepDaily: 0 } },
      `'retention' ${WHO} must keep something, received {"keepLast":0,"keepDaily":0}. Give at least one rule above 0, e.g. { keepDaily: 7 }.`,
    ],
    [
      'retention without a rule',
      { retention: {} },
      `'retention' ${WHO} must keep something, received {}. Give at least one rule above 0, e.g. { keepDaily: 7 }.`,
    ],
    [
      'retention as a number',
      { retention: 7 },
      `'retention' ${WHO} must be an object of keep rules, received 7. Write { keepDaily: 7, keepWeekly: 4 }.`,
    ],
    [
      'an unknown rule',
      { retention: { keepDayly: 7 } },
      `'retention.keepDayly' ${WHO} is not a known prop, received 7. Did you mean 'retention.keepDaily'.`,
    ],
    ...[
      'keepLast',
      'keepHourly',
      'keepDaily',
      'keepWeekly',
      'keepMonthly',
      'keepYearly',
      'keepWithin',
    ].map((rule): [string, object, string] => [
      rule,
      { retention: { [rule]: -1 } },
      `'retention.${rule}' ${WHO} must be a whole number from 0 to 100000, received -1. Give a number in that range, or leave 'retention.${rule}' out for the default.`,
    ]),
    [
      'minSuccessful',
      { retention: { keepLast: 3, minSuccessful: 0 } },
      `'retention.minSuccessful' ${WHO} must be a whole number from 1 to 100000, received 0. Give a number in that range, or leave 'retention.minSuccessful' out for the default.`,
    ],
    [
      'gzip',
      { compression: 'gzip' },
      `'compression' ${WHO} must be one of 'none', 'auto', 'max', received 'gzip'. Choose one of them.`,
    ],
    [
      'enabled',
      { enabled: 'no' },
      `'enabled' ${WHO} must be true or false, received 'no'. Write true without quotes, or leave it out for the default.`,
    ],
    [
      'a job by its name',
      { cronJob: 'import' },
      `'cronJob' ${WHO} must be a HksCronJob, received 'import'. Write new HksCronJob(project, …) first, and give what it returns.`,
    ],
    [
      'an application by its name',
      { app: 'api' },
      `'app' ${WHO} must be a TemplateApp, received 'api'. Write new TemplateApp(project, …) first, and give what it returns.`,
    ],
    [
      'root',
      { identity: { user: 0 } },
      `'identity.user' ${WHO} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'identity.user' out for the default.`,
    ],
    [
      'verification by its schedule alone',
      { verification: 'weekly' },
      `'verification' ${WHO} must be an object, received 'weekly'. Write { schedule: Schedule.weekly() }.`,
    ],
    [
      'verification without a schedule',
      { verification: {} },
      `'verification.schedule' ${WHO} must be a Schedule, received null. Write Schedule.cron('0 3 * * *').`,
    ],
    ...['0%', '101%', '5/4', '1/257', 'all', 10].map((readData): [string, object, string] => [
      `readData ${readData}`,
      { verification: { schedule, readData } },
      `'verification.readData' ${WHO} must be a percentage above 0 and up to 100, or a part N/T with T up to 256, received ${typeof readData === 'number' ? readData : `'${readData}'`}. Write '10%', or '100%' to read everything each time.`,
    ]),
    [
      'a size of a restore',
      { verification: { schedule, testRestore: '1Gi' } },
      `'verification.testRestore' ${WHO} must be a Size, received '1Gi'. Write Size.mebibytes(128).`,
    ],
    [
      'a timeout of a verification',
      { verification: { schedule, timeout: 5 } },
      `'verification.timeout' ${WHO} must be a Duration, received 5. Write Duration.hours(1).`,
    ],
    [
      'pre hooks',
      { preHooks: { name: 'x' } },
      `'preHooks' ${WHO} must be an array of hooks, received {"name":"x"}.`,
    ],
    [
      'a pre hook of a taken name',
      { preHooks: [{ name: 'backup', command: ['x'] }] },
      `'preHooks[0].name' ${WHO} must not be the name of another container or hook of the job, received 'backup'. Name it 'before-backup'.`,
    ],
    [
      'post hooks',
      { postHooks: 'x' },
      `'postHooks' ${WHO} must be an array of hooks, received 'x'.`,
    ],
    [
      'egress',
      { egress: 'all' },
      `'egress' ${WHO} must be an array of { name, peers, ports }, received 'all'.`,
    ],
    [
      'one tag as a string',
      { tags: 'a' },
      `'tags' ${WHO} must be an array of strings, one for each argument, received 'a'. Write ['a'], or ['sh', '-c', '…'] for a shell line.`,
    ],
    ...['a,b', 'complete', 'run=1', ''].map((tag): [string, object, string] => [
      `the tag '${tag}'`,
      { tags: [tag] },
      `'tags[0]' ${WHO} must be letters, digits, '.', ':', '/', '-' and '_', and neither 'complete' nor 'incomplete', received '${tag}'. Write one like 'release-17'.`,
    ]),
    [
      'a timeout',
      { timeout: 5 },
      `'timeout' ${WHO} must be a Duration, received 5. Write Duration.minutes(30).`,
    ],
    [
      'a deadline',
      { startingDeadline: Duration.seconds(5) },
      `'startingDeadline' ${WHO} must be whole seconds, at least 10, received '5 s'. Write Duration.minutes(5).`,
    ],
    [
      'retries',
      { retries: -1 },
      `'retries' ${WHO} must be a whole number from 0 to 100, received -1. Give a number in that range, or leave 'retries' out for the default.`,
    ],
    [
      'history',
      { history: { failed: -1 } },
      `'history.failed' ${WHO} must be a whole number from 0 to 2147483647, received -1. Give a number in that range, or leave 'history.failed' out for the default.`,
    ],
    [
      'resources',
      { resources: 1 },
      `'resources' ${WHO} must be { cpu, memory, ephemeralStorage }, each { request, limit }, received 1. Write`,
    ],
    [
      'a size of the cache',
      { cacheSize: '1Gi' },
      `'cacheSize' ${WHO} must be a Size, received '1Gi'. Write Size.mebibytes(128).`,
    ],
    [
      'an image',
      { image: 'Restic' },
      `'image' ${WHO} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'Restic'.`,
    ],
    [
      'pull secrets',
      { imagePullSecrets: 'pull' },
      `'imagePullSecrets' ${WHO} must be an array of strings, one for each argument, received 'pull'.`,
    ],
    [
      'a name',
      { metadata: { name: 'A' } },
      `'metadata.name' ${WHO} ${LABEL}, at most 52 characters, received 'A'. Use a name like 'nightly-report'.`,
    ],
  ])('%s', (_, props, message) => {
    expect(() => backupOf(props)).toThrow(message);
  });

  test('a secret that was given by mistake is not in the message', () => {
    const mistakes = [
      { encryption: 'hunter2' },
      { storage: 's3://id:hunter2@bucket' },
      { storage: { s3: 'hunter2' } },
      s3With({ secretAccessKey: 'hunter2' }),
      s3With({ credentials: { secret: 'HUNTER2 hunter2' } }),
      s3With({ credentials: { secret: 's', secretAccessKeyKey: 'hunter2/+' } }),
      s3With({ endpoint: 'https://id:hunter2@s3.example.com' }),
      commandWith({ env: { PGPASSWORD: 'hunter2' } }),
    ];
    for (const props of mistakes) {
      expect(() => backupOf(props)).toThrow(/^(?!.*hunter2)/);
    }
  });

  test('names that leave no room', () => {
    expect(() => backupOf({}, 'a'.repeat(53))).toThrow(
      /at most 52 characters, .* Shorten it by 1 characters\.$/,
    );
    expect(() => backupOf({ verification: { schedule } }, 'a'.repeat(46))).toThrow(
      /at most 45 characters/,
    );
  });

  test('a job of another project', () => {
    const other = new HksCronJob(new Project(new App(), 'other', { tenant: 'acme' }), 'import', {
      image: IMAGE,
      schedule: Schedule.daily(),
    });
    expect(() => backupOf({ cronJob: other })).toThrow(
      `'cronJob' ${WHO} must be of the same project, 'shop', received 'other/import'. Create the backup in the project of what it backs up.`,
    );
  });

  test('images without a digest where the project asks for one', () => {
    const shop = () => project({ requireDigest: true });
    expect(() => backupOf(commandWith({}), 'nightly', shop())).toThrow(
      /'source.command.image' .* must name its image by digest/,
    );
    expect(() => backupOf({ image: 'restic:1' }, 'nightly', shop())).toThrow(
      /'image' .* must name its image by digest/,
    );
    expect(() => backupOf({ image: `restic@${DIGEST}` }, 'nightly', shop())).not.toThrow();
  });
});
