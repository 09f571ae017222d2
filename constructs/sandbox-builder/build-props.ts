/** @module Props of a tenant's builds: registry, credentials, cache, room and time. */
import type { Duration, Size } from 'cdk8s';
import type { ContainerResources } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { checkKnown, checkName, checkStrings } from '../check';
import { checkImage, IMAGES } from '../images';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { type Resources, resolveResources } from '../resources';
import type { ResolvedEgress } from './egress';
import { bytesOf, secondsOf } from './limits';
import {
  hostName,
  isAddress,
  type PackageProxyProps,
  type RegistryProps,
  type ResolvedRegistry,
  resolveProxies,
  resolveRegistry,
} from './registry';

export interface BuildProps {
  /** The Kaniko executor. @default IMAGES.kaniko */
  readonly image?: string;
  /** Python 3.11 or newer, for the program that fetches the context and pushes the image. @default IMAGES.transfer */
  readonly transferImage?: string;
  /** Another program that pushes `/image/image.tar` to `$(DESTINATION)`. @default - our own, in `transferImage` */
  readonly push?: PushProps;
  /** CPU, memory and disk of the build. @default - 250m to 2 CPU, 512Mi to 2Gi memory, 1Gi to 8Gi disk */
  readonly resources?: ContainerResources;
  /** Deadline of a build, queue and push included. @default Duration.minutes(15) */
  readonly timeout?: Duration;
  /** How long a finished build's Job stays. @default Duration.hours(1) */
  readonly ttl?: Duration;
  /** Room for the built image's archive. @default Size.gibibytes(2) */
  readonly imageSize?: Size;
  /** The tenant's cache of layers; `false` for none. @default - 5Gi, kept for 7 days */
  readonly cache?: CacheProps | false;
  /** Secrets of the registry. @default - none: the registry asks for none */
  readonly credentials?: CredentialsProps;
  /** Mirrors of packages that the steps of a build may download from. @default - none */
  readonly packageProxies?: readonly PackageProxyProps[];
}

export interface PushProps {
  /** Image of the program. */
  readonly image: string;
  /** Its command; `$(DESTINATION)` and `$(IMAGE_TAR)` stand for the two ends. */
  readonly command: readonly string[];
}

export interface CacheProps {
  /** Size of the volume. @default Size.gibibytes(5) */
  readonly size?: Size;
  /** Age at which a layer is built again. @default Duration.days(7) */
  readonly ttl?: Duration;
  /** StorageClass of the volume. @default - the cluster's default */
  readonly storageClassName?: string;
}

/** Names of Secrets of the type `kubernetes.io/dockerconfigjson` in the build namespace. */
export interface CredentialsProps {
  /** May write to the tenant's repositories; the code that is built never sees it. @default - none */
  readonly push?: string;
  /** May read base images; the code that is built can read it, so let it do nothing else. @default - none */
  readonly pull?: string;
}

export interface ResolvedBuild {
  readonly image: string;
  readonly transferImage: string;
  readonly push?: PushProps;
  readonly resources: Resources;
  readonly timeoutSeconds: number;
  readonly ttlSeconds: number;
  readonly imageBytes: number;
  readonly cache?: {
    readonly bytes: number;
    readonly ttlSeconds: number;
    readonly storageClassName?: string;
    /** The tenant's folder of the volume, where several tenants share it. */
    readonly folder?: string;
  };
  /** Values of `ARG`s that every build gets. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly credentials: CredentialsProps;
  readonly registry: ResolvedRegistry;
  readonly proxies: readonly (ResolvedEgress & { readonly host: string })[];
  /** Names whose addresses each build has to be given. */
  readonly hosts: readonly string[];
  readonly runtimeClassName?: string;
}

/** What a build gets that asks for nothing. */
export const BUILD_RESOURCES: Resources = {
  requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
  limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '8Gi' },
};

const DAY = 24 * 60 * 60;
const GIBIBYTE = 2 ** 30;

export function resolveBuild(
  owner: Construct,
  given: BuildProps = {},
  registryProps: RegistryProps | undefined,
  {
    runtimeClassName,
    requireDigest,
  }: { readonly runtimeClassName?: string; readonly requireDigest: boolean },
): ResolvedBuild {
  checkKnown(owner, given, KNOWN, 'build.');
  const image = (prop: string, value: string) => checkImage(owner, prop, value, { requireDigest });
  const registry = resolveRegistry(owner, registryProps);
  const proxies = resolveProxies(owner, 'build.packageProxies', given.packageProxies);
  const hosts = [registry.host, ...proxies.map(({ host }) => host)].map(hostName);
  return compact({
    image: image('build.image', given.image ?? IMAGES.kaniko),
    transferImage: image('build.transferImage', given.transferImage ?? IMAGES.transfer),
    push: given.push && resolvePush(owner, given.push, image),
    resources: resolveResources(owner, 'build.resources', given.resources, BUILD_RESOURCES),
    timeoutSeconds: secondsOf(owner, 'build.timeout', given.timeout, { min: 30 }) ?? 900,
    ttlSeconds: secondsOf(owner, 'build.ttl', given.ttl, { max: 30 * DAY }) ?? 3600,
    imageBytes: bytesOf(owner, 'build.imageSize', given.imageSize) ?? 2 * GIBIBYTE,
    cache: given.cache === false ? undefined : resolveCache(owner, given.cache),
    credentials: resolveCredentials(owner, given.credentials),
    registry,
    proxies,
    hosts: [...new Set(hosts)].filter((host) => !isAddress(host)),
    runtimeClassName,
  });
}

const KNOWN = [
  'image',
  'transferImage',
  'push',
  'resources',
  'timeout',
  'ttl',
  'imageSize',
  'cache',
  'credentials',
  'packageProxies',
] as const satisfies readonly (keyof BuildProps)[];

function resolvePush(
  owner: Construct,
  given: PushProps,
  image: (prop: string, value: string) => string,
): PushProps {
  checkKnown(owner, given, ['image', 'command'], 'build.push.');
  const command = checkStrings(owner, 'build.push.command', given.command) ?? [];
  if (command.length === 0) {
    throw invalid(owner, {
      prop: 'build.push.command',
      rule: 'must name the program that pushes',
      received: given.command,
      fix: `Write ['crane', 'push', '$(IMAGE_TAR)', '$(DESTINATION)']`,
    });
  }
  return { image: image('build.push.image', given.image), command };
}

function resolveCache(owner: Construct, given: CacheProps = {}): ResolvedBuild['cache'] {
  checkKnown(owner, given, ['size', 'ttl', 'storageClassName'], 'build.cache.');
  const { storageClassName } = given;
  if (storageClassName !== undefined) {
    checkName(owner, 'build.cache.storageClassName', storageClassName);
  }
  return compact({
    bytes: bytesOf(owner, 'build.cache.size', given.size) ?? 5 * GIBIBYTE,
    ttlSeconds:
      secondsOf(owner, 'build.cache.ttl', given.ttl, { min: 60, max: 365 * DAY }) ?? 7 * DAY,
    storageClassName,
  });
}

function resolveCredentials(owner: Construct, given: CredentialsProps = {}): CredentialsProps {
  if (typeof given !== 'object' || given === null) {
    throw invalid(owner, {
      prop: 'build.credentials',
      rule: 'must be { push, pull }, each the name of a Secret',
      received: '***',
      fix: `Put the credential in a Secret and write { push: 'registry-push' }`,
    });
  }
  checkKnown(owner, given, ['push', 'pull'], 'build.credentials.');
  for (const key of ['push', 'pull'] as const) {
    if (given[key] !== undefined) checkName(owner, `build.credentials.${key}`, given[key], 253);
  }
  return given;
}
