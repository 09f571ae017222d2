/** @module Which app owns what is in the output folder, by the indexes that are there. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { invalid } from '../invalid';
import { compare } from './files';
import { type Folder, HEADER, INDEX, KUSTOMIZATION, type Output, ROOTS, type Root } from './tree';

/** A folder below `tenants/` or `platform/` that is in the output folder before the app writes. */
export interface FoundFolder {
  readonly root: Root;
  readonly tenant: string;
  /** The app that wrote it; undefined when it has no index. */
  readonly app: string | undefined;
  /** Files that the index lists, in the folder; the index and the kustomization are among them. */
  readonly listed: ReadonlySet<string>;
  /** Files for Argo CD and Flux that the index lists, from the output folder. */
  readonly gitops: readonly string[];
  /** The index as it is; undefined when there is none. */
  readonly text?: string;
  /** Version of HKS that wrote it. */
  readonly hks?: string;
  /** Hashes of objects by their file, of those that have both. */
  readonly hashes: ReadonlyMap<string, Hashes>;
}

/** What the index says of an object's value and of its file's bytes. */
export interface Hashes {
  readonly hash: string;
  readonly sha256: string;
}

/** Every tenant's folder of the output folder. @throws for an index that cannot be read */
export function foundFolders(outdir: string): readonly FoundFolder[] {
  return ROOTS.flatMap((root) =>
    namesIn(join(outdir, root)).map((tenant) => foundFolder(outdir, root, tenant)),
  );
}

/** @throws when the app would write where another app, or the user, has written */
export function refuseForeign(
  outdir: string,
  app: string,
  output: Output,
  found: readonly FoundFolder[],
): void {
  const tenants = new Set(output.folders.map(({ tenant }) => tenant));
  const foreign = [
    ...found
      .filter((folder) => folder.app !== undefined && folder.app !== app)
      .filter(({ tenant }) => tenants.has(tenant))
      .map(({ root, tenant, app }) => ({ path: `${root}/${tenant}`, tenant, owner: app })),
    ...[...output.gitops.keys()]
      .map((path) => ({ path, tenant: tenantOf(path), owner: writerOf(join(outdir, path)) }))
      .filter(({ owner }) => owner !== undefined && owner !== app),
  ];
  const [first] = foreign;
  if (first?.owner === '') throw unlisted(app, join(outdir, first.path));
  if (first) {
    const path = join(outdir, first.path);
    throw invalid(`HksApp '${app}'`, {
      prop: 'tenant',
      rule: `must be no tenant of another app, and '${path}' belongs to the app '${first.owner}'`,
      received: first.tenant,
      fix: `Give each app an 'outdir' of its own, move the Project to '${first.owner}', or, when the app was renamed, delete '${path}'`,
    });
  }
  const others = found.filter((folder) => folder.app !== app);
  const there = new Map(found.map((folder) => [`${folder.root}/${folder.tenant}`, folder]));
  for (const folder of output.folders) {
    refuseNamespaces(outdir, app, folder, others);
    refuseLink(outdir, app, folder);
    refuseUnlisted(outdir, app, folder, there.get(`${folder.root}/${folder.tenant}`));
  }
}

/** A namespace of another tenant: whoever applies both would give the one to the other. */
function refuseNamespaces(
  outdir: string,
  app: string,
  { tenant, objects }: Folder,
  others: readonly FoundFolder[],
): void {
  const foreign = others.filter((folder) => folder.tenant !== tenant);
  if (foreign.length === 0) return;
  for (const { file } of objects.filter((object) => NAMESPACE_FILE.test(object.file))) {
    const other = foreign.find(({ listed }) => listed.has(file));
    if (!other) continue;
    throw invalid(`HksApp '${app}'`, {
      prop: 'namespace',
      rule: `must be no other tenant's, and '${join(outdir, other.root, other.tenant)}' of the app '${other.app}' has it`,
      received: dirname(file),
      fix: `Give the Project of tenant '${tenant}' another 'namespace'`,
    });
  }
}

const NAMESPACE_FILE = /^([^/]+)\/namespace\.\1\.yaml$/;

/** A file, or a link to a folder elsewhere, would be replaced by a folder: the tenant's or one of its namespaces'. */
function refuseLink(outdir: string, app: string, { root, tenant, objects }: Folder): void {
  const folders = new Set(['', ...objects.map(({ file }) => dirname(file))]);
  for (const folder of folders) {
    const path = join(outdir, root, tenant, folder);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats && !stats.isDirectory()) throw unlisted(app, path);
  }
}

/** The app that a generated file names in its first line: `''` when HKS did not make it, undefined when there is none. */
export function writerOf(path: string): string | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  return new RegExp(`^${HEADER} from the app '([^']*)'`).exec(text)?.[1] ?? '';
}

/** The file's text; undefined where there is no file. */
export function textOf(path: string): string | undefined {
  return bytesOf(path)?.toString('utf8');
}

/** What the file holds; undefined where there is no file. */
export function bytesOf(path: string): Buffer | undefined {
  try {
    const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
    return isFile ? readFileSync(path) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether nothing is at the path, or something on the way to it is no folder. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A user's own file keeps its place: an object that would be written over it is refused. */
function refuseUnlisted(
  outdir: string,
  app: string,
  { root, tenant, objects, kustomization }: Folder,
  old: FoundFolder | undefined,
): void {
  if (!old) return;
  const folder = join(outdir, root, tenant);
  const refuse = (file: string, text: () => string) => {
    if (existsOtherwise(join(folder, file), text)) throw unlisted(app, join(folder, file));
  };
  if (old.app === undefined) {
    if (writerOf(join(folder, KUSTOMIZATION)) === '') refuse(KUSTOMIZATION, () => kustomization);
    return;
  }
  for (const object of objects)
    if (!old.listed.has(object.file)) refuse(object.file, () => object.text());
}

/** What is said of the user's own that stands where the app would write. */
export function unlisted(app: string, path: string): Error {
  return invalid(`HksApp '${app}'`, {
    prop: 'outdir',
    rule: 'must not hold a file of yours where an object is to be written',
    received: path,
    fix: 'Move the file away, or delete it when the construct replaces it',
  });
}

/** `acme` of `argocd/appproject.hks-tenant-acme.yaml`. */
function tenantOf(path: string): string {
  return path.replace(/^.*\.hks-(platform|tenant)-/, '').replace(/\.yaml$/, '');
}

function existsOtherwise(path: string, text: () => string): boolean {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats !== undefined && (!stats.isFile() || readFileSync(path, 'utf8') !== text());
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function foundFolder(outdir: string, root: Root, tenant: string): FoundFolder {
  const path = join(outdir, root, tenant, INDEX);
  const text = textOf(path);
  if (text === undefined) {
    return { root, tenant, app: undefined, listed: new Set(), gitops: [], hashes: new Map() };
  }
  const index = parsed(text);
  if (index === undefined) {
    throw invalid('HksApp', {
      prop: 'outdir',
      rule: `must hold indexes that HKS wrote, and '${path}' is none of this version`,
      received: text.slice(0, 60),
      fix: `Restore the file from Git, or delete it so that the next run writes it anew`,
    });
  }
  const files = index.objects.map(({ file }) => file);
  return {
    root,
    tenant,
    app: index.app,
    listed: new Set([...files, KUSTOMIZATION, INDEX]),
    gitops: index.gitops.map(({ file }) => file).filter((file) => GITOPS_FILE.test(file)),
    text,
    ...(typeof index.hks === 'string' ? { hks: index.hks } : {}),
    hashes: new Map(
      index.objects.flatMap(({ file, hash, sha256 }) =>
        typeof hash === 'string' && typeof sha256 === 'string' ? [[file, { hash, sha256 }]] : [],
      ),
    ),
  };
}

const GITOPS_FILE = /^(argocd|flux)\/[a-z0-9][a-z0-9.-]*\.yaml$/;

interface WrittenIndex {
  readonly version: unknown;
  readonly app: string;
  readonly hks?: unknown;
  readonly objects: readonly WrittenEntry[];
  readonly gitops: readonly { readonly file: string }[];
}

interface WrittenEntry {
  readonly file: string;
  readonly hash?: unknown;
  readonly sha256?: unknown;
}

function parsed(text: string): WrittenIndex | undefined {
  try {
    const index = JSON.parse(text) as WrittenIndex;
    const lists = [index.objects, index.gitops];
    const sound =
      index.version === 1 &&
      typeof index.app === 'string' &&
      lists.every(
        (list) => Array.isArray(list) && list.every(({ file }) => typeof file === 'string'),
      );
    return sound ? index : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(compare);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
