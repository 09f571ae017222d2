/** @module From a saved file to the written tree with `hks synth --watch`, against a full `cdk8s synth`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mustEqualFolders } from '../harness/objects';
import { compare, pairs } from '../harness/pairs';
import type { Project } from '../harness/project';
import { figureOf, type Row } from '../harness/row';
import { cdk8sSynth } from './command';

/** Seconds after which a render is held to have failed. */
const LIMIT = 15;

export const watch: Row = {
  name: 'watch',
  run: async ({ pairs: count }, project) => {
    const outdir = join(project.out, 'watched');
    const peers = join(project.out, 'watched-cdk8s');
    const watcher = spawn(process.execPath, [project.hks, 'synth', '--watch', '--output', outdir], {
      cwd: project.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let edits = 0;
    const ours = () => saved(project, watcher, outdir, `E${edits++}`);
    try {
      await until(watcher, () => contents(outdir).includes('EUR'));
      await ours();
      cdk8sSynth(project, peers);
      mustEqualFolders(outdir, peers);
      const found = await pairs(count, ours, () => cdk8sSynth(project, peers));
      const measure = 'from save to tree with `hks synth --watch`, against `cdk8s synth`';
      return [figureOf(measure, compare(found), 's', 0.05)];
    } finally {
      watcher.kill('SIGINT');
    }
  },
};

/** Seconds from the save of another value to the tree that holds it, index included. */
async function saved(
  project: Project,
  watcher: ChildProcess,
  outdir: string,
  value: string,
): Promise<number> {
  const app = join(project.folder, 'examples/tenant-app/main.ts');
  const text = readFileSync(app, 'utf8').replace(/CURRENCY: '\w+'/, `CURRENCY: '${value}'`);
  const index = indexText(outdir);
  // The last render may have to end its own business.
  await sleep(200);
  const start = process.hrtime.bigint();
  writeFileSync(app, text);
  await until(watcher, () => contents(outdir).includes(value) && indexText(outdir) !== index);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function until(watcher: ChildProcess, done: () => boolean): Promise<void> {
  const end = Date.now() + LIMIT * 1000;
  while (!done()) {
    if (watcher.exitCode !== null) throw new Error(`the watcher ended with ${watcher.exitCode}`);
    if (Date.now() > end) throw new Error(`the watcher has written nothing for ${LIMIT} s`);
    await sleep(1);
  }
}

function contents(outdir: string): string {
  return textOf(join(outdir, 'tenants/acme/shop/deployment.api.yaml'));
}

function indexText(outdir: string): string {
  return textOf(join(outdir, 'tenants/acme/hks-index.json'));
}

/** Nothing while the folder is being swapped. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
