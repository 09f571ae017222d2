/** @module A pod is restricted or it is not made: what Pod Security `restricted` and the platform ask of every pod. */
import {
  type Container,
  compact,
  type PodSecurityContext,
  type PodSpec,
  type SecurityContext,
} from './manifest';
import { DEFAULT_RESOURCES, fillResources, type Resources } from './resources';

export {
  allContainers,
  POD_SECURITY_VERSION,
  type PodSecurityLevel,
  podViolations,
} from './pod-security/violations';

/** Numeric ids that a pod runs as. */
export interface PodIdentity {
  /** @default 65532 */
  readonly user?: number;
  /** @default - the user */
  readonly group?: number;
  /** Owner of the pod's volumes. @default - the group */
  readonly fsGroup?: number;
}

/** The user and group that images for this platform run as: `nonroot`. */
export const NON_ROOT = 65532;

/** The restricted security context of a pod. */
export function podSecurityContext({
  user = NON_ROOT,
  group = user,
  fsGroup = group,
}: PodIdentity = {}): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** The restricted security context of a container. */
export const CONTAINER_SECURITY_CONTEXT: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

/** Size limit of the writable `/tmp` that every container has. */
export const TMP_SIZE = '64Mi';

export interface HardenOptions extends PodIdentity {
  /** What containers get that ask for nothing. @default DEFAULT_RESOURCES */
  readonly resources?: Resources;
}

/**
 * The pod under the restricted profile: security contexts, resources, size limits of emptyDirs, a writable `/tmp`,
 * no token, no service links. What the pod says itself stays where the profile allows it.
 */
export function hardenPod(
  spec: PodSpec,
  { resources = DEFAULT_RESOURCES, ...identity }: HardenOptions = {},
): PodSpec {
  const tmp = tmpName(spec.volumes ?? []);
  const harden = (container: Container) => hardenContainer(container, resources, tmp);
  const containers = spec.containers.map(harden);
  const initContainers = spec.initContainers?.map(harden);
  const volumes = (spec.volumes ?? []).map((volume) =>
    volume.emptyDir
      ? {
          ...volume,
          emptyDir: { ...volume.emptyDir, sizeLimit: volume.emptyDir.sizeLimit ?? TMP_SIZE },
        }
      : volume,
  );
  const needsTmp = [...containers, ...(initContainers ?? [])].some((container) =>
    mountsVolume(container, tmp),
  );
  return compact({
    ...spec,
    automountServiceAccountToken: spec.automountServiceAccountToken ?? false,
    enableServiceLinks: spec.enableServiceLinks ?? false,
    securityContext: {
      ...podSecurityContext(given(identity, spec)),
      ...withoutIds(spec.securityContext),
    },
    initContainers,
    containers,
    volumes:
      needsTmp && !volumes.some(({ name }) => name === tmp)
        ? [...volumes, { ...tmpVolume(), name: tmp }]
        : volumes,
  });
}

const TMP_VOLUME = 'tmp';

/** Another name where the pod has a volume `tmp` that is no scratch space. */
function tmpName(volumes: PodSpec['volumes'] & object): string {
  return volumes.some(({ name, emptyDir }) => name === TMP_VOLUME && !emptyDir)
    ? 'hks-tmp'
    : TMP_VOLUME;
}

/** The volume behind `/tmp`. */
export function tmpVolume(): {
  readonly name: string;
  readonly emptyDir: { readonly sizeLimit: string };
} {
  return { name: TMP_VOLUME, emptyDir: { sizeLimit: TMP_SIZE } };
}

function hardenContainer(container: Container, resources: Resources, tmp: string): Container {
  const mounts = container.volumeMounts ?? [];
  const hasTmp = mounts.some(({ mountPath }) => mountPath.replace(/\/+$/, '') === '/tmp');
  const own = container.securityContext;
  return compact({
    ...container,
    imagePullPolicy: container.imagePullPolicy ?? 'IfNotPresent',
    resources: fillResources(container.resources, resources),
    securityContext: {
      ...CONTAINER_SECURITY_CONTEXT,
      ...own,
      capabilities: { ...CONTAINER_SECURITY_CONTEXT.capabilities, ...own?.capabilities },
    },
    volumeMounts: hasTmp ? mounts : [...mounts, { name: tmp, mountPath: '/tmp' }],
  });
}

function mountsVolume(container: Container, volume: string): boolean {
  return (container.volumeMounts ?? []).some(({ name }) => name === volume);
}

function given(identity: PodIdentity, { securityContext: own }: PodSpec): PodIdentity {
  return compact({
    user: identity.user ?? own?.runAsUser,
    group: identity.group ?? own?.runAsGroup,
    fsGroup: identity.fsGroup ?? own?.fsGroup,
  });
}

function withoutIds(context: PodSecurityContext | undefined): PodSecurityContext {
  const { runAsUser: _user, runAsGroup: _group, fsGroup: _fsGroup, ...rest } = context ?? {};
  return rest;
}
