/** @module `hks synth` of an app that was run before, against `cdk8s synth` of the same. */
import { join } from 'node:path';
import { mustEqualFolders } from '../harness/objects';
import { compare, pairs } from '../harness/pairs';
import { wallOf } from '../harness/processes';
import type { Project } from '../harness/project';
import { type Figure, figureOf, type Row } from '../harness/row';

/** The app by the command of cdk8s.yaml, and by the one that costs cdk8s least. */
const APPS = [
  ['as cdk8s.yaml has it', []],
  [
    'with `--app "node --import tsx …"`',
    ['--app', 'node --import tsx examples/tenant-app/main.ts'],
  ],
] as const;

export const command: Row = {
  name: 'command',
  run: async ({ pairs: count }, project) => {
    const figures: Figure[] = [];
    for (const [what, args] of APPS) {
      const outdirs = {
        ours: join(project.out, 'command-hks'),
        peer: join(project.out, 'command-cdk8s'),
      };
      const ours = () => hksSynth(project, outdirs.ours, args);
      const peer = () => cdk8sSynth(project, outdirs.peer, args);
      // The first run of each fills its cache.
      ours();
      peer();
      mustEqualFolders(outdirs.ours, outdirs.peer);
      const found = compare(await pairs(count, ours, peer));
      figures.push(figureOf(`wall time of \`hks synth\`, second run, ${what}`, found, 's', 0.2));
    }
    return figures;
  },
};

/** Seconds of a whole `cdk8s synth`, without its look at the registry for a newer one. */
export function cdk8sSynth(project: Project, outdir: string, args: readonly string[] = []): number {
  return wallOf(
    process.execPath,
    [project.cdk8s, 'synth', '--no-check-upgrade', '--output', outdir, ...args],
    { cwd: project.folder },
  );
}

function hksSynth(project: Project, outdir: string, args: readonly string[]): number {
  return wallOf(process.execPath, [project.hks, 'synth', '--output', outdir, ...args], {
    cwd: project.folder,
  });
}
