/** @module What of a tree has to run, and what it needs that no tree holds. */
import type { RenderedObject, TenantTree } from './examples';

/** Kinds that make pods. */
const WORKLOADS = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Function',
  'Job',
  'Pod',
  'ReplicaSet',
  'StatefulSet',
];

/** `Kind/namespace/name`; a Knative Service is a `Function`. */
export function nameOf({ apiVersion, kind, metadata }: RenderedObject): string {
  const type = apiVersion.startsWith('serving.knative.dev/') ? 'Function' : kind;
  return `${type}/${metadata.namespace}/${metadata.name}`;
}

/** Names of all that makes pods in the trees, sorted. */
export function workloadsOf(trees: readonly TenantTree[]): readonly string[] {
  return trees
    .flatMap(({ objects }) => objects.map(nameOf))
    .filter((name) => WORKLOADS.includes(name.split('/')[0] ?? ''))
    .sort();
}

/** The Secrets whose keys the objects refer to; a tree never holds them. */
export function secretsOf(
  objects: readonly RenderedObject[],
  value: (secret: string, key: string) => string,
): readonly object[] {
  const secrets = new Map<string, Record<string, string>>();
  for (const { metadata, spec } of objects) {
    for (const { name, key } of references(spec)) {
      const id = `${metadata.namespace}/${name}`;
      secrets.set(id, { ...secrets.get(id), [key]: value(name, key) });
    }
  }
  return [...secrets].map(([id, stringData]) => {
    const [namespace, name] = id.split('/');
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  });
}

interface Reference {
  readonly name: string;
  readonly key: string;
}

/** Every `secretKeyRef`, and every item of a Secret that is mounted. */
function references(node: unknown): readonly Reference[] {
  if (typeof node !== 'object' || node === null) return [];
  const { secretKeyRef, secret } = node as {
    readonly secretKeyRef?: Reference;
    readonly secret?: { readonly secretName: string; readonly items?: readonly Reference[] };
  };
  const mounted = (secret?.items ?? []).map(({ key }) => ({ name: secret?.secretName ?? '', key }));
  const below = Object.values(node).flatMap(references);
  return [...(secretKeyRef ? [secretKeyRef] : []), ...mounted, ...below];
}
