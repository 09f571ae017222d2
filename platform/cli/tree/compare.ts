/** @module Compares what an app rendered, in a folder of its own, with the output folder: nothing of other apps, nothing of the user. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { IndexEntry } from '../../../constructs/synth/tree';
import { type Change, type Difference, subjectOf } from './difference';
import { nameOf, parsedValue, shownTexts } from './documents';
import { INDEX, KUSTOMIZATION, listedText, type TenantFolder, textOf } from './index-file';

/** The two sides of a comparison. */
export interface Sides {
  /** Folder that the app has rendered to. */
  readonly rendered: string;
  /** The output folder. */
  readonly disk: string;
}

/** What differs in the folder of a tenant; without `after` the app no longer has it, without `before` it is new. */
export function folderDifferences(
  { rendered, disk }: Sides,
  before: TenantFolder | undefined,
  after: TenantFolder | undefined,
): readonly Difference[] {
  const { path } = (after ?? before) as TenantFolder;
  const old = new Map(before?.objects.map((entry) => [entry.file, entry]));
  const kept = new Set(after?.objects.map(({ file }) => file));
  const objects = [
    ...(after?.objects ?? []).flatMap((entry) =>
      objectDifference(path, entry, old.get(entry.file), {
        before: listedText(join(disk, path), entry.file),
        after: listedText(join(rendered, path), entry.file),
      }),
    ),
    ...(before?.objects ?? [])
      .filter(({ file }) => !kept.has(file))
      .flatMap((entry) =>
        objectDifference(path, entry, entry, {
          before: listedText(join(disk, path), entry.file),
          after: undefined,
        }),
      ),
  ].sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  if (objects.length > 0) return objects;
  return [KUSTOMIZATION, INDEX].flatMap((name) => {
    const file = `${path}/${name}`;
    return fileDifference(file, textOf(join(disk, file)), textOf(join(rendered, file)));
  });
}

/** What differs in the files for Argo CD and Flux that the app wrote, and now writes; `before` gives their hashes. */
export function gitopsDifferences(
  { rendered, disk }: Sides,
  before: ReadonlyMap<string, string>,
  after: ReadonlySet<string>,
): readonly Difference[] {
  return [...new Set([...before.keys(), ...after])].sort().flatMap((file) => {
    const texts = { before: textOf(join(disk, file)), after: textOf(join(rendered, file)) };
    const name = nameOf(parsedValue(texts.after ?? texts.before ?? ''));
    return differenceOf(name ? subjectOf(name) : file, undefined, file, texts, before.get(file));
  });
}

/** A file that is no object: listed where nothing else tells why the folder differs. */
function fileDifference(
  file: string,
  before: string | undefined,
  after: string | undefined,
): readonly Difference[] {
  if (before === after) return [];
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return [{ change, subject: file, file }];
}

function objectDifference(
  path: string,
  entry: IndexEntry,
  old: IndexEntry | undefined,
  texts: Texts,
): readonly Difference[] {
  const file = `${path}/${entry.file}`;
  return differenceOf(subjectOf(entry), entry.path, file, texts, old?.sha256);
}

interface Texts {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `written` is the hash of what the app wrote last time; undefined when it did not write the file. */
function differenceOf(
  subject: string,
  construct: string | undefined,
  file: string,
  texts: Texts,
  written: string | undefined,
): readonly Difference[] {
  const change = changeOf(texts, written);
  if (change === undefined) return [];
  const note = noteOf(change, texts, written);
  return [{ change, subject, construct, file, note, ...shownTexts(texts.before, texts.after) }];
}

function noteOf(change: Change, { before }: Texts, written: string | undefined) {
  if (change === 'edited') return before === undefined ? 'deleted by hand' : undefined;
  return change === 'changed' && written === undefined
    ? 'a file of yours, which hks synth does not overwrite'
    : undefined;
}

function changeOf({ before, after }: Texts, written: string | undefined): Change | undefined {
  if (before === after) return undefined;
  if (after === undefined) return 'removed';
  if (written === undefined) return before === undefined ? 'added' : 'changed';
  return before !== undefined && sha256(before) === written ? 'changed' : 'edited';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
