/** @module `hks synth`: runs an app with its output folder set, and tells what it has written. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { invalid } from '../../constructs/invalid';
import { type FoundFolder, foundFolders, textOf } from '../../constructs/synth/ownership';
import { INDEX } from '../../constructs/synth/tree';
import { readConfig } from './config';
import type { ExitCode, Terminal } from './main';

export interface SynthOptions {
  /** Command that runs the app, for a shell. */
  readonly app?: string;
  /** Folder that the app writes to. */
  readonly output?: string;
}

/** Unlike `cdk8s synth`, leaves the folder as it is for the app to swap its tree in. */
export async function synth(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const config = understood(() => readConfig(options, terminal.cwd), terminal);
  if (!config) return 2;
  const { app, output } = config;
  const outdir = resolve(terminal.cwd, output);
  if (statSync(outdir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw invalid('hks synth', {
      prop: 'output',
      rule: 'must be a folder',
      received: output,
      fix: 'Name another folder, or move the file away',
    });
  }
  const before = indexes(outdir);
  const end = await runApp(app, output, terminal);
  if (end === 'interrupted') {
    terminal.stderr.write('error: interrupted; the output folder is as the app left it.\n');
    return 130;
  }
  if (end !== 0) {
    throw invalid('hks synth', {
      prop: 'app',
      rule: `must end with exit code 0, and it ended with ${end}`,
      received: app,
      fix: 'Its own message is above',
    });
  }
  terminal.stdout.write(report(outdir, output, before, app));
  return 0;
}

/** The value, or the message on the terminal when there is none. */
function understood<T>(read: () => T, { stderr }: Terminal): T | undefined {
  try {
    return read();
  } catch (error) {
    stderr.write(`error: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** The app's exit code, or that it was interrupted; its output goes straight to the terminal. */
function runApp(
  app: string,
  output: string,
  { cwd, env, stdout, stderr }: Terminal,
): Promise<number | string> {
  return new Promise((done, failed) => {
    const child = spawn(app, {
      cwd,
      env: { ...env, CDK8S_OUTDIR: output },
      shell: true,
      // A group of its own, so that an interrupt reaches all that the shell has started.
      detached: true,
      stdio: [
        'inherit',
        stdout === process.stdout ? 'inherit' : 'pipe',
        stderr === process.stderr ? 'inherit' : 'pipe',
      ],
    });
    child.stdout?.pipe(stdout, { end: false });
    child.stderr?.pipe(stderr, { end: false });
    let interrupted = false;
    const interrupt = (signal: NodeJS.Signals) => {
      interrupted = true;
      if (child.pid !== undefined) endGroup(child.pid, signal);
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    child.once('error', failed);
    child.once('close', (code, signal) => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      done(interrupted || signal === 'SIGINT' ? 'interrupted' : (code ?? String(signal)));
    });
  });
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Text of every index by the folder it is in. */
function indexes(outdir: string): ReadonlyMap<string, string | undefined> {
  return new Map(
    ownFolders(outdir).map(({ root, tenant }) => [
      `${root}/${tenant}`,
      textOf(join(outdir, root, tenant, INDEX)),
    ]),
  );
}

function ownFolders(outdir: string): readonly FoundFolder[] {
  return foundFolders(outdir).filter(({ app }) => app !== undefined);
}

/** One line for each tenant's folder, and how many there are. */
function report(
  outdir: string,
  output: string,
  before: ReadonlyMap<string, string | undefined>,
  app: string,
): string {
  const folders = ownFolders(outdir);
  const after = indexes(outdir);
  const lines = folders.map(({ root, tenant, app: owner, listed }) => {
    const path = `${root}/${tenant}`;
    const state = before.get(path) === after.get(path) ? 'unchanged' : 'written';
    return `${join(output, path)}: ${counted(listed.size - 2, 'object')} of ${owner}, ${state}`;
  });
  const gone = [...before.keys()].filter((path) => !after.has(path));
  lines.push(...gone.map((path) => `${join(output, path)}: removed`));
  const tenants = new Set(folders.map(({ tenant }) => tenant)).size;
  const objects = folders.reduce((sum, { listed }) => sum + listed.size - 2, 0);
  if (folders.length + gone.length > 0)
    return `${lines.join('\n')}\n${counted(tenants, 'tenant')}, ${counted(objects, 'object')} in ${output}\n`;
  const files = manifestsIn(outdir);
  if (files > 0) return `no tenants, ${counted(files, 'file')} in ${output}\n`;
  throw invalid('hks synth', {
    prop: 'app',
    rule: `must write to the folder '${output}', and there is nothing in it`,
    received: app,
    fix: `Let it end with app.synth(), and do not set 'outdir' in the app`,
  });
}

function manifestsIn(outdir: string): number {
  const isThere = statSync(outdir, { throwIfNoEntry: false })?.isDirectory();
  return isThere ? readdirSync(outdir).filter((name) => /\.ya?ml$/.test(name)).length : 0;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
