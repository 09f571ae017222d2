/** @module Reads a tree back: every file, hash and list of it, and nothing of the app that wrote it. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compare, sha256 } from './files';
import { foundFolders, textOf } from './ownership';
import { type FolderIndex, INDEX, type IndexEntry, KUSTOMIZATION } from './tree';

export interface CheckedTree {
  readonly tenants: number;
  readonly objects: number;
  /** What is wrong, with the file's path; empty when the tree is sound. */
  readonly faults: readonly string[];
}

/** Holds every folder of the output folder against its index. */
export function checkTree(outdir: string): CheckedTree {
  const folders = foundFolders(outdir).map(({ root, tenant }) => ({
    tenant,
    path: `${root}/${tenant}`,
    index: JSON.parse(textOf(join(outdir, root, tenant, INDEX)) ?? 'null') as FolderIndex | null,
  }));
  const entries = folders.flatMap(({ path, index }) =>
    (index?.objects ?? []).map((entry) => ({ ...entry, path: `${path}/${entry.file}` })),
  );
  return {
    tenants: new Set(folders.map(({ tenant }) => tenant)).size,
    objects: entries.length,
    faults: [
      ...folders.flatMap(({ path, index }) => folderFaults(join(outdir, path), path, index)),
      ...folders.flatMap(({ index }) => gitopsFaults(outdir, index)),
      ...duplicates(entries),
    ],
  };
}

function folderFaults(folder: string, path: string, index: FolderIndex | null): readonly string[] {
  if (!index) return [`${path}: has no ${INDEX}`];
  const files = index.objects.map(({ file }) => file);
  const found = filesIn(folder);
  const listed = resourcesOf(folder);
  return [
    ...index.objects.flatMap((entry) => objectFaults(folder, path, entry)),
    ...files
      .filter((file) => !listed.includes(file))
      .map(() => `${path}/${KUSTOMIZATION}: does not list every object`),
    ...listed
      .filter((file) => !files.includes(file))
      .map((file) => `${path}/${KUSTOMIZATION}: lists '${file}', which is not in the index`),
    ...found
      .filter((file) => /^[^/]+\/.*\.yaml$/.test(file) && !files.includes(file))
      .map((file) => `${path}/${file}: is not in the index`),
  ];
}

function objectFaults(folder: string, path: string, entry: IndexEntry): readonly string[] {
  const text = textOf(join(folder, entry.file));
  const place = `${path}/${entry.file}`;
  if (text === undefined) return [`${place}: is in the index and not there`];
  if (sha256(text) !== entry.sha256) return [`${place}: is not what was written, by its hash`];
  const [document, ...more] = parseAllDocuments(text, { version: '1.1' });
  if (!document || more.length > 0 || document.errors.length > 0)
    return [`${place}: is not one YAML document`];
  const { apiVersion, kind, metadata } = document.toJS() as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
  const group = apiVersion?.includes('/') ? apiVersion.split('/')[0] : '';
  const same =
    kind === entry.kind &&
    group === entry.group &&
    metadata?.name === entry.name &&
    (metadata.namespace ?? '') === entry.namespace;
  return same ? [] : [`${place}: is another object than the index says`];
}

function gitopsFaults(outdir: string, index: FolderIndex | null): readonly string[] {
  return (index?.gitops ?? []).flatMap(({ file, sha256: hash }) => {
    const text = textOf(join(outdir, file));
    return text !== undefined && sha256(text) === hash
      ? []
      : [`${file}: is not what was written, by its hash`];
  });
}

function duplicates(entries: readonly IndexEntry[]): readonly string[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ group, kind, namespace, name, path }) => {
    const key = [group, kind, namespace, name].join('\n');
    const other = first.get(key);
    first.set(key, other ?? path);
    return other ? [`${path}: is the same object as ${other}`] : [];
  });
}

function resourcesOf(folder: string): readonly string[] {
  const text = textOf(join(folder, KUSTOMIZATION)) ?? '';
  const [document] = parseAllDocuments(text);
  const content = document?.toJS() as { readonly resources?: readonly string[] } | null | undefined;
  return content?.resources ?? [];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => lstatSync(join(folder, file)).isFile())
    .sort(compare);
}
