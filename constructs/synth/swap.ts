/**
 * @module Writes changes beside the output folder's content and swaps them in.
 *
 * All is staged in `.hks-swap/new`; `plan.json` is the moment from which the change counts as made. What is replaced
 * goes to `.hks-swap/old` first. A run that is killed before the plan leaves the old tree, one that is killed after it
 * is finished by the next run. `.hks-swap` is also the lock between processes that write to one output folder.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { invalid } from '../invalid';
import type { Change } from './changes';
import { stage } from './stage';

const SWAP = '.hks-swap';
const OWNER = 'owner.json';
const PLAN = 'plan.json';
const WAIT_MS = 50;
const WAITS = 200;

interface Step {
  readonly path: string;
  readonly action: 'put' | 'remove';
}

/**
 * Calls `decide` while no other process writes to the folder, and makes the changes that it returns.
 * @throws what `decide` throws, with the folder as it was
 */
export function swapIn(outdir: string, decide: () => Iterable<Change>): void {
  const made = mkdirSync(outdir, { recursive: true });
  acquire(outdir);
  let wrote = false;
  try {
    const steps = stageAll(outdir, decide());
    wrote = steps.length > 0;
    if (wrote) write(outdir, steps);
  } finally {
    release(join(outdir, SWAP));
    if (!wrote && made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

/** Whether a process that was killed left work behind, or one is at it. */
export function isPending(outdir: string): boolean {
  return existsSync(join(outdir, SWAP));
}

/** Each change is staged before the next one is asked for, so that not all of them are held in memory. */
function stageAll(outdir: string, changes: Iterable<Change>): readonly Step[] {
  const steps: Step[] = [];
  for (const change of changes) {
    stage(outdir, join(outdir, SWAP, 'new'), change);
    steps.push({ path: change.path, action: change.files ? 'put' : 'remove' });
  }
  return steps;
}

function write(outdir: string, steps: readonly Step[]): void {
  const swap = join(outdir, SWAP);
  writeFileSync(join(swap, `${PLAN}.tmp`), JSON.stringify(steps));
  renameSync(join(swap, `${PLAN}.tmp`), join(swap, PLAN));
  commit(outdir, swap, steps);
}

/** Every step can be done twice: what was swapped in is no longer in `new`. */
function commit(outdir: string, swap: string, steps: readonly Step[]): void {
  for (const { path } of steps) {
    mkdirSync(dirname(join(outdir, path)), { recursive: true });
    mkdirSync(dirname(join(swap, 'old', path)), { recursive: true });
  }
  for (const { path, action } of steps) {
    const target = join(outdir, path);
    const staged = join(swap, 'new', path);
    const old = join(swap, 'old', path);
    if (action === 'put' && !existsSync(staged)) continue;
    // A path that came back after it was moved away is the user's work since then: it stays.
    if (existsSync(target) && existsSync(old)) continue;
    const single = action === 'put' && path.endsWith('.yaml');
    if (existsSync(target) && !single) renameSync(target, old);
    if (action === 'put') renameSync(staged, target);
  }
}

function release(swap: string): void {
  rmSync(join(swap, PLAN), { force: true });
  rmSync(swap, { recursive: true, force: true });
}

/** Takes the lock; finishes first what a killed process left. */
function acquire(outdir: string): void {
  const swap = join(outdir, SWAP);
  for (let waited = 0; waited < WAITS; waited++) {
    if (created(swap)) {
      writeFileSync(join(swap, OWNER), JSON.stringify({ pid: process.pid, host: hostname() }));
      return;
    }
    const left = leftBy(swap, waited);
    if (left === undefined || !created(join(swap, `left-by-${left}`))) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      continue;
    }
    writeFileSync(join(swap, OWNER), JSON.stringify({ pid: process.pid, host: hostname() }));
    finish(outdir, swap);
    release(swap);
  }
  throw invalid('HksApp', {
    prop: 'outdir',
    rule: `must not be written by another process at the same time`,
    received: swap,
    fix: `Wait for the process that '${join(swap, OWNER)}' names, or delete '${swap}' when it is gone`,
  });
}

/** Makes the folder; only one of several processes does. */
function created(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Nobody can make a folder in a swap that its owner has just removed.
    if (code === 'EEXIST' || (code === 'ENOENT' && !folder.endsWith(SWAP))) return false;
    throw error;
  }
}

/** The process that made the folder, when it is gone; one on another host counts as gone. */
function leftBy(swap: string, waited: number): string | undefined {
  const owner = read<{ readonly pid: number; readonly host: string }>(join(swap, OWNER));
  // The owner writes its name right after it made the folder.
  if (!owner) return waited > 20 ? 'nobody' : undefined;
  const name = `${owner.pid}`;
  if (owner.host !== hostname() || owner.pid === process.pid) return name;
  try {
    process.kill(owner.pid, 0);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? name : undefined;
  }
}

/** Makes the change whose plan is there; without a plan nothing was changed yet. */
function finish(outdir: string, swap: string): void {
  const steps = read<readonly Step[]>(join(swap, PLAN));
  if (steps) commit(outdir, swap, steps);
}

function read<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
