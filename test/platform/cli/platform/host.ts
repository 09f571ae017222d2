/** @module A machine to run `hks platform` on: a home, a PATH with or without a Pulumi CLI, and a cluster to ask. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parse, stringify } from 'yaml';
import { main } from '../../../../platform/cli/main';
import { testTerminal } from '../terminal';
import { verbs } from '../verbs';
import { type ApiServer, startApiServer } from './api-server';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command of the CLI. */
export interface Call {
  readonly args: readonly string[];
  readonly cwd: string;
}

export class Host {
  readonly folder = mkdtempSync(join(tmpdir(), 'hks-platform-'));
  /** What hks keeps of Pulumi. */
  readonly state = join(this.folder, 'state/hks/pulumi');
  readonly project = join(this.state, 'projects/hks');
  readonly stackFile = join(this.state, '.pulumi/stacks/hks/host.json');
  readonly settingsFile = join(this.project, 'Pulumi.host.yaml');
  /** Over the environment of a run. */
  env: Record<string, string | undefined> = {};
  private readonly bin = join(this.folder, 'bin');
  private readonly log = join(this.folder, 'calls');
  private readonly path = process.env['PATH'];

  /** @param server the URL of the cluster's API server */
  constructor(server = 'http://127.0.0.1:1') {
    mkdirSync(this.bin);
    this.write(
      'kubeconfig',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        contexts: ['test', 'other'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
        clusters: [
          {
            name: 'c',
            cluster: { server, 'insecure-skip-tls-verify': true },
          },
        ],
        users: [{ name: 'u', user: { token: 't' } }],
      }),
    );
  }

  /** Puts the program that stands for Pulumi's CLI on PATH. */
  withPulumi(): this {
    const program = join(__dirname, 'pulumi.cjs');
    const file = join(this.bin, 'pulumi');
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(file, 0o755);
    return this;
  }

  /** A stack as an update has left it, without the time that one takes. */
  withStack(settings: Readonly<Record<string, unknown>> = {}): this {
    const passphrase = 'made before';
    const salt = createHash('sha256').update(passphrase).digest('hex').slice(0, 16);
    const file = { encryptionsalt: `v1:${salt}`, config: settings };
    const resources = [{ type: 'pulumi:pulumi:Stack' }];
    mkdirSync(this.project, { recursive: true });
    mkdirSync(join(this.state, '.pulumi/stacks/hks'), { recursive: true });
    writeFileSync(this.stackFile, JSON.stringify({ resources, config: file }));
    writeFileSync(this.settingsFile, stringify(file));
    writeFileSync(join(this.state, 'passphrase'), passphrase, { mode: 0o600 });
    return this;
  }

  /** The stack's settings as they are stored. */
  settings(): Readonly<Record<string, unknown>> {
    return parse(readFileSync(this.settingsFile, 'utf8')).config;
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    writeFileSync(file, text);
    return file;
  }

  /** What a terminal on this machine has around it. */
  environment(): Record<string, string | undefined> {
    return {
      HOME: this.folder,
      PATH: this.bin,
      XDG_STATE_HOME: join(this.folder, 'state'),
      KUBECONFIG: join(this.folder, 'kubeconfig'),
      FAKE_LOG: this.log,
      ...this.env,
    };
  }

  /** As on a terminal, on which something is typed before it ends. */
  async hksTyping(typed: string, ...args: readonly string[]): Promise<Ran> {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const own = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
    stdin.end(typed);
    try {
      return await this.run(args, true);
    } finally {
      Object.defineProperty(process, 'stdin', own);
    }
  }

  hks(...args: readonly string[]): Promise<Ran> {
    return this.run(args, false);
  }

  private async run(args: readonly string[], isTTY: boolean): Promise<Ran> {
    // The Automation API looks for the CLI by the process's own PATH.
    process.env['PATH'] = [this.bin, this.path].join(delimiter);
    try {
      const terminal = testTerminal(this.folder, this.environment());
      Object.assign(terminal.stdout, { isTTY });
      const code = await main(['platform', ...args], terminal, verbs);
      return { code, out: terminal.out(), err: terminal.err() };
    } finally {
      process.env['PATH'] = this.path;
    }
  }

  /** Commands of the CLI until now. */
  calls(): readonly Call[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Call);
  }

  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One with a cluster that answers. */
export class ClusterHost extends Host {
  /** With a Pulumi CLI too. */
  static async start(): Promise<ClusterHost> {
    return new ClusterHost(await startApiServer()).withPulumi();
  }

  private constructor(readonly api: ApiServer) {
    super(api.url);
  }

  /** What a run tells first. */
  target(): string {
    return `Context: test\nServer:  ${this.api.url}\nStack:   host in file://${this.state}\n\n`;
  }

  override async remove(): Promise<void> {
    await super.remove();
    await this.api.close();
  }
}
