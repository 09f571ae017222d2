/** @module The database's backup: dumps on a volume of their own, and the way back. */
import type { EnvVar } from '../../constructs/manifest';
import { hardenPod } from '../../constructs/pod-security';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import { toDns } from '../egress';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { claim } from '../registry/volume';
import { BACKUP_SCRIPT, RESTORE_SCRIPT } from './scripts';
import {
  BACKUP,
  BACKUP_DEADLINE_SECONDS,
  BACKUP_LABELS,
  BACKUP_PATH,
  DATABASE,
  DATABASE_SECRET,
  PASSWORD_KEY,
  POSTGRES_HOST,
  POSTGRES_LABELS,
  POSTGRES_PORT,
  POSTGRES_USER_ID,
  RESTORE,
} from './settings';

const HOUR = 3600;

/** The dumps' volume, what makes them, and what a restore is made from; none where the settings say so. */
export function backupObjects({
  config,
  facts,
  pinned,
}: Pick<Platform, 'config' | 'facts' | 'pinned'>): KubeObject[] {
  const { backup, storageClass } = config.postgres;
  if (!backup.enabled) return [];
  const image = pinned('postgres');
  const keep = { name: 'KEEP', value: String(backup.keep) };
  return [
    claim({ name: BACKUP, namespace: SYSTEM_NAMESPACE, size: backup.size, storageClass }),
    backupPolicy(facts),
    cronJob(BACKUP, backupPod(image, BACKUP_SCRIPT, [keep]), { schedule: backup.schedule }),
    // Never runs by itself: a Job is made from it by hand.
    cronJob(RESTORE, backupPod(image, RESTORE_SCRIPT, []), {
      schedule: '0 0 1 1 *',
      suspend: true,
    }),
  ];
}

function backupPolicy(facts: Platform['facts']): KubeObject {
  const toDatabase = {
    to: [{ podSelector: { matchLabels: POSTGRES_LABELS } }],
    ports: [{ port: POSTGRES_PORT, protocol: 'TCP' }],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: BACKUP, namespace: SYSTEM_NAMESPACE },
    spec: {
      podSelector: { matchLabels: BACKUP_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [toDatabase, toDns(facts)],
    },
  };
}

/** No second try within a run: the next one comes by schedule, and an alert tells of this one. */
function cronJob(
  name: string,
  pod: object,
  when: { readonly schedule: string; readonly suspend?: boolean },
): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: SYSTEM_NAMESPACE, labels: BACKUP_LABELS },
    spec: {
      ...when,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: HOUR,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: BACKUP_LABELS },
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: BACKUP_DEADLINE_SECONDS,
          template: { metadata: { labels: BACKUP_LABELS }, spec: pod },
        },
      },
    },
  };
}

function backupPod(image: string, script: string, env: readonly EnvVar[]) {
  return hardenPod(
    {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: 'backup',
          image,
          command: ['sh', '-c', script],
          env: [
            { name: 'PGHOST', value: POSTGRES_HOST },
            { name: 'PGPORT', value: String(POSTGRES_PORT) },
            { name: 'PGUSER', value: DATABASE },
            { name: 'PGDATABASE', value: DATABASE },
            {
              name: 'PGPASSWORD',
              valueFrom: { secretKeyRef: { name: DATABASE_SECRET, key: PASSWORD_KEY } },
            },
            { name: 'PGCONNECT_TIMEOUT', value: '30' },
            { name: 'FOLDER', value: BACKUP_PATH },
            { name: 'PATIENCE', value: '120' },
            ...env,
          ],
          resources: {
            requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
            limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
          },
          volumeMounts: [{ name: 'backups', mountPath: BACKUP_PATH }],
        },
      ],
      volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: BACKUP } }],
    },
    { user: POSTGRES_USER_ID },
  );
}
