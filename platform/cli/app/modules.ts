/** @module The modules that an app has brought into this process, so that the next run begins without them. */
import { join, resolve } from 'node:path';
import { types } from 'node:util';
import type { NodeLoader } from './loader';
import { isOwn } from './resolve';

/** This package's constructs: a library like any other, wherever it lies. */
const LIBRARY = join(resolve(__dirname, '../../../constructs'), '/');

/** Files of the user's own modules that were not loaded before; those of packages stay as they are. */
export function ownModules(loader: NodeLoader, before: ReadonlySet<string>): readonly string[] {
  return Object.keys(loader._cache).filter(
    (file) => !before.has(file) && isOwn(file) && !file.startsWith(LIBRARY),
  );
}

/** Whether one of the files is an ES module, which Node evaluates once for a process. */
export function holdsModule(loader: NodeLoader, files: readonly string[]): boolean {
  return files.some((file) => types.isModuleNamespaceObject(loader._cache[file]?.exports));
}

/** Lets the loader read the files anew, and look for them anew. */
export function forget(loader: NodeLoader, files: readonly string[]): void {
  for (const file of files) delete loader._cache[file];
  const gone = new Set(files);
  for (const [asked, file] of Object.entries(loader._pathCache)) {
    if (gone.has(file)) delete loader._pathCache[asked];
  }
}
