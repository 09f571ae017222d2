/** @module Hardened CronJobs as plain ApiObjects in plain charts. */
import { ApiObject, type App, Chart } from 'cdk8s';

/** Namespace of every CronJob of the bench. */
export const NAMESPACE = 'batch';

/** Objects in a chart: as many as there are, which is what costs cdk8s least. */
export function plantCronJobs(app: App, objects: number): void {
  const chart = new Chart(app, 'jobs', { namespace: NAMESPACE });
  for (let index = 0; index < objects; index++) {
    new ApiObject(chart, `job-${index}`, cronJob(`job-${index}`, `${index % 60}`));
  }
}

/** A CronJob that Pod Security `restricted` admits; the arguments may be placeholders of a template. */
export function cronJob(name: string, minute: string) {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'bench' };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, labels, annotations: { 'example.com/owner': 'team: batch, tier: 2' } },
    spec: {
      schedule: `${minute} 2 * * *`,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 3,
          activeDeadlineSeconds: 3600,
          ttlSecondsAfterFinished: 86400,
          template: { metadata: { labels }, spec: podSpec(name) },
        },
      },
    },
  };
}

function podSpec(name: string) {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/batch/worker:1.4.2',
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/sh', '-c'],
        args: [`set -eu\nexec /app/worker --name ${name} --once\n`],
        env: [
          { name: 'JOB_NAME', value: name },
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DRY_RUN', value: 'no' },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'worker', key: 'token' } } },
        ],
        resources: {
          requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
          limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
  };
}
