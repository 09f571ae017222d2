/** @module The files that the app has rendered, and which construct each object came from. */
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { invalid } from '../../../constructs/invalid';
import { tenantFolders } from '../tree/index-file';
import type { ViolatingResource } from './report';

/** What there is to validate. */
export interface Manifests {
  readonly files: readonly string[];
  /** By the names of objects; the last of several with one name. */
  readonly metadata: Readonly<Record<string, { readonly path: string }>>;
  readonly constructPathOf: (resource: ViolatingResource) => string | undefined;
}

/** As cdk8s's App writes it when it is asked to. */
const METADATA_FILE = 'construct-metadata.json';
const Metadata = z.object({
  version: z.literal('1.0.0'),
  resources: z.record(z.string(), z.object({ path: z.string() })),
});

/** All manifests in the folder: those that its indexes list, or every YAML file where there is no index. */
export function manifestsIn(folder: string, tenants: readonly string[]): Manifests {
  const all = tenantFolders(folder);
  if (all.length === 0) return plainManifests(folder);
  const own = all.filter(({ tenant }) => tenants.length === 0 || tenants.includes(tenant));
  const objects = own.flatMap(({ path: at, objects }) =>
    objects.map(({ file, name, path }) => ({ file: join(folder, at, file), name, path })),
  );
  const gitops = own.flatMap(({ gitops }) => gitops.map(({ file }) => join(folder, file)));
  const paths = new Map(objects.map(({ file, name, path }) => [`${file}\n${name}`, path]));
  return {
    files: [...objects.map(({ file }) => file), ...gitops],
    metadata: Object.fromEntries(objects.map(({ name, path }) => [name, { path }])),
    constructPathOf: ({ manifestPath, resourceName }) =>
      paths.get(`${manifestPath}\n${resourceName}`),
  };
}

function plainManifests(folder: string): Manifests {
  const path = join(folder, METADATA_FILE);
  const metadata = existsSync(path) ? metadataOf(path) : {};
  return {
    files: yamlFilesIn(folder),
    metadata,
    constructPathOf: ({ resourceName }) => metadata[resourceName]?.path,
  };
}

function metadataOf(path: string): Manifests['metadata'] {
  const result = Metadata.safeParse(parsed(readFileSync(path, 'utf8')));
  if (result.success) return result.data.resources;
  throw invalid('hks synth', {
    prop: 'output',
    rule: `must hold a ${basename(path)} as cdk8s writes it, with version 1.0.0`,
    received: path,
    fix: 'Delete the file, and run the app again with the cdk8s that the project has',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As cdk8s-cli has it: the files of a folder before those of the folders in it. */
function yamlFilesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort(byName);
  return [
    ...entries
      .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
      .map(({ name }) => join(folder, name)),
    ...entries
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => yamlFilesIn(join(folder, name))),
  ];
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}
