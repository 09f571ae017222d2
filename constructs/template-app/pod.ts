/** @module The pod of an application that is described by props, before it is hardened. */
import type { ContainerResources } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { checkInteger, checkKnown, checkStrings } from '../check';
import { type Environment, resolveEnvironment } from '../environment';
import { checkImage } from '../images';
import { compact, type PodSpec } from '../manifest';
import type { PodIdentity } from '../pod-security';
import type { Project } from '../project';
import { resolveResources } from '../resources';
import { type EnvironmentSource, resolveEnvironmentSources } from './environment-sources';
import { containerPorts, type ResolvedPort } from './ports';
import { type Probes, resolveProbes } from './probes';
import { objectName, resolveVolumes, type Volumes } from './volumes';

/** What an application's container is and where it runs. */
export interface AppPodProps {
  /** Image reference, `[HOST/]PATH[:TAG][@sha256:DIGEST]`. */
  readonly image: string;
  /** Entry point, one array item for each word. @default - the image's */
  readonly command?: readonly string[];
  /** Arguments, one array item for each word. @default - the image's */
  readonly args?: readonly string[];
  /** Variables: literals, `{ secret, key }` or `{ configMap, key }`. @default {} */
  readonly env?: Environment;
  /** Secrets and ConfigMaps whose keys all become variables. @default [] */
  readonly envFrom?: readonly EnvironmentSource[];
  /** CPU, memory and disk. @default - what the project's plan gives containers that ask for nothing */
  readonly resources?: ContainerResources;
  /** Volumes by name; `/tmp` is always writable. @default {} */
  readonly volumes?: Volumes;
  /** Names of the Secrets that pull the image. @default [] */
  readonly imagePullSecrets?: readonly string[];
  /** Numeric user, group and fsGroup. @default - 65532 each */
  readonly identity?: PodIdentity;
  /** ServiceAccount of the pods; its token is not mounted. @default - the namespace's default */
  readonly serviceAccountName?: string;
}

/** The names of the props above. */
export const APP_POD_PROPS = [
  'image',
  'command',
  'args',
  'env',
  'envFrom',
  'resources',
  'volumes',
  'imagePullSecrets',
  'identity',
  'serviceAccountName',
] as const;

/** The pod spec of one container called `name`. */
export function appPod(
  owner: Construct,
  name: string,
  props: AppPodProps & { readonly probes?: Probes },
  ports: readonly ResolvedPort[],
  { requireDigest, plan }: Project,
): PodSpec {
  const { volumes, mounts } = resolveVolumes(owner, 'volumes', props.volumes);
  const env = resolveEnvironment(owner, 'env', props.env);
  const envFrom = resolveEnvironmentSources(owner, 'envFrom', props.envFrom);
  const resources = resolveResources(owner, 'resources', props.resources, plan.defaults);
  const pullSecrets = checkPullSecrets(owner, props.imagePullSecrets);
  return compact({
    serviceAccountName: checkServiceAccount(owner, props.serviceAccountName),
    imagePullSecrets: pullSecrets?.map((secret) => ({ name: secret })),
    containers: [
      compact({
        name,
        image: checkImage(owner, 'image', props.image, { requireDigest }),
        command: checkStrings(owner, 'command', props.command),
        args: checkStrings(owner, 'args', props.args),
        env: env.length > 0 ? env : undefined,
        envFrom: envFrom.length > 0 ? envFrom : undefined,
        ports: containerPorts(ports),
        resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
        volumeMounts: mounts,
        ...resolveProbes(owner, props.probes, ports),
      }),
    ],
    volumes,
  });
}

/** Refuses pull secrets that are no names of Secrets. */
export function checkPullSecrets(
  owner: Construct,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  const names = checkStrings(owner, 'imagePullSecrets', given);
  names?.forEach((name, index) => {
    objectName(owner, `imagePullSecrets[${index}]`, name);
  });
  return names && names.length > 0 ? names : undefined;
}

/** Refuses what is no name of a ServiceAccount. */
export function checkServiceAccount(owner: Construct, name: string | undefined) {
  return name === undefined ? undefined : objectName(owner, 'serviceAccountName', name);
}

/** Refuses ids that are no numbers, and root. */
export function checkIdentity(owner: Construct, identity: PodIdentity = {}): PodIdentity {
  checkKnown(owner, identity, ['user', 'group', 'fsGroup'], 'identity.');
  for (const key of ['user', 'group', 'fsGroup'] as const) {
    checkInteger(owner, `identity.${key}`, identity[key], { min: 1 });
  }
  return identity;
}
