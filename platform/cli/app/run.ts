/** @module Runs the app: in this process when the command is one that can, else in a shell. */
import type { Terminal } from '../main';
import { cacheFolder } from './cache';
import { parseCommand } from './command';
import { keepCompiled } from './compiled';
import { runInProcess } from './in-process';
import { nodeLoader } from './loader';
import { forget, holdsModule, ownModules } from './modules';
import { type Program, programOf } from './program';
import { type AppEnd, type AppOptions, spawnApp } from './spawn';
import { Transpiler } from './transpile';

export type { AppEnd, AppOptions } from './spawn';

/** What is kept of a program for its next run in this process. */
interface Kept {
  readonly key: string;
  readonly transpiler: Transpiler;
}
let kept: Kept | undefined;

/** Files of the last app that ran in this process: its own modules, not those of packages. */
let files: readonly string[] = [];

/** Set when an app has shown that it cannot run in one process twice. */
let spawns = false;

/** Files that the last app was made of, as far as they are known; none when it had a process of its own. */
export function filesOfLastRun(): readonly string[] {
  return files;
}

/**
 * Runs the app with its output folder set, and tells how it ended. What can run in this process does, and whether it
 * can is decided before anything of it runs.
 */
export async function runApp(
  app: string,
  options: AppOptions,
  terminal: Terminal,
): Promise<AppEnd> {
  const loader = nodeLoader();
  const program = spawns ? undefined : ownProgram(app, terminal);
  if (loader) forget(loader, files);
  files = [];
  if (!loader || !program) return spawnApp(app, options, terminal);
  const before = new Set(Object.keys(loader._cache));
  const scripts = keepCompiled(terminal.cwd);
  const { transpiler } = keep(program, terminal.cwd);
  const { javascript } = program;
  const teaching = { transpiler, scripts, javascript, paths: program.options.paths };
  try {
    const env = { ...options.env, CDK8S_OUTDIR: options.output };
    return await runInProcess(loader, program, teaching, env);
  } finally {
    files = ownModules(loader, before);
    spawns = holdsModule(loader, files);
    transpiler.settle(files);
    scripts.settle(files);
    scripts.save();
  }
}

function keep({ file, options: { raw } }: Program, cwd: string): Kept {
  const key = `${raw}\n${file}`;
  if (kept?.key === key) return kept;
  kept = { key, transpiler: new Transpiler({ raw, cache: cacheFolder(cwd) }) };
  return kept;
}

/** The program, when the command is one and the terminal is this process's own: an app can write to no other. */
function ownProgram(app: string, { cwd, env, stdout, stderr }: Terminal): Program | undefined {
  const command = parseCommand(app);
  const own =
    cwd === process.cwd() &&
    env === process.env &&
    stdout === process.stdout &&
    stderr === process.stderr;
  return command && own ? programOf(command, cwd, env) : undefined;
}
