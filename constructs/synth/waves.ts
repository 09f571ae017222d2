/** @module The order in which Argo CD applies objects: sync waves where order matters. */
import { ANNOTATIONS } from '../labels';
import { podsOf } from '../project/pods';
import type { PlacedObject } from './admission';
import { kindText } from './kinds';
import type { Manifest } from './objects';

/** What has to be there before pods: the namespace and its limits, then accounts, roles and policies. */
const FIRST: Readonly<Record<string, number>> = {
  Namespace: -2,
  ResourceQuota: -2,
  LimitRange: -2,
  ServiceAccount: -1,
  'Role.rbac.authorization.k8s.io': -1,
  'RoleBinding.rbac.authorization.k8s.io': -1,
  'NetworkPolicy.networking.k8s.io': -1,
  'ExternalSecret.external-secrets.io': -1,
  'CronJob.batch': 1,
  'Service.serving.knative.dev': 1,
};

/**
 * Claims that a pod mounts which runs all the time, as `namespace/name`. Where volumes wait for their first pod, any
 * other claim stays pending until a job runs, and Argo CD would never get past its wave.
 */
export function mountedClaims(objects: readonly PlacedObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ namespace }) => namespace !== '')
      .flatMap((object) =>
        podsOf([object])
          .filter(({ steady }) => steady > 0)
          .flatMap(({ spec }) => spec.volumes ?? [])
          .map(
            ({ persistentVolumeClaim }) =>
              `${object.namespace}/${persistentVolumeClaim?.claimName}`,
          ),
      ),
  );
}

/**
 * The object with its wave: -2 limits, -1 access, 0 the rest, 1 what runs jobs and functions, 2 backups, triggers and
 * claims that are not `mounted` yet.
 */
export function inWave(object: PlacedObject, mounted: ReadonlySet<string> = new Set()): Manifest {
  const { json } = object;
  const given = json.metadata?.annotations;
  const wave = waveOf(object, mounted);
  if (wave === 0 || given?.[ANNOTATIONS.syncWave] !== undefined) return json;
  const annotations = { ...given, [ANNOTATIONS.syncWave]: String(wave) };
  return { ...json, metadata: { ...json.metadata, annotations: sorted(annotations) } };
}

function waveOf(
  { group, kind, namespace, name, json }: PlacedObject,
  mounted: ReadonlySet<string>,
): number {
  if (group === '' && kind === 'PersistentVolumeClaim')
    return mounted.has(`${namespace}/${name}`) ? 0 : 2;
  const listed = kindText({ group, kind });
  const isBackup = json.metadata?.labels?.['hks.io/kind'] === 'backup';
  if (listed === 'CronJob.batch' && isBackup) return 2;
  if (listed === 'DomainMapping.serving.knative.dev' || group === 'eventing.knative.dev') return 2;
  return FIRST[listed] ?? 0;
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
