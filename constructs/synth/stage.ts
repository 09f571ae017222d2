/** @module A tenant's folder as it will be: the app's files, and the user's own as they are. */
import {
  copyFileSync,
  type Dirent,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change, Content } from './changes';
import { isMissing, textOf } from './ownership';
import { step } from './progress';

/** Writes a change to the staging folder; what does not change is linked and keeps its time. */
export function stage(
  outdir: string,
  staging: string,
  { path, files, kept, pruned }: Change,
): void {
  if (!files) return;
  const target = join(staging, path);
  const single = files.get('');
  if (single !== undefined) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, textFrom(single));
    return;
  }
  const old = join(outdir, path);
  const isNew = !existsSync(old);
  for (const folder of new Set(['', ...[...files.keys()].map((file) => dirname(file))]))
    mkdirSync(join(target, folder), { recursive: true });
  for (const [file, content] of files) {
    const [from, to] = [join(old, file), join(target, file)];
    const text = kept?.has(file) ? undefined : textFrom(content);
    if (text === undefined || (!isNew && textOf(from) === text)) link(from, to);
    else writeFileSync(to, text);
    step();
  }
  keepOthers(old, target, '', (file) => files.has(file) || pruned.has(file));
}

/** Takes over all that is not the app's. */
function keepOthers(
  old: string,
  target: string,
  folder: string,
  isOwn: (file: string) => boolean,
): void {
  const entries = entriesOf(join(old, folder));
  if (entries.length === 0) mkdirSync(join(target, folder), { recursive: true });
  for (const entry of entries) {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) keepOthers(old, target, file, isOwn);
    else if (!isOwn(file)) keep(join(old, file), join(target, file), entry);
  }
}

function keep(from: string, to: string, entry: Dirent): void {
  mkdirSync(dirname(to), { recursive: true });
  if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else link(from, to);
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function textFrom(content: Content): string {
  return typeof content === 'string' ? content : content();
}

/** The same file in a second place; a copy with its time where the file system has no hard links. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}
