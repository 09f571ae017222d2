/** @module The CronJob that removes what no image has; it needs neither the API nor the network, only the volume. */
import { hardenPod } from '../../constructs/pod-security';
import { REGISTRY_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { CONFIG_PATH, DATA_PATH, SHARED_ENV, SHARED_MOUNTS, SHARED_VOLUMES } from './settings';

const NAME = 'registry-garbage-collection';
const LABELS = { app: NAME } as const;
const HOUR = 3600;
/** Longer than a build may take: its context is a blob that no manifest leads to. */
const QUIET_MINUTES = 20;
const PATIENCE_HOURS = 3;
/** Enough for the pause, and as much again for the collection itself. */
const DEADLINE_SECONDS = 2 * PATIENCE_HOURS * HOUR;

/**
 * The CronJob; none where the settings say so. Images without a tag stay: a function runs by digest, and its tag goes
 * on to the next one.
 */
export function garbageCollection({ config, pinned }: Platform): KubeObject[] {
  const { enabled, schedule } = config.registry.garbageCollection;
  if (!enabled) return [];
  const pod = hardenPod({
    activeDeadlineSeconds: DEADLINE_SECONDS,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 30,
    // The volume can be mounted on one node alone: the registry's.
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: REGISTRY_LABELS },
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      },
    },
    containers: [
      {
        name: 'collect',
        image: pinned('registry'),
        command: ['sh', `${CONFIG_PATH}/collect.sh`],
        env: [
          ...SHARED_ENV,
          { name: 'DATA', value: `${DATA_PATH}/docker/registry/v2` },
          { name: 'QUIET_MINUTES', value: String(QUIET_MINUTES) },
          { name: 'PATIENCE_SECONDS', value: String(PATIENCE_HOURS * HOUR) },
          { name: 'SWITCH_SECONDS', value: '120' },
        ],
        resources: {
          requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
          limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
        },
        volumeMounts: SHARED_MOUNTS,
      },
    ],
    volumes: SHARED_VOLUMES,
  });
  const template = { metadata: { labels: LABELS }, spec: pod };
  return [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: NAME, namespace: SYSTEM_NAMESPACE, labels: LABELS },
      spec: {
        schedule,
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: HOUR,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          metadata: { labels: LABELS },
          spec: { backoffLimit: 1, activeDeadlineSeconds: 2 * DEADLINE_SECONDS, template },
        },
      },
    },
  ];
}
