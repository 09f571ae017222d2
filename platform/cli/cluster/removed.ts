/** @module Objects of the cluster that the app no longer renders: by the labels of its tenants, and by the tree on disk. */
import { LABELS } from '../../../constructs/labels';
import { type Difference, keyOf, type ObjectName, subjectOf } from '../tree/difference';
import { isRecord } from '../tree/index-file';
import { withoutSecrets } from '../tree/secrets';
import type { Api } from './api';
import type { ClusterComparison, Fault } from './compare';
import { listPath, objectPath, type ServedKind, type ServedKinds } from './kinds';
import { normal } from './normal';

/** What is looked for. */
export interface Wanted {
  /** The app's tenants, those that it no longer has among them. */
  readonly tenants: readonly string[];
  /** What the app renders. */
  readonly rendered: readonly ObjectName[];
  /** What the tree on disk lists and the app no longer renders, with the construct that it was. */
  readonly listed: readonly (ObjectName & { readonly construct?: string })[];
  /** Who applies. */
  readonly fieldManager: string;
}

/** What was found, and the kinds that could not be looked through. */
export interface Removed extends ClusterComparison {
  /** Kinds that the app does not have, as far as is known. */
  readonly unseen: readonly string[];
}

const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Who applies trees; what else carries a tenant's labels was made by controllers, or by the platform as it runs. */
const APPLIERS = ['hks', 'kubectl', 'argocd-controller', 'kustomize-controller'];
/** A longer list would not fit into a URL. */
const MOST_TENANTS = 50;

/** Finds what is in the cluster and no longer rendered; what controllers made does not count. */
export async function removedObjects(
  api: Api,
  kinds: ServedKinds,
  wanted: Wanted,
): Promise<Removed> {
  const rendered = new Set(wanted.rendered.map(keyOf));
  const known = new Set([...wanted.rendered, ...wanted.listed].map(kindKey));
  const faults: Fault[] = [];
  const unseen: string[] = [];
  const found = new Map<string, Found>();
  for (const object of wanted.listed) {
    const kind = kinds.preferred.find((served) => kindKey(served) === kindKey(object));
    if (kind) found.set(keyOf(object), { ...object, served: kind });
  }
  const searched = wanted.tenants.length === 0 ? [] : kinds.preferred.filter(isSearched);
  const namespaces = [...new Set(wanted.rendered.map(({ namespace }) => namespace))];
  await api.all(searched, async (kind) => {
    const items = await labelled(api, kind, wanted, namespaces).catch(
      (error: Error) => error.message,
    );
    if (typeof items !== 'string') {
      for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
    } else if (known.has(kindKey(kind))) {
      faults.push({ subject: `${kind.kind} of ${kind.group || 'the core'}`, message: items });
    } else unseen.push(kind.plural);
  });
  const candidates = [...found.values()]
    .filter((object) => !rendered.has(keyOf(object)))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const differences = await api.all(candidates, (object) => removal(api, object));
  return { differences: differences.flat(), faults, unseen: unseen.sort() };
}

interface Found extends ObjectName {
  readonly served: ServedKind;
  readonly construct?: string;
}

function isSearched({ verbs }: ServedKind): boolean {
  return verbs.includes('list') && verbs.includes('delete');
}

function kindKey({ group, kind }: Pick<ObjectName, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}

/** Objects of the kind with the tenants' labels; in the app's namespaces where all cannot be seen; or why not. */
async function labelled(
  api: Api,
  kind: ServedKind,
  wanted: Wanted,
  namespaces: readonly string[],
): Promise<readonly Found[] | string> {
  const { tenants } = wanted;
  const one = tenants.length <= MOST_TENANTS ? ` in (${tenants.join(',')})` : '';
  const labelSelector = `${LABELS.managedBy}=hks,${LABELS.tenant}${one}`;
  const query = new URLSearchParams({ labelSelector });
  const list = (namespace: string) =>
    api.ask({ path: `${listPath(kind, namespace)}?${query}`, accept: METADATA });
  const all = await list('');
  const isInside = all.status === 403 && kind.isNamespaced;
  const answers = isInside ? await Promise.all(namespaces.filter(Boolean).map(list)) : [all];
  const failed =
    answers.find(({ status }) => status !== 200) ?? (answers.length > 0 ? undefined : all);
  if (failed) return failed.reason;
  return answers
    .flatMap(({ body }) => itemsOf(body))
    .flatMap((item) => appliedObject(item, kind, wanted));
}

function itemsOf(body: unknown): readonly unknown[] {
  return isRecord(body) && Array.isArray(body.items) ? body.items : [];
}

/** Only what was applied as it is, and is not on its way out. */
function appliedObject(
  item: unknown,
  served: ServedKind,
  { tenants, fieldManager }: Wanted,
): readonly Found[] {
  const metadata = isRecord(item) && isRecord(item.metadata) ? item.metadata : {};
  const labels = isRecord(metadata.labels) ? metadata.labels : {};
  const annotations = isRecord(metadata.annotations) ? metadata.annotations : {};
  const managers = Array.isArray(metadata.managedFields) ? metadata.managedFields : [];
  const isApplied =
    LAST_APPLIED in annotations ||
    managers.some(
      (entry) =>
        isRecord(entry) &&
        entry.operation === 'Apply' &&
        [...APPLIERS, fieldManager].includes(String(entry.manager)),
    );
  const isOwned =
    metadata.ownerReferences !== undefined || metadata.deletionTimestamp !== undefined;
  if (!isApplied || isOwned || !tenants.includes(String(labels[LABELS.tenant]))) return [];
  const { group, kind } = served;
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : '';
  return [{ group, kind, namespace, name: String(metadata.name), served }];
}

/** The object as it is; nothing when it is not there, and itself when it cannot be read. */
async function removal(api: Api, object: Found): Promise<readonly Difference[]> {
  const path = objectPath(object.served, object);
  const { status, body } = await api.ask({ path }).catch(() => ({ status: 0, body: undefined }));
  if (status === 404) return [];
  const shown = status === 200 ? withoutSecrets(normal(body, undefined), undefined) : {};
  const { construct } = object;
  return [{ change: 'removed', subject: subjectOf(object), construct, before: shown.before }];
}
