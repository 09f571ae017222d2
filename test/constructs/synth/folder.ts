/** @module Folders as values, and errors as values, for the tests of the tree. */
import { lstatSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Text of every file below the folder by its path, sorted. */
export function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** Gives every file of the folder an old time, and returns a function that tells which were written, added or removed since. */
export function watched(folder: string): () => readonly string[] {
  for (const file of Object.keys(contentsOf(folder)))
    utimesSync(join(folder, file), 1_000_000_000, 1_000_000_000);
  const before = stampsOf(folder);
  return () => {
    const after = stampsOf(folder);
    const files = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...files].filter((file) => before[file] !== after[file]).sort();
  };
}

function stampsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.keys(contentsOf(folder)).map((file) => {
      const { ino, mtimeMs } = lstatSync(join(folder, file));
      return [file, `${ino} ${mtimeMs}`];
    }),
  );
}

export function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
