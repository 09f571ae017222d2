/** @module Names that a file, a URL and the cluster can carry, and names that meet although the kinds differ. */
import { invalid } from '../invalid';
import { kindOf, nameOf, objectText } from '../project/objects';
import type { PlacedObject } from './admission';
import { fileOf } from './files';
import type { RenderedObject } from './objects';

/** Version, kind and name have to be what Kubernetes takes; that is also what keeps a path inside its folder. */
export function identityFaults(object: RenderedObject): readonly string[] {
  const { apiVersion, kind, metadata } = object.json;
  const check = (prop: string, received: unknown, pattern: RegExp, rule: string, fix: string) => {
    const fits = typeof received === 'string' && received.length <= 253 && pattern.test(received);
    return fits ? [] : [invalid(objectText(object), { prop, rule, received, fix }).message];
  };
  return [
    ...check(
      'apiVersion',
      apiVersion,
      /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?v[a-z0-9]+$/,
      'must be a version, or a group and a version',
      `Write it like 'v1' or 'batch/v1'`,
    ),
    ...check(
      'kind',
      kind,
      /^[A-Z][A-Za-z0-9]*(?<!List)$/,
      'must be the kind of one object',
      `Write it like 'CronJob', and the items of a List as objects of their own`,
    ),
    ...check(
      'metadata.name',
      metadata?.name,
      /^(?!\.{1,2}$)[A-Za-z0-9._:-]+$/,
      `must be a name of at most 253 letters, digits, '.', '-', '_' and ':'`,
      `Give the object a name like 'nightly-report'; 'generateName' has no place in a tree of files`,
    ),
  ];
}

/** One domain in two namespaces: only one of them can claim it. */
export function domainFaults(objects: readonly RenderedObject[]): readonly string[] {
  const first = new Map<string, RenderedObject>();
  return objects
    .filter((object) => kindOf(object) === 'DomainMapping.serving.knative.dev')
    .flatMap((object) => {
      const other = first.get(nameOf(object));
      first.set(nameOf(object), other ?? object);
      if (!other || other.json.metadata?.namespace === object.json.metadata?.namespace) return [];
      const { message } = invalid(objectText(object), {
        prop: 'metadata.name',
        rule: `must be a domain of one namespace, and '${other.path}' maps it in '${String(other.json.metadata?.namespace)}'`,
        received: nameOf(object),
        fix: 'Map the domain in one of the two',
      });
      return [message];
    });
}

/** Files that a file system without case would write over each other. */
export function fileFaults(objects: readonly PlacedObject[]): readonly string[] {
  const first = new Map<string, PlacedObject>();
  return objects.flatMap((object) => {
    const file = fileOf(object);
    const key = `${object.tenant}/${file.toLowerCase()}`;
    const other = first.get(key);
    first.set(key, other ?? object);
    if (!other || isSame(other, object)) return [];
    const { message } = invalid(objectText(object), {
      prop: 'metadata.name',
      rule: `must give a file of its own on file systems that do not tell 'A' from 'a', and '${other.path}' has '${fileOf(other)}'`,
      received: object.name,
      fix: 'Rename one of the two',
    });
    return [message];
  });
}

/** The same object twice is refused as such. */
function isSame(a: PlacedObject, b: PlacedObject): boolean {
  return a.group === b.group && a.kind === b.kind && a.name === b.name;
}
