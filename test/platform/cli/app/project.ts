/** @module A project as a tenant has it, with this package installed, in which the real `hks` runs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(__dirname, '../../../..');

// A program is a process, and there may be several in a test.
jest.setTimeout(60_000);

/** What a command gave. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with `node_modules`; `remove` it at the end. */
export class Project {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'hks-project-')));
  private readonly packages = join(this.path, 'node_modules');
  readonly cache = join(this.packages, '.cache/hks');
  private readonly installed = join(this.packages, '@hexabase/hks');
  private readonly program = join(this.installed, 'lib/platform/cli/hks.js');

  constructor() {
    mkdirSync(this.installed, { recursive: true });
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name.startsWith('.') || name === '@hexabase') continue;
      symlinkSync(join(ROOT, 'node_modules', name), join(this.packages, name));
    }
    cpSync(join(ROOT, 'package.json'), join(this.installed, 'package.json'));
    build(join(this.installed, 'lib'));
  }

  /** Writes files, by their paths in the project. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  /** Runs `hks` with these arguments to its end. */
  hks(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    return this.node([this.program, ...args], env);
  }

  /** Runs the app alone, as `hks synth` does; `end` is what it tells of its end. */
  run(app: string, env: Readonly<Record<string, string>> = {}): Run & { readonly end: string } {
    const run = join(this.installed, 'lib/platform/cli/app/run.js');
    this.write({
      'node_modules/run.js': `const { stdout, stderr, env } = process;
        const { runApp } = require(${JSON.stringify(run)});
        env.PID_OF_HKS = process.pid;
        const terminal = { cwd: process.cwd(), env, stdout, stderr };
        runApp(process.argv[2], { output: 'dist', env: { GIVEN: 'given' } }, terminal).then((end) => {
          stdout.write('end: ' + end + '\\n');
          process.exit(0);
        });`,
    });
    const { code, out, err } = this.node([join(this.packages, 'run.js'), app], env);
    const [, before = out, end = ''] = /^(.*)end: (.*)\n$/s.exec(out) ?? [];
    return { code, out: before, err, end };
  }

  /** Runs Node with these arguments to its end. */
  node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.path,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return { code: status, out: stdout, err: stderr };
  }

  /** Starts `hks`, and leaves it running. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [this.program, ...args], {
      cwd: this.path,
      env: { ...process.env, ...env },
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The package as it is published, from the sources as they are. */
function build(lib: string): void {
  const sources = ['constructs', 'platform/cli'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(ROOT, room, path)),
  );
  buildSync({
    entryPoints: sources,
    outdir: lib,
    outbase: ROOT,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': true },
    logLevel: 'error',
  });
}
