/** @module TypeScript to JavaScript for Node's CommonJS loader; the transpiler is loaded only for what is not cached. */
import { extname } from 'node:path';
import { types } from 'node:util';
import type { Loader, TransformFailure } from 'esbuild';
import { version } from 'esbuild/package.json';
import { keyOf, pruneEntries, readEntry, writeEntry } from './cache';
import { withImports } from './importing';

/** Part of every key: raised when what is made of a source changes. */
const FORMAT = '2';

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.cts': 'ts',
  '.mts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
};

export interface Transpiled {
  readonly code: string;
  /** The source map, as JSON; read only when a stack trace is asked for. */
  readonly map: () => string | undefined;
}

/** How files are made JavaScript in one run. */
export interface Transpiling {
  /** esbuild's `tsconfigRaw`. */
  readonly raw: string;
  /** Folder of the cache, or none. */
  readonly cache: string | undefined;
}

/** Transpiled files, kept from run to run in one process. */
export class Transpiler {
  private readonly kept = new Map<string, { readonly source: string; readonly made: Transpiled }>();

  constructor(private readonly transpiling: Transpiling) {}

  /** @throws with file, line and column where the source is not TypeScript */
  code(file: string, source: string): string {
    const kept = this.kept.get(file);
    if (kept?.source === source) return kept.made.code;
    const made = transpile(file, source, this.transpiling);
    this.kept.set(file, { source, made });
    return made.code;
  }

  /** The source map of a file that was transpiled. */
  map(file: string): string | undefined {
    return this.kept.get(file)?.made.map();
  }

  /** Forgets files that are not among these any more. */
  settle(files: readonly string[]): void {
    for (const file of this.kept.keys()) {
      if (!files.includes(file)) this.kept.delete(file);
    }
  }
}

/** @throws with file, line and column where the source is not TypeScript */
export function transpile(file: string, source: string, { raw, cache }: Transpiling): Transpiled {
  const key = keyOf([FORMAT, version, process.versions.node, raw, file, source]);
  const cached = cache === undefined ? undefined : readEntry(cache, `${key}.js`);
  if (cache !== undefined && cached !== undefined) {
    return { code: cached, map: () => readEntry(cache, `${key}.map`) };
  }
  const { map, ...made } = transformed(file, source, raw);
  const code = withImports(made.code);
  if (cache !== undefined) {
    // The map first: who finds the code finds its map too.
    writeEntry(cache, `${key}.map`, map);
    writeEntry(cache, `${key}.js`, code);
    pruneEntries(cache);
  }
  return { code, map: () => map };
}

function transformed(file: string, source: string, raw: string) {
  const { transformSync }: typeof import('esbuild') = require('esbuild');
  // Only where it stands: a banner costs every other file a line.
  const banner = source.includes('import.meta')
    ? `"use strict";const __importMetaUrl=require("node:url").pathToFileURL(__filename).href;`
    : '';
  try {
    return transformSync(source, {
      loader: LOADERS[extname(file)] ?? 'js',
      sourcefile: file,
      format: 'cjs',
      platform: 'node',
      target: `node${process.versions.node}`,
      sourcemap: 'external',
      sourcesContent: false,
      keepNames: true,
      // What it imports is found as by require: TypeScript's ways and the cache hold there too.
      supported: { 'dynamic-import': false },
      define: {
        'import.meta.url': '__importMetaUrl',
        'import.meta.filename': '__filename',
        'import.meta.dirname': '__dirname',
      },
      banner,
      tsconfigRaw: raw,
      logLevel: 'silent',
    });
  } catch (error) {
    throw isFailure(error) ? syntaxError(file, error) : error;
  }
}

function isFailure(error: unknown): error is TransformFailure {
  return types.isNativeError(error) && 'errors' in error && Array.isArray(error.errors);
}

/** As Node tells of a syntax error: the place, the line, a mark below it, then what is wrong. */
function syntaxError(file: string, { errors: [first], message }: TransformFailure): SyntaxError {
  const { stackTraceLimit } = Error;
  // Between here and the file that imports it are the frames of loaders.
  Error.stackTraceLimit = 50;
  const error = new SyntaxError(first?.text ?? message);
  Error.stackTraceLimit = stackTraceLimit;
  const place = first?.location;
  if (place) {
    const mark = `${' '.repeat(place.column)}${'^'.repeat(Math.max(place.length, 1))}`;
    error.stack = `${file}:${place.line}:${place.column + 1}\n${place.lineText}\n${mark}\n\n${error.stack}`;
  }
  return error;
}
