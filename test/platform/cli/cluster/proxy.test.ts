/** @module kubectl: where there is none, where it does not start, where nobody answers, and that it ends with the command. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { AppFolder } from '../app-folder';
import { Cluster } from './cluster';

let app: AppFolder;
let cluster: Cluster;
beforeEach(() => {
  app = new AppFolder();
  cluster = new Cluster(app);
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`);
});
afterEach(() => app.remove());

test('no kubectl', async () => {
  const bin = join(app.path, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  expect(await app.hksWith({ PATH: bin }, 'synth', '--diff', '--cluster')).toEqual({
    code: 2,
    out: '',
    err: `error: '--cluster' of hks synth must find kubectl on PATH, by which it reaches the cluster, received '${bin}'. Install it as https://kubernetes.io/docs/tasks/tools/ says.\n`,
  });
});

test('kubectl that does not start', async () => {
  cluster.be({ broken: 'error: context "x" does not exist' });
  expect(await cluster.diff('--context', 'x')).toEqual({
    code: 2,
    out: '',
    err: `error: '--context' of hks synth must be a cluster that kubectl can reach, and it says 'context "x" does not exist', received 'x'. Look at kubectl config get-contexts.\n`,
  });
  expect((await cluster.diff()).err).toMatch(
    /^error: '--cluster' of .* received 'the current context'/,
  );
});

test.each([
  [
    [502, 'dial tcp 10.0.0.1:6443: connect: connection refused\n'],
    'status 502: dial tcp 10.0.0.1:6443: connect: connection refused',
  ],
  [[401, { reason: 'Unauthorized', message: 'Unauthorized' }], 'Unauthorized: Unauthorized'],
  [
    [200, { kind: 'APIVersions', versions: ['v1'] }],
    'it does not tell its kinds as Kubernetes 1.27 does',
  ],
] as const)('a cluster that answers %j', async (answer, said) => {
  cluster.be({ answers: { 'GET /api': answer, 'GET /apis': answer } });
  expect(await cluster.diff()).toEqual({
    code: 2,
    out: '',
    err: `error: '--cluster' of hks synth must reach a cluster, and the answer is '${said}', received 'the current context'. Look whether kubectl version answers; --context names another cluster.\n`,
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((next) => setTimeout(next, 20));
}

test('ends when the command ends, and nothing of it stays', async () => {
  const temporary = join(app.path, 'tmp');
  mkdirSync(temporary);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = temporary;
  try {
    expect((await cluster.diff()).code).toBe(1);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  const [{ args = [], pid = 0 } = {}] = cluster.seen();
  await gone(pid);
  expect(existsSync(String(args[1]).replace('--unix-socket=', ''))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
});

test.each([['SIGINT'], ['SIGTERM']] as const)('%s ends it too: exit code 130', async (signal) => {
  const never = Array.from({ length: 6 }, () => [503, 'busy'] as const);
  cluster.be({ answers: { 'GET /api': never } });
  const running = cluster.diff();
  while (!cluster.seen().some(({ path }) => path === '/api'))
    await new Promise((next) => setTimeout(next, 20));
  process.emit(signal, signal);
  expect(await running).toEqual({
    code: 130,
    out: '',
    err: 'error: interrupted; the output folder is as the app left it.\n',
  });
  await gone(cluster.seen()[0]?.pid ?? 0);
});
