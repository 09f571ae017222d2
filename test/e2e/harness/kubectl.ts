/** @module The cluster's client: kubectl, with JSON in and out and errors that say what was asked. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from './objects';

export interface KubectlOptions {
  /** What kubectl reads on its standard input. */
  readonly input?: string;
  /** Milliseconds until the program is killed. @default 300000 */
  readonly timeout?: number;
  /** Environment of the program. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/** A command that ended with another code than 0. */
export class CommandError extends Error {
  constructor(
    command: string,
    readonly code: number | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(`${command} ended with ${code ?? 'a signal'}: ${(stderr || stdout).trim()}`);
    this.name = 'CommandError';
  }
}

/** Runs a program and returns its standard output. @throws CommandError */
export async function command(
  program: string,
  args: readonly string[],
  { input = '', timeout = 300_000, env = process.env }: KubectlOptions = {},
): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout, env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const out = Buffer.concat(stdout).toString();
  if (code === 0) return out;
  throw new CommandError(
    `${program} ${args.join(' ')}`,
    code,
    out,
    Buffer.concat(stderr).toString(),
  );
}

/**
 * Runs kubectl. What a busy API server, or a webhook that it asks, did not take is asked again for two minutes;
 * what it refuses is not.
 *
 * @throws CommandError
 */
export async function kubectl(
  args: readonly string[],
  options: KubectlOptions = {},
): Promise<string> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      return await command('kubectl', args, options);
    } catch (error) {
      const again = error instanceof CommandError && NOT_TAKEN.test(error.stderr);
      if (!again || Date.now() > end) throw error;
      await sleep(1_000);
    }
  }
}

/** What kubectl says of a request that nobody has looked at. */
const NOT_TAKEN = new RegExp(
  [
    '^Unable to connect to the server',
    '^The connection to the server .* was refused',
    'TLS handshake timeout',
    'error dialing backend',
    'failed calling webhook',
    'etcdserver: (request timed out|leader changed)',
    'the server is currently unable to handle the request',
  ].join('|'),
  'm',
);

/** One object, or undefined where there is none. `kind` as kubectl takes it: `job`, `ksvc`, `cronjob.batch`. */
export async function find<T extends KubeObject>(
  kind: string,
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  const text = await kubectl([
    'get',
    kind,
    name,
    ...inside(namespace),
    ...JSON_OUT,
    '--ignore-not-found',
  ]);
  return text.trim() === '' ? undefined : (JSON.parse(text) as T);
}

/** One object. @throws CommandError where there is none */
export async function get<T extends KubeObject>(
  kind: string,
  name: string,
  namespace?: string,
): Promise<T> {
  return JSON.parse(await kubectl(['get', kind, name, ...inside(namespace), ...JSON_OUT])) as T;
}

/** The objects of a kind in a namespace, or in the cluster; `selector` as `kubectl -l` takes it. */
export async function list<T extends KubeObject>(
  kind: string,
  namespace?: string,
  selector = '',
): Promise<readonly T[]> {
  const only = selector === '' ? [] : ['-l', selector];
  const text = await kubectl(['get', kind, ...inside(namespace), ...only, ...JSON_OUT]);
  return (JSON.parse(text) as { items: T[] }).items;
}

const JSON_OUT = ['-o', 'json'];

function inside(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['-n', namespace];
}
