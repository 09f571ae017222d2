/** @module The cluster's API by way of `kubectl proxy`, which knows kubeconfig, contexts and every way to log in. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import type { Terminal } from '../main';
import { Interrupted } from '../refusals';

/**
 * Gives the Unix socket of a proxy, which only this user can reach, to `use`, and ends the proxy.
 * @throws where there is no kubectl, or it does not start
 */
export async function withProxy<T>(
  context: string | undefined,
  terminal: Terminal,
  use: (socket: string) => Promise<T>,
): Promise<T> {
  // Only its owner may enter such a folder.
  const folder = mkdtempSync(join(tmpdir(), 'hks-kubectl-'));
  const socket = join(folder, 'api');
  const child = spawn('kubectl', ['proxy', `--unix-socket=${socket}`, ...inContext(context)], {
    cwd: terminal.cwd,
    env: terminal.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<never>((_, failed) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ENOENT' ? noKubectl(terminal) : error),
    );
    child.once('close', (code) => failed(notStarted(context, said.trim() || `exit code ${code}`)));
  });
  const interrupted = interruption();
  const started = new Promise<void>((done) => child.stdout.once('data', () => done()));
  // Of what is raced, the rest may fail later: when the proxy is ended, for one.
  for (const promise of [ended, interrupted.promise]) promise.catch(() => undefined);
  try {
    await Promise.race([started, ended, interrupted.promise]);
    return await Promise.race([use(socket), ended, interrupted.promise]);
  } finally {
    interrupted.stop();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The namespace of objects that name none. */
export async function contextNamespace(
  context: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const path = '-o=jsonpath={..namespace}';
  const args = ['config', 'view', '--minify', path, ...inContext(context)];
  const child = spawn('kubectl', args, {
    cwd: terminal.cwd,
    env: terminal.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  await new Promise((done) => child.once('error', done).once('close', done));
  return said.trim() || 'default';
}

function inContext(context: string | undefined): readonly string[] {
  return context === undefined ? [] : [`--context=${context}`];
}

/** A signal ends what is going on, and not the process, which has to end the proxy. */
function interruption(): { readonly promise: Promise<never>; readonly stop: () => void } {
  let interrupt = (): void => undefined;
  const promise = new Promise<never>((_, failed) => {
    interrupt = () => failed(new Interrupted());
  });
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { promise, stop: () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt) };
}

function noKubectl({ env }: Terminal): Error {
  return invalid('hks synth', {
    prop: '--cluster',
    rule: 'must find kubectl on PATH, by which it reaches the cluster',
    received: env.PATH,
    fix: 'Install it as https://kubernetes.io/docs/tasks/tools/ says',
  });
}

function notStarted(context: string | undefined, said: string): Error {
  return invalid('hks synth', {
    prop: context === undefined ? '--cluster' : '--context',
    rule: `must be a cluster that kubectl can reach, and it says '${said.replace(/^error: /, '')}'`,
    received: context ?? 'the current context',
    fix: 'Look at kubectl config get-contexts',
  });
}
