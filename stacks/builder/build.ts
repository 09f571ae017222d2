/** @module What every build of the platform's builder is given: images, room, registry, cache, proxies. */
import { invalid } from '../../constructs/invalid';
import { compact } from '../../constructs/manifest';
import { quantity, quantityText, type Resources } from '../../constructs/resources';
import { TRANSFER_RESOURCES } from '../../constructs/sandbox-builder/build-containers';
import { BUILD_RESOURCES, type ResolvedBuild } from '../../constructs/sandbox-builder/build-props';
import { type BuildJob, buildTemplate } from '../../constructs/sandbox-builder/build-template';
import type { BuildLimits } from '../../constructs/sandbox-builder/limits';
import { hostName, PLATFORM_REGISTRY } from '../../constructs/sandbox-builder/registry';
import { REGISTRY_HOST } from '../../constructs/system';
import { proxyBuildArgs, proxyOfBuilds } from '../package-proxy/builds';
import type { Platform } from '../platform';

/** The tenant of the template as it stands; `templateOfTenant` makes it another one's. */
export const BUILDER_TENANT = 'platform';
/** What the template says of the RuntimeClass that isolates its builds, or that none does. */
export const ISOLATION_ANNOTATION = 'hks.io/build-isolation';
export const NO_ISOLATION =
  'none: builds share the kernel of the node, as no sandbox runtime is chosen';

const DAY = 24 * 60 * 60;
const GIBIBYTE = 2 ** 30;
const LIMITS: BuildLimits = { contextBytes: 64 * 2 ** 20, buildTimeoutSeconds: 900 };
/** The least that a build gets along with. */
const LEAST = { cpu: TRANSFER_RESOURCES.limits.cpu, memory: '512Mi' } as const;

/** The Job of which `buildJob` makes a build of the platform's own; for a tenant's, `templateOfTenant` comes before. */
export function builderJobTemplate(platform: Platform): BuildJob {
  const { namespace } = platform.config.builder;
  const build = builderBuild(platform);
  const template = buildTemplate({ tenant: BUILDER_TENANT, namespace, build, limits: LIMITS });
  const { metadata } = template;
  const isolation = build.runtimeClassName ?? NO_ISOLATION;
  const annotations = { ...metadata.annotations, [ISOLATION_ANNOTATION]: isolation };
  return { ...template, metadata: { ...metadata, annotations } };
}

export function builderBuild({ config, choices, pinned }: Platform): ResolvedBuild {
  const { cacheSize, storageClass, pushSecret, pullSecret } = config.builder;
  const proxies = proxyOfBuilds(config);
  requireSecrets(config);
  return compact({
    image: pinned('kaniko'),
    transferImage: pinned('client'),
    resources: buildResources(config.builder),
    timeoutSeconds: LIMITS.buildTimeoutSeconds,
    ttlSeconds: 3600,
    imageBytes: 2 * GIBIBYTE,
    cache: compact({
      bytes: quantity(cacheSize),
      ttlSeconds: 7 * DAY,
      storageClassName: storageClass,
      folder: BUILDER_TENANT,
    }),
    buildArgs: proxyBuildArgs(config),
    credentials: compact({ push: pushSecret, pull: pullSecret }),
    registry: { host: REGISTRY_HOST, plainHttp: true, egress: [PLATFORM_REGISTRY] },
    proxies,
    hosts: [REGISTRY_HOST, ...proxies.map(({ host }) => host)].map(hostName),
    runtimeClassName: choices.sandbox?.runtimeClass,
  });
}

/** What one build may take, so that all of them together stay within the settings. */
export function buildResources({ cpu, memory, builds }: Platform['config']['builder']): Resources {
  const share = {
    cpu: Math.floor((quantity(cpu) * 1000) / builds) / 1000,
    memory: Math.floor(quantity(memory) / builds / 2 ** 20) * 2 ** 20,
  };
  for (const key of ['cpu', 'memory'] as const) {
    if (share[key] >= quantity(LEAST[key])) continue;
    const enough = quantityText(key, quantity(LEAST[key]) * builds);
    throw invalid('the settings', {
      prop: `builder.${key}`,
      rule: `must be at least ${enough} for 'builder.builds' of ${builds}: each takes ${LEAST[key]}`,
      received: key === 'cpu' ? cpu : memory,
      fix: `Raise it, or lower 'builder.builds'`,
    });
  }
  const limits = {
    ...BUILD_RESOURCES.limits,
    cpu: quantityText('cpu', share.cpu),
    memory: quantityText('memory', share.memory),
  };
  return { requests: BUILD_RESOURCES.requests, limits };
}

function requireSecrets({ registry, builder }: Platform['config']): void {
  if (registry.htpasswdSecret === undefined) return;
  for (const key of ['pushSecret', 'pullSecret'] as const) {
    if (builder[key] !== undefined) continue;
    throw invalid('the settings', {
      prop: `builder.${key}`,
      rule: `must name a Secret of '${builder.namespace}', since 'registry.htpasswdSecret' makes the registry ask for a password`,
      received: undefined,
      fix: `Make one of the type kubernetes.io/dockerconfigjson for ${REGISTRY_HOST} and name it`,
    });
  }
}
