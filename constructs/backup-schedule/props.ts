/** @module The props of a backup schedule. */
import type { ApiObjectMetadata, Duration, Size } from 'cdk8s';
import type { ContainerResources } from 'cdk8s-plus-28';
import type { HksCronJob, JobHistory, PostHook, PreHook } from '../cron-job';
import type { SecretKey } from '../environment';
import type { PodIdentity } from '../pod-security';
import type { Schedule } from '../schedule';
import type { TemplateApp } from '../template-app';
import type { EgressRule } from '../template-app/access';
import type { Retention } from './retention';
import type { BackupSource } from './source';
import type { BackupStorage } from './storage-props';
import type { Verification } from './verification';

export interface BackupScheduleProps {
  /** What is backed up: `{ pvcs }`, `{ command }` or `{ function }`. */
  readonly source: BackupSource;
  /** When it runs. */
  readonly schedule: Schedule;
  /** Where snapshots go: `{ s3 }`, `{ gcs }`, `{ azure }` or `{ pvc }`. */
  readonly storage: BackupStorage;
  /** The repository's password; required for remote storage. @default - a repository on a claim is readable by whoever reads the claim */
  readonly encryption?: SecretKey;
  /** Which snapshots stay. @default DEFAULT_RETENTION */
  readonly retention?: Retention;
  /** How hard restic compresses, with zstd: 'none', 'auto' or 'max'. @default 'auto' */
  readonly compression?: 'none' | 'auto' | 'max';
  /** False keeps both CronJobs from starting runs. @default true */
  readonly enabled?: boolean;
  /** The job that the backup follows: it never starts while that may run. @default - none */
  readonly cronJob?: HksCronJob;
  /** The application whose files are read, for its UID and GID. @default - that of `cronJob` */
  readonly app?: TemplateApp;
  /** Numeric user, group and fsGroup. @default - those of `app` or `cronJob`, or 65532 each */
  readonly identity?: PodIdentity;
  /** Reads snapshots back on a schedule of its own. @default - none */
  readonly verification?: Verification;
  /** Run before the backup, in its pod, one after the other, with the source's claims to read. @default [] */
  readonly preHooks?: readonly PreHook[];
  /** Run after the backup by the control plane. @default [] */
  readonly postHooks?: readonly PostHook[];
  /** What the pods may connect to beside the storage, e.g. the database of a command. @default [] */
  readonly egress?: readonly EgressRule[];
  /** Tags of the snapshots. @default [] */
  readonly tags?: readonly string[];
  /** After which a run is ended. @default - an hour, or nine tenths of the shortest distance between two runs */
  readonly timeout?: Duration;
  /** How late a run may start, at least 10 s. @default - five minutes, or half of the shortest distance between two runs */
  readonly startingDeadline?: Duration;
  /** How often a failed run is tried again. @default 2 */
  readonly retries?: number;
  /** @default - 3 successful and 5 failed Jobs */
  readonly history?: JobHistory;
  /** restic's CPU, memory and disk. @default - 100m to 1 CPU, 128Mi to 512Mi memory, disk for the cache */
  readonly resources?: ContainerResources;
  /** Room for restic's cache and temporary files. @default Size.mebibytes(512) */
  readonly cacheSize?: Size;
  /** restic's image; it needs /bin/sh. @default IMAGES.restic */
  readonly image?: string;
  /** Names of the Secrets that pull the images. @default [] */
  readonly imagePullSecrets?: readonly string[];
  /** Name, labels and annotations; the name has at most 52 characters, 45 with a verification. @default - the construct's id as name */
  readonly metadata?: ApiObjectMetadata;
}

/** The names of the props above. */
export const BACKUP_PROPS = [
  'source',
  'schedule',
  'storage',
  'encryption',
  'retention',
  'compression',
  'enabled',
  'cronJob',
  'app',
  'identity',
  'verification',
  'preHooks',
  'postHooks',
  'egress',
  'tags',
  'timeout',
  'startingDeadline',
  'retries',
  'history',
  'resources',
  'cacheSize',
  'image',
  'imagePullSecrets',
  'metadata',
];
