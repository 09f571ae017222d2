/** @module Runs an app with a folder of its own in place of the output folder, which stays as it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runApp } from '../app/run';
import type { Terminal } from '../main';
import { environmentOf, type SynthRequest } from '../options';
import { refuseEnd } from '../refusals';
import { isTold, toldFolders } from '../report';
import {
  filesIn,
  foldersIn,
  GITOPS,
  INDEX,
  isTree,
  KUSTOMIZATION,
  ROOTS,
  textOf,
} from './index-file';

/** What an app has rendered. */
export interface Rendering {
  readonly folder: string;
  /** What lay there before the app ran, by path. */
  readonly seeds: ReadonlyMap<string, string>;
  /** Whether a HksApp has told that this is what it renders, be it nothing. */
  readonly told: boolean;
}

/**
 * Runs the app, gives what it has rendered to `use`, and removes it again. What the app prints goes to stderr.
 *
 * With an output folder to be compared with, its indexes lie in the new folder before the app runs: by them the app
 * knows its own tenants from those of other apps, keeps off the others, and removes what it no longer has.
 * @throws when the app fails
 */
export async function withRendering<T>(
  request: SynthRequest,
  terminal: Terminal,
  comparedWith: string | undefined,
  use: (rendering: Rendering) => T | Promise<T>,
): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'hks-synth-'));
  // Messages of the app name a path that ends like the one they would name otherwise.
  const folder = join(parent, basename(request.output) || 'dist');
  try {
    const seeds = comparedWith === undefined ? new Map<string, string>() : seedsOf(comparedWith);
    for (const [path, text] of seeds) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const told = await toldFolders(async (more) => {
      const options = { output: folder, env: { ...environmentOf(request, terminal), ...more } };
      const end = await runApp(request.app, options, { ...terminal, stdout: terminal.stderr });
      refuseEnd(request, end);
    });
    return await use({ folder, seeds, told: isTold(told, folder) });
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function seedsOf(outdir: string): ReadonlyMap<string, string> {
  if (!isTree(outdir)) return new Map();
  const paths = [
    ...ROOTS.flatMap((root) =>
      foldersIn(join(outdir, root)).flatMap((tenant) =>
        [INDEX, KUSTOMIZATION].map((file) => `${root}/${tenant}/${file}`),
      ),
    ),
    ...GITOPS.flatMap((folder) => filesIn(join(outdir, folder)).map((file) => `${folder}/${file}`)),
  ];
  return new Map(
    paths.flatMap((path) => {
      const text = textOf(join(outdir, path));
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}
