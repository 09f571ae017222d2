/** @module Settings of Knative's config maps: set before they are made, and only keys that the release knows. */
import { parse } from 'yaml';
import { invalid } from '../../constructs/invalid';
import type { KubeObject } from '../kube-object';
import type { Release } from './documents';
import { fields, isFields } from './fields';

/** The settings of config maps, by the map's name. */
export type ConfigMapSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Config maps whose keys are names of the admin's own. */
const FREE: readonly string[] = ['config-domain'];

/** The keys that a config map documents in its `_example`, where some are shown with several values. */
export function exampleKeys(configMap: KubeObject): string[] {
  const { _example } = fields(configMap.data);
  const example: unknown =
    typeof _example === 'string' ? parse(_example, { uniqueKeys: false }) : undefined;
  return isFields(example) ? Object.keys(example) : [];
}

/**
 * The objects with settings in their config maps. `_example` and the checksum that Knative's webhook compares it with stay.
 *
 * @throws when the release has no such config map, or the map no such key
 */
export function configured(
  release: Release,
  objects: readonly KubeObject[],
  settings: ConfigMapSettings,
): KubeObject[] {
  for (const name of Object.keys(settings)) configMapOf(release, objects, name);
  return objects.map((object) => {
    const own = object.kind === 'ConfigMap' ? settings[object.metadata.name] : undefined;
    if (own === undefined) return object;
    refuseUnknown(release, object, own);
    return { ...object, data: { ...fields(object.data), ...own } };
  });
}

/** @throws when the release has no such config map */
export function configMapOf(
  { name, version }: Release,
  objects: readonly KubeObject[],
  wanted: string,
): KubeObject {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === wanted,
  );
  if (found) return found;
  throw invalid(`${name} ${version}`, {
    prop: wanted,
    rule: 'must be among its config maps',
    received: undefined,
    fix: `Use a version of ${name} that this platform knows`,
  });
}

function refuseUnknown(
  { name, version }: Release,
  configMap: KubeObject,
  own: Readonly<Record<string, string>>,
): void {
  if (FREE.includes(configMap.metadata.name)) return;
  const known = exampleKeys(configMap);
  const unknown = Object.keys(own).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw invalid(`${name} ${version}`, {
    prop: configMap.metadata.name,
    rule: 'must know every key that the platform sets',
    received: unknown,
    fix: `Use a version of ${name} that this platform knows`,
  });
}
