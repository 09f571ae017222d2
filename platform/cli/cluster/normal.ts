/** @module Objects of a cluster without what only the cluster knows, so that they compare with each other. */
import { isRecord } from '../tree/index-file';

type Fields = Readonly<Record<string, unknown>>;

/** What the server writes to the metadata of every object. */
const SERVERS = [
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'selfLink',
];

/** What those who apply write to the objects that they apply, besides what they were given. */
const APPLIERS: Readonly<Record<string, readonly RegExp[]>> = {
  annotations: [
    /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
    /^argocd\.argoproj\.io\/(tracking-id|installation-id)$/,
    /^kustomize\.toolkit\.fluxcd\.io\/checksum$/,
  ],
  labels: [/^app\.kubernetes\.io\/instance$/, /^kustomize\.toolkit\.fluxcd\.io\/(name|namespace)$/],
};

/** The object without its status and the server's own fields, its keys sorted; `rendered` is what is applied. */
export function normal(object: unknown, rendered: unknown): unknown {
  if (!isRecord(object)) return object;
  const { status: _, metadata, ...rest } = object;
  return sorted({ ...rest, metadata: metadataOf(metadata, metadataIn(rendered)) });
}

function metadataOf(metadata: unknown, rendered: Fields): unknown {
  if (!isRecord(metadata)) return metadata;
  const entries = Object.entries(metadata)
    .filter(([key]) => !SERVERS.includes(key))
    .map(([key, value]) => [key, withoutAppliers(key, value, rendered[key])] as const)
    .filter(([key, value]) => !(key in APPLIERS && isRecord(value) && isEmpty(value)));
  return Object.fromEntries(entries);
}

function withoutAppliers(key: string, value: unknown, rendered: unknown): unknown {
  const patterns = APPLIERS[key];
  if (!patterns || !isRecord(value)) return value;
  const own = isRecord(rendered) ? rendered : {};
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name]) => name in own || !patterns.some((pattern) => pattern.test(name)),
    ),
  );
}

function metadataIn(object: unknown): Fields {
  return isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
}

function isEmpty(value: Fields): boolean {
  return Object.keys(value).length === 0;
}

/** What names the object first, the rest by name. */
function sorted(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  if (!isRecord(value)) return value;
  const rank = (key: string) => (depth === 0 ? FIRST.indexOf(key) : -1);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => rank(b) - rank(a) || (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item, depth + 1)]),
  );
}

const FIRST = ['metadata', 'kind', 'apiVersion'];
