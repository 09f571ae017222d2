/** @module The Namespace of a project: its name, its labels, and what Pod Security enforces in it. */
import type { ApiObjectMetadata } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkKnown, checkLabels, checkName } from '../check';
import { invalid } from '../invalid';
import { POD_SECURITY_VERSION, type PodSecurityLevel } from '../pod-security';
import { SYSTEM_NAMESPACES } from '../system';

/** Refuses what cannot be a tenant's namespace. */
export function checkNamespace(owner: IConstruct, given: unknown, tenant: string): string {
  const name = checkName(owner, 'namespace', given);
  if (!name.startsWith('kube-') && !SYSTEM_NAMESPACES.includes(name)) return name;
  throw invalid(owner, {
    prop: 'namespace',
    rule: `must not be one of the cluster's or the platform's own: kube-…, ${SYSTEM_NAMESPACES.join(', ')}`,
    received: name,
    fix: `Choose another name, like '${tenant}-${name}'`,
  });
}

/** Refuses metadata of the Namespace that is the platform's to set. */
export function checkNamespaceMetadata(
  owner: IConstruct,
  given: ApiObjectMetadata,
  ours: Readonly<Record<string, string>>,
): void {
  checkKnown(owner, given, ['labels', 'annotations'], 'metadata.');
  checkLabels(owner, 'metadata.labels', given.labels);
  checkLabels(owner, 'metadata.annotations', given.annotations, 'annotations');
  for (const [key, value] of Object.entries(given.labels ?? {})) {
    if (!(key in ours) && !key.startsWith('pod-security.kubernetes.io/')) continue;
    throw invalid(owner, {
      prop: `metadata.labels.${key}`,
      rule: `must not be set, since the platform sets it`,
      received: value,
      fix: key.startsWith('pod-security.')
        ? `Remove it, and use 'podSecurity'`
        : 'Remove it, or choose a key of your own',
    });
  }
}

/** The labels by which Pod Security knows what to enforce, to warn of and to audit. */
export function podSecurityLabels(level: PodSecurityLevel): Record<string, string> {
  const modes = { enforce: level, audit: 'restricted', warn: 'restricted' };
  return Object.fromEntries(
    Object.entries(modes).flatMap(([mode, value]) => [
      [`pod-security.kubernetes.io/${mode}`, value],
      [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION],
    ]),
  );
}
