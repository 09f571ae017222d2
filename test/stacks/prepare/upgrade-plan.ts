/** @module What an upgrade does to the objects of a release: what changes in place, what cannot, and what is lost. */
import { isDeepStrictEqual } from 'node:util';
import { identityOf, type KubeObject } from '../../../stacks/kube-object';
import { type Fields, fields, isFields, list } from '../../../stacks/prepare/fields';
import { servedVersions } from '../../../stacks/prepare/upgrade';

/** What the cluster does not let change in an object that exists, and which versions a CRD has. */
export interface ObjectFacts {
  readonly identity: string;
  /** Of a Deployment, DaemonSet or StatefulSet: the labels of its pods. */
  readonly selector?: unknown;
  /** Of a binding: the role. */
  readonly roleRef?: unknown;
  /** Of a Service: whether it has no address. */
  readonly headless?: boolean;
  readonly crd?: CrdVersions;
}

interface CrdVersions {
  readonly scope: string;
  readonly kind: string;
  readonly plural: string;
  readonly served: readonly string[];
  readonly stored: string;
}

/** The facts of objects, in their order. */
export function objectFacts(objects: readonly KubeObject[]): ObjectFacts[] {
  return objects.map((object) => {
    const { kind, apiVersion } = object;
    const spec = fields(object.spec);
    const identity = identityOf(object);
    if (kind === 'CustomResourceDefinition') return { identity, crd: crdVersions(spec) };
    if (kind === 'Service' && apiVersion === 'v1') {
      return { identity, headless: spec.clusterIP === 'None' };
    }
    if (isFields(object.roleRef)) return { identity, roleRef: object.roleRef };
    return isFields(spec.template) && isFields(spec.selector)
      ? { identity, selector: spec.selector }
      : { identity };
  });
}

function crdVersions(spec: Fields): CrdVersions {
  const versions = list(spec.versions);
  const { kind, plural } = fields(spec.names);
  return {
    scope: String(spec.scope),
    kind: String(kind),
    plural: String(plural),
    served: servedVersions(spec),
    stored: String(versions.find(({ storage }) => storage === true)?.name),
  };
}

/** Objects by their identities, in the order of the release that has them. */
interface UpgradePlan {
  /** In both releases, and changed in place where they differ. */
  readonly updated: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** In both, but with a change that the cluster refuses: deleted, then made anew. */
  readonly replaced: readonly { readonly identity: string; readonly field: string }[];
  /** Versions of CRDs that were served or stored and no longer are: objects in them are out of reach. */
  readonly lostVersions: readonly { readonly identity: string; readonly version: string }[];
}

/** Compares the objects of a release with those of the one before. */
export function upgradePlan(
  before: readonly ObjectFacts[],
  after: readonly ObjectFacts[],
): UpgradePlan {
  const old = new Map(before.map((facts) => [facts.identity, facts]));
  const fresh = new Set(after.map(({ identity }) => identity));
  const pairs = after.flatMap((now) => {
    const was = old.get(now.identity);
    return was === undefined ? [] : [{ was, now, fixed: fixedChanges(was, now) }];
  });
  return {
    updated: pairs.filter(({ fixed }) => fixed.length === 0).map(({ now }) => now.identity),
    added: after.map(({ identity }) => identity).filter((identity) => !old.has(identity)),
    removed: before.map(({ identity }) => identity).filter((identity) => !fresh.has(identity)),
    replaced: pairs.flatMap(({ now: { identity }, fixed }) =>
      fixed.map((field) => ({ identity, field })),
    ),
    lostVersions: pairs.flatMap(({ was, now: { identity, crd } }) =>
      lostVersions(was.crd, crd).map((version) => ({ identity, version })),
    ),
  };
}

/** Fields that differ although the cluster lets none of them change. */
function fixedChanges(was: ObjectFacts, now: ObjectFacts): string[] {
  const changes: readonly [field: string, was: unknown, now: unknown][] = [
    ['spec.selector', was.selector, now.selector],
    ['roleRef', was.roleRef, now.roleRef],
    ['spec.clusterIP', was.headless, now.headless],
    ['spec.scope', was.crd?.scope, now.crd?.scope],
    ['spec.names.kind', was.crd?.kind, now.crd?.kind],
    ['spec.names.plural', was.crd?.plural, now.crd?.plural],
  ];
  return changes.filter(([, a, b]) => !isDeepStrictEqual(a, b)).map(([field]) => field);
}

function lostVersions(was: CrdVersions | undefined, now: CrdVersions | undefined): string[] {
  if (was === undefined) return [];
  const known = new Set([...was.served, was.stored]);
  return [...known].filter((version) => !now?.served.includes(version));
}
