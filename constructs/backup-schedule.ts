/** @module Backups of claims, of a command's output or of a function's answer, on a schedule. */
import type { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkReference } from './backup-schedule/credentials';
import { annotateJob, checkLink, checkRepository } from './backup-schedule/link';
import {
  type ResticPodSettings,
  resticPod,
  resticResources,
  withDisk,
} from './backup-schedule/pod';
import { BACKUP_PROPS, type BackupScheduleProps } from './backup-schedule/props';
import { renderCronJob } from './backup-schedule/render';
import { type RestoreJob, type RestoreProps, restoreJobFor } from './backup-schedule/restore';
import { type KeepFlags, keepFlags } from './backup-schedule/retention';
import { backupScript, RESTORE_PATH, verifyScript } from './backup-schedule/script';
import { type ResolvedSource, resolveSource } from './backup-schedule/source';
import { type Repository, resolveStorage } from './backup-schedule/storage';
import { checkTags } from './backup-schedule/tags';
import {
  type ResolvedVerification,
  requireSchedule,
  resolveVerification,
} from './backup-schedule/verification';
import { checkAfterJob, coversTooLittle, verificationOverlap } from './backup-schedule/window';
import {
  checkBoolean,
  checkInteger,
  checkKnown,
  checkName,
  checkObject,
  checkOneOf,
} from './check';
import { HksCronJob, type PostHook } from './cron-job';
import { postHookAnnotation, postHookRecords, preHookContainers } from './cron-job/hooks';
import {
  checkDuration,
  checkStartingDeadline,
  defaultStartingDeadline,
  defaultTimeout,
} from './cron-job/timing';
import type { SecretKey } from './environment';
import { checkImage, IMAGES } from './images';
import { invalid } from './invalid';
import { ANNOTATIONS, LABELS } from './labels';
import { compact, type PodSecurityContext, type PodSpec } from './manifest';
import { Project } from './project';
import { checkSize, resolveResources } from './resources';
import type { Schedule } from './schedule';
import { TemplateApp } from './template-app';
import { allowEgress, checkEgress, type EgressRule } from './template-app/access';
import { checkIdentity, checkPullSecrets } from './template-app/pod';
import { warn } from './warnings';

export type { CallableFunction, FunctionSource } from './backup-schedule/call';
export type { BackupScheduleProps } from './backup-schedule/props';
export type { RestoreJob, RestoreProps } from './backup-schedule/restore';
export { DEFAULT_RETENTION, type Retention } from './backup-schedule/retention';
export type { BackupSource, ClaimSource, CommandSource } from './backup-schedule/source';
export type {
  AzureStorage,
  BackupStorage,
  ClaimStorage,
  GcsStorage,
  S3Storage,
  StorageAccess,
} from './backup-schedule/storage-props';
export type { Verification } from './backup-schedule/verification';

/** Kubernetes appends 11 characters for each Job. */
const MAX_NAME = 52;
const VERIFY = '-verify';

/** A schedule of backups. */
export class BackupSchedule extends Construct {
  readonly project: Project;
  /** Name of the CronJob. */
  readonly name: string;
  /** The schedule with its jitter applied. */
  readonly schedule: Schedule;
  readonly enabled: boolean;
  readonly timeout: Duration;
  readonly startingDeadline: Duration;
  /** Flags of `restic forget`. */
  readonly keep: KeepFlags;
  /** restic's `--host`, under which the snapshots are grouped: `namespace/name`. */
  readonly host: string;
  /** restic's `--repo`. */
  readonly repository: string;
  /** The claim that holds the repository, for storage on a PVC. */
  readonly repositoryClaim: string | undefined;
  /** The pod of each run, under the restricted profile. */
  readonly pod: PodSpec;
  /** Labels that all pods of this backup carry, restores included; policies select them. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly cronJob: ApiObject;
  readonly verificationCronJob?: ApiObject;

  private readonly source: ResolvedSource;
  private readonly storage: Repository;
  private readonly restic: ResticPodSettings;

  constructor(scope: Construct, id: string, props: BackupScheduleProps) {
    super(scope, id);
    this.project = Project.of(this);
    checkKnown(this, props, BACKUP_PROPS);
    const { metadata = {} } = props;
    checkObject(this, 'metadata', metadata, `{ labels: { team: 'shop' } }`);
    const named = metadata.name === undefined ? 'id' : 'metadata.name';
    const longest = props.verification === undefined ? MAX_NAME : MAX_NAME - VERIFY.length;
    this.name = checkName(this, named, metadata.name ?? id, longest);
    this.host = `${this.project.namespace}/${this.name}`;
    this.podLabels = { [LABELS.backup]: this.name };
    this.schedule = requireSchedule(this, 'schedule', props.schedule).resolve(this.node.path);
    const gap = this.schedule.shortestGap();
    this.timeout =
      checkDuration(this, 'timeout', props.timeout, 1, 'Duration.minutes(30)') ??
      defaultTimeout(gap);
    this.startingDeadline =
      checkStartingDeadline(this, props.startingDeadline) ?? defaultStartingDeadline(gap);
    this.enabled = checkBoolean(this, 'enabled', props.enabled) ?? true;
    this.keep = keepFlags(this, 'retention', props.retention);
    this.source = resolveSource(this, props.source, this.name, this.project);
    this.storage = resolveStorage(this, props.storage, this.host);
    this.repository = this.storage.location;
    this.repositoryClaim = this.storage.claim;
    this.checkStorage();
    const linked = checkLink(this, 'cronJob', props.cronJob, HksCronJob);
    const app = checkLink(this, 'app', props.app, TemplateApp);
    if (linked) checkAfterJob(this, this.schedule, linked);
    this.restic = this.resticProps(props, (app ?? linked)?.pod);
    const verification = resolveVerification(this, props.verification);
    this.pod = this.backupPod(props);
    this.warnings(verification);

    const annotations = compact({
      [ANNOTATIONS.schedulePreset]: this.schedule.preset,
      [ANNOTATIONS.backupOf]: linked?.name,
      [ANNOTATIONS.postHooks]: this.postHooks(props.postHooks),
    }) as Record<string, string>;
    const retries = checkInteger(this, 'retries', props.retries, { max: 100 }) ?? 2;
    const common = {
      suspend: !this.enabled,
      history: props.history,
      podLabels: this.podLabels,
    };
    this.cronJob = renderCronJob(this, 'Default', this.project, {
      ...common,
      name: this.name,
      schedule: this.schedule,
      timeout: this.timeout,
      startingDeadline: this.startingDeadline,
      pod: this.pod,
      retries,
      metadata,
      annotations,
    });
    if (verification) {
      this.verificationCronJob = renderCronJob(this, 'Verification', this.project, {
        ...common,
        name: this.name + VERIFY,
        schedule: verification.schedule,
        timeout: verification.timeout,
        startingDeadline: defaultStartingDeadline(verification.schedule.shortestGap()),
        pod: this.verificationPod(verification),
        retries: 0,
        metadata,
        annotations: {},
      });
    }
    if (linked) annotateJob(linked.cronJob, this.name);
    const egress = [...checkEgress(this, props.egress), ...this.ownEgress()];
    allowEgress(this, this.project, this.name, this.podLabels, checkEgress(this, egress));
    checkRepository(this);
  }

  /** A Job that restores a snapshot into a claim: a plain object, for `kubectl create -f -`. */
  restoreJob(props: RestoreProps): RestoreJob {
    const { labels = {} } = this.project.objectMetadata('backup', this.name);
    return restoreJobFor(this, props, {
      name: this.name,
      host: this.host,
      namespace: this.project.namespace,
      labels: { ...labels, ...this.podLabels },
      claims: this.source.claims,
      pod: this.restic,
    });
  }

  private checkStorage(): void {
    const { claim } = this.storage;
    if (claim === undefined || !this.source.claims.includes(claim)) return;
    throw invalid(this, {
      prop: 'storage.pvc.claim',
      rule: 'must not be a claim that is backed up, since it would hold its own backup',
      received: claim,
      fix: 'Give the backups a claim of their own',
    });
  }

  private resticProps(props: BackupScheduleProps, source: PodSpec | undefined): ResticPodSettings {
    const { requireDigest } = this.project;
    const image = props.image ?? IMAGES.restic;
    const cacheSize = checkSize(this, 'cacheSize', props.cacheSize) ?? '512Mi';
    const { runAsUser, runAsGroup, fsGroup } = {
      ...source?.securityContext,
      ...compact(source?.containers[0]?.securityContext ?? {}),
    } as PodSecurityContext;
    const inherited = compact({ user: runAsUser, group: runAsGroup, fsGroup });
    return {
      image:
        props.image === undefined ? image : checkImage(this, 'image', image, { requireDigest }),
      repository: this.storage,
      encryption: this.encryption(props.encryption),
      identity: { ...inherited, ...compact(checkIdentity(this, props.identity)) },
      resources: resolveResources(this, 'resources', props.resources, resticResources(cacheSize)),
      cacheSize,
      imagePullSecrets: checkPullSecrets(this, props.imagePullSecrets),
    };
  }

  private encryption(given: SecretKey | undefined): SecretKey | undefined {
    if (given !== undefined) return checkReference(this, 'encryption', given, 'secret');
    if (this.storage.claim !== undefined) return undefined;
    throw invalid(this, {
      prop: 'encryption',
      rule: 'must be given for remote storage',
      received: undefined,
      fix: `Put a long password in a Secret and write { secret: 'backup-key', key: 'password' }`,
    });
  }

  private backupPod(props: BackupScheduleProps): PodSpec {
    const { input, sender, volumes, mounts } = this.source;
    const sidecars = sender ? [sender] : [];
    const taken = ['backup', ...sidecars.map(({ name }) => name)];
    // Hooks see what is backed up, and neither the repository nor its credentials.
    const hookBase = {
      name: 'backup',
      image: this.restic.image,
      volumeMounts: sender ? [] : mounts,
    };
    const { requireDigest } = this.project;
    const compression =
      checkOneOf(this, 'compression', props.compression, ['none', 'auto', 'max'] as const) ??
      'auto';
    const tags = checkTags(this, props.tags);
    return resticPod(this.restic, {
      name: 'backup',
      script: backupScript({
        host: this.host,
        tags,
        compression: compression === 'none' ? 'off' : compression,
        keep: this.keep,
        input,
      }),
      volumes,
      mounts,
      initContainers: preHookContainers(this, props.preHooks, hookBase, taken, requireDigest),
      sidecars,
    });
  }

  private verificationPod({ readData, testRestore }: ResolvedVerification): PodSpec {
    const restored = testRestore && { name: 'restored', emptyDir: { sizeLimit: testRestore } };
    return resticPod(withDisk(this.restic, testRestore), {
      name: 'verify',
      script: verifyScript(this.host, readData, testRestore !== undefined),
      volumes: restored ? [restored] : [],
      mounts: restored ? [{ name: restored.name, mountPath: RESTORE_PATH }] : [],
    });
  }

  private postHooks(given: readonly PostHook[] | undefined): string | undefined {
    const { requireDigest } = this.project;
    const hooks = postHookRecords(this, given, this.restic.image, requireDigest);
    return postHookAnnotation(this, hooks);
  }

  private warnings(verification: ResolvedVerification | undefined): void {
    if (verification) {
      const overlap = verificationOverlap(this.schedule, this.timeout, verification.schedule);
      if (overlap) warn(this, overlap);
    }
    if (coversTooLittle(this.schedule, this.keep)) {
      warn(
        this,
        `'retention' keeps fewer than two snapshots of '${this.schedule.expression}', so a fault that one backup brings in has no older one to go back to. Raise 'keepLast' or 'minSuccessful'.`,
      );
    }
  }

  private ownEgress(): readonly EgressRule[] {
    const { egress } = this.storage;
    return [...(egress ? [{ name: 'storage', ...egress }] : []), ...this.source.egress];
  }
}
