/** @module What an admin is told of: each alert as a rule over metrics of kube-state-metrics and the kubelets. */
import {
  KNATIVE_SERVING_NAMESPACE,
  KOURIER_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../../constructs/system';
import { CONTROL_PLANE } from '../control-plane/settings';
import type { Platform } from '../platform';
import { BACKUP, POSTGRES } from '../postgres/settings';
import { staleSeconds } from './stale';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'critical' | 'warning' };
  readonly annotations: { readonly summary: string; readonly description: string };
}
export interface AlertGroup {
  readonly name: string;
  readonly rules: readonly Alert[];
}

/** The groups that fit the parts which there are. */
export function alertGroups({
  config,
  choices,
}: Pick<Platform, 'config' | 'choices'>): AlertGroup[] {
  const installed = choices.postgres === 'installed';
  const { backup } = config.postgres;
  return [
    {
      name: 'hks-platform',
      rules: [
        ...PLATFORM,
        ...(installed ? [DATABASE_DOWN] : []),
        ...(choices.controlPlane ? [CONTROL_PLANE_DOWN] : []),
      ],
    },
    { name: 'hks-volumes', rules: VOLUMES },
    { name: 'hks-cron-jobs', rules: CRON_JOBS },
    ...(installed && backup.enabled
      ? [{ name: 'hks-backup', rules: [backupStale(staleSeconds(backup.schedule))] }]
      : []),
  ];
}

const available = (namespace: string, deployment: string) =>
  `kube_deployment_status_replicas_available{namespace="${namespace}",deployment=~"${deployment}"} == 0`;
const ready = (statefulSet: string) =>
  `kube_statefulset_status_replicas_ready{namespace="${SYSTEM_NAMESPACE}",statefulset="${statefulSet}"} == 0`;

const CONTROL_PLANE_DOWN = alert('HksControlPlaneDown', 'critical', '5m', {
  expr: available(SYSTEM_NAMESPACE, CONTROL_PLANE),
  summary: 'The control plane has no pod that answers.',
  description:
    'Runs go on by their CronJobs, but are not recorded, retried or told of. See kubectl -n hks-system describe pods.',
});
const DATABASE_DOWN = alert('HksDatabaseDown', 'critical', '5m', {
  expr: ready(POSTGRES),
  summary: 'The database of the control plane does not answer.',
  description: 'See kubectl -n hks-system logs statefulset/postgres, and its events.',
});

/** Two replicas of kube-state-metrics would tell each series twice: `max` makes them one. */
const PLATFORM: readonly Alert[] = [
  alert('HksKnativeDown', 'critical', '5m', {
    expr: available(
      KNATIVE_SERVING_NAMESPACE,
      'activator|autoscaler|controller|webhook|net-kourier-controller',
    ),
    summary: 'Knative Serving has no pod of {{ $labels.deployment }} that answers.',
    description:
      'Without the activator functions at zero do not start, without the others changes of functions have no effect. See kubectl -n knative-serving describe deployment {{ $labels.deployment }}.',
  }),
  alert('HksGatewayDown', 'critical', '2m', {
    expr: available(KOURIER_NAMESPACE, '3scale-kourier-gateway'),
    summary: 'No function can be reached: the gateway has no pod that answers.',
    description: 'See kubectl -n kourier-system describe deployment 3scale-kourier-gateway.',
  }),
  alert('HksRegistryDown', 'critical', '5m', {
    expr: ready('registry'),
    summary: 'The internal registry does not answer.',
    description:
      'Builds fail, and so do starts of functions on nodes that have not their image yet. See kubectl -n hks-system describe statefulset registry.',
  }),
  alert('HksUnwatched', 'warning', '15m', {
    expr: `absent(kube_deployment_status_replicas_available{namespace="${KNATIVE_SERVING_NAMESPACE}",deployment="activator"})`,
    summary: 'Nothing is known of the platform: its other alerts are silent.',
    description:
      'Prometheus has no metrics of kube-state-metrics on the namespace knative-serving, or Knative Serving is gone.',
  }),
];

const claims = (metric: string) => `${metric}{namespace="${SYSTEM_NAMESPACE}"}`;
const share = `${claims('kubelet_volume_stats_available_bytes')} / ${claims('kubelet_volume_stats_capacity_bytes')}`;

/** K3s's local-path volumes are folders of the node, of which kubelets tell nothing: for them the node's disk counts. */
const VOLUMES: readonly Alert[] = [
  alert('HksVolumeFilling', 'warning', '15m', {
    expr: `${share} < 0.15`,
    summary:
      'Of the volume {{ $labels.persistentvolumeclaim }} {{ $value | humanizePercentage }} are free.',
    description:
      'Raise registry.size, postgres.size or postgres.backup.size, or remove images. A full registry refuses pushes, a full database stops.',
  }),
  alert('HksVolumeFull', 'critical', '5m', {
    expr: `${share} < 0.03`,
    summary:
      'Of the volume {{ $labels.persistentvolumeclaim }} {{ $value | humanizePercentage }} are free.',
    description: 'Raise registry.size, postgres.size or postgres.backup.size.',
  }),
  alert('HksNodeDiskPressure', 'critical', '5m', {
    expr: 'max by (node) (kube_node_status_condition{condition="DiskPressure",status="true"}) == 1',
    summary: 'The disk of node {{ $labels.node }} is almost full.',
    description:
      'Its pods are evicted and images are removed. With local-path the registry and the database are on this disk.',
  }),
];

const cronJob = (metric: string) => `max by (namespace, cronjob) (${metric})`;
const last = cronJob('kube_cronjob_status_last_schedule_time');
const succeeded = cronJob('kube_cronjob_status_last_successful_time');
const active = cronJob('kube_cronjob_status_active');
const suspended = cronJob('kube_cronjob_spec_suspend');

const CRON_JOBS: readonly Alert[] = [
  alert('HksCronJobFailing', 'warning', '10m', {
    expr: `(${last} unless ${succeeded} >= ${last}) and ${active} == 0`,
    summary: 'The last run of cron job {{ $labels.namespace }}/{{ $labels.cronjob }} failed.',
    description: 'See kubectl -n {{ $labels.namespace }} get jobs, and the logs of its pods.',
  }),
  alert('HksCronJobLate', 'warning', '5m', {
    expr: `time() - ${cronJob('kube_cronjob_next_schedule_time')} > 600 and ${suspended} == 0`,
    summary:
      'Cron job {{ $labels.namespace }}/{{ $labels.cronjob }} should have started {{ $value | humanizeDuration }} ago.',
    description:
      'An earlier run may still go on, a quota may be full, or kube-controller-manager may be down. See kubectl -n {{ $labels.namespace }} describe cronjob {{ $labels.cronjob }}.',
  }),
];

/** A failed run is told by `HksCronJobFailing`; this is of none that succeeded, whatever the reason, the first one too. */
function backupStale(seconds: number): Alert {
  const of = (metric: string) =>
    `max(${metric}{namespace="${SYSTEM_NAMESPACE}",cronjob="${BACKUP}"})`;
  const since = `${of('kube_cronjob_status_last_successful_time')} or ${of('kube_cronjob_created')}`;
  return alert('HksBackupStale', 'critical', '15m', {
    expr: `time() - (${since}) > ${seconds}`,
    summary: 'The database has no dump of the last {{ $value | humanizeDuration }}.',
    description: `See kubectl -n ${SYSTEM_NAMESPACE} get jobs -l app=${BACKUP}, and docs/platform/database.md.`,
  });
}

function alert(
  name: string,
  severity: Alert['labels']['severity'],
  duration: string,
  { expr, ...annotations }: { readonly expr: string } & Alert['annotations'],
): Alert {
  return { alert: name, expr, for: duration, labels: { severity }, annotations };
}
