/** @module The Job that builds an image from source: what every build of a tenant has in common. */
import type { k8s } from 'cdk8s-plus-28';
import { ANNOTATIONS, LABELS, labelsFor } from '../labels';
import { compact, type Manifest, type PodSpec, type Volume } from '../manifest';
import { NON_ROOT, tmpVolume } from '../pod-security';
import { buildContainers, CACHE_VOLUME, credentialVolumes } from './build-containers';
import type { ResolvedBuild } from './build-props';
import type { BuildLimits } from './limits';
import { TRANSFER_PROGRAM } from './transfer';

/** Name of the ConfigMap in the build namespace, and its keys. */
export const BUILD_TEMPLATE = {
  configMap: 'hks-build-template',
  keys: { job: 'job.json', program: TRANSFER_PROGRAM },
} as const;

/** The name under which a template stands until a build gives it its own. */
export const TEMPLATE_NAME = 'build';
export const BUILD_SERVICE_ACCOUNT = 'build';
export const BUILD_CACHE_CLAIM = 'build-cache';

/** A Job as the template holds it and as `buildJob` returns it. */
export interface BuildJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Manifest<k8s.JobSpec>;
}

export interface BuildTemplateOptions {
  readonly tenant: string;
  readonly namespace: string;
  readonly build: ResolvedBuild;
  readonly limits: BuildLimits;
}

/** The template: a whole Job but for its name, Dockerfile, destination, context and host addresses. */
export function buildTemplate({
  tenant,
  namespace,
  build,
  limits,
}: BuildTemplateOptions): BuildJob {
  const labels = labelsFor({ tenant, project: namespace, name: TEMPLATE_NAME, kind: 'build' });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: TEMPLATE_NAME,
      namespace,
      labels,
      annotations: {
        [ANNOTATIONS.buildRepository]: `${build.registry.host}/${tenant}`,
        [ANNOTATIONS.buildHosts]: JSON.stringify(build.hosts),
      },
    },
    spec: {
      activeDeadlineSeconds: limits.buildTimeoutSeconds,
      backoffLimit: 0,
      ttlSecondsAfterFinished: build.ttlSeconds,
      template: {
        metadata: { labels: { ...labels, [LABELS.build]: TEMPLATE_NAME } },
        spec: podSpec(build, limits),
      },
    },
  };
}

function podSpec(build: ResolvedBuild, limits: BuildLimits): PodSpec {
  return compact({
    automountServiceAccountToken: false,
    // Names come from hostAliases alone: a resolver would be a way out for data.
    dnsConfig: { nameservers: ['127.0.0.1'] },
    dnsPolicy: 'None',
    enableServiceLinks: false,
    restartPolicy: 'Never',
    runtimeClassName: build.runtimeClassName,
    serviceAccountName: BUILD_SERVICE_ACCOUNT,
    terminationGracePeriodSeconds: 5,
    securityContext: {
      fsGroup: NON_ROOT,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...buildContainers(build, limits),
    volumes: volumes(build, limits),
  });
}

function volumes(build: ResolvedBuild, limits: BuildLimits): readonly Volume[] {
  const program = {
    name: BUILD_TEMPLATE.configMap,
    items: [{ key: BUILD_TEMPLATE.keys.program, path: TRANSFER_PROGRAM }],
  };
  const cache = { name: CACHE_VOLUME, persistentVolumeClaim: { claimName: BUILD_CACHE_CLAIM } };
  return [
    { name: 'program', configMap: program },
    // The archive and what is in it, side by side for a moment.
    { name: 'context', emptyDir: { sizeLimit: String(2 * limits.contextBytes) } },
    { name: 'image', emptyDir: { sizeLimit: String(build.imageBytes) } },
    ...(build.cache ? [cache] : []),
    ...credentialVolumes(build),
    tmpVolume(),
  ];
}
