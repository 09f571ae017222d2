/** @module What an upgrade does to the objects of a release: what changes in place, what cannot, and what is lost. */
import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../../constructs/invalid';
import type { CrdFacts } from '../facts';
import type { KubeObject } from '../kube-object';
import { fields } from './fields';
import { type CrdVersions, crdVersions, type ObjectFacts } from './object-facts';

export { type ObjectFacts, objectFacts } from './object-facts';

/** Objects by their identities, in the order of the release that has them. */
export interface UpgradePlan {
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

/**
 * A sentence for each installed CRD that holds objects in a version which the release's CRD does not serve:
 * the API server refuses the new CRD, or would leave these objects unreadable.
 */
export function storedVersionFaults(
  installed: readonly CrdFacts[],
  crds: readonly KubeObject[],
): string[] {
  return crds.flatMap(({ metadata: { name }, spec }) => {
    const { served } = crdVersions(fields(spec));
    const facts = installed.find((crd) => crd.name === name);
    const lost = facts?.storedVersions.filter((version) => !served.includes(version)) ?? [];
    if (lost.length === 0) return [];
    const fault = invalid(`the installed CRD ${name}`, {
      prop: 'status.storedVersions',
      rule: `must hold only what the new one serves, which is ${served.join(', ')}`,
      received: facts?.storedVersions,
      fix: `Run the storage version migration of the installed release, write each object of ${name} anew, then take ${lost.join(', ')} out of status.storedVersions`,
    });
    return [fault.message];
  });
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
