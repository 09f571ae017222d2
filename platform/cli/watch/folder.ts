/** @module Watches folders for files that are saved: each folder by itself, so that none has to be that nobody asks for. */
import { type Dirent, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Which folders are watched, and who is told. */
export interface FolderWatchProps {
  /** Whether a folder or file below a watched folder is left out. */
  readonly skips: (path: string) => boolean;
  /** Called with the path of each file that is saved, made or removed. */
  readonly saved: (path: string) => void;
}

/** Folders that are watched with all that is in them; a program ends though they are. */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(private readonly props: FolderWatchProps) {}

  /** Watches the folder's own files, and those of the folders in it. @returns the files */
  addTree(folder: string): readonly string[] {
    if (!this.add(folder)) return [];
    return entriesOf(folder).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (this.props.skips(path)) return [];
      return entry.isDirectory() ? this.addTree(path) : [path];
    });
  }

  /** Watches the folder's own files only. */
  add(folder: string): boolean {
    if (this.watchers.has(folder)) return true;
    try {
      const watcher = watch(folder, { persistent: false });
      watcher.on('change', (_, name) => {
        if (name !== null) this.changed(folder, String(name));
      });
      watcher.on('error', () => this.remove(folder));
      this.watchers.set(folder, watcher);
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  close(): void {
    for (const folder of [...this.watchers.keys()]) this.remove(folder);
  }

  private remove(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private changed(folder: string, name: string): void {
    const path = join(folder, name);
    if (this.props.skips(path)) return;
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      // One of this name may have been another folder before, and this one has been filled since.
      this.remove(path);
      for (const file of this.addTree(path)) this.props.saved(file);
    } else {
      this.props.saved(path);
    }
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function isGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}
