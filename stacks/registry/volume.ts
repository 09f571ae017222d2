/** @module Volumes of the platform: the claim, and what keeps the data behind it. */
import type * as pulumi from '@pulumi/pulumi';
import { compact } from '../../constructs/manifest';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { withoutAwait } from '../prepare/engine';

export interface ClaimArgs {
  readonly name: string;
  readonly namespace: string;
  /** A Kubernetes quantity. */
  readonly size: string;
  /** The cluster's default without it. */
  readonly storageClass?: string;
}

/** A claim that the engine does not wait for: many a class binds it only when a pod comes. */
export function claim({ name, namespace, size, storageClass }: ClaimArgs): KubeObject {
  return withoutAwait({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: compact({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      storageClassName: storageClass,
    }),
  });
}

/** Data stays: it cannot be destroyed while it is protected, and a removal of the platform leaves it behind. */
export function keptData(platform: Platform): pulumi.CustomResourceOptions {
  return {
    protect: platform.config.protectData,
    retainOnDelete: true,
    provider: platform.retained,
  };
}
