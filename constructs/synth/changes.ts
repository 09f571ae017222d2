/** @module What is to be put, replaced and removed in the output folder, compared with what is there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundFolder, isMissing, textOf, writerOf } from './ownership';
import type { Output } from './tree';

/** One path of the output folder that changes as a whole: a tenant's folder, or a file for Argo CD or Flux. */
export interface Change {
  /** From the output folder: `tenants/acme`, `argocd/appproject.hks-tenant-acme.yaml`. */
  readonly path: string;
  /** Contents by path in the folder, `''` for a single file; without it the path is removed. */
  readonly files?: ReadonlyMap<string, string>;
  /** Files of the folder that go; all others of the user stay. */
  readonly pruned: ReadonlySet<string>;
}

/** What differs between the output folder and what the app renders; empty when it is as it should be. */
export function changesOf(
  outdir: string,
  app: string,
  output: Output,
  found: readonly FoundFolder[],
): readonly Change[] {
  const own = found.filter((folder) => folder.app === app);
  return [
    ...output.folders.flatMap(({ root, tenant, files }) => {
      const path = `${root}/${tenant}`;
      const old = own.find((folder) => folder.root === root && folder.tenant === tenant);
      const pruned = [...(old?.listed ?? [])].filter((file) => !files.has(file));
      return folderChange(outdir, { path, files, pruned: new Set(pruned) });
    }),
    ...own
      .filter(
        ({ root, tenant }) => !output.folders.some((f) => f.root === root && f.tenant === tenant),
      )
      .map(({ root, tenant, listed }) => retirement(outdir, `${root}/${tenant}`, listed)),
    ...[...output.gitops].flatMap(([path, text]) =>
      textOf(join(outdir, path)) === text
        ? []
        : [{ path, files: new Map([['', text]]), pruned: new Set<string>() }],
    ),
    ...own
      .flatMap(({ gitops }) => gitops)
      .filter((path) => !output.gitops.has(path) && writerOf(join(outdir, path)) === app)
      .map((path) => ({ path, pruned: new Set<string>() })),
  ];
}

function folderChange(outdir: string, change: Change): readonly Change[] {
  const folder = join(outdir, change.path);
  const differs = [...(change.files ?? [])].some(
    ([file, text]) => textOf(join(folder, file)) !== text,
  );
  const stale = [...change.pruned].some((file) => textOf(join(folder, file)) !== undefined);
  return differs || stale ? [change] : [];
}

/** A folder that the app no longer has: it goes, but for what the user has put there. */
function retirement(outdir: string, path: string, pruned: ReadonlySet<string>): Change {
  const stays = filesIn(join(outdir, path)).some((file) => !pruned.has(file));
  return stays ? { path, files: new Map(), pruned } : { path, pruned };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
