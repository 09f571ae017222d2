/** @module The package that a file is of, whether it runs from `lib/` or from the sources. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The closest folder with a package.json, at or above this one. */
export function packageRoot(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder;
  return folder === dirname(folder) ? undefined : packageRoot(dirname(folder));
}
