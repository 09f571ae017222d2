/** @module The version of this package, from its own package.json. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAME = '@hexabase/hks';

/** The version of this package, `0.1.0`; undefined where its files are no package of their own, as in a bundle. */
export const VERSION: string | undefined = versionAbove(__dirname);

/** The version in the closest package.json at or above the folder, when it is this package's. */
export function versionAbove(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (existsSync(path)) {
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    return name === NAME && typeof version === 'string' ? version : undefined;
  }
  return dirname(folder) === folder ? undefined : versionAbove(dirname(folder));
}
