/** @module Labels and annotations: every key once, and the sets that objects carry. */

/** Keys of labels, on objects and on pods. */
export const LABELS = {
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  partOf: 'app.kubernetes.io/part-of',
  managedBy: 'app.kubernetes.io/managed-by',
  tenant: 'hks.io/tenant',
  project: 'hks.io/project',
  app: 'hks.io/app',
  kind: 'hks.io/kind',
  cronJob: 'hks.io/cronjob',
  function: 'hks.io/function',
  backup: 'hks.io/backup',
  pool: 'hks.io/pool',
  build: 'hks.io/build',
  isolation: 'hks.io/isolation',
  runtime: 'hks.io/runtime',
} as const;

/** Keys of annotations; `hks.io/…` ones are read by the control plane. */
export const ANNOTATIONS = {
  templateApp: 'hks.io/template-app',
  schedulePreset: 'hks.io/schedule-preset',
  retries: 'hks.io/retries',
  retryBackoff: 'hks.io/retry-backoff',
  manualTtl: 'hks.io/manual-ttl-seconds',
  postHooks: 'hks.io/post-hooks',
  dependsOnJobs: 'hks.io/depends-on-jobs',
  backupSchedule: 'hks.io/backup-schedule',
  backupOf: 'hks.io/backup-of',
  buildRepository: 'hks.io/build-repository',
  buildHosts: 'hks.io/build-hosts',
  ignoreHealth: 'argocd.argoproj.io/ignore-healthcheck',
  syncWave: 'argocd.argoproj.io/sync-wave',
} as const;

/** What an object is for: the value of `app.kubernetes.io/component` and `hks.io/kind`. */
export type ComponentKind =
  | 'project'
  | 'app'
  | 'cronjob'
  | 'function'
  | 'backup'
  | 'sandbox'
  | 'build';

export interface LabelledObject {
  /** Id of the tenant. */
  readonly tenant: string;
  /** Namespace of the project. */
  readonly project: string;
  /** Name of the workload, e.g. the CronJob's name. */
  readonly name: string;
  readonly kind: ComponentKind;
}

/** The labels of an object and of its pods. */
export function labelsFor({ tenant, project, name, kind }: LabelledObject): Record<string, string> {
  return {
    [LABELS.name]: name,
    [LABELS.component]: kind,
    [LABELS.partOf]: project,
    [LABELS.managedBy]: 'hks',
    [LABELS.tenant]: tenant,
    [LABELS.project]: project,
    [LABELS.app]: name,
    [LABELS.kind]: kind,
  };
}

/** The labels by which Services, policies and Deployments select an object's pods: never changed once applied. */
export function selectorFor({
  name,
  kind,
}: Pick<LabelledObject, 'name' | 'kind'>): Record<string, string> {
  return { [LABELS.app]: name, [LABELS.kind]: kind };
}
