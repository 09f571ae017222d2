/** @module The namespace of the platform's own pods: the registry, the database, the control plane. */
import * as pulumi from '@pulumi/pulumi';
import { SYSTEM_NAMESPACE } from '../constructs/system';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';

export interface SystemNamespaceArgs {
  readonly platform: Platform;
}

/** `hks-system`: restricted pods, and no traffic but what a part allows itself. It stays when the platform goes, with the volumes in it. */
export class SystemNamespace extends pulumi.ComponentResource {
  /** What everything in the namespace depends on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    { platform }: SystemNamespaceArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('hks:platform:SystemNamespace', name, {}, options);
    const [namespace, ...policies] = systemNamespaceObjects();
    const made = registerObjects(this, name, namespace === undefined ? [] : [namespace], {
      each: () => ({ retainOnDelete: true, provider: platform.retained }),
    });
    this.ready = [...made.values()];
    registerObjects(this, name, policies, { dependsOn: this.ready });
    this.registerOutputs({ namespace: SYSTEM_NAMESPACE });
  }
}

export function systemNamespaceObjects(): KubeObject[] {
  const enforced = 'pod-security.kubernetes.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: SYSTEM_NAMESPACE,
        labels: {
          [`${enforced}/enforce`]: 'restricted',
          [`${enforced}/audit`]: 'restricted',
          [`${enforced}/warn`]: 'restricted',
        },
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny', namespace: SYSTEM_NAMESPACE },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  ];
}
