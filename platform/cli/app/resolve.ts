/** @module Where an import of a TypeScript program leads: the ways that Node alone does not know. */
import { statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** TypeScript's sources by the extension that an import names. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx', '.ts'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** Whether a file is the user's own rather than that of an installed package. */
export function isOwn(file: string): boolean {
  return !/[\\/]node_modules[\\/]/.test(file);
}

/** Whether a file is TypeScript by its name. */
export function isTypeScript(file: string): boolean {
  return /\.([cm]?ts|tsx)$/.test(file);
}

/**
 * What to ask Node for instead of the request, in order; Node is asked for the request itself when none is found.
 * @param paths what tsconfig.json makes of an import
 */
export function requestsFor(
  request: string,
  from: string,
  paths: (specifier: string) => readonly string[],
): readonly string[] {
  if (request.startsWith('file:')) return [fileURLToPath(request)];
  if (/^\.{0,2}\//.test(request)) {
    const asked = resolve(dirname(from), request);
    return isTypeScript(from) || !isFile(asked) ? sourcesOf(asked) : [];
  }
  if (isBuiltin(request) || request.startsWith('#')) return [];
  return paths(request).flatMap((path) => [...sourcesOf(path), path]);
}

/** The sources that `./foo.js` may stand for, as far as they are there. */
function sourcesOf(path: string): readonly string[] {
  const [extension = ''] = /\.[cm]?jsx?$/.exec(path) ?? [];
  const base = path.slice(0, path.length - extension.length);
  return (SOURCES[extension] ?? []).map((source) => `${base}${source}`).filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
