/** @module The registry's two programs with a real registry, in a folder of their own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RegistryAuth, registryFiles } from '../../../stacks/registry/settings';

const APPLETS = 'sh cat date find head hostname mkdir mv od rm sleep tr'.split(' ');

/** The registry's program on this machine, under the name that a distribution gives it. */
export const REGISTRY_PROGRAM = onPath('docker-registry') ?? onPath('registry');

/** A program of PATH, or nothing. */
export function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

export class RegistryFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'hks-registry-'));
  readonly state = join(this.folder, 'data/.hks');
  readonly leaseSeconds = 8;
  /** While this file is there, collections wait between read-only and the removal. */
  private readonly held = join(this.folder, 'hold');
  private readonly data = join(this.folder, 'data/docker/registry/v2');
  private readonly started: ChildProcess[] = [];
  private port = 0;

  async prepare(auth: RegistryAuth = {}): Promise<void> {
    this.port = await freePort();
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    mkdirSync(join(this.folder, 'data'));
    const busybox = onPath('busybox');
    // The applets alone, where there are some: the images of registries have no other tools.
    if (busybox) for (const applet of APPLETS) symlinkSync(busybox, join(bin, applet));
    const registry = join(bin, 'registry');
    const hold = `while [ "$1" = garbage-collect ] && [ -e "${this.held}" ]; do sleep 0.1; done`;
    writeFileSync(registry, `#!/bin/sh\n${hold}\nexec ${REGISTRY_PROGRAM} "$@"\n`);
    chmodSync(registry, 0o755);
    for (const [name, text] of Object.entries(registryFiles(auth))) {
      writeFileSync(join(this.folder, name), text);
    }
  }

  serve(settings: Readonly<Record<string, string>> = {}): Program {
    return this.run('serve.sh', settings);
  }
  async served(settings: Readonly<Record<string, string>> = {}): Promise<Program> {
    const server = this.serve(settings);
    await this.untilAnswers();
    return server;
  }

  collect(settings: Readonly<Record<string, string>> = {}): Program {
    const patience = { QUIET_MINUTES: '1', PATIENCE_SECONDS: '0', SWITCH_SECONDS: '20' };
    return this.run('collect.sh', { DATA: this.data, ...patience, ...settings });
  }
  /** Begins a collection, and keeps it from its work once the registry is read-only, until `release`. */
  async heldCollection(): Promise<Program> {
    writeFileSync(this.held, '');
    const collection = this.collect();
    await this.untilReadOnly();
    return collection;
  }
  release(): void {
    rmSync(this.held);
  }

  mode(): string {
    const file = join(this.state, 'mode');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  }

  /** Makes all that was written look `minutes` old. */
  age(minutes: number): void {
    const then = Date.now() / 1000 - minutes * 60;
    for (const path of readdirSync(this.data, { recursive: true, encoding: 'utf8' })) {
      utimesSync(join(this.data, path), then, then);
    }
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  /** Uploads a blob and returns its digest; throws with the status where that is refused. */
  async upload(text: string): Promise<string> {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const start = await this.ask('/v2/acme/app/blobs/uploads/', { method: 'POST' });
    if (start.status !== 202) throw new Error(`upload: ${start.status}`);
    const url = new URL(start.headers.get('location') ?? '', start.url);
    url.searchParams.set('digest', digest);
    const end = await fetch(url, { method: 'PUT', body: text });
    if (end.status !== 201) throw new Error(`upload: ${end.status}`);
    return digest;
  }

  /** Pushes an image of one layer under a tag and returns the layer's digest. */
  async push(tag: string, layer: string): Promise<string> {
    const config = JSON.stringify({ tag, rootfs: { type: 'layers', diff_ids: [] } });
    const digests = [await this.upload(config), await this.upload(layer)];
    const [first, second] = digests;
    const type = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = {
      schemaVersion: 2,
      mediaType: type,
      config: blob('container.image.v1+json', config.length, first),
      layers: [blob('image.rootfs.diff.tar.gzip', layer.length, second)],
    };
    const answer = await this.ask(`/v2/acme/app/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: JSON.stringify(manifest),
    });
    if (answer.status !== 201) throw new Error(`manifest: ${answer.status}`);
    return second ?? '';
  }

  async has(digest: string): Promise<boolean> {
    return (await this.ask(`/v2/acme/app/blobs/${digest}`, { method: 'HEAD' })).status === 200;
  }

  async untilReadOnly(): Promise<void> {
    await until('read-only registry', () => /^read-only /.test(this.mode()));
    await this.untilAnswers();
  }

  async untilWritable(): Promise<void> {
    await until('writable registry', () => this.mode() === 'writable');
    await this.untilAnswers();
  }

  async untilAnswers(): Promise<void> {
    await until('an answer', async () => (await this.ask('/').catch(() => undefined))?.ok === true);
  }

  async remove(): Promise<void> {
    for (const child of this.started) signal(child, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private run(script: string, settings: Readonly<Record<string, string>>): Program {
    const child = spawn('sh', [join(this.folder, script)], {
      detached: true,
      env: {
        PATH: `${join(this.folder, 'bin')}:${onPath('busybox') ? '' : process.env.PATH}`,
        CONFIG: this.folder,
        STATE: this.state,
        LEASE_SECONDS: String(this.leaseSeconds),
        REGISTRY_HTTP_ADDR: `127.0.0.1:${this.port}`,
        REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: join(this.folder, 'data'),
        ...settings,
      },
    });
    this.started.push(child);
    return new Program(child);
  }
}

/** A program with its children, which get its signals too. */
export class Program {
  output = '';
  private readonly ended: Promise<number | string>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.output += data;
      });
    }
    this.ended = new Promise((resolve) => {
      child.on('close', (code, name) => resolve(code ?? name ?? ''));
    });
  }

  /** Its exit code, or the signal that ended it. */
  end(): Promise<number | string> {
    return this.ended;
  }
  /** To the program alone, as a kubelet that stops a container. */
  stop(): void {
    this.child.kill('SIGTERM');
  }
  /** To all of its processes. */
  all(name: NodeJS.Signals): void {
    signal(this.child, name);
  }
  isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}

export async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 25_000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`No ${what} within 25 s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Whether a shell reads the text as a program. */
export function isShell(text: string): boolean {
  try {
    execFileSync('sh', ['-n'], { input: text, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

function blob(type: string, size: number, digest: string | undefined) {
  return { mediaType: `application/vnd.docker.${type}`, size, digest };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), name);
  } catch {
    // It has ended.
  }
}
