/** @module A job that runs on a schedule, made from an application or from an image. */
import { ApiObject, type ApiObjectMetadata, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  checkBoolean,
  checkInteger,
  checkKnown,
  checkName,
  checkObject,
  checkOneOf,
} from './check';
import { dependencyFaults, dependencyNames } from './cron-job/depends-on';
import { type FailureRule, podFailurePolicy } from './cron-job/failure-policy';
import { type PostHook, type PreHook, postHookAnnotation, postHookRecords } from './cron-job/hooks';
import { inheritFrom, type Sidecars } from './cron-job/inherit';
import { jobPod } from './cron-job/pod';
import { backoffLimit, checkRetries, type Retries, retryAnnotations } from './cron-job/retries';
import { checkSchedule, checkTemplate } from './cron-job/source';
import {
  checkDuration,
  checkStartingDeadline,
  defaultStartingDeadline,
  defaultTimeout,
} from './cron-job/timing';
import { ANNOTATIONS, LABELS, selectorFor } from './labels';
import { compact, type PodSpec } from './manifest';
import { Project } from './project';
import type { Schedule } from './schedule';
import type { TemplateApp } from './template-app';
import { allowEgress, checkEgress, type EgressRule } from './template-app/access';
import { APP_POD_PROPS, type AppPodProps } from './template-app/pod';
import { warn } from './warnings';

export type { FailureRule } from './cron-job/failure-policy';
export type { PostHook, PostHookRecord, PreHook } from './cron-job/hooks';
export type { Sidecars } from './cron-job/inherit';
export {
  DEFAULT_RETRIES,
  type JobRetries,
  type PlatformRetries,
  RETRY_BACKOFF,
  type Retries,
  retryDelay,
} from './cron-job/retries';

/** Finished Jobs that are kept for their logs. */
export interface JobHistory {
  /** @default 3 */
  readonly successful?: number;
  /** @default 5 */
  readonly failed?: number;
}

/** With a template, what is given here overrides or, for variables, volumes and pull secrets, joins what it has. */
export interface HksCronJobProps extends Partial<AppPodProps> {
  /** The application whose image, variables, volumes and identity the job takes over. @default - none, and `image` is required */
  readonly template?: TemplateApp;
  /** The container of the template that the job is made from. @default - its only one, or the one that the template was made for */
  readonly container?: string;
  /** What becomes of the template's other containers. @default 'drop' */
  readonly sidecars?: Sidecars;
  /** When it runs. */
  readonly schedule: Schedule;
  /** Keeps the CronJob from starting runs. @default false */
  readonly suspend?: boolean;
  /** What happens when the run before has not ended. @default 'Forbid' */
  readonly concurrencyPolicy?: 'Forbid' | 'Allow' | 'Replace';
  /** After which a run is ended, its retries by the Job included. @default - an hour, or nine tenths of the shortest distance between two runs */
  readonly timeout?: Duration;
  /** How late a run may start, at least 10 s. @default - five minutes, or half of the shortest distance between two runs */
  readonly startingDeadline?: Duration;
  /** @default - 3 successful and 5 failed Jobs */
  readonly history?: JobHistory;
  /** Who runs a failed job again: the Job itself or the platform. @default DEFAULT_RETRIES */
  readonly retries?: Retries;
  /** What exit codes mean; the first rule that fits decides. @default [] */
  readonly failurePolicy?: readonly FailureRule[];
  /** Pods at one time. @default 1 */
  readonly parallelism?: number;
  /** Pods that must succeed. @default - 1; with `parallelism` alone, all that were started, once one has succeeded */
  readonly completions?: number;
  /** How long Jobs that were started by hand are kept after their end. @default Duration.days(1) */
  readonly manualTtl?: Duration;
  /** Run before the job, in its pod, one after the other. @default [] */
  readonly preHooks?: readonly PreHook[];
  /** Run after the job by the control plane. @default [] */
  readonly postHooks?: readonly PostHook[];
  /** Jobs of the project that must have succeeded first; the control plane sees to it. @default [] */
  readonly dependsOnJobs?: readonly (HksCronJob | string)[];
  /** What the pods may connect to, beside what their template may. @default [] */
  readonly egress?: readonly EgressRule[];
  /** Name, labels and annotations; the name has at most 52 characters. @default - the construct's id as name */
  readonly metadata?: ApiObjectMetadata;
}

const KNOWN = [
  ...APP_POD_PROPS,
  'template',
  'container',
  'sidecars',
  'schedule',
  'suspend',
  'concurrencyPolicy',
  'timeout',
  'startingDeadline',
  'history',
  'retries',
  'failurePolicy',
  'parallelism',
  'completions',
  'manualTtl',
  'preHooks',
  'postHooks',
  'dependsOnJobs',
  'egress',
  'metadata',
];

/** Kubernetes appends 11 characters for each Job. */
const MAX_NAME = 52;

/** A job of a project that runs on a schedule. */
export class HksCronJob extends Construct {
  readonly project: Project;
  /** Name of the CronJob. */
  readonly name: string;
  /** The schedule with its jitter applied. */
  readonly schedule: Schedule;
  readonly timeout: Duration;
  readonly startingDeadline: Duration;
  readonly concurrencyPolicy: 'Forbid' | 'Allow' | 'Replace';
  readonly retries: Retries;
  /** Names of the jobs that must have succeeded first. */
  readonly dependsOnJobs: readonly string[];
  /** The pod of each run, under the restricted profile. */
  readonly pod: PodSpec;
  readonly template?: TemplateApp;
  readonly cronJob: ApiObject;

  constructor(scope: Construct, id: string, props: HksCronJobProps) {
    super(scope, id);
    this.project = Project.of(this);
    checkKnown(this, props, KNOWN);
    const { metadata = {} } = props;
    checkObject(this, 'metadata', metadata, `{ labels: { team: 'shop' } }`);
    const named = metadata.name === undefined ? 'id' : 'metadata.name';
    this.name = checkName(this, named, metadata.name ?? id, MAX_NAME);
    this.template = checkTemplate(this, props, this.project);
    this.schedule = checkSchedule(this, props.schedule).resolve(this.node.path);
    const gap = this.schedule.shortestGap();
    this.timeout =
      checkDuration(this, 'timeout', props.timeout, 1, 'Duration.minutes(30)') ??
      defaultTimeout(gap);
    this.startingDeadline =
      checkStartingDeadline(this, props.startingDeadline) ?? defaultStartingDeadline(gap);
    this.concurrencyPolicy =
      checkOneOf(this, 'concurrencyPolicy', props.concurrencyPolicy, [
        'Forbid',
        'Allow',
        'Replace',
      ] as const) ?? 'Forbid';
    this.retries = checkRetries(this, props.retries);
    this.dependsOnJobs = dependencyNames(
      this,
      props.dependsOnJobs,
      (value): value is HksCronJob => value instanceof HksCronJob,
    );
    const inherited = this.template
      ? inheritFrom(
          this,
          this.template.pod,
          props.container ?? this.template.mainContainer,
          props.sidecars ?? 'drop',
        )
      : { pod: {}, main: { name: this.name }, sidecars: [] };
    this.pod = jobPod(this, inherited, props, this.project);
    if (this.concurrencyPolicy === 'Forbid' && this.timeout.toSeconds() >= gap.toSeconds()) {
      warn(
        this,
        `'timeout' of ${this.timeout.toSeconds()} s is not below the shortest distance of ${gap.toSeconds()} s between two runs, so a slow run keeps the next one out. Shorten it, or choose another 'concurrencyPolicy'.`,
      );
    }
    this.cronJob = this.render(props, metadata);
    const egress = checkEgress(this, props.egress);
    const own = new Set(egress.map(({ name }) => name));
    const rules = [
      ...(this.template?.egress ?? []).filter(({ name }) => !own.has(name)),
      ...egress,
    ];
    allowEgress(
      this,
      this.project,
      `${this.name}-job`,
      selectorFor({ name: this.name, kind: 'cronjob' }),
      rules,
    );
    this.node.addValidation({
      validate: () =>
        this.dependsOnJobs.length === 0 ? [] : dependencyFaults(this, jobsOf(this.project)),
    });
  }

  private render(props: HksCronJobProps, metadata: ApiObjectMetadata): ApiObject {
    const annotations = this.annotations(props);
    const object = this.project.objectMetadata('cronjob', this.name, metadata);
    const labels = { ...object.labels, [LABELS.cronJob]: this.name };
    const { successful, failed } = checkHistory(this, props.history);
    return new ApiObject(this, 'Default', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: {
        ...object,
        labels,
        annotations: {
          ...metadata.annotations,
          [ANNOTATIONS.ignoreHealth]: 'true',
          ...annotations,
        },
      },
      spec: compact({
        schedule: this.schedule.expression,
        timeZone: this.schedule.timeZone,
        suspend: checkBoolean(this, 'suspend', props.suspend) || undefined,
        concurrencyPolicy: this.concurrencyPolicy,
        startingDeadlineSeconds: this.startingDeadline.toSeconds(),
        successfulJobsHistoryLimit: successful,
        failedJobsHistoryLimit: failed,
        jobTemplate: {
          metadata: { labels, annotations },
          spec: compact({
            activeDeadlineSeconds: this.timeout.toSeconds(),
            backoffLimit: backoffLimit(this.retries),
            parallelism: checkInteger(this, 'parallelism', props.parallelism, { min: 1 }),
            completions: checkInteger(this, 'completions', props.completions, { min: 1 }),
            podFailurePolicy: podFailurePolicy(
              this,
              this.pod.containers[0]?.name ?? this.name,
              props.failurePolicy,
            ),
            template: { metadata: { labels }, spec: this.pod },
          }),
        },
      }),
    });
  }

  /** What the control plane reads, on the CronJob and on each Job. */
  private annotations(props: HksCronJobProps): Record<string, string> {
    const ttl =
      checkDuration(this, 'manualTtl', props.manualTtl, 0, 'Duration.days(1)') ?? Duration.days(1);
    const image = this.pod.containers[0]?.image ?? '';
    const hooks = postHookRecords(this, props.postHooks, image, this.project.requireDigest);
    return compact({
      [ANNOTATIONS.templateApp]: this.template?.name,
      [ANNOTATIONS.schedulePreset]: this.schedule.preset,
      ...retryAnnotations(this.retries),
      [ANNOTATIONS.manualTtl]: String(ttl.toSeconds()),
      [ANNOTATIONS.postHooks]: postHookAnnotation(this, hooks),
      [ANNOTATIONS.dependsOnJobs]:
        this.dependsOnJobs.length > 0 ? JSON.stringify(this.dependsOnJobs) : undefined,
    }) as Record<string, string>;
  }
}

function checkHistory(owner: HksCronJob, given: JobHistory = {}): Required<JobHistory> {
  checkKnown(owner, given, ['successful', 'failed'], 'history.');
  return {
    successful: checkInteger(owner, 'history.successful', given.successful) ?? 3,
    failed: checkInteger(owner, 'history.failed', given.failed) ?? 5,
  };
}

function jobsOf(project: Project): readonly HksCronJob[] {
  return project.node
    .findAll()
    .filter((construct): construct is HksCronJob => construct instanceof HksCronJob);
}
