/** @module Processes of their own for what is measured. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample, Synthesizer } from '../child';
import type { Tree } from '../trees';
import type { Project } from './project';
import { Missing } from './row';

/** Milliseconds after which a process is ended. */
const LIMIT = 180_000;

/** One `app.synth()` in a fresh process. */
export function fresh(project: Project, tree: Tree, by: Synthesizer): Sample {
  const [sample] = samples(project, tree, [by], []);
  if (!sample) throw new Error('the process measured nothing');
  return sample;
}

/** Several in one process, by turns as `order` has them, each after a collection of garbage. */
export function repeated(
  project: Project,
  tree: Tree,
  order: readonly Synthesizer[],
): readonly Sample[] {
  return samples(project, tree, order, ['--expose-gc']);
}

/** Where the synthesizer's tree is after its run. */
export function outdirOf(project: Project, by: Synthesizer): string {
  return join(project.out, by);
}

/** The command's arguments for a run of the tree, for who measures the whole process. */
export function childArguments(project: Project, tree: Tree, by: Synthesizer): readonly string[] {
  return [project.child, task(project, tree, [by])];
}

/** Seconds from start to end. @throws when it fails, with what it said */
export function wallOf(
  command: string,
  args: readonly string[],
  { cwd, output }: { readonly cwd: string; readonly output?: string },
): number {
  const stdout = output === undefined ? 'ignore' : openSync(output, 'w');
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', stdout, 'pipe'],
    timeout: LIMIT,
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (typeof stdout === 'number') closeSync(stdout);
  if (error) throw new Missing(`${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return seconds;
}

function task(project: Project, tree: Tree, order: readonly Synthesizer[]): string {
  const outdirs = { hks: outdirOf(project, 'hks'), cdk8s: outdirOf(project, 'cdk8s') };
  return JSON.stringify({ tree, outdirs, order });
}

function samples(
  project: Project,
  tree: Tree,
  order: readonly Synthesizer[],
  flags: readonly string[],
): readonly Sample[] {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [...flags, project.child, task(project, tree, order)],
    { cwd: project.folder, encoding: 'utf8', maxBuffer: 2 ** 26, timeout: LIMIT },
  );
  if (error) throw new Missing(error.message);
  if (status !== 0) throw new Error(`the measured process ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
