/** @module What is to be put, replaced and removed in the output folder, compared with what is there. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './files';
import { isWithin } from './limit';
import type { ObjectFile } from './object-file';
import {
  bytesOf,
  type FoundFolder,
  type Hashes,
  isMissing,
  textOf,
  unlisted,
  writerOf,
} from './ownership';
import { step } from './progress';
import { type Folder, INDEX, KUSTOMIZATION, type Output } from './tree';
import { VERSION } from './version';

/** One path of the output folder that changes as a whole: a tenant's folder, or a file for Argo CD or Flux. */
export interface Change {
  /** From the output folder: `tenants/acme`, `argocd/appproject.hks-tenant-acme.yaml`. */
  readonly path: string;
  /** Contents by path in the folder, `''` for a single file; without it the path is removed. */
  readonly files?: ReadonlyMap<string, Content>;
  /** Files of `files` that are there as they should be, and so are not made. */
  readonly kept?: ReadonlySet<string>;
  /** Files of the folder that go; all others of the user stay. */
  readonly pruned: ReadonlySet<string>;
}

/** A file's text, or what makes it when it is written; files are written in their order. */
export type Content = string | (() => string);

/** What differs between the output folder and what the app renders, one by one; nothing when it is as it should be. */
export function* changesOf(
  outdir: string,
  app: string,
  output: Output,
  found: readonly FoundFolder[],
): Generator<Change, void> {
  const { folders, gitops, limit } = output;
  const key = ({ root, tenant }: Pick<Folder, 'root' | 'tenant'>) => `${root}/${tenant}`;
  const own = found.filter((folder) => folder.app === app && isWithin(limit, folder.tenant));
  const olds = new Map(own.map((folder) => [key(folder), folder]));
  for (const folder of folders)
    yield* folderChange(outdir, app, key(folder), folder, olds.get(key(folder)));
  const rendered = new Set(folders.map(key));
  for (const [path, { listed }] of olds)
    if (!rendered.has(path)) yield retirement(outdir, path, listed);
  for (const [path, text] of gitops) {
    if (textOf(join(outdir, path)) !== text)
      yield { path, files: new Map([['', text]]), pruned: new Set() };
  }
  for (const path of own.flatMap((folder) => folder.gitops)) {
    if (!gitops.has(path) && writerOf(join(outdir, path)) === app)
      yield { path, pruned: new Set() };
  }
}

function* folderChange(
  outdir: string,
  app: string,
  path: string,
  folder: Folder,
  old: FoundFolder | undefined,
): Generator<Change, void> {
  const { objects, kustomization } = folder;
  const at = (file: string) => join(outdir, path, file);
  const hashes = intact(folder, old, at);
  const kept = new Set(hashes.keys());
  if (textOf(at(KUSTOMIZATION)) === kustomization) kept.add(KUSTOMIZATION);
  const names = new Set([...objects.map(({ file }) => file), KUSTOMIZATION, INDEX]);
  const pruned = [...(old?.listed ?? [])].filter((file) => !names.has(file));
  const isCurrent =
    kept.size === objects.length + 1 &&
    old?.text === folder.index(hashes) &&
    !pruned.some((file) => textOf(at(file)) !== undefined);
  if (isCurrent) return step(objects.length);
  const isFolder = (file: string) =>
    lstatSync(at(file), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const blocked = existsSync(at('')) ? [...names].find(isFolder) : undefined;
  if (blocked !== undefined) throw unlisted(app, at(blocked));
  const files = new Map<string, Content>();
  for (const object of objects) {
    files.set(object.file, () => {
      const text = object.text();
      hashes.set(object.file, sha256(text));
      return text;
    });
  }
  files.set(KUSTOMIZATION, kustomization);
  files.set(INDEX, () => folder.index(hashes));
  yield { path, files, kept, pruned: new Set(pruned) };
}

/**
 * The SHA-256 of each file that is there as it should be: the same value gave it, and it holds the same bytes since.
 * Where no hash can tell, the text does.
 */
function intact(
  { objects }: Folder,
  old: FoundFolder | undefined,
  at: (file: string) => string,
): Map<string, string> {
  const hashes = new Map<string, string>();
  if (old === undefined) return hashes;
  for (const object of objects) {
    const entry = old.hks === VERSION ? old.hashes.get(object.file) : undefined;
    const hash = expected(object, entry);
    if (hash === undefined) continue;
    const bytes = bytesOf(at(object.file));
    if (bytes && sha256(bytes) === hash) hashes.set(object.file, hash);
  }
  return hashes;
}

/** The SHA-256 that the file should have, as far as that is known without making its text. */
function expected(object: ObjectFile, entry: Hashes | undefined): string | undefined {
  if (VERSION === undefined || !object.hasHash()) return sha256(object.text());
  return entry && object.hash(entry.sha256) === entry.hash ? entry.sha256 : undefined;
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
