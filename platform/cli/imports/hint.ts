/** @module What an app may have failed of: imports that cdk8s.yaml lists and that were never made. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cdk8sConfig } from '../config';

/** Folder of what is imported, where cdk8s.yaml names none. */
export const IMPORTS = 'imports';

/** A sentence without its full stop for whoever has not run `hks import`; undefined when there is something in the folder, or nothing listed. */
export function importsHint(
  { imports, importDirectory }: Pick<Cdk8sConfig, 'imports' | 'importDirectory'>,
  cwd: string,
): string | undefined {
  const folder = importDirectory ?? IMPORTS;
  if (!imports?.length || isFilled(join(cwd, folder))) return undefined;
  return `'imports' of cdk8s.yaml lists ${imports.join(', ')}, and there is nothing in the folder '${folder}'. Run hks import`;
}

function isFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
