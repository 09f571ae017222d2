/** @module The tenants' folders of an output folder by their `hks-index.json`: which app wrote them, and what they list. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import type { FolderIndex, IndexEntry, Root } from '../../../constructs/synth/tree';

export const INDEX: typeof import('../../../constructs/synth/tree').INDEX = 'hks-index.json';
export const KUSTOMIZATION: typeof import('../../../constructs/synth/tree').KUSTOMIZATION =
  'kustomization.yaml';
export const ROOTS: readonly Root[] = ['platform', 'tenants'];
/** Where files for Argo CD and Flux are. */
export const GITOPS = ['argocd', 'flux'] as const;

/** As much of an index as a comparison needs. */
export type Listing = Pick<FolderIndex, 'app' | 'objects' | 'gitops'>;

/** A tenant's folder that has an index. */
export interface TenantFolder extends Listing {
  /** From the output folder: `tenants/acme`. */
  readonly path: string;
  readonly root: Root;
  readonly tenant: string;
  /** The index as it is written. */
  readonly text: string;
}

/** Every tenant's folder that an app has written, sorted. @throws for an index that cannot be read */
export function tenantFolders(outdir: string): readonly TenantFolder[] {
  return ROOTS.flatMap((root) =>
    foldersIn(join(outdir, root)).flatMap((tenant) => {
      const path = `${root}/${tenant}`;
      const file = join(outdir, path, INDEX);
      const text = textOf(file);
      return text === undefined ? [] : [{ path, root, tenant, text, ...listing(text, file) }];
    }),
  );
}

/** Whether there are tenants' folders; where there are none, `platform` or `argocd` may be the name of a chart. */
export function isTree(outdir: string): boolean {
  return ROOTS.some((root) =>
    foldersIn(join(outdir, root)).some((tenant) => existsSync(join(outdir, root, tenant, INDEX))),
  );
}

/** Names of the folders in a folder, sorted; none where there is no folder. */
export function foldersIn(folder: string): readonly string[] {
  return namesIn(folder, (entry) => entry.isDirectory());
}

/** Names of the files in a folder, sorted; none where there is no folder. */
export function filesIn(folder: string): readonly string[] {
  return namesIn(folder, (entry) => entry.isFile());
}

/** The file's text; undefined where there is no file. */
export function textOf(path: string): string | undefined {
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? readFileSync(path, 'utf8') : undefined;
}

/** Text of a file that an index lists as `shop/service.api.yaml`; a folder that is a link to elsewhere is not followed. */
export function listedText(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  const isFolder = lstatSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? textOf(path) : undefined;
}

type Entry = { readonly name: string; isFile(): boolean; isDirectory(): boolean };

function namesIn(folder: string, wanted: (entry: Entry) => boolean): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(wanted)
    .map(({ name }) => name)
    .sort();
}

function listing(text: string, file: string): Listing {
  const index = parsed(text);
  if (isListing(index)) return { app: index.app, objects: index.objects, gitops: index.gitops };
  throw invalid('hks synth', {
    prop: 'output',
    rule: `must hold indexes that HKS wrote, and '${file}' is none`,
    received: text.slice(0, 60),
    fix: 'Restore the file from Git, or delete it so that the next run writes it anew',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListing(value: unknown): value is Listing {
  return (
    isRecord(value) &&
    typeof value.app === 'string' &&
    Array.isArray(value.objects) &&
    value.objects.every(isEntry) &&
    Array.isArray(value.gitops) &&
    value.gitops.every(
      (entry: unknown) => isRecord(entry) && isPath(entry.file) && typeof entry.sha256 === 'string',
    )
  );
}

const ENTRY_KEYS: readonly (keyof IndexEntry)[] = [
  'file',
  'group',
  'kind',
  'namespace',
  'name',
  'sha256',
  'path',
];

function isEntry(value: unknown): value is IndexEntry {
  return (
    isRecord(value) &&
    isPath(value.file) &&
    ENTRY_KEYS.every((key) => typeof value[key] === 'string')
  );
}

/** A file in a folder, and nothing that leads out of it. */
function isPath(value: unknown): boolean {
  return typeof value === 'string' && /^(?!\.{1,2}\/)[^/\0]+\/(?!\.{1,2}$)[^/\0]+$/.test(value);
}

/** An object that is no array, with its properties yet unknown. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
