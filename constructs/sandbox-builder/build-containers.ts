/** @module The containers of a build: prune the cache, fetch the context, build without credentials, push without code. */
import {
  type Container,
  compact,
  type PodSpec,
  type SecurityContext,
  type Volume,
  type VolumeMount,
} from '../manifest';
import { CONTAINER_SECURITY_CONTEXT, NON_ROOT } from '../pod-security';
import { DEFAULT_RESOURCES, fillResources, type Resources } from '../resources';
import type { ResolvedBuild } from './build-props';
import type { BuildLimits } from './limits';
import { TRANSFER_PROGRAM } from './transfer';

/** The containers of a build, in the order in which they run; only `build` runs what the tenant wrote. */
export const BUILD_CONTAINERS = {
  prune: 'prune',
  fetch: 'fetch',
  build: 'build',
  push: 'push',
} as const;

/**
 * What the executor may do as root, found by taking one away at a time on a cluster: without one of the others the
 * build fails, without FSETID set-group-id bits are lost without a word. All are within Pod Security `baseline`.
 */
export const BUILD_CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'SETGID',
  'SETUID',
] as const;

/** The exception to "a pod is restricted or it is not made": unpacking a base image and running its steps needs root. */
const BUILD_SECURITY_CONTEXT: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'], add: [...BUILD_CAPABILITIES] },
  privileged: false,
  readOnlyRootFilesystem: false,
  runAsGroup: 0,
  runAsNonRoot: false,
  runAsUser: 0,
};

/** Root owns the cache's files, so that deleting them takes no capability. */
const PRUNE_SECURITY_CONTEXT: SecurityContext = {
  ...CONTAINER_SECURITY_CONTEXT,
  runAsGroup: 0,
  runAsNonRoot: false,
  runAsUser: 0,
};

const RESTRICTED: SecurityContext = {
  ...CONTAINER_SECURITY_CONTEXT,
  runAsGroup: NON_ROOT,
  runAsUser: NON_ROOT,
};

/** What the containers around the build get; they run one after the other, so the pod asks for what the build does. */
export const TRANSFER_RESOURCES: Resources = {
  requests: { ...DEFAULT_RESOURCES.requests, cpu: '10m' },
  limits: { ...DEFAULT_RESOURCES.limits, cpu: '1' },
};

const CONTEXT = '/workspace';
const CACHE = '/cache';
/** The volume of cached layers, in every pod of a build that has one. */
export const CACHE_VOLUME = 'cache';
const IMAGE_TAR = '/image/image.tar';
const TMP = { name: 'tmp', mountPath: '/tmp' };

export function buildContainers(
  build: ResolvedBuild,
  limits: BuildLimits,
): Pick<PodSpec, 'initContainers' | 'containers'> {
  return {
    initContainers: [
      ...pruneContainer(build),
      fetchContainer(build, limits),
      buildContainer(build),
    ],
    containers: [pushContainer(build)],
  };
}

function pruneContainer(build: ResolvedBuild): readonly Container[] {
  const { cache } = build;
  if (!cache) return [];
  return [
    transfer(build, 'prune', {
      env: [
        { name: 'CACHE_DIR', value: CACHE },
        ...(cache.folder === undefined ? [] : [{ name: 'CACHE_FOLDERS', value: 'true' }]),
        // A fifth stays free for the layers of the next build.
        { name: 'CACHE_BYTES', value: String(Math.floor(cache.bytes * 0.8)) },
        { name: 'CACHE_TTL_SECONDS', value: String(cache.ttlSeconds) },
      ],
      securityContext: PRUNE_SECURITY_CONTEXT,
      volumeMounts: [{ name: CACHE_VOLUME, mountPath: CACHE }],
    }),
  ];
}

function fetchContainer(build: ResolvedBuild, { contextBytes }: BuildLimits): Container {
  const credentials = credentialsOf(build, build.credentials.pull ?? build.credentials.push);
  return transfer(build, 'fetch', {
    env: [
      ...registryEnv(build),
      { name: 'CONTEXT_DIR', value: CONTEXT },
      { name: 'CONTEXT_BYTES', value: String(contextBytes) },
      ...credentials.env,
    ],
    volumeMounts: [{ name: 'context', mountPath: CONTEXT }, ...credentials.mounts],
  });
}

function buildContainer(build: ResolvedBuild): Container {
  const { host, plainHttp } = build.registry;
  const pull = build.credentials.pull;
  const mounts = pull === undefined ? [] : credentialsOf(build, pull, '/kaniko/.docker').mounts;
  return compact({
    name: BUILD_CONTAINERS.build,
    image: build.image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      `--context=dir://${CONTEXT}`,
      '--no-push',
      `--tar-path=${IMAGE_TAR}`,
      '--digest-file=/dev/termination-log',
      '--force',
      '--log-format=json',
      '--snapshot-mode=redo',
      '--skip-unused-stages',
      '--image-fs-extract-retry=3',
      `--registry-mirror=${host}`,
      '--skip-default-registry-fallback',
      ...(plainHttp ? [`--insecure-registry=${host}`] : []),
      ...cacheArgs(build),
      ...buildArgs(build),
    ],
    resources: fillResources(undefined, build.resources),
    securityContext: BUILD_SECURITY_CONTEXT,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'context', mountPath: CONTEXT, readOnly: true },
      { name: 'image', mountPath: '/image' },
      ...cacheMounts(build),
      ...mounts,
    ],
  });
}

/** Of a volume that several tenants share, the code that is built sees its own tenant's folder alone. */
function cacheMounts({ cache }: ResolvedBuild): readonly VolumeMount[] {
  return cache ? [compact({ name: CACHE_VOLUME, mountPath: CACHE, subPath: cache.folder })] : [];
}

function buildArgs({ buildArgs = {} }: ResolvedBuild): readonly string[] {
  return Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`);
}

function cacheArgs({ cache }: ResolvedBuild): readonly string[] {
  if (!cache) return [];
  return [
    '--cache=true',
    '--cache-copy-layers',
    `--cache-repo=oci:${CACHE}/layers`,
    `--cache-ttl=${cache.ttlSeconds}s`,
    '--compressed-caching=false',
  ];
}

function pushContainer(build: ResolvedBuild): Container {
  const credentials = credentialsOf(build, build.credentials.push);
  const common = transfer(build, 'push', {
    env: [...registryEnv(build), { name: 'IMAGE_TAR', value: IMAGE_TAR }, ...credentials.env],
    volumeMounts: [{ name: 'image', mountPath: '/image', readOnly: true }, ...credentials.mounts],
  });
  const { push } = build;
  return push ? { ...common, image: push.image, command: push.command } : common;
}

function transfer(
  build: ResolvedBuild,
  verb: 'prune' | 'fetch' | 'push',
  container: Pick<Container, 'env' | 'volumeMounts' | 'securityContext'>,
): Container {
  return {
    name: BUILD_CONTAINERS[verb],
    image: build.transferImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['python3', '-I', `/program/${TRANSFER_PROGRAM}`, verb],
    resources: fillResources(undefined, TRANSFER_RESOURCES),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...container,
    securityContext: container.securityContext ?? RESTRICTED,
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      { name: 'program', mountPath: '/program', readOnly: true },
      TMP,
    ],
  };
}

function registryEnv({ registry }: ResolvedBuild) {
  return [
    { name: 'REGISTRY', value: registry.host },
    { name: 'REGISTRY_PLAIN_HTTP', value: String(registry.plainHttp) },
  ];
}

function secretsOf({ credentials }: ResolvedBuild): readonly string[] {
  const names = [credentials.push, credentials.pull].filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** The Secrets of the containers that have one, under the name that Docker's clients look for. */
export function credentialVolumes(build: ResolvedBuild): readonly Volume[] {
  return secretsOf(build).map((secretName, index) => ({
    name: `credentials-${index}`,
    secret: {
      secretName,
      defaultMode: 0o440,
      items: [{ key: '.dockerconfigjson', path: 'config.json' }],
    },
  }));
}

function credentialsOf(build: ResolvedBuild, name: string | undefined, mountPath = '/credentials') {
  if (name === undefined) return { env: [], mounts: [] };
  const volume = `credentials-${secretsOf(build).indexOf(name)}`;
  return {
    env: [{ name: 'DOCKER_CONFIG', value: mountPath }],
    mounts: [{ name: volume, mountPath, readOnly: true }],
  };
}
