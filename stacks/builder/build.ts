/** @module What every build of the platform's builder is given: images, room, registry, cache, proxies. */
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
const NO_ISOLATION = 'none: builds share the kernel of the node, as no sandbox runtime is chosen';

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

type BuilderSettings = Platform['config']['builder'];

/** What `builder.cpu` or `builder.memory` has to be for a build to fit at all; undefined when it is that. */
export function neededByBuilds(
  key: 'cpu' | 'memory',
  settings: BuilderSettings,
): string | undefined {
  return quantity(settings[key]) >= quantity(LEAST[key]) ? undefined : LEAST[key];
}

/**
 * What one build may take: an equal share of what all of them may, but no less than a build gets along with. Where
 * there is no room for as many builds as may be, they wait for each other.
 */
export function buildResources({ cpu, memory, builds }: BuilderSettings): Resources {
  const share = {
    cpu: Math.floor((quantity(cpu) * 1000) / builds) / 1000,
    memory: Math.floor(quantity(memory) / builds / 2 ** 20) * 2 ** 20,
  };
  const atLeast = (key: 'cpu' | 'memory') =>
    quantityText(key, Math.max(share[key], quantity(LEAST[key])));
  const limits = { ...BUILD_RESOURCES.limits, cpu: atLeast('cpu'), memory: atLeast('memory') };
  return { requests: BUILD_RESOURCES.requests, limits };
}
