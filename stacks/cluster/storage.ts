/** @module StorageClasses and claims as facts. */
import type { V1PersistentVolumeClaim, V1StorageClass } from '@kubernetes/client-node';
import type { ClaimFacts, StorageClassFacts } from '../facts';
import type { Listed } from './lists';

export type ApiStorageClass = Listed & Pick<Partial<V1StorageClass>, 'allowVolumeExpansion'>;
export type ApiClaim = Listed & Pick<Partial<V1PersistentVolumeClaim>, 'spec'>;

const DEFAULT = ['storageclass.kubernetes.io', 'storageclass.beta.kubernetes.io'];

export function storageClass({
  metadata,
  allowVolumeExpansion,
}: ApiStorageClass): StorageClassFacts {
  const isDefault = DEFAULT.some(
    (prefix) => metadata?.annotations?.[`${prefix}/is-default-class`] === 'true',
  );
  return {
    name: metadata?.name ?? '',
    isDefault,
    ...(allowVolumeExpansion === true ? { grows: true } : {}),
  };
}

export function claimFacts({ metadata, spec }: ApiClaim): ClaimFacts {
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    size: spec?.resources?.requests?.storage ?? '',
    ...(spec?.storageClassName ? { storageClass: spec.storageClassName } : {}),
  };
}
