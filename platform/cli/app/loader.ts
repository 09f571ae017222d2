/** @module TypeScript in Node's CommonJS loader, while an app runs. */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { isOwn, isTypeScript, requestsFor } from './resolve';
import { type MapOf, mappedStacks } from './stack';
import { type Transpiled, type Transpiling, transpile } from './transpile';

/** A module as the loader hands it to what reads its file. */
interface LoadedModule {
  readonly filename: string | null;
  readonly _compile: (code: string, file: string, format?: string) => unknown;
}
type Extension = (module: LoadedModule, file: string) => unknown;
type Resolve = (request: string, parent: LoadedModule | undefined, ...more: unknown[]) => string;

/** The parts of Node's loader that it has for those who teach it languages. */
export interface NodeLoader {
  readonly _extensions: Record<string, Extension | undefined>;
  readonly _cache: Record<string, NodeJS.Module | undefined>;
  readonly _pathCache: Record<string, string>;
  readonly _load: (request: string, parent: null, isMain: boolean) => unknown;
  _resolveFilename: Resolve;
}

/** Node's loader; undefined in a runtime that has another. */
export function nodeLoader(loader: unknown = Module): NodeLoader | undefined {
  return isNodeLoader(loader) ? loader : undefined;
}

function isNodeLoader(loader: unknown): loader is NodeLoader {
  if (typeof loader !== 'function') return false;
  const parts = ['_extensions', '_cache', '_pathCache', '_load', '_resolveFilename'];
  return parts.every((part) => part in loader);
}

/** What the loader is taught for one run. */
export interface Teaching extends Transpiling {
  /** Absolute paths that tsconfig.json makes of an import. */
  readonly paths: (specifier: string) => readonly string[];
  /** Whether JavaScript may have TypeScript's ways too, as tsx has it: `import` without `"type": "module"`. */
  readonly javascript: boolean;
}

/** Teaches the loader TypeScript; returns what undoes it. */
export function teach(loader: NodeLoader, teaching: Teaching): () => void {
  const transpiled = new Map<string, Transpiled>();
  const compile = (module: LoadedModule, file: string, source: string): void => {
    const made = transpile(file, source, teaching);
    transpiled.set(file, made);
    module._compile(made.code, file, 'commonjs');
  };
  const undo = [
    ...['.ts', '.tsx', '.jsx', '.cts', '.mts'].map((extension) =>
      replaced(loader._extensions, extension, (module, file) =>
        compile(module, file, withoutMark(readFileSync(file, 'utf8'))),
      ),
    ),
    replacedResolve(loader, teaching),
    replacedStacks((file) => transpiled.get(file)?.map()),
  ];
  if (teaching.javascript) {
    for (const extension of ['.js', '.cjs', '.mjs']) {
      const native = loader._extensions[extension] ?? loader._extensions['.js'];
      undo.push(
        replaced(loader._extensions, extension, (module, file) => {
          const source = isOwn(file) ? readFileSync(file, 'utf8') : '';
          if (/\b(import|export)\b/.test(source)) compile(module, file, withoutMark(source));
          else native?.(module, file);
        }),
      );
    }
  }
  return () => {
    for (const step of undo.reverse()) step();
  };
}

function replaced(
  extensions: NodeLoader['_extensions'],
  extension: string,
  handler: Extension,
): () => void {
  const before = extensions[extension];
  // Node tries every extension that it can list on an import without one.
  const enumerable = !/^\.[cm]/.test(extension);
  Object.defineProperty(extensions, extension, {
    value: handler,
    enumerable,
    configurable: true,
    writable: true,
  });
  return () => {
    if (before) extensions[extension] = before;
    else delete extensions[extension];
  };
}

function replacedResolve(loader: NodeLoader, { paths, javascript }: Teaching): () => void {
  const native = loader._resolveFilename;
  const resolve: Resolve = function (this: unknown, request, parent, ...more) {
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
  loader._resolveFilename = resolve;
  return () => {
    loader._resolveFilename = native;
  };
}

function replacedStacks(mapOf: MapOf): () => void {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = mappedStacks(mapOf);
  return () => {
    Error.prepareStackTrace = before;
  };
}

/** Without the byte order mark, which is no TypeScript. */
function withoutMark(source: string): string {
  return source.startsWith('\ufeff') ? source.slice(1) : source;
}
