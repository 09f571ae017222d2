/** @module Volumes as tenants write them: one record, each entry a source and where the container sees it. */
import type { Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkBoolean, checkInteger, checkKnown, checkName, checkObject } from '../check';
import { invalid } from '../invalid';
import { compact, type Volume, type VolumeMount } from '../manifest';
import { TMP_SIZE } from '../pod-security';
import { checkSize, quantity } from '../resources';

/** Where the container sees a volume. */
export interface VolumePlace {
  /** Absolute path in the container. */
  readonly mountPath: string;
  /** Path within the volume that is mounted instead of its root. @default - the root */
  readonly subPath?: string;
  /** @default - true for Secrets and ConfigMaps, else false */
  readonly readOnly?: boolean;
}

/** An empty folder that lives as long as the pod. */
export interface EmptyDirVolume extends VolumePlace {
  readonly emptyDir: {
    /** Above this the pod is evicted. @default Size.mebibytes(64) */
    readonly size?: Size;
    /** Keeps it in memory, which counts against the memory limit. @default false */
    readonly memory?: boolean;
  };
}
/** The keys of a ConfigMap of the project's namespace as files. */
export interface ConfigMapVolume extends VolumePlace {
  readonly configMap: string;
  /** Permission bits of the files. @default 0o444 */
  readonly mode?: number;
}
/** The keys of a Secret of the project's namespace as files. */
export interface SecretVolume extends VolumePlace {
  readonly secret: string;
  /** Permission bits of the files, which belong to root and the pod's fsGroup. @default 0o440 */
  readonly mode?: number;
}
/** A PersistentVolumeClaim of the project's namespace. */
export interface ClaimVolume extends VolumePlace {
  readonly claim: string;
}

export type AppVolume = EmptyDirVolume | ConfigMapVolume | SecretVolume | ClaimVolume;
/** Volumes by name; `null` removes one that was inherited. */
export type Volumes = Readonly<Record<string, AppVolume | null>>;

export interface ResolvedVolumes {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
}

const SOURCES = ['emptyDir', 'configMap', 'secret', 'claim'] as const;

/** The volumes of a pod and the mounts of its container. */
export function resolveVolumes(
  owner: IConstruct,
  prop: string,
  given: Volumes = {},
): ResolvedVolumes {
  checkObject(owner, prop, given, `{ cache: { emptyDir: {}, mountPath: '/cache' } }`);
  const volumes: Volume[] = [];
  const mounts: VolumeMount[] = [];
  const paths = new Map<string, string>();
  for (const [name, volume] of Object.entries(given)) {
    const own = `${prop}.${name}`;
    checkName(owner, own, name);
    if (volume === null) continue;
    const source = sourceOf(owner, own, volume);
    checkPath(owner, `${own}.mountPath`, volume.mountPath);
    refuseTmp(owner, own, name, volume.mountPath);
    const other = paths.get(volume.mountPath);
    if (other !== undefined) {
      throw invalid(owner, {
        prop: `${own}.mountPath`,
        rule: `must not be the path of the volume '${other}'`,
        received: volume.mountPath,
        fix: 'Give each volume its own path',
      });
    }
    paths.set(volume.mountPath, name);
    volumes.push({ name, ...source });
    mounts.push(
      compact({
        name,
        mountPath: volume.mountPath,
        subPath: checkSubPath(owner, `${own}.subPath`, volume.subPath),
        readOnly:
          (checkBoolean(owner, `${own}.readOnly`, volume.readOnly) ??
            ('secret' in volume || 'configMap' in volume)) ||
          undefined,
      }),
    );
  }
  return { volumes, mounts };
}

function sourceOf(owner: IConstruct, prop: string, volume: AppVolume): Omit<Volume, 'name'> {
  const kinds =
    typeof volume === 'object' && !Array.isArray(volume)
      ? SOURCES.filter((kind) => kind in volume)
      : [];
  if (kinds.length !== 1) {
    throw invalid(owner, {
      prop,
      rule: `must have exactly one of 'emptyDir', 'configMap', 'secret', 'claim'`,
      received: volume,
      fix: `Write { emptyDir: {}, mountPath: '/cache' } or { claim: 'data', mountPath: '/data' }`,
    });
  }
  const place = ['mountPath', 'subPath', 'readOnly'];
  if ('emptyDir' in volume) {
    checkKnown(owner, volume, ['emptyDir', ...place], `${prop}.`);
    return { emptyDir: emptyDir(owner, `${prop}.emptyDir`, volume.emptyDir) };
  }
  if ('claim' in volume) {
    checkKnown(owner, volume, ['claim', ...place], `${prop}.`);
    return {
      persistentVolumeClaim: { claimName: objectName(owner, `${prop}.claim`, volume.claim) },
    };
  }
  const isSecret = 'secret' in volume;
  checkKnown(owner, volume, [isSecret ? 'secret' : 'configMap', 'mode', ...place], `${prop}.`);
  const mode = checkInteger(owner, `${prop}.mode`, volume.mode, { max: 0o777 });
  return isSecret
    ? {
        secret: {
          secretName: objectName(owner, `${prop}.secret`, volume.secret),
          defaultMode: mode ?? 0o440,
        },
      }
    : {
        configMap: {
          name: objectName(owner, `${prop}.configMap`, volume.configMap),
          defaultMode: mode ?? 0o444,
        },
      };
}

function emptyDir(owner: IConstruct, prop: string, given: EmptyDirVolume['emptyDir']) {
  checkObject(owner, prop, given, '{ size: Size.mebibytes(256) }');
  checkKnown(owner, given, ['size', 'memory'], `${prop}.`);
  const size = checkSize(owner, `${prop}.size`, given.size);
  if (size !== undefined && quantity(size) === 0) {
    throw invalid(owner, {
      prop: `${prop}.size`,
      rule: 'must be above 0, which Kubernetes reads as no limit',
      received: size,
      fix: 'Write Size.mebibytes(256), or leave it out for the default',
    });
  }
  return compact({
    sizeLimit: size ?? TMP_SIZE,
    medium: checkBoolean(owner, `${prop}.memory`, given.memory) ? 'Memory' : undefined,
  });
}

/** The name of a Secret, ConfigMap or claim: a DNS subdomain. */
export function objectName(owner: IConstruct, prop: string, value: unknown): string {
  if (
    typeof value === 'string' &&
    value.length <= 253 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value)
  )
    return value;
  throw invalid(owner, {
    prop,
    rule: "must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters",
    received: value,
    fix: `Use a name like 'shop-config'`,
  });
}

/** One spelling for each folder, so that a path that comes twice is seen. */
function checkPath(owner: IConstruct, prop: string, value: unknown): void {
  if (typeof value === 'string' && /^(\/[^:/]+)+$/.test(value) && !value.split('/').includes('..'))
    return;
  throw invalid(owner, {
    prop,
    rule: `must be an absolute path below '/' without ':', '..', '//' and '/' at its end`,
    received: value,
    fix: `Write a path like '/data'`,
  });
}

function checkSubPath(owner: IConstruct, prop: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[^/]/.test(value) && !value.split('/').includes('..'))
    return value;
  throw invalid(owner, {
    prop,
    rule: `must be a path within the volume, without '/' at its beginning and without '..'`,
    received: value,
    fix: `Write a path like 'reports/daily'`,
  });
}

/** The name `tmp` belongs to the writable `/tmp` that every container has. */
function refuseTmp(owner: IConstruct, prop: string, name: string, mountPath: string): void {
  if (name !== 'tmp' || mountPath === '/tmp') return;
  throw invalid(owner, {
    prop,
    rule: `must be mounted at '/tmp', since every pod has a volume of that name there`,
    received: mountPath,
    fix: `Choose another name for the volume, or mount it at '/tmp'`,
  });
}
