/** @module The namespace of the platform's own pods: the registry, the database, the control plane. */
import * as pulumi from '@pulumi/pulumi';
import { DEFAULT_DENY, DEFAULT_DENY_SPEC } from '../constructs/project/network';
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
    const made = registerObjects(this, name, [NAMESPACE], {
      each: () => ({ retainOnDelete: true, provider: platform.retained }),
    });
    this.ready = [...made.values()];
    registerObjects(this, name, [NO_TRAFFIC], { dependsOn: this.ready });
    this.registerOutputs({ namespace: SYSTEM_NAMESPACE });
  }
}

const NAMESPACE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: SYSTEM_NAMESPACE,
    labels: {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
};

const NO_TRAFFIC: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: DEFAULT_DENY, namespace: SYSTEM_NAMESPACE },
  spec: DEFAULT_DENY_SPEC,
};
