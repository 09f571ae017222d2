/** @module The program of an app's command: its file, and whether it can run in this process. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { AppCommand, Runner } from './command';
import { isTypeScript } from './resolve';
import { readTsOptions, type TsOptions } from './tsconfig';

export interface Program {
  /** Absolute path as the command names it: `process.argv[1]`. */
  readonly path: string;
  /** The file that it leads to. */
  readonly file: string;
  readonly args: readonly string[];
  readonly options: TsOptions;
  /** Whether JavaScript has TypeScript's ways too. */
  readonly javascript: boolean;
}

const EXTENSIONS = ['.js', '.ts', '.tsx', '.jsx'];

/**
 * The program when running it in this process is the same as letting its runner run it; undefined otherwise:
 *
 * - it is an ES module (`.mts`, `"type": "module"`): Node evaluates one once for a process, and its imports are resolved
 *   by Node's other loader, so its runner runs it;
 * - ts-node is told by tsconfig.json or the environment to load more than the program, or to keep types at run time;
 * - there is no such file: its runner says so.
 */
export function programOf(
  { runner, program, args }: AppCommand,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Program | undefined {
  const path = resolve(cwd, program);
  const file = fileOf(path);
  if (file === undefined || isModule(file, runner)) return undefined;
  const byEnvironment = Object.keys(env).some((name) => name.startsWith('TS_NODE_'));
  if (runner === 'ts-node' && byEnvironment) return undefined;
  const named = runner === 'tsx' ? env['TSX_TSCONFIG_PATH'] : undefined;
  const options = optionsOf(
    runner === 'ts-node' ? dirname(file) : cwd,
    named && resolve(cwd, named),
  );
  if (!options || (runner === 'ts-node' && options.needsTsNode)) return undefined;
  return { path, file, args, options, javascript: runner !== 'node' };
}

function optionsOf(folder: string, named: string | undefined): TsOptions | undefined {
  try {
    return readTsOptions(folder, named || undefined);
  } catch {
    return undefined;
  }
}

/** As Node finds a program: the file, with an extension, or the index of a folder. */
function fileOf(path: string): string | undefined {
  const candidates = [
    path,
    ...EXTENSIONS.map((extension) => `${path}${extension}`),
    ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
  ];
  const file = candidates.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  // The program of a package may be another file than its index.
  if (file && dirname(file) === path && existsSync(join(path, 'package.json'))) return undefined;
  // Node would run any other file as JavaScript.
  return file !== undefined && /\.[cm]?[jt]sx?$/.test(file) ? realpathSync(file) : undefined;
}

function isModule(file: string, runner: Runner): boolean {
  const extension = extname(file);
  if (extension === '.mts' || extension === '.mjs') return true;
  if (extension === '.cts' || extension === '.cjs') return false;
  const type = packageType(dirname(file));
  if (type !== undefined) return type === 'module';
  // Node finds out by itself what a file without a type is, and takes import and export for a module.
  return runner === 'node' && !isTypeScript(file) && MODULE.test(readFileSync(file, 'utf8'));
}

const MODULE = /^\s*(import|export)\b[^(]/m;

/** As the nearest package.json says; undefined when it says nothing. */
function packageType(folder: string): unknown {
  const path = join(folder, 'package.json');
  if (existsSync(path)) {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (content === null || typeof content !== 'object' || !('type' in content)) return undefined;
    return content.type;
  }
  return folder === dirname(folder) ? undefined : packageType(dirname(folder));
}
