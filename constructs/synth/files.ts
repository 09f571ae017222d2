/** @module Names of files, their order and their hashes. */
import { createHash } from 'node:crypto';
import type { PlacedObject } from './admission';
import { isBuiltIn } from './kinds';

/** `shop/service.serving.knative.dev.echo.yaml`; objects without a namespace are in `_cluster/`, a Namespace in its own folder. */
export function fileOf({ group, kind, namespace, name }: PlacedObject): string {
  const isNamespace = group === '' && kind === 'Namespace';
  const folder = isNamespace ? name : namespace === '' ? '_cluster' : namespace;
  const prefix = isBuiltIn({ group, kind }) ? kind : `${kind}.${group}`;
  return `${folder}/${shortened(`${prefix.toLowerCase()}.${name.replaceAll(':', '_')}`)}.yaml`;
}

/** File systems take 255 bytes for a name. */
function shortened(name: string): string {
  return name.length <= 240 ? name : `${name.slice(0, 223)}-${sha256(name).slice(0, 16)}`;
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** By code unit, the same on every machine whatever its language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
