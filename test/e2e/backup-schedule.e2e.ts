/** @module Backups, run under Pod Security `restricted`, restored and compared byte for byte. */
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { BackupSchedule, type BackupScheduleProps } from '../../constructs/backup-schedule';
import type { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import {
  BUCKET,
  ENCRYPTION,
  listing,
  makeProject,
  NAMESPACE,
  restic,
  restore,
  run,
  setScene,
  snapshots,
  withClaims,
} from './backup-schedule/scene';
import {
  BUSYBOX,
  deleteNamespaces,
  kubectl,
  list,
  type Pod,
  startCaller,
  trigger,
  until,
} from './harness';

/** Never within a test; these backups are triggered. */
const RARELY = Schedule.monthly({ day: 1 });
/** The node is small, and other tests run on it. */
const LITTLE = { cpu: { request: Cpu.millis(10), limit: Cpu.units(1) } };
const DUMP = 'i=0; while [ $i -lt 20000 ]; do echo "row $i of the dump"; i=$((i + 1)); done';
const S3 = {
  s3: {
    endpoint: 'http://s3:7070',
    bucket: BUCKET,
    credentials: { secret: 'backup-s3' },
    peers: [{ pods: { server: 's3' } }],
  },
};
const CLAIMS = [
  'uploads',
  'mail',
  'backups',
  'scratch',
  'from-s3',
  'from-claim',
  'dumps',
  'answers',
];
const WEB_EGRESS = [{ name: 'web', peers: [{ pods: { server: 'web' } }], ports: [{ port: 8080 }] }];

let project: Project;
const backups: Record<string, BackupSchedule> = {};

function backup(name: string): BackupSchedule {
  const found = backups[name];
  if (!found) throw new Error(`The test made no backup '${name}'.`);
  return found;
}

function add(
  name: string,
  props: Partial<BackupScheduleProps> & Pick<BackupScheduleProps, 'source'>,
) {
  backups[name] = new BackupSchedule(project, name, {
    schedule: RARELY,
    storage: { pvc: { claim: 'backups' } },
    retries: 0,
    resources: LITTLE,
    ...props,
  });
}

/** A copy gives symbolic links the time of the copy. */
function withoutTimesOfLinks(files: string): string {
  return files.replace(/^(symbolic link \d+ \d+) \d+/gm, '$1');
}

function command(line: string): BackupScheduleProps['source'] {
  return {
    command: {
      image: BUSYBOX,
      command: ['sh', '-c', line],
      fileName: 'dump.txt',
      resources: LITTLE,
    },
  };
}

function web(path: string, more: object = {}): Omit<BackupScheduleProps, 'schedule' | 'storage'> {
  const source = { function: { url: `http://web:8080/${path}` }, fileName: 'answer', ...more };
  return { source, egress: WEB_EGRESS };
}

beforeAll(async () => {
  project = await makeProject();
  add('to-s3', {
    source: { pvcs: [{ claim: 'uploads', exclude: ['*.tmp'] }] },
    storage: S3,
    encryption: ENCRYPTION,
    retention: { keepLast: 2 },
    preHooks: [{ name: 'look', command: ['sh', '-c', 'ls /source/uploads && env'] }],
  });
  add('to-claim', {
    source: { pvcs: [{ claim: 'uploads', paths: ['nested', 'with space'] }, { claim: 'mail' }] },
    verification: { schedule: RARELY, readData: '100%', testRestore: Size.mebibytes(64) },
    compression: 'max',
  });
  add('unreadable', { source: { pvcs: [{ claim: 'mail' }] }, identity: { user: 4444 } });
  add('dump', { source: command(DUMP), storage: S3, encryption: ENCRYPTION });
  add('dump-fails', { source: command(`${DUMP}; exit 7`), storage: S3, encryption: ENCRYPTION });
  add('dump-crashes', { source: command(`${DUMP}; awk 'BEGIN { s = "x"; while (1) s = s s }'`) });
  add('dump-hangs', { source: command(`${DUMP}; sleep 600`) });
  add('answer', web('ok'));
  add('answer-500', web('error'));
  add('answer-404', web('nowhere'));
  add('answer-breaks', web('short'));
  add(
    'answer-post',
    web('echo', { payload: { rows: '$HOME' }, token: { secret: 'token', key: 'value' } }),
  );
  await setScene(project, CLAIMS);
  const { code, output } = await withClaims(
    ['uploads', 'mail'],
    `set -e
    cd /uploads && mkdir -p nested/deep 'with space' empty && chmod 750 nested
    head -c 300000 /dev/urandom >nested/deep/binary && chmod 600 nested/deep/binary
    printf 'a\\000b\\377' >'with space/odd ä name' && chmod 755 'with space/odd ä name'
    : >empty-file && chmod 640 empty-file && ln -s nested/deep/binary link && ln -s /nowhere dangling
    echo x >.hidden && echo x >left-out.tmp && touch -d '2001-02-03 04:05:06' .hidden nested/deep
    echo letter >/mail/letter && chmod 644 /mail/letter`,
  );
  expect([code, output]).toEqual([0, '']);
});

afterAll(() => deleteNamespaces(NAMESPACE));

test('claims to S3 and back, byte for byte; the second run adds to the repository of the first', async () => {
  const first = await run('to-s3');
  expect(first).toMatchObject({ done: true });
  expect(first.log).toContain('nested');
  expect(first.log).not.toMatch(/AWS_|RESTIC_/);
  expect(await run('to-s3')).toMatchObject({ done: true });
  const found = await snapshots(backup('to-s3'));
  expect(found.map(({ hostname }) => hostname)).toEqual(Array(2).fill(`${NAMESPACE}/to-s3`));
  expect(found.every(({ tags }) => tags.includes('complete'))).toBe(true);

  expect(await restore(backup('to-s3'), { target: { claim: 'from-s3' } })).toMatchObject({
    done: true,
  });
  const [stored, restored] = await Promise.all([
    withClaims(
      ['uploads'],
      `${listing('/uploads')} | grep -v left-out; rm -f /uploads/left-out.tmp; ${listing('/uploads')}`,
    ),
    withClaims(['from-s3'], listing('/from-s3')),
  ]);
  expect(restored.output.split('\n').length).toBeGreaterThan(15);
  expect(stored.output.endsWith(restored.output)).toBe(true);
  expect(restored.output).toMatch(/regular file 600 300000 \d+ \.\/nested\/deep\/binary/);
  expect(restored.output).not.toContain('left-out');

  const again = await restore(backup('to-s3'), { target: { claim: 'from-s3' } });
  expect(again.done).toBe(false);
  expect(again.log).toContain("the target already has '");
  const over = await restore(backup('to-s3'), { target: { claim: 'from-s3' }, overwrite: true });
  expect(over).toMatchObject({ done: true });
  const replaced = await withClaims(['from-s3'], listing('/from-s3'));
  expect(withoutTimesOfLinks(replaced.output)).toBe(withoutTimesOfLinks(restored.output));
});

test('of many runs the newest two stay', async () => {
  const before = await snapshots(backup('to-s3'));
  for (const _ of [1, 2]) expect(await run('to-s3')).toMatchObject({ done: true });
  const after = await snapshots(backup('to-s3'));
  expect(after).toHaveLength(2);
  expect(after.filter(({ short_id }) => before.some((old) => old.short_id === short_id))).toEqual(
    [],
  );
});

test('claims to a claim, and one of them back', async () => {
  expect(await run('to-claim')).toMatchObject({ done: true });
  const props = { target: { claim: 'from-claim', subPath: 'today' }, claim: 'uploads' };
  expect(await restore(backup('to-claim'), props)).toMatchObject({ done: true });
  const both = await withClaims(
    ['uploads', 'from-claim'],
    `(${listing('/uploads/nested')}) >/tmp/a; (${listing('/from-claim/today/nested')}) >/tmp/b; cmp /tmp/a /tmp/b && ls -A /from-claim/today`,
  );
  expect(both).toEqual({ code: 0, output: 'nested\nwith space\n' });
});

test('what is verified passes, until a byte of it is damaged', async () => {
  expect(await run('to-claim-verify')).toMatchObject({ done: true });
  const damage = await withClaims(
    ['backups'],
    `cd /backups/to-claim/data && pack=$(find . -type f -size +100k | head -1) && chmod u+w "$pack" && printf X | dd of="$pack" bs=1 seek=5000 conv=notrunc 2>/dev/null && echo damaged`,
  );
  expect(damage).toEqual({ code: 0, output: 'damaged\n' });
  expect(await run('to-claim-verify')).toMatchObject({ done: false });
});

test('files that cannot be read leave an incomplete snapshot and a failed run', async () => {
  await withClaims(['mail'], 'echo secret >/mail/private && chmod 600 /mail/private');
  expect(await run('unreadable')).toMatchObject({ done: false });
  const [snapshot] = await snapshots(backup('unreadable'));
  expect(snapshot?.tags).toContain('incomplete');
  await withClaims(['mail'], 'rm /mail/private');
  expect(await run('unreadable')).toMatchObject({ done: true });
  expect(
    (await snapshots(backup('unreadable'))).map(({ tags }) => tags.includes('complete')),
  ).toEqual([false, true]);
});

test('a command streams; one that fails leaves no snapshot', async () => {
  expect(await run('dump')).toMatchObject({ done: true });
  expect(await snapshots(backup('dump'))).toHaveLength(1);
  expect(await restore(backup('dump'), { target: { claim: 'dumps' } })).toMatchObject({
    done: true,
  });
  const same = await withClaims(
    ['dumps'],
    `(${DUMP}) | cmp - /dumps/dump.txt && wc -l </dumps/dump.txt`,
  );
  expect(same).toEqual({ code: 0, output: '20000\n' });

  const failed = await run('dump-fails');
  expect(failed.done).toBe(false);
  expect(failed.log).toContain('hks: the command ended with 7: no snapshot');
  expect(await snapshots(backup('dump-fails'))).toEqual([]);
});

test('a command that runs out of memory leaves no snapshot', async () => {
  expect(await run('dump-crashes')).toMatchObject({ done: false });
  expect(await snapshots(backup('dump-crashes'))).toEqual([]);
});

test('a run that is deleted leaves neither snapshot nor lock', async () => {
  const job = await trigger('dump-hangs', NAMESPACE);
  const selector = `batch.kubernetes.io/job-name=${job}`;
  await until(
    'the stream to flow',
    () => list<Pod>('pod', NAMESPACE, selector),
    ([pod]) => pod?.status?.phase === 'Running',
  );
  await until(
    'restic to hold its lock',
    () =>
      kubectl([
        'exec',
        '-n',
        NAMESPACE,
        `job/${job}`,
        '-c',
        'backup',
        '--',
        'restic',
        'list',
        'locks',
        '--no-lock',
        '-q',
      ]),
    (locks) => /[0-9a-f]{64}/.test(locks),
  );
  await kubectl(['delete', 'job', job, '-n', NAMESPACE, '--wait=true']);
  await until(
    'the pod to be gone',
    () => list<Pod>('pod', NAMESPACE, selector),
    (pods) => pods.length === 0,
  );
  expect(await snapshots(backup('dump-hangs'))).toEqual([]);
  expect(await restic(backup('dump-hangs'), 'restic list locks --no-lock -q')).not.toMatch(
    /[0-9a-f]{64}/,
  );
});

test("a function's 2xx answer is stored, any other is not", async () => {
  expect(await run('answer')).toMatchObject({ done: true });
  expect(
    await restore(backup('answer'), { target: { claim: 'answers', subPath: 'get' } }),
  ).toMatchObject({ done: true });
  expect(await run('answer-post')).toMatchObject({ done: true });
  expect(
    await restore(backup('answer-post'), { target: { claim: 'answers', subPath: 'post' } }),
  ).toMatchObject({ done: true });
  const answers = await withClaims(
    ['answers'],
    'wc -c </answers/get/answer; cat /answers/post/answer',
  );
  expect(answers.output).toBe('102400\nBearer open sesame|application/json|{"rows":"$HOME"}');
  for (const name of ['answer-500', 'answer-404', 'answer-breaks']) {
    expect([name, (await run(name)).done, await snapshots(backup(name))]).toEqual([
      name,
      false,
      [],
    ]);
  }
});

test('its pods reach the storage and nothing else', async () => {
  const [s3, web] = [
    { host: 's3', port: 7070 },
    { host: 'web', port: 8080 },
  ];
  const [storing, asking] = await Promise.all(
    ['to-s3', 'answer'].map((name) => startCaller(NAMESPACE, { labels: backup(name).podLabels })),
  );
  await storing?.untilReaches(s3);
  await storing?.untilKeptFrom(web);
  await asking?.untilReaches(web);
  await asking?.untilKeptFrom(s3);
});
