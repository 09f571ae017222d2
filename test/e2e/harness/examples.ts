/** @module The examples on this cluster: their images pushed, their trees rendered with them. */
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { clusterDns } from './dns';
import { imageOfFolder } from './dockerfile';
import { pushImage } from './images';
import { command, kubectl } from './kubectl';
import type { KubeObject } from './objects';

const ROOT = resolve(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples');

/** Names of the examples: the folders that hold a program. */
export const examples = folders(EXAMPLES)
  .filter((folder) => existsSync(join(folder, 'main.ts')))
  .map((folder) => basename(folder));

/** A tenant's folder of a tree, which `kubectl apply -k` takes, and what it renders to. */
export interface TenantTree {
  readonly tenant: string;
  readonly folder: string;
  readonly objects: readonly RenderedObject[];
}

/** An object as it is in a tree. */
export interface RenderedObject extends KubeObject {
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Renders the example with images of its own that this cluster has; one tree for each tenant. */
export async function renderExample(example: string): Promise<readonly TenantTree[]> {
  const outdir = mkdtempSync(join(tmpdir(), `hks-${example}-`));
  await runExample(`${example}/main.ts`, outdir);
  return Promise.all(folders(join(outdir, 'tenants')).map(tenantTree));
}

/** Runs a program of the examples and gives what it printed. */
export async function runExample(
  program: string,
  outdir = mkdtempSync(join(tmpdir(), 'hks-example-')),
): Promise<string> {
  const env = { ...process.env, CDK8S_OUTDIR: outdir, HKS_EXAMPLE_IMAGES: await exampleImages() };
  return command(join(ROOT, 'node_modules/.bin/tsx'), [join(EXAMPLES, program)], { env });
}

async function tenantTree(folder: string): Promise<TenantTree> {
  const documents = parseAllDocuments(await kubectl(['kustomize', folder]));
  const objects = documents.map((document) => document.toJS() as RenderedObject);
  return { tenant: basename(folder), folder, objects };
}

let pushed: Promise<string> | undefined;

/** The file that tells the examples this cluster's images and DNS. */
function exampleImages(): Promise<string> {
  pushed ??= push();
  return pushed;
}

async function push(): Promise<string> {
  const images: Record<string, string> = {};
  const sources = examples
    .flatMap((example) => folders(join(EXAMPLES, example)))
    .filter((folder) => existsSync(join(folder, 'Dockerfile')));
  for (const folder of sources) {
    const name = basename(folder);
    images[name] = await pushImage(imageOfFolder(`examples/${name}`, folder));
  }
  const file = join(mkdtempSync(join(tmpdir(), 'hks-images-')), 'images.json');
  writeFileSync(file, JSON.stringify({ images, dns: await clusterDns() }));
  return file;
}

function folders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}
