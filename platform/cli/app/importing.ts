/** @module `import()` in a transpiled file: its own files by the loader that knows TypeScript, all else by Node. */
import type { LoadedModule, NodeLoader } from './loader';
import { isOwn } from './resolve';

type Import = (specifier: string) => Promise<unknown>;

/** What esbuild makes of `import(` where it is to be a require. */
const TRANSPILED = 'Promise.resolve().then(() => __toESM(require(';

/** As long as it replaces, so that the source map holds; with as many brackets to close. */
const REPLACED = '(Promise.resolve(require.import('.padEnd(TRANSPILED.length);

/** The code with `require.import` for every `import()`. */
export function withImports(code: string): string {
  return code.replaceAll(TRANSPILED, REPLACED);
}

/** The `require.import` of a module. */
export function importOf(loader: NodeLoader, module: LoadedModule): Import {
  return async (specifier) => {
    const text = String(specifier);
    if (isOfApp(loader, module, text)) return asNamespace(module.require(text));
    const imported = await nativeImport(loader, module)(text);
    // The exports of a CommonJS module that was made of an ES module are those of that.
    const whole = isRecord(imported) ? imported['default'] : undefined;
    return isRecord(whole) && whole['__esModule'] === true ? whole : imported;
  };
}

function isOfApp(loader: NodeLoader, module: LoadedModule, specifier: string): boolean {
  try {
    const file = loader._resolveFilename(specifier, module, false);
    return /^[/\\]|^\w:/.test(file) && isOwn(file);
  } catch {
    return false;
  }
}

/** Node's `import()` as it is in that file. */
function nativeImport(loader: NodeLoader, { filename }: LoadedModule): Import {
  const module = new loader(filename ?? '');
  module._compile('module.exports = (specifier) => import(specifier);', filename ?? '');
  const { exports } = module;
  if (!isImport(exports)) throw new Error('import() is not there');
  return exports;
}

function isImport(value: unknown): value is Import {
  return typeof value === 'function';
}

function asNamespace(exports: unknown): unknown {
  if (isRecord(exports) && exports['__esModule'] === true) return exports;
  return { ...(isRecord(exports) ? exports : {}), default: exports };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}
