/** @module Keeps what V8 compiles of every CommonJS module that this process loads, for the next process. */
import { cacheFolder } from './cache';
import { nodeLoader } from './loader';
import { Scripts } from './scripts';

/** Node alone knows where `import()` in a script leads. */
const IMPORTS = /(?<![.\w])import\s*\(/;

let scripts: Scripts | undefined;

/**
 * From the first call on, modules are compiled by what is in the cache of the project in that folder. Node still compiles
 * what is no CommonJS module, and tells what is wrong with it.
 */
export function keepCompiled(cwd: string): Scripts {
  if (scripts) return scripts;
  const kept = new Scripts(cacheFolder(cwd));
  const loader = nodeLoader();
  if (loader) {
    const { prototype } = loader;
    const native = prototype._compile;
    prototype._compile = function (code, file, format) {
      const isNodes = format === 'module' || IMPORTS.test(code);
      const run = isNodes ? undefined : kept.runnable(file, code);
      return run ? run(loader, this) : native.call(this, code, file, format);
    };
  }
  scripts = kept;
  return kept;
}
