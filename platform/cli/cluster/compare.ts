/** @module Compares what the app renders with the cluster: each object with what a server-side apply of it would make. */
import { toYaml } from '../../../constructs/synth/yaml';
import { type Difference, subjectOf } from '../tree/difference';
import { parsedValue, shownTexts } from '../tree/documents';
import { isRecord } from '../tree/index-file';
import type { RenderedObject } from '../tree/objects';
import { withoutSecrets } from '../tree/secrets';
import type { Answer, Api } from './api';
import { objectPath, type ServedKinds } from './kinds';
import { normal } from './normal';

/** An object that could not be compared. */
export interface Fault {
  readonly subject: string;
  readonly construct?: string | undefined;
  /** Why: `Forbidden: …`. */
  readonly message: string;
}

/** How the cluster differs from what the app renders. */
export interface ClusterComparison {
  readonly differences: readonly Difference[];
  readonly faults: readonly Fault[];
}

/** Whose fields are applied, and where objects go that name no namespace. */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly namespace: string;
}

/** Asks the server, by a dry run, what an apply of each object would change. */
export async function compareObjects(
  api: Api,
  kinds: ServedKinds,
  objects: readonly RenderedObject[],
  options: ApplyOptions,
): Promise<ClusterComparison> {
  const coming = comingKinds(objects);
  const results = await api.all(objects, async (object) => {
    try {
      return await compared(api, kinds, coming, object, options);
    } catch (error) {
      return faultOf(object, (error as Error).message);
    }
  });
  return {
    differences: results.filter((result) => result !== undefined && 'change' in result),
    faults: results.filter((result) => result !== undefined && 'message' in result),
  };
}

async function compared(
  api: Api,
  kinds: ServedKinds,
  coming: ReadonlySet<string>,
  object: RenderedObject,
  { fieldManager, namespace }: ApplyOptions,
): Promise<Difference | Fault | undefined> {
  const value = parsedValue(object.text);
  const apiVersion = isRecord(value) ? String(value.apiVersion) : '';
  const kind = kinds.find(object.group, apiVersion.split('/').pop() ?? '', object.kind);
  if (!kind) {
    if (coming.has(`${object.group}/${object.kind}`)) return added(object);
    return faultOf(object, `the cluster does not know ${object.kind} of ${apiVersion}`);
  }
  const path = objectPath(kind, withNamespace(object, namespace));
  const live = await api.ask({ path });
  if (live.status !== 200 && live.status !== 404) return refusalOf(object, live);
  const query = new URLSearchParams({
    dryRun: 'All',
    // As Argo CD and Flux apply: what others have changed is set back.
    force: 'true',
    fieldValidation: 'Strict',
    fieldManager,
  });
  const applied = await api.ask({ method: 'PATCH', path: `${path}?${query}`, apply: object.text });
  if (live.status === 404) {
    const isFine = applied.status < 300 || isWithoutNamespace(applied);
    return isFine ? added(object) : refusalOf(object, applied);
  }
  if (applied.status >= 300) return refusalOf(object, applied);
  return changed(object, normal(live.body, value), normal(applied.body, value));
}

/** Kinds that the app itself brings. */
function comingKinds(objects: readonly RenderedObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .flatMap(({ text }) => {
        const value = parsedValue(text);
        const spec = isRecord(value) && isRecord(value.spec) ? value.spec : {};
        return isRecord(spec.names) ? [`${spec.group}/${spec.names.kind}`] : [];
      }),
  );
}

/** The namespace is new as well: nothing in it can be asked for. */
function isWithoutNamespace({ status, body }: Answer): boolean {
  const details = isRecord(body) && isRecord(body.details) ? body.details : {};
  return status === 404 && details.kind === 'namespaces';
}

function withNamespace(object: RenderedObject, namespace: string): RenderedObject {
  return object.namespace === '' ? { ...object, namespace } : object;
}

function added(object: RenderedObject): Difference {
  const { construct, text } = object;
  return {
    change: 'added',
    subject: subjectOf(object),
    construct,
    ...shownTexts(undefined, text),
  };
}

function changed(object: RenderedObject, before: unknown, after: unknown): Difference | undefined {
  const texts = { before: toYaml(before), after: toYaml(after) };
  if (texts.before === texts.after) return undefined;
  const shown = object.kind === 'Secret' ? withoutSecrets(before, after) : texts;
  return { change: 'changed', subject: subjectOf(object), construct: object.construct, ...shown };
}

/** What the server says of a Secret may hold its values. */
function refusalOf(object: RenderedObject, { status, reason, body }: Answer): Fault {
  if (object.kind !== 'Secret' || status === 403) return faultOf(object, reason);
  const short = isRecord(body) && typeof body.reason === 'string' ? body.reason : status;
  return faultOf(object, `${short}: the message is not shown, as it may hold values of the Secret`);
}

function faultOf(object: RenderedObject, message: string): Fault {
  return { subject: subjectOf(object), construct: object.construct, message };
}
