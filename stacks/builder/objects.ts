/** @module The namespace of builds and what is in it: quota, policies, cache, and the template of a build. */
import { policySpec } from '../../constructs/network';
import { podSecurityLabels } from '../../constructs/project/namespace';
import { DEFAULT_DENY, DEFAULT_DENY_SPEC } from '../../constructs/project/network';
import { limitRangeSpec } from '../../constructs/project/plan';
import { DEFAULT_RESOURCES, quantity, quantityText } from '../../constructs/resources';
import {
  BUILD_CACHE_CLAIM,
  BUILD_SERVICE_ACCOUNT,
  BUILD_TEMPLATE,
} from '../../constructs/sandbox-builder/build-template';
import { TRANSFER_SOURCE } from '../../constructs/sandbox-builder/transfer';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { claim } from '../registry/volume';
import { builderBuild, builderJobTemplate, buildResources } from './build';
import { BUILD_POD_LABELS } from './peers';

/** Why its namespace enforces `baseline`: the exception to "a pod is restricted or it is not made". */
const REASON =
  'Kaniko unpacks base images and runs the steps of a Dockerfile as root, without privilege and with few capabilities.';

export function builderNamespace({ config }: Platform): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: config.builder.namespace,
      labels: podSecurityLabels('baseline'),
      annotations: { 'hks.io/pod-security-reason': REASON },
    },
  };
}

/** All but the namespace. */
export function builderObjects(platform: Platform): KubeObject[] {
  const { namespace, cacheSize, storageClass } = platform.config.builder;
  return [
    ...builderPolicies(platform),
    ...builderQuota(platform),
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: BUILD_SERVICE_ACCOUNT, namespace },
      automountServiceAccountToken: false,
    },
    claim({ name: BUILD_CACHE_CLAIM, namespace, size: cacheSize, storageClass }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: BUILD_TEMPLATE.configMap, namespace },
      data: {
        [BUILD_TEMPLATE.keys.job]: `${JSON.stringify(builderJobTemplate(platform), null, 2)}\n`,
        [BUILD_TEMPLATE.keys.program]: TRANSFER_SOURCE,
      },
    },
  ];
}

/** A build reaches the registry and the package proxy, nothing reaches it, and it asks nobody for names. */
function builderPolicies(platform: Platform): KubeObject[] {
  const { namespace } = platform.config.builder;
  const { registry, proxies } = builderBuild(platform);
  const policy = (name: string, spec: object): KubeObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
  const allowed = [
    ...registry.egress.map((egress) => ({ name: 'build-registry', ...egress })),
    ...proxies.map(({ host: _, ...egress }) => ({ name: 'build-package-proxy', ...egress })),
  ];
  const rule = { direction: 'egress', select: BUILD_POD_LABELS } as const;
  return [
    policy(DEFAULT_DENY, DEFAULT_DENY_SPEC),
    ...allowed.map((egress) => policy(egress.name, policySpec({ ...rule, ...egress }))),
  ];
}

/** As much as the settings give to all builds; a build that finds no room waits until its deadline. */
export function builderQuota({ config }: Platform): KubeObject[] {
  const { namespace, cpu, memory, builds } = config.builder;
  const { requests, limits } = buildResources(config.builder);
  const times = (key: 'cpu' | 'memory' | 'ephemeral-storage', text: string) =>
    quantityText(key, quantity(text) * builds);
  const metadata = { name: 'builds', namespace };
  return [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: {
        hard: {
          'requests.cpu': times('cpu', requests.cpu),
          'requests.memory': times('memory', requests.memory),
          'requests.ephemeral-storage': times('ephemeral-storage', requests['ephemeral-storage']),
          'limits.cpu': cpu,
          'limits.memory': memory,
          'limits.ephemeral-storage': times('ephemeral-storage', limits['ephemeral-storage']),
          pods: String(builds),
          persistentvolumeclaims: '1',
          services: '0',
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata,
      spec: limitRangeSpec({
        name: 'builds',
        hard: {},
        defaults: DEFAULT_RESOURCES,
        maximum: limits,
      }),
    },
  ];
}
