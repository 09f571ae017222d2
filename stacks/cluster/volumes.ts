/** @module Volumes that the settings ask for, on this cluster: what a StorageClass cannot do, and what a volume that is there cannot become. */
import { invalid } from '../../constructs/invalid';
import { quantity } from '../../constructs/resources';
import { BUILD_CACHE_CLAIM } from '../../constructs/sandbox-builder/build-template';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { HostPlatformConfig } from '../config/schema';
import type { ClaimFacts, ClusterFacts } from '../facts';
import { BACKUP, POSTGRES } from '../postgres/settings';
import { choosePostgres } from './choices';
import { OWNER } from './owner';

/** A volume, and the settings that it follows. */
export interface WantedVolume {
  readonly namespace: string;
  readonly claim: string;
  readonly size: { readonly prop: string; readonly value: string };
  readonly storageClass: { readonly prop: string; readonly value: string | undefined };
}

/** All of them, in the order of the settings. */
export function wantedVolumes(config: HostPlatformConfig): WantedVolume[] {
  const { registry, builder, packageProxy, postgres } = config;
  const wanted = (part: string, claim: string, storageClass: string | undefined) => ({
    namespace: SYSTEM_NAMESPACE,
    claim,
    storageClass: { prop: `${part}.storageClass`, value: storageClass },
  });
  const { backup } = postgres;
  const hasDatabase = choosePostgres(config) === 'installed';
  return [
    {
      ...wanted('registry', 'registry', registry.storageClass),
      size: { prop: 'registry.size', value: registry.size },
    },
    {
      ...wanted('builder', BUILD_CACHE_CLAIM, builder.storageClass),
      namespace: builder.namespace,
      size: { prop: 'builder.cacheSize', value: builder.cacheSize },
    },
    ...(packageProxy.enabled
      ? [
          {
            ...wanted('packageProxy', 'package-proxy-cache', packageProxy.storageClass),
            size: { prop: 'packageProxy.size', value: packageProxy.size },
          },
        ]
      : []),
    ...(hasDatabase
      ? [
          {
            ...wanted('postgres', POSTGRES, postgres.storageClass),
            size: { prop: 'postgres.size', value: postgres.size },
          },
        ]
      : []),
    ...(hasDatabase && backup.enabled
      ? [
          {
            ...wanted('postgres', BACKUP, postgres.storageClass),
            size: { prop: 'postgres.backup.size', value: backup.size },
          },
        ]
      : []),
  ];
}

export function volumeFaults(config: HostPlatformConfig, facts: ClusterFacts): string[] {
  const faults = wantedVolumes(config).flatMap((wanted) => {
    const there = facts.claims?.find(
      ({ namespace, name }) => namespace === wanted.namespace && name === wanted.claim,
    );
    return there === undefined
      ? newFaults(wanted, facts)
      : [...classFaults(wanted, there), ...sizeFaults(wanted, there, facts)];
  });
  // The database and its dumps are of one StorageClass.
  return [...new Set(faults)];
}

/** A StorageClass that is not there, or is left to a default that is not there. */
function newFaults({ storageClass: { prop, value } }: WantedVolume, facts: ClusterFacts): string[] {
  const names = facts.storageClasses.map(({ name }) => name);
  const hasDefault = facts.storageClasses.some(({ isDefault }) => isDefault);
  if (value === undefined ? hasDefault : names.includes(value)) return [];
  const rule =
    value === undefined
      ? 'must be set in a cluster that has no default StorageClass'
      : 'must be a StorageClass of the cluster';
  const fix =
    names.length > 0
      ? `Set it to one of ${names.join(', ')}`
      : 'Give the cluster a StorageClass, such as local-path of K3s';
  return [invalid(OWNER, { prop, rule, received: value, fix }).message];
}

/** Kubernetes changes no volume's StorageClass. */
function classFaults(
  { storageClass: { prop, value } }: WantedVolume,
  { namespace, name, storageClass }: ClaimFacts,
): string[] {
  if (value === undefined || storageClass === undefined || value === storageClass) return [];
  const claim = `PersistentVolumeClaim ${namespace}/${name}`;
  const rule = `must stay '${storageClass}', which the ${claim} has`;
  const fix = `Set it to '${storageClass}'. Another one begins with an empty volume: remove the platform, then delete the ${claim}`;
  return [invalid(OWNER, { prop, rule, received: value, fix }).message];
}

/** Kubernetes makes no volume smaller, and larger only where the StorageClass says so. */
function sizeFaults(
  { size: { prop, value } }: WantedVolume,
  { namespace, name, size, storageClass }: ClaimFacts,
  { storageClasses }: ClusterFacts,
): string[] {
  const [wanted, there] = [quantity(value), quantity(size)];
  if (wanted === there) return [];
  const claim = `the PersistentVolumeClaim ${namespace}/${name}`;
  const grows = storageClasses.some((one) => one.name === storageClass && one.grows);
  if (wanted > there && grows) return [];
  const rule =
    wanted < there
      ? `must not be less than ${size}, which ${claim} has, as no volume becomes smaller`
      : `must stay ${size}, which ${claim} has, as the StorageClass '${storageClass ?? ''}' makes no volume larger`;
  return [invalid(OWNER, { prop, rule, received: value, fix: `Set it to ${size}` }).message];
}
