/** @module The kinds that a cluster knows, and the paths of their objects. */
import { invalid } from '../../../constructs/invalid';
import type { ObjectName } from '../tree/difference';
import { isRecord } from '../tree/index-file';
import type { Api } from './api';

/** A kind as the cluster serves it. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As it stands in paths: `cronjobs`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** What can be done with it: `list`, `delete`. */
  readonly verbs: readonly string[];
}

/** What a cluster serves. */
export interface ServedKinds {
  /** The kind in this version; undefined when the cluster does not know it. */
  find(group: string, version: string, kind: string): ServedKind | undefined;
  /** Every kind once, in the version that the cluster prefers. */
  readonly preferred: readonly ServedKind[];
}

const DISCOVERY = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/** Asks the cluster of the name for all kinds, in two requests. @throws when it cannot be reached */
export async function servedKinds(api: Api, cluster: string): Promise<ServedKinds> {
  const answers = await api.all(['/api', '/apis'], (path) =>
    api.ask({ path, accept: DISCOVERY }).catch((error: Error) => error),
  );
  const kinds = answers.flatMap((answer) => {
    if (answer instanceof Error) throw unreachable(cluster, answer.message);
    if (answer.status !== 200) throw unreachable(cluster, answer.reason);
    return groupsOf(answer.body).flatMap(kindsOfGroup);
  });
  if (kinds.length === 0)
    throw unreachable(cluster, 'it does not tell its kinds as Kubernetes 1.27 does');
  const known = new Map(kinds.map((kind) => [keyOf(kind.group, kind.version, kind.kind), kind]));
  const preferred = new Map<string, ServedKind>();
  for (const kind of kinds) {
    const key = keyOf(kind.group, '', kind.kind);
    if (!preferred.has(key)) preferred.set(key, kind);
  }
  return {
    find: (group, version, kind) => known.get(keyOf(group, version, kind)),
    preferred: [...preferred.values()],
  };
}

/** `/apis/batch/v1/namespaces/shop/cronjobs`; without a namespace those of all. */
export function listPath({ group, version, plural }: ServedKind, namespace = ''): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const inside = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${inside}/${plural}`;
}

/** `/apis/batch/v1/namespaces/shop/cronjobs/nightly` */
export function objectPath(kind: ServedKind, { namespace, name }: ObjectName): string {
  return `${listPath(kind, kind.isNamespaced ? namespace : '')}/${encodeURIComponent(name)}`;
}

function keyOf(group: string, version: string, kind: string): string {
  return `${group}/${version}/${kind}`;
}

function groupsOf(body: unknown): readonly unknown[] {
  const isDiscovery = isRecord(body) && body.kind === 'APIGroupDiscoveryList';
  return isDiscovery && Array.isArray(body.items) ? body.items : [];
}

/** The first version is the preferred one. */
function kindsOfGroup(item: unknown): readonly ServedKind[] {
  if (!isRecord(item) || !isRecord(item.metadata) || !Array.isArray(item.versions)) return [];
  const group = String(item.metadata.name ?? '');
  return item.versions.filter(isRecord).flatMap(({ version, resources }) =>
    (Array.isArray(resources) ? resources : []).filter(isRecord).flatMap((resource) => {
      const { resource: plural, scope, verbs, responseKind } = resource;
      if (typeof plural !== 'string' || !isRecord(responseKind)) return [];
      return [
        {
          group,
          version: String(version),
          kind: String(responseKind.kind),
          plural,
          isNamespaced: scope === 'Namespaced',
          verbs: Array.isArray(verbs) ? verbs.map(String) : [],
        },
      ];
    }),
  );
}

function unreachable(cluster: string, said: string): Error {
  return invalid('hks synth', {
    prop: '--cluster',
    rule: `must reach a cluster, and the answer is '${said}'`,
    received: cluster,
    fix: 'Look whether kubectl version answers; --context names another cluster',
  });
}
