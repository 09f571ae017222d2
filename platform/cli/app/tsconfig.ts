/** @module The parts of tsconfig.json that change what runs: how files are transpiled, and where imports lead. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PathsMatcher, TsConfigResult } from 'get-tsconfig';

export interface TsOptions {
  /** The file that was found; undefined when there is none. */
  readonly file: string | undefined;
  /** What esbuild reads of it, as its `tsconfigRaw`. */
  readonly raw: string;
  /** Whether only ts-node does what it asks of ts-node: another loader, modules for it, types at run time. */
  readonly needsTsNode: boolean;
  /** Absolute paths that `paths` and `baseUrl` make of an import; none where they say nothing of it. */
  readonly paths: (specifier: string) => readonly string[];
}

/** The options of `compilerOptions` that esbuild heeds when it transforms one file. */
const HEEDED = [
  'alwaysStrict',
  'experimentalDecorators',
  'importsNotUsedAsValues',
  'jsx',
  'jsxFactory',
  'jsxFragmentFactory',
  'jsxImportSource',
  'preserveValueImports',
  'strict',
  'target',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
] as const;

const NAME = 'tsconfig.json';

/**
 * Reads the tsconfig.json of the folder or of the nearest one above it, or the file that is named.
 * @throws when a file that it extends is not there
 */
export function readTsOptions(folder: string, named?: string): TsOptions {
  const path = named ?? nearest(folder);
  if (path === undefined) return optionsOf(undefined, undefined);
  // Loaded only where there is something to read.
  const {
    createPathsMatcher,
    parseTsconfig,
  }: typeof import('get-tsconfig') = require('get-tsconfig');
  const found = { path, config: parseTsconfig(path) };
  return optionsOf(found, createPathsMatcher(found));
}

function nearest(folder: string): string | undefined {
  const path = join(folder, NAME);
  if (existsSync(path)) return path;
  return folder === dirname(folder) ? undefined : nearest(dirname(folder));
}

function optionsOf(
  found: TsConfigResult | undefined,
  matcher: PathsMatcher | null | undefined,
): TsOptions {
  const options = found?.config.compilerOptions ?? {};
  const heeded = Object.fromEntries(
    HEEDED.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]),
  );
  return {
    file: found?.path,
    raw: JSON.stringify({ compilerOptions: heeded }),
    needsTsNode: options.emitDecoratorMetadata === true || asksTsNode(found?.config),
    paths: (specifier) => matcher?.(specifier) ?? [],
  };
}

function asksTsNode(config: object | undefined): boolean {
  const block: unknown = config && 'ts-node' in config ? config['ts-node'] : undefined;
  return block !== null && typeof block === 'object' && ('esm' in block || 'require' in block);
}
