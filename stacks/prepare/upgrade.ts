/** @module What an upgrade would lose: objects in versions of a CRD that the release's CRD does not serve. */
import { invalid } from '../../constructs/invalid';
import type { CrdFacts } from '../facts';
import type { KubeObject } from '../kube-object';
import { type Fields, fields, list } from './fields';

/**
 * A sentence for each installed CRD that holds objects in a version which the release's CRD does not serve:
 * the API server refuses the new CRD, or would leave these objects unreadable.
 */
export function storedVersionFaults(
  installed: readonly CrdFacts[],
  crds: readonly KubeObject[],
): string[] {
  return crds.flatMap(({ metadata: { name }, spec }) => {
    const served = servedVersions(fields(spec));
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

/** The versions of a CRD's spec that the API server answers in. */
export function servedVersions(spec: Fields): string[] {
  return list(spec.versions)
    .filter(({ served }) => served === true)
    .map(({ name }) => String(name));
}
