/** @module The pod of a job: its template's, or one of an image, under the job's own props. */
import type { Construct } from 'constructs';
import { checkStrings } from '../check';
import { mergeEnvironment } from '../environment';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import { type Container, compact, type PodSpec } from '../manifest';
import { hardenPod } from '../pod-security';
import type { Project } from '../project';
import { type Amounts, type Resources, resolveResources } from '../resources';
import { resolveEnvironmentSources } from '../template-app/environment-sources';
import {
  type AppPodProps,
  checkIdentity,
  checkPullSecrets,
  checkServiceAccount,
} from '../template-app/pod';
import { resolveVolumes } from '../template-app/volumes';
import { type PreHook, preHookContainers } from './hooks';
import type { Inherited } from './inherit';

/** What a job's pod is made of beside what it inherits. */
export type JobPodProps = Partial<AppPodProps> & { readonly preHooks?: readonly PreHook[] };

/** The pod spec, hardened; `inherited` is of the one container `main` when there is no template. */
export function jobPod(
  owner: Construct,
  inherited: Inherited,
  props: JobPodProps,
  { requireDigest, plan }: Project,
): PodSpec {
  const identity = checkIdentity(owner, props.identity);
  const container = ownContainer(owner, inherited.main, props, requireDigest, plan.defaults);
  const own = resolveVolumes(owner, 'volumes', props.volumes);
  const given = props.volumes ?? {};
  const inheritedMounts = (inherited.main.volumeMounts ?? []).filter(
    ({ name }) => !(name in given),
  );
  for (const mount of own.mounts) {
    const taken = inheritedMounts.find(
      ({ mountPath, name }) => mountPath === mount.mountPath && name !== 'tmp',
    );
    if (!taken) continue;
    throw invalid(owner, {
      prop: `volumes.${mount.name}.mountPath`,
      rule: `must not be the path of the inherited volume '${taken.name}'`,
      received: mount.mountPath,
      fix: `Choose another path, or remove the other volume with ${taken.name}: null`,
    });
  }
  const paths = new Set(own.mounts.map(({ mountPath }) => mountPath));
  const main: Container = compact({
    ...container,
    securityContext:
      props.identity === undefined ? container.securityContext : withoutIds(container),
    volumeMounts: [
      ...inheritedMounts.filter(({ mountPath }) => !paths.has(mountPath)),
      ...own.mounts,
    ],
  });
  const hooks = preHookContainers(
    owner,
    props.preHooks,
    main,
    [main.name, ...inherited.sidecars.map(({ name }) => name)],
    requireDigest,
  );
  const init = [...inherited.sidecars, ...hooks];
  const replaced = new Set(own.volumes.map(({ name }) => name));
  const mounted = new Set(
    [main, ...init].flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  );
  const pullSecrets = checkPullSecrets(owner, props.imagePullSecrets) ?? [];
  const pod = hardenPod(
    compact({
      ...inherited.pod,
      serviceAccountName:
        checkServiceAccount(owner, props.serviceAccountName) ?? inherited.pod.serviceAccountName,
      imagePullSecrets: secrets([
        ...(inherited.pod.imagePullSecrets ?? []).map(({ name }) => name),
        ...pullSecrets,
      ]),
      initContainers: init.length > 0 ? init : undefined,
      containers: [main],
      volumes: [
        ...(inherited.pod.volumes ?? []).filter(
          ({ name }) => mounted.has(name) && !replaced.has(name),
        ),
        ...own.volumes,
      ],
    }),
    { ...identity, resources: plan.defaults },
  );
  return { ...pod, restartPolicy: 'Never' };
}

function ownContainer(
  owner: Construct,
  main: Container,
  props: JobPodProps,
  requireDigest: boolean,
  defaults: Resources,
): Container {
  const command = checkStrings(owner, 'command', props.command);
  const args = checkStrings(owner, 'args', props.args);
  const env = mergeEnvironment(owner, 'env', main.env ?? [], props.env);
  const envFrom = [
    ...(main.envFrom ?? []),
    ...resolveEnvironmentSources(owner, 'envFrom', props.envFrom),
  ];
  return compact({
    ...main,
    image:
      props.image === undefined
        ? main.image
        : checkImage(owner, 'image', props.image, { requireDigest }),
    command: command ?? main.command,
    // As in Kubernetes: the arguments of one command are not those of another.
    args: args ?? (command === undefined ? main.args : undefined),
    env: env.length > 0 ? env : undefined,
    envFrom: envFrom.length > 0 ? envFrom : undefined,
    resources: ownResources(owner, main, props, defaults),
  });
}

/** What the job asks for, filled up with what its template has; kinds that only the template knows, like GPUs, stay. */
function ownResources(
  owner: Construct,
  { resources }: Container,
  props: JobPodProps,
  defaults: Resources,
): Container['resources'] {
  if (props.resources === undefined) return resources;
  const inherited: Resources = {
    requests: amounts(resources?.requests, defaults.requests),
    limits: amounts(resources?.limits, defaults.limits),
  };
  const own = resolveResources(owner, 'resources', props.resources, inherited);
  return {
    ...resources,
    requests: { ...resources?.requests, ...own.requests },
    limits: { ...resources?.limits, ...own.limits },
  };
}

function amounts(
  given: Readonly<Record<string, string | number>> | undefined,
  defaults: Amounts,
): Amounts {
  const of = (key: keyof Amounts) => String(given?.[key] ?? defaults[key]);
  return { cpu: of('cpu'), memory: of('memory'), 'ephemeral-storage': of('ephemeral-storage') };
}

function withoutIds({ securityContext }: Container): Container['securityContext'] {
  if (securityContext === undefined) return undefined;
  const { runAsUser: _user, runAsGroup: _group, ...rest } = securityContext;
  return rest;
}

function secrets(names: readonly (string | undefined)[]): PodSpec['imagePullSecrets'] {
  return names.length > 0 ? [...new Set(names)].map((name) => ({ name })) : undefined;
}
