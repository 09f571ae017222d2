/** @module Node's CommonJS loader, and what it is taught while an app runs. */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { isOwn, isTypeScript, requestsFor } from './resolve';
import type { Scripts } from './scripts';
import { mappedStacks } from './stack';
import type { Transpiler } from './transpile';

/** A module as the loader hands it to what reads its file. */
export interface LoadedModule {
  readonly filename: string | null;
  readonly exports: unknown;
  readonly require: (id: string) => unknown;
  readonly _compile: Compile;
}
type Compile = (this: LoadedModule, code: string, file: string, format?: string) => unknown;
type Extension = (module: LoadedModule, file: string) => unknown;
type Resolve = (request: string, parent: LoadedModule | undefined, ...more: unknown[]) => string;

/** The parts of Node's loader that it has for those who teach it languages. */
export interface NodeLoader {
  new (file: string): LoadedModule;
  readonly prototype: { _compile: Compile };
  readonly _extensions: Record<string, Extension | undefined>;
  readonly _cache: Record<string, NodeJS.Module | undefined>;
  readonly _pathCache: Record<string, string>;
  readonly _load: (request: string, parent: null, isMain: boolean) => unknown;
  readonly _resolveLookupPaths: (request: string, parent: LoadedModule) => unknown;
  _resolveFilename: Resolve;
}

/** Node's loader; undefined in a runtime that has another. */
export function nodeLoader(loader: unknown = Module): NodeLoader | undefined {
  return isNodeLoader(loader) ? loader : undefined;
}

function isNodeLoader(loader: unknown): loader is NodeLoader {
  if (typeof loader !== 'function') return false;
  const parts = ['_extensions', '_cache', '_pathCache', '_load', '_resolveFilename'];
  return parts.every((part) => part in loader) && '_compile' in loader.prototype;
}

/** What the loader is taught for a program. */
export interface Teaching {
  readonly transpiler: Transpiler;
  readonly scripts: Scripts;
  /** Absolute paths that tsconfig.json makes of an import. */
  readonly paths: (specifier: string) => readonly string[];
  /** Whether JavaScript may have TypeScript's ways too, as tsx has it: `import` without `"type": "module"`. */
  readonly javascript: boolean;
}

/** Teaches the loader TypeScript; returns what undoes it. */
export function teach(loader: NodeLoader, teaching: Teaching): () => void {
  const undo = [
    taughtExtensions(loader, teaching),
    taughtResolve(loader, teaching),
    taughtStacks(teaching),
  ];
  return () => {
    for (const step of undo) step();
  };
}

/** JavaScript that the CommonJS loader does not take as it is. */
const MODULE = /^\s*(import|export)\b|\bimport\s*\(/m;

function taughtExtensions(
  loader: NodeLoader,
  { transpiler, scripts, javascript }: Teaching,
): () => void {
  const { _extensions: extensions } = loader;
  const before = Object.getOwnPropertyDescriptors(extensions);
  const set = (extension: string, value: Extension): void => {
    // Node tries every extension that it can list on an import without one.
    const enumerable = before[extension]?.enumerable ?? !/^\.[cm]/.test(extension);
    Object.defineProperty(extensions, extension, {
      value,
      enumerable,
      configurable: true,
      writable: true,
    });
  };
  const compile = (module: LoadedModule, file: string, source: string): void => {
    scripts.run(loader, module, file, transpiler.code(file, source.replace(/^\ufeff/, '')));
  };
  for (const extension of ['.ts', '.tsx', '.jsx', '.cts', '.mts']) {
    set(extension, (module, file) => compile(module, file, readFileSync(file, 'utf8')));
  }
  for (const extension of javascript ? ['.js', '.cjs', '.mjs'] : []) {
    const native = extensions[extension] ?? extensions['.js'];
    set(extension, (module, file) => {
      const source = isOwn(file) ? readFileSync(file, 'utf8') : '';
      if (MODULE.test(source)) compile(module, file, source);
      else native?.(module, file);
    });
  }
  return () => {
    for (const extension of Object.getOwnPropertyNames(extensions)) {
      if (!(extension in before)) delete extensions[extension];
    }
    Object.defineProperties(extensions, before);
  };
}

function taughtResolve(loader: NodeLoader, { paths, javascript }: Teaching): () => void {
  const native = loader._resolveFilename;
  loader._resolveFilename = function (this: unknown, request, parent, ...more) {
    const from = parent?.filename;
    if (from && isOwn(from) && (javascript || isTypeScript(from))) {
      for (const other of requestsFor(request, from, paths)) {
        try {
          return native.call(this, other, parent, ...more);
        } catch {
          // Not there: the next one, and at last the request itself, whose error is the one to see.
        }
      }
    }
    return native.call(this, request, parent, ...more);
  };
  return () => {
    loader._resolveFilename = native;
  };
}

function taughtStacks({ transpiler }: Teaching): () => void {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = mappedStacks((file) => transpiler.map(file));
  return () => {
    Error.prepareStackTrace = before;
  };
}
