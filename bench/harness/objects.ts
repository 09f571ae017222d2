/** @module Kubernetes objects in YAML, and whether two sets of them are the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { Different } from './row';

/** Files of a folder and of the folders in it, sorted by their path from it. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The same files, and in each the same objects in the same order. @throws Different with the first difference */
export function mustEqualFolders(ours: string, peers: string): void {
  const files = filesOf(ours);
  mustEqual('files', files, filesOf(peers));
  for (const file of files) {
    const [mine, theirs] = [ours, peers].map((folder) => documents(join(folder, file)));
    // What is the same text is the same object.
    if (String(mine) !== String(theirs)) mustEqual(file, mine?.map(parsed), theirs?.map(parsed));
  }
}

/** The same objects in two files, in whatever order. @throws Different with the first difference */
export function mustEqualObjects(ours: string, peers: string): void {
  mustEqual('objects', byIdentity(documents(ours)), byIdentity(documents(peers)));
}

/** Path and values where two values differ first, or nothing; the order of keys does not count. */
export function difference(ours: unknown, peers: unknown, path = ''): string | undefined {
  if (Object.is(ours, peers)) return undefined;
  if (!isObject(ours) || !isObject(peers) || Array.isArray(ours) !== Array.isArray(peers)) {
    return `${path || '/'}: ${JSON.stringify(ours)} and ${JSON.stringify(peers)}`;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(peers)])) {
    const found = difference(ours[key], peers[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mustEqual(what: string, ours: unknown[] = [], peers: unknown[] = []): void {
  if (ours.length === 0) throw new Different(`${what}: there are none`);
  const found = difference(ours, peers);
  if (found !== undefined) throw new Different(`${what}${found}`);
}

function documents(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split(/^---\s*$/m)
    .filter((text) => text.replace(/^#.*$/gm, '').trim() !== '');
}

function byIdentity(texts: readonly string[]): unknown[] {
  return texts
    .map(parsed)
    .map((object) => ({ object, key: identity(object) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ object }) => object);
}

function identity(object: unknown): string {
  const { kind, metadata } = isObject(object) ? object : {};
  const { namespace, name } = isObject(metadata) ? metadata : {};
  return JSON.stringify([kind, namespace, name]);
}

/** As Kubernetes reads it: `no` is false. */
function parsed(text: string): unknown {
  return parse(text, { version: '1.1', merge: true });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
