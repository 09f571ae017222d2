/** @module The scripts run under a real shell, with a stand-in for restic that writes down what it was asked. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FETCHER_PROGRAM } from '../../../constructs/backup-schedule/fetcher';
import {
  backupScript,
  restoreScript,
  SENDER,
  verifyScript,
} from '../../../constructs/backup-schedule/script';
import { PRELUDE, shellWords } from '../../../constructs/backup-schedule/shell';

/** Answers as `$fake/NAME` says: an exit code, and a line for standard error; the first line of a list goes first. */
const RESTIC = `#!/bin/sh
echo "$*" >>"$FAKE/calls"
name=$1
case "$*" in *--stdin*) exec node "$FAKE/reader.js" ;; esac
if [ "$name" = snapshots ] && [ -f "$FAKE/has" ]; then echo '[{"short_id":"1"}]'; fi
if [ "$name" = restore ]; then
  for word in "$@"; do case "$word" in --target=*) target=\${word#--target=} ;; esac; done
  cp -a "$FAKE/snapshot/." "$target/"
fi
if [ -s "$FAKE/$name" ]; then
  read -r code text <"$FAKE/$name"
  sed -i 1d "$FAKE/$name"
  [ -z "$text" ] || echo "$text" >&2
  exit "$code"
fi
`;

/** A shell cannot trap the SIGINT that it was started to ignore; restic can, and so can node. */
const READER = `const { appendFileSync, writeFileSync } = require('node:fs');
const call = (text) => appendFileSync(process.env.FAKE + '/calls', text + '\\n');
process.on('SIGINT', () => { call('interrupted'); process.exit(130); });
const parts = [];
process.stdin.on('data', (part) => parts.push(part)).on('end', () => {
  writeFileSync(process.env.FAKE + '/input', Buffer.concat(parts));
  call('snapshot');
});
`;

const FOLDERS = ['cache', 'stream', 'source', 'restore'];
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hks-backup-'));
  for (const folder of [...FOLDERS, 'fake/snapshot', 'bin'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'bin/restic'), RESTIC);
  writeFileSync(join(root, 'bin/sleep'), '#!/bin/sh\nexec /bin/sleep 0.05\n');
  writeFileSync(join(root, 'fake/reader.js'), READER);
  for (const program of ['restic', 'sleep']) chmodSync(join(root, 'bin', program), 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function local(script: string): string {
  return FOLDERS.reduce(
    (text, folder) => text.replaceAll(`/${folder}`, join(root, folder)),
    script,
  );
}

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    FAKE: join(root, 'fake'),
    TMPDIR: join(root, 'cache/tmp'),
    HKS_LOCK_WAIT: '30',
    HKS_RUN: 'nightly-1',
  };
}

function run(script: string): { readonly code: number | null; readonly text: string } {
  const { status, stderr } = spawnSync('sh', ['-c', local(script)], {
    env: environment(),
    encoding: 'utf8',
  });
  return { code: status, text: stderr };
}

function calls(): readonly string[] {
  const file = join(root, 'fake/calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function answer(command: string, ...lines: readonly string[]): void {
  writeFileSync(join(root, 'fake', command), `${lines.join('\n')}\n`);
}

const OPTIONS = {
  host: 'shop/nightly',
  tags: ['weekly'],
  compression: 'auto',
  keep: ['--keep-last=3'],
} as const;
const CLAIMS = backupScript({
  ...OPTIONS,
  input: { paths: ['data', "it's"], exclude: ['/source/data/lost+found'] },
});
const STREAM = backupScript({ ...OPTIONS, input: { fileName: 'shop.sql' } });

describe('a backup of claims', () => {
  test('opens the repository, takes the snapshot, removes old ones', () => {
    expect(run(CLAIMS)).toEqual({ code: 0, text: '' });
    expect(calls()).toEqual([
      'cat config --no-lock',
      'snapshots --host=shop/nightly --tag=complete,run=nightly-1 --json',
      `backup --compression=auto --host=shop/nightly --tag=complete,weekly --exclude=${join(root, 'source')}/data/lost+found --tag=run=nightly-1 -- data it's`,
      'forget --host=shop/nightly --tag=incomplete --group-by=host --keep-last=1',
      'forget --host=shop/nightly --tag=complete --group-by=host --keep-last=3 --prune',
    ]);
  });

  test('makes the repository where there is none', () => {
    answer('cat', '10 no config', '0');
    expect(run(CLAIMS).code).toBe(0);
    expect(calls().slice(0, 3)).toEqual([
      'cat config --no-lock',
      'init --repository-version 2',
      'cat config --no-lock',
    ]);
  });

  test('goes on when another run made it meanwhile', () => {
    answer('cat', '1 no config', '0');
    answer('init', '1 config file already exists');
    expect(run(CLAIMS).code).toBe(0);
  });

  test('gives up on a repository that opens with another password', () => {
    answer('cat', '1 wrong password', '1 wrong password');
    answer('init', '1 config file already exists');
    expect(run(CLAIMS)).toEqual({
      code: 1,
      text: 'config file already exists\nwrong password\nhks: the repository can be neither opened nor made\n',
    });
    expect(calls().some((call) => call.startsWith('backup'))).toBe(false);
  });

  test('tries again when the network is not there yet, but not for ever', () => {
    const refused = '1 dial tcp 10.0.0.1:443: connect: connection refused';
    answer('cat', refused, refused, '0');
    answer('init', refused);
    answer('backup', refused, '0');
    const { code, text } = run(CLAIMS);
    expect([code, text.match(/cannot be reached/g)?.length]).toEqual([0, 2]);
    answer('backup', ...Array.from({ length: 7 }, () => refused));
    expect(run(CLAIMS).code).toBe(1);
  });

  test('takes no second snapshot in one Job, but removes old ones', () => {
    writeFileSync(join(root, 'fake/has'), '');
    const { code, text } = run(CLAIMS);
    expect([code, text]).toEqual([0, 'hks: this run already has its snapshot\n']);
    expect(calls().map((call) => call.split(' ')[0])).toEqual([
      'cat',
      'snapshots',
      'forget',
      'forget',
    ]);
  });

  test('marks a snapshot that lacks files, fails, and removes nothing', () => {
    answer('backup', '3 permission denied');
    expect(run(CLAIMS).code).toBe(3);
    expect(calls().at(-1)).toBe(
      'tag --host=shop/nightly --tag=complete,run=nightly-1 --remove=complete --add=incomplete',
    );
  });

  test('removes nothing after a failure', () => {
    answer('backup', '1 no space left');
    expect(run(CLAIMS).code).toBe(1);
    expect(calls().some((call) => call.startsWith('forget'))).toBe(false);
  });

  test('waits for another process and removes stale locks only', () => {
    answer(
      'forget',
      '0',
      '1 unable to create lock: repository is already locked by PID 7',
      '11 locked',
    );
    const { code, text } = run(CLAIMS);
    expect(code).toBe(0);
    expect(text).toContain('another process holds the repository, waiting');
    expect(calls().filter((call) => call.startsWith('unlock'))).toEqual(['unlock', 'unlock']);
    expect(calls().filter((call) => call.endsWith('--prune'))).toHaveLength(3);
  });

  test('does not wait for ever', () => {
    answer('backup', '11 locked', '11 locked', '11 locked', '11 locked');
    const { code, text } = run(CLAIMS);
    expect(code).toBe(11);
    expect(text).toContain('the repository was locked for 30 seconds');
  });
});

describe('a stream', () => {
  async function both(
    command: readonly string[],
  ): Promise<readonly [number | null, number | null, string]> {
    const env = environment();
    const restic = spawn('sh', ['-c', local(STREAM)], { env });
    const sender = spawn('sh', ['-c', local(SENDER), 'command', ...command], { env });
    let text = '';
    restic.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const ends = [restic, sender].map(
      (child) => new Promise<number | null>((resolve) => child.on('close', resolve)),
    );
    const [resticCode = null, senderCode = null] = await Promise.all(ends);
    return [resticCode, senderCode, text];
  }

  test('of a command that ends with 0 becomes a snapshot, byte for byte', async () => {
    const input = join(root, 'input');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256));
    writeFileSync(input, bytes);
    expect(await both(['cat', input])).toEqual([0, 0, '']);
    expect(readFileSync(join(root, 'fake/input')).equals(bytes)).toBe(true);
    expect(calls()).toContain('snapshot');
    expect(calls().at(-1)).toMatch(/^forget .*--prune$/);
  }, 30_000);

  test('of a command that ends with another code becomes none', async () => {
    const [restic, sender, text] = await both(['sh', '-c', 'echo half; /bin/sleep 1; exit 7']);
    expect([restic, sender]).toEqual([1, 7]);
    expect(text).toBe('hks: the command ended with 7: no snapshot\n');
    expect(calls()).not.toContain('snapshot');
    expect(calls().at(-1)).toBe('interrupted');
  }, 30_000);

  test('without a status becomes none', () => {
    const writer = spawn('sh', [
      '-c',
      `until [ -p ${root}/stream/data ]; do sleep 1; done; echo half >${root}/stream/data`,
    ]);
    const { code, text } = run(STREAM);
    writer.kill();
    expect([code, text]).toEqual([1, 'hks: the command ended without a status: no snapshot\n']);
    expect(calls()).not.toContain('snapshot');
  }, 30_000);

  test('is not asked for when the Job has its snapshot', async () => {
    writeFileSync(join(root, 'fake/has'), '');
    expect((await both(['false'])).slice(0, 2)).toEqual([0, 0]);
  }, 30_000);
});

describe('a verification', () => {
  const script = verifyScript('shop/nightly', '25%', true);

  test('fails where there is no snapshot', () => {
    expect(run(script)).toEqual({ code: 1, text: 'hks: there is no snapshot to verify\n' });
  });

  test('reads data and restores', () => {
    writeFileSync(join(root, 'fake/has'), '');
    expect(run(script).code).toBe(0);
    expect(calls().slice(1)).toEqual([
      'check --read-data-subset=25%',
      `restore latest --host=shop/nightly --tag=complete --target=${join(root, 'restore')} --verify`,
    ]);
  });

  test('fails when the data is damaged', () => {
    writeFileSync(join(root, 'fake/has'), '');
    answer('check', '1 ciphertext verification failed');
    expect(run(verifyScript('shop/nightly', '25%', false)).code).toBe(1);
  });
});

describe('a restore', () => {
  function stored(path: string): void {
    mkdirSync(join(root, 'fake/snapshot/data'), { recursive: true });
    writeFileSync(join(root, 'fake/snapshot/data', path), 'stored');
  }
  const at = (path: string) => join(root, 'restore', path);

  test('moves the claim into the target, hidden files included', () => {
    stored('a');
    stored('.b');
    expect(run(restoreScript('shop/nightly', 'latest', 'data', false)).code).toBe(0);
    expect([at('a'), at('.b'), at('.hks-restore')].map(existsSync)).toEqual([true, true, false]);
    expect(calls()).toEqual([
      `restore latest --host=shop/nightly --tag=complete --target=${root}/restore/.hks-restore --include=/data --verify`,
    ]);
  });

  test('touches nothing when the target has one of the files', () => {
    stored('a');
    stored('b');
    writeFileSync(at('b'), 'mine');
    const { code, text } = run(restoreScript('shop/nightly', '0123abcd', 'data', false));
    expect([code, text]).toEqual([1, "hks: the target already has 'b'\n"]);
    expect([existsSync(at('a')), readFileSync(at('b'), 'utf8')]).toEqual([false, 'mine']);
  });

  test('replaces files when asked to', () => {
    stored('b');
    stored('link');
    symlinkSync('b', join(root, 'fake/snapshot/data/dangling'));
    writeFileSync(at('b'), 'mine');
    writeFileSync(join(root, 'outside'), 'mine');
    symlinkSync(join(root, 'outside'), at('link'));
    symlinkSync('nowhere', at('dangling'));
    expect(run(restoreScript('shop/nightly', '0123abcd', 'data', true))).toEqual({
      code: 0,
      text: '',
    });
    expect([at('b'), at('link'), at('dangling')].map((path) => readFileSync(path, 'utf8'))).toEqual(
      Array(3).fill('stored'),
    );
    expect(readFileSync(join(root, 'outside'), 'utf8')).toBe('mine');
  });

  test('fails when the snapshot has nothing of it', () => {
    const { code, text } = run(restoreScript('shop/nightly', '0123abcd', '', false));
    expect([code, text]).toEqual([1, 'hks: the snapshot holds nothing of what was asked for\n']);
  });
});

test('words are quoted where the shell would read them', () => {
  expect(shellWords(['plain-1.2/x', "it's", '$HOME', ''])).toBe(
    `plain-1.2/x 'it'\\''s' '$HOME' ''`,
  );
});

test('Kubernetes finds nothing to expand in the scripts', () => {
  for (const script of [CLAIMS, STREAM, SENDER, PRELUDE, FETCHER_PROGRAM]) {
    expect(script).not.toMatch(/\$\$|\$\([A-Za-z_][A-Za-z0-9_.-]*\)/);
  }
});
