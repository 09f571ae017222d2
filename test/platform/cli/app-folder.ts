/** @module A folder with an app in plain JavaScript, which Node runs in a blink. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { main } from '../../../platform/cli/main';
import { testTerminal } from './terminal';
import { verbs } from './verbs';

const ROOT = resolve(__dirname, '../../..');

// An app is a process, and there may be several in a test.
jest.setTimeout(60_000);

let built: string | undefined;

/** The library as one file, from the sources as they are. */
function library(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'constructs/index.ts')],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** What a run of `hks` gave. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder to run `hks` in; `remove` it at the end. */
export class AppFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'hks-app-'));

  constructor() {
    built ??= library();
    this.write('.hks.js', built);
    writeFileSync(join(this.path, 'cdk8s.yaml'), 'app: node app.js\n');
  }

  /** Writes the app: what stands between `new HksApp()` and `app.synth()`. */
  writeApp(body: string, props = `{ name: 'shop' }`): void {
    this.writeProgram(`const app = new HksApp(${props});\n${body}\napp.synth();`);
  }

  /** Writes the whole program; the library and cdk8s are there. */
  writeProgram(text: string): void {
    this.write(
      'app.js',
      `const { HksApp, HksCronJob, HksFunction, Project, Schedule, TemplateApp } = require('./.hks.js');
       const { ApiObject, App, Chart, YamlOutputType } = require('cdk8s');
       ${text}`,
    );
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  async hks(...args: readonly string[]): Promise<Run> {
    return this.hksWith({}, ...args);
  }

  /** With more in its environment. */
  async hksWith(env: Record<string, string>, ...args: readonly string[]): Promise<Run> {
    const terminal = this.terminal(env);
    const code = await main(args, terminal, verbs);
    return { code, out: terminal.out(), err: terminal.err() };
  }

  /** A run that goes on, and may be waited for until its output matches. */
  start(...args: readonly string[]) {
    return this.startAt({}, ...args);
  }

  /** A run whose stderr has more to it: that it is a terminal. */
  startAt(stderr: object, ...args: readonly string[]) {
    const terminal = this.terminal({});
    Object.assign(terminal.stderr, stderr);
    const code = main(args, terminal, verbs);
    const says = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(terminal.out())) await new Promise((next) => setTimeout(next, 20));
    };
    return { code, out: terminal.out, err: terminal.err, says };
  }

  private terminal(env: Record<string, string>) {
    const own = { ...process.env, NODE_PATH: join(ROOT, 'node_modules'), ...env };
    return testTerminal(this.path, own);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
