/** @module A project as a user has it: the package as installed, its peers, the examples. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Of this repository. */
export const ROOT = resolve(__dirname, '../..');

const PACKAGE = '@hexabase/hks';
const ROOMS = ['constructs', 'platform', 'bench'];

export interface Project {
  readonly folder: string;
  /** Program of the measured process. */
  readonly child: string;
  /** Program `hks`. */
  readonly hks: string;
  /** Program `cdk8s`. */
  readonly cdk8s: string;
  /** Takes it away. */
  readonly remove: () => void;
}

/** In a new folder below the machine's temporary one; the package is transpiled from the sources as they are now. */
export function makeProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'hks-bench-'));
  const modules = join(folder, 'node_modules');
  const installed = join(modules, PACKAGE);
  buildSync({
    entryPoints: ROOMS.flatMap(sources),
    outdir: join(installed, 'lib'),
    outbase: ROOT,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === '.cache' || name === PACKAGE.split('/')[0]) continue;
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  copyFileSync(join(ROOT, 'cdk8s.yaml'), join(folder, 'cdk8s.yaml'));
  mkdirSync(join(folder, 'out'));
  return {
    folder,
    child: join(installed, 'lib/bench/child.js'),
    hks: join(installed, 'lib/platform/cli/main.js'),
    cdk8s: join(modules, 'cdk8s-cli/bin/cdk8s'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function sources(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ROOT, room, file));
}
