/** @module The packages that only `hks platform` needs: optional, so that a tenant's project is without them. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-root';

const NEEDED = ['@pulumi/pulumi', '@pulumi/kubernetes', '@kubernetes/client-node'] as const;

/** @param from the file that would load them @throws where one is not installed */
export function requirePackages(from: string): void {
  const missing = NEEDED.filter((name) => folderOf(name, from) === undefined);
  if (missing.length === 0) return;
  const versions = peers(from);
  const wanted = missing.map((name) => `${name}@${versions[name] ?? 'latest'}`);
  throw new Error(
    `hks platform needs packages that are not installed: ${missing.join(', ')}. Run npm install ${wanted.map((spec) => `'${spec}'`).join(' ')}, with --global where hks itself is installed so.`,
  );
}

/** The version of the provider's package, which is that of the engine's plugin. */
export function pluginVersion(from: string): string {
  const folder = folderOf('@pulumi/kubernetes', from);
  return folder === undefined ? 'unknown' : manifest(folder).version;
}

/** What a package says may hide its manifest from require, so the folders are looked through. */
function folderOf(name: string, from: string): string | undefined {
  const folders = createRequire(from).resolve.paths(name) ?? [];
  return folders
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}

function peers(from: string): Readonly<Record<string, string>> {
  const root = packageRoot(dirname(from));
  return (root === undefined ? undefined : manifest(root).peerDependencies) ?? {};
}

function manifest(folder: string): {
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
