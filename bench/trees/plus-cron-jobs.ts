/** @module Hardened CronJobs as cdk8s-plus has them. */
import { type App, Chart, Cron, Duration, Size } from 'cdk8s';
import {
  ConcurrencyPolicy,
  Cpu,
  CronJob,
  EnvValue,
  ImagePullPolicy,
  RestartPolicy,
} from 'cdk8s-plus-28';
import { NAMESPACE } from './cron-jobs';

/** One chart of `objects` CronJobs. */
export function plantPlusCronJobs(app: App, objects: number): void {
  const chart = new Chart(app, 'jobs', { namespace: NAMESPACE });
  for (let index = 0; index < objects; index++) {
    new CronJob(chart, `job-${index}`, {
      metadata: { name: `job-${index}` },
      schedule: new Cron({ minute: `${index % 60}`, hour: '2' }),
      timeZone: 'Etc/UTC',
      concurrencyPolicy: ConcurrencyPolicy.FORBID,
      startingDeadline: Duration.minutes(5),
      backoffLimit: 3,
      activeDeadline: Duration.hours(1),
      restartPolicy: RestartPolicy.NEVER,
      securityContext: { user: 65532, group: 65532, fsGroup: 65532 },
      containers: [
        {
          image: 'registry.example.com/batch/worker:1.4.2',
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          command: ['/bin/sh', '-c'],
          args: [`set -eu\nexec /app/worker --name job-${index} --once\n`],
          envVariables: {
            JOB_NAME: EnvValue.fromValue(`job-${index}`),
            LOG_LEVEL: EnvValue.fromValue('info'),
            DRY_RUN: EnvValue.fromValue('no'),
          },
          resources: {
            cpu: { request: Cpu.millis(50), limit: Cpu.millis(500) },
            memory: { request: Size.mebibytes(64), limit: Size.mebibytes(256) },
          },
          securityContext: { user: 65532, group: 65532 },
        },
      ],
    });
  }
}
