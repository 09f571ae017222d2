/** @module A real nginx with the proxy's configuration, in a folder of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HostPlatformConfig } from '../../../stacks/config/schema';
import { nginxConfig, type Places } from '../../../stacks/package-proxy/nginx';
import { freePort, onPath, until } from '../registry/program';

/** Where Debian keeps it, which is not on everyone's PATH. */
const DEBIAN = '/usr/sbin/nginx';
const NGINX = onPath('nginx') ?? (existsSync(DEBIAN) ? DEBIAN : undefined);

/** `describe` for what needs nginx: skipped, and said so, where there is none. */
export const describeWithNginx = NGINX === undefined ? describe.skip : describe;
if (NGINX === undefined) {
  console.warn('Skipped: no nginx on this machine. Install the Debian package nginx-light.');
}

export class RunningProxy {
  readonly folder = mkdtempSync(join(tmpdir(), 'hks-proxy-'));
  url = '';
  log = '';
  private child: ChildProcess | undefined;

  async start(
    packageProxy: {
      readonly upstreams: Readonly<Record<string, string>>;
      readonly resolvers?: string[];
    },
    places: Partial<Places> = {},
  ): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    for (const name of ['cache', 'tmp']) mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, 'tmp/resolver.conf'), 'resolver 127.0.0.1:1;\n');
    const text = nginxConfig(HostPlatformConfig.parse({ packageProxy }).packageProxy, {
      listen: `127.0.0.1:${port}`,
      cache: join(this.folder, 'cache'),
      temporary: join(this.folder, 'tmp'),
      log: join(this.folder, 'access.log'),
      authorities: '/etc/ssl/certs/ca-certificates.crt',
      cacheBytes: 64 * 2 ** 20,
      indexTime: '1s',
      fileTime: '1h',
      missingTime: '1s',
      ...places,
    });
    const file = join(this.folder, 'nginx.conf');
    // Root may not write to the folder that nginx's workers would otherwise run as another user for.
    writeFileSync(file, process.getuid?.() === 0 ? `user root;\n${text}` : text);
    const child = spawn(NGINX ?? 'nginx', ['-e', 'stderr', '-p', this.folder, '-c', file]);
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        this.log += data;
      });
    }
    await until(`nginx (${this.log})`, async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${this.log}`);
      return (await this.ask('/healthz').catch(() => undefined))?.ok === true;
    });
  }

  /** As nginx does when its configuration has changed. */
  async reload(): Promise<void> {
    this.child?.kill('SIGHUP');
    await pause(500);
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { redirect: 'manual', ...init });
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A client of packages, in an empty environment, so that no setting of this machine helps it. */
export async function client(
  folder: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [program = '', ...args] = command;
  const run = promisify(execFile);
  const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env } };
  const { stdout, stderr } = await run(program, args, options);
  return `${stdout}${stderr}`;
}

export const pause = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
