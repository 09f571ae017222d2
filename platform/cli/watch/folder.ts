/** @module Watches folders for files that are saved: each folder by itself, so that none has to be that nobody asks for. */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
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

  /** Watches the folder's own files, and those of the folders in it. */
  addTree(folder: string): void {
    if (!this.add(folder)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !this.props.skips(path)) this.addTree(path);
    }
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
      // One of this name may have been another folder before.
      this.remove(path);
      this.addTree(path);
    }
    this.props.saved(path);
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
