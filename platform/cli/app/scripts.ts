/** @module Compiles modules and runs them: what was compiled before, by this process or another, is not compiled again. */
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { hashOf, pruneEntries } from './cache';
import { importOf } from './importing';
import type { LoadedModule, NodeLoader } from './loader';
import { type Compiled, packName, readPack, writePack } from './pack';
import { isOwn } from './resolve';

/** On a line of its own, so that lines and columns are those of the code. */
const WRAPPER = [
  '(function (exports, require, module, __filename, __dirname) {\n',
  '\n})',
] as const;

/** A pack is worth writing again for more than the file that its author is at. */
const WORTH = 10;

interface Kept {
  readonly code: string;
  readonly script: Script;
}

/** The compiled modules of a process. */
export class Scripts {
  /** The user's own modules, which every run evaluates anew. */
  private readonly own = new Map<string, Kept>();
  private readonly used = new Map<string, Compiled>();
  private readonly fresh = new Map<string, { readonly key: string; readonly script: Script }>();
  private readonly name = packName();
  private stored: Map<string, Compiled> | undefined;

  /** @param folder of the cache, or none */
  constructor(private readonly folder: string | undefined) {}

  /** Runs the code as the module of that file. */
  run(loader: NodeLoader, module: LoadedModule, file: string, code: string): void {
    const run = this.runnable(file, code);
    if (run) run(loader, module);
    // Node tells what is wrong with it.
    else module._compile(code, file, 'commonjs');
  }

  /** What runs the code as the module of that file; undefined when it is no CommonJS module. */
  runnable(file: string, code: string) {
    const script = this.scriptOf(file, code);
    if (!script) return undefined;
    return (loader: NodeLoader, module: LoadedModule): unknown => {
      const wrapped: unknown = script.runInThisContext();
      const { exports } = module;
      const args = [exports, requireOf(loader, module), module, file, dirname(file)];
      return typeof wrapped === 'function' ? Reflect.apply(wrapped, exports, args) : undefined;
    };
  }

  /** Forgets the user's modules that are not among the files any more. */
  settle(files: readonly string[]): void {
    for (const file of this.own.keys()) {
      if (!files.includes(file)) this.own.delete(file);
    }
  }

  /** Stores what later processes would have to compile. */
  save(): void {
    if (this.folder === undefined || this.fresh.size < WORTH) return;
    for (const [file, { key, script }] of this.fresh) {
      this.used.set(file, { key, data: script.createCachedData() });
    }
    this.fresh.clear();
    // Another program of the project may need the rest; what none needs does not grow for ever.
    const others = [...(this.stored ?? [])].filter(([file]) => !this.used.has(file));
    writePack(this.folder, this.name, new Map([...this.used, ...others.slice(0, this.used.size)]));
    pruneEntries(this.folder);
  }

  private scriptOf(file: string, code: string): Script | undefined {
    const kept = this.own.get(file);
    if (kept?.code === code) return kept.script;
    try {
      const script = this.compiled(file, code);
      if (isOwn(file)) this.own.set(file, { code, script });
      return script;
    } catch {
      return undefined;
    }
  }

  private compiled(file: string, code: string): Script {
    this.stored ??= this.folder === undefined ? new Map() : readPack(this.folder, this.name);
    const key = hashOf(code);
    const stored = this.stored.get(file);
    const cachedData = stored?.key === key ? stored.data : undefined;
    const script = new Script(`${WRAPPER[0]}${code}${WRAPPER[1]}`, {
      filename: file,
      lineOffset: -1,
      cachedData,
    });
    if (cachedData && !script.cachedDataRejected) this.used.set(file, { key, data: cachedData });
    else this.fresh.set(file, { key, script });
    return script;
  }
}

/** What a module calls `require`. */
function requireOf(loader: NodeLoader, module: LoadedModule): object {
  const resolve = (request: string, options?: object) =>
    loader._resolveFilename(request, module, false, options);
  const paths = (request: string) => loader._resolveLookupPaths(request, module);
  return Object.assign((request: string) => module.require(request), {
    resolve: Object.assign(resolve, { paths }),
    main: process.mainModule,
    extensions: loader._extensions,
    cache: loader._cache,
    import: importOf(loader, module),
  });
}
