/** @module The CronJobs of a backup: its own and that of its verification. */
import { ApiObject, type ApiObjectMetadata, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkInteger, checkKnown } from '../check';
import type { JobHistory } from '../cron-job';
import { ANNOTATIONS, LABELS } from '../labels';
import { compact, type PodSpec } from '../manifest';
import type { Project } from '../project';
import type { Schedule } from '../schedule';

export interface RenderedRun {
  readonly name: string;
  readonly schedule: Schedule;
  readonly timeout: Duration;
  readonly startingDeadline: Duration;
  readonly pod: PodSpec;
  readonly suspend: boolean;
  readonly retries: number;
  readonly history?: JobHistory;
  /** Labels of the backup's pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly metadata: ApiObjectMetadata;
  /** Read by the control plane, on the CronJob and on each Job. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** How long Jobs that were started by hand are kept after their end. */
const MANUAL_TTL = Duration.days(1);

export function renderCronJob(
  owner: Construct,
  id: string,
  project: Project,
  run: RenderedRun,
): ApiObject {
  const object = project.objectMetadata('backup', run.name, run.metadata);
  const labels = { ...object.labels, ...run.podLabels, [LABELS.cronJob]: run.name };
  const annotations = {
    ...run.annotations,
    [ANNOTATIONS.manualTtl]: String(MANUAL_TTL.toSeconds()),
  };
  const { successful, failed } = checkHistory(owner, run.history);
  return new ApiObject(owner, id, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      ...object,
      labels,
      annotations: {
        ...run.metadata.annotations,
        [ANNOTATIONS.ignoreHealth]: 'true',
        ...annotations,
      },
    },
    spec: compact({
      schedule: run.schedule.expression,
      timeZone: run.schedule.timeZone,
      suspend: run.suspend ? true : undefined,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: run.startingDeadline.toSeconds(),
      successfulJobsHistoryLimit: successful,
      failedJobsHistoryLimit: failed,
      jobTemplate: {
        metadata: { labels, annotations },
        spec: {
          activeDeadlineSeconds: run.timeout.toSeconds(),
          backoffLimit: run.retries,
          template: { metadata: { labels }, spec: run.pod },
        },
      },
    }),
  });
}

function checkHistory(owner: Construct, given: JobHistory = {}): Required<JobHistory> {
  checkKnown(owner, given, ['successful', 'failed'], 'history.');
  return {
    successful: checkInteger(owner, 'history.successful', given.successful) ?? 3,
    failed: checkInteger(owner, 'history.failed', given.failed) ?? 5,
  };
}
