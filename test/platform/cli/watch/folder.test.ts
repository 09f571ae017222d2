/** @module Folders are watched with all that is in them and comes into them, but for what is left out. */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FolderWatch } from '../../../../platform/cli/watch/folder';

let folder: string;
let watched: FolderWatch;
let saved: Set<string>;
let heard: () => void;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-folder-')));
  saved = new Set();
  watched = new FolderWatch({
    skips: (path) => basename(path).startsWith('skipped'),
    saved: (path) => {
      saved.add(path.replace(`${folder}/`, ''));
      heard?.();
    },
  });
});
afterEach(() => {
  watched.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string): void {
  writeFileSync(join(folder, path), 'text');
}

/** Waits until the file was told of. */
async function told(path: string): Promise<void> {
  while (!saved.has(path)) {
    await new Promise<void>((done) => {
      heard = done;
    });
  }
}

test('files in it, in folders in it, and in folders that come', async () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  mkdirSync(join(folder, 'skipped'));
  write('a/b/old');
  write('skipped-file');
  expect(watched.addTree(folder)).toEqual([join(folder, 'a/b/old')]);
  write('one');
  await told('one');
  write('a/b/old');
  await told('a/b/old');

  write('skipped/two');
  write('skipped-file');
  mkdirSync(join(folder, 'c/d'), { recursive: true });
  write('c/d/three');
  await told('c/d/three');
  rmSync(join(folder, 'c'), { recursive: true });
  mkdirSync(join(folder, 'c'));
  write('c/four');
  await told('c/four');
  renameSync(join(folder, 'one'), join(folder, 'five'));
  await told('five');
  expect([...saved].filter((path) => path.includes('skipped'))).toEqual([]);
});

test('one folder alone, twice as once; one that is not there; and nothing after the end', async () => {
  mkdirSync(join(folder, 'a'));
  expect([watched.add(folder), watched.add(folder)]).toEqual([true, true]);
  expect(watched.add(join(folder, 'nowhere'))).toBe(false);
  expect(watched.addTree(join(folder, 'nowhere'))).toEqual([]);
  write('a/inner');
  write('one');
  await told('one');
  expect([...saved]).not.toContain('a/inner');
  watched.close();
  write('two');
  const other = new FolderWatch({ skips: () => false, saved: () => heard() });
  other.addTree(folder);
  write('three');
  await new Promise<void>((done) => {
    heard = done;
  });
  other.close();
  expect([...saved]).not.toContain('three');
});
