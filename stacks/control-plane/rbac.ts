/** @module What the control plane may do in the cluster: each rule with its reason, and nothing by a wildcard. */
import { BUILD_TEMPLATE } from '../../constructs/sandbox-builder/build-template';
import { SANDBOX_LIMITS } from '../../constructs/sandbox-builder/limits';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import { CONTROL_PLANE } from './settings';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const WATCH = ['get', 'list', 'watch'];
/** Server-side apply makes and changes by `patch`, and the API server asks for `create` too where the object is new. */
const APPLY = ['create', 'patch', 'delete'];

/**
 * Projects come and go, so the rules hold for all namespaces; the guard takes those of the cluster and the platform out.
 *
 * Left out on purpose: Secrets, since rendered objects only name them; exec, attach and port-forward, since code is sent
 * by HTTP to the pods that wait for it; `nodes/proxy`, which would run programs in every pod; Roles, bindings, service
 * accounts, quotas, limit ranges and volumes, which are the project's and come by GitOps.
 */
export const CONTROL_PLANE_RULES: readonly Rule[] = [
  // Runs are recorded from Jobs, whoever made them; definitions are adopted from CronJobs that came by GitOps.
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: WATCH },
  // The API makes, changes and deletes CronJobs; manual runs, retries and builds are Jobs; a Job is suspended and ended.
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: APPLY },
  // Exit codes, reasons and termination messages are read from pods before they go.
  { apiGroups: [''], resources: ['pods'], verbs: WATCH },
  // A sandbox that ran somebody's code is ended; its pool puts a new one in its place.
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  // Logs of runs and builds are captured and followed.
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  // Why a pod was not scheduled, could not pull its image or was evicted.
  { apiGroups: [''], resources: ['events'], verbs: WATCH },
  // Template apps: what `TemplateApp` renders, and the pools of sandboxes, whose free pods are counted.
  { apiGroups: ['apps'], resources: ['deployments'], verbs: [...WATCH, ...APPLY] },
  { apiGroups: [''], resources: ['services'], verbs: [...WATCH, ...APPLY] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', ...APPLY] },
  // The ways in and out that workloads are rendered with, for each workload its own.
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['get', ...APPLY] },
  // Functions.
  { apiGroups: ['serving.knative.dev'], resources: ['services'], verbs: [...WATCH, ...APPLY] },
  // Limits of executions and builds, and the Job that builds are made of: these two by name.
  {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: [SANDBOX_LIMITS.configMap, BUILD_TEMPLATE.configMap],
    verbs: ['get'],
  },
  // Projects are namespaces; an admin's first request adopts one by labels, which the guard keeps from Pod Security's.
  { apiGroups: [''], resources: ['namespaces'], verbs: [...WATCH, 'patch'] },
  // Kubernetes decides what a user may do in a project.
  {
    apiGroups: ['authorization.k8s.io'],
    resources: ['subjectaccessreviews'],
    verbs: ['create'],
  },
  // Peak CPU and memory of a run: the addresses of the kubelets, and their statistics asked for directly.
  { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['nodes/stats'], verbs: ['get'] },
];

/** Who the pods are, and the ClusterRole that they have. */
export function accessObjects(): KubeObject[] {
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name: CONTROL_PLANE };
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE },
      automountServiceAccountToken: false,
    },
    { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules: CONTROL_PLANE_RULES },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: CONTROL_PLANE },
      subjects: [{ kind: 'ServiceAccount', name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE }],
    },
  ];
}
