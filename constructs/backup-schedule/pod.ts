/** @module The pods of a backup: restic beside its source, under the restricted profile. */

import type { SecretKey } from '../environment';
import type { Container, EnvVar, PodSpec, Volume, VolumeMount } from '../manifest';
import { compact } from '../manifest';
import { hardenPod, type PodIdentity } from '../pod-security';
import { quantity, quantityText, type Resources } from '../resources';
import { RESTIC_ENVIRONMENT } from './script';
import { CACHE_PATH, LOCK_WAIT_SECONDS } from './shell';
import type { Repository } from './storage';

/** What all pods of a backup have in common. */
export interface ResticPodSettings {
  readonly image: string;
  readonly repository: Repository;
  readonly encryption?: SecretKey;
  readonly identity: PodIdentity;
  readonly resources: Resources;
  /** Quantity of the emptyDir that holds restic's cache and temporary files. */
  readonly cacheSize: string;
  readonly imagePullSecrets?: readonly string[];
}

/** What one kind of pod adds. */
export interface ResticRun {
  /** Name of restic's container. */
  readonly name: string;
  readonly script: string;
  readonly volumes?: readonly Volume[];
  readonly mounts?: readonly VolumeMount[];
  readonly initContainers?: readonly Container[];
  readonly sidecars?: readonly Container[];
}

/**
 * What a repository on a claim has for a password when none was asked for. It is no secret: restic has no
 * repositories without a password before 0.17.
 */
const PUBLIC_PASSWORD = 'echo unencrypted';

/** restic's container; hooks without an image of their own are made from it. */
export function resticContainer(
  { image, repository, encryption, resources }: ResticPodSettings,
  { name, script, mounts = [] }: ResticRun,
): Container {
  const password: EnvVar = encryption
    ? { name: 'RESTIC_PASSWORD_FILE', value: '/encryption/password' }
    : { name: 'RESTIC_PASSWORD_COMMAND', value: PUBLIC_PASSWORD };
  return {
    name,
    image,
    command: ['/bin/sh', '-c', script],
    env: [
      { name: 'RESTIC_REPOSITORY', value: repository.location },
      password,
      ...RESTIC_ENVIRONMENT,
      { name: 'HKS_LOCK_WAIT', value: String(LOCK_WAIT_SECONDS) },
      {
        name: 'HKS_RUN',
        valueFrom: { fieldRef: { fieldPath: `metadata.labels['batch.kubernetes.io/job-name']` } },
      },
      ...repository.env,
    ],
    resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
    volumeMounts: [
      { name: 'cache', mountPath: CACHE_PATH },
      ...(encryption ? [{ name: 'encryption', mountPath: '/encryption', readOnly: true }] : []),
      ...repository.mounts,
      ...mounts,
    ],
  };
}

/** The pod of a backup, a verification or a restore. */
export function resticPod(props: ResticPodSettings, run: ResticRun): PodSpec {
  const { repository, encryption, imagePullSecrets = [] } = props;
  const initContainers = run.initContainers ?? [];
  return hardenPod(
    compact({
      restartPolicy: 'Never',
      // Long enough for restic to give back its locks.
      terminationGracePeriodSeconds: 60,
      imagePullSecrets:
        imagePullSecrets.length > 0 ? imagePullSecrets.map((name) => ({ name })) : undefined,
      initContainers: initContainers.length > 0 ? initContainers : undefined,
      containers: [resticContainer(props, run), ...(run.sidecars ?? [])],
      volumes: [
        { name: 'cache', emptyDir: { sizeLimit: props.cacheSize } },
        ...(encryption ? [passwordVolume(encryption)] : []),
        ...repository.volumes,
        ...(run.volumes ?? []),
      ],
    }),
    props.identity,
  );
}

function passwordVolume({ secret, key }: SecretKey): Volume {
  return {
    name: 'encryption',
    secret: { secretName: secret, defaultMode: 0o440, items: [{ key, path: 'password' }] },
  };
}

/** Room for restic's cache on top of what its scripts write. */
export function resticResources(cacheSize: string): Resources {
  const disk = quantityText('storage', quantity(cacheSize) + 128 * 2 ** 20);
  return {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': disk },
  };
}

/** The pod with more local disk; an emptyDir counts against its container's limit. */
export function withDisk(props: ResticPodSettings, more: string | undefined): ResticPodSettings {
  if (more === undefined) return props;
  const { requests, limits } = props.resources;
  const disk = quantity(limits['ephemeral-storage']) + quantity(more);
  return {
    ...props,
    resources: {
      requests,
      limits: { ...limits, 'ephemeral-storage': quantityText('storage', disk) },
    },
  };
}
