/** @module The pods that build images, as policies name them. */
import { LABELS } from '../../constructs/labels';
import { MANAGED_BY, MANAGER } from '../ownership';
import type { Platform } from '../platform';

/** Every pod of a build, and only those, has this label. */
export const BUILD_POD_LABELS = { [LABELS.kind]: 'build' } as const;

/** Builds in the namespaces of tenants' SandboxBuilders and in the platform's own. */
export function buildPeers({ config }: Pick<Platform, 'config'>): object[] {
  const podSelector = { matchLabels: BUILD_POD_LABELS };
  const ofProjects = { [MANAGED_BY]: MANAGER, [LABELS.kind]: 'project' };
  const own = { 'kubernetes.io/metadata.name': config.builder.namespace };
  return [
    { namespaceSelector: { matchLabels: ofProjects }, podSelector },
    { namespaceSelector: { matchLabels: own }, podSelector },
  ];
}
