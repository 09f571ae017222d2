/** @module Settings that contradict each other, although each is right for itself. */
import { SYSTEM_NAMESPACES } from '../../constructs/system';
import { type Fault, removeCommand, setCommand } from './faults';
import { NEEDS } from './needs';
import type { HostPlatformConfig } from './schema';
import { shownPath } from './tree';

export interface Rule {
  /** The settings that it compares; the fault is told of the first. */
  readonly settings: readonly [string, ...string[]];
  readonly broken: (config: HostPlatformConfig) => boolean;
  readonly rule: (config: HostPlatformConfig) => string;
  readonly fix: (config: HostPlatformConfig) => string;
}

/** The contradictions among settings, but for those that have a fault already. */
export function conflicts(config: HostPlatformConfig, faults: readonly Fault[]): readonly Fault[] {
  const faulty = faults.map(({ path }) => shownPath(path));
  const sound = (setting: string) =>
    !faulty.some((path) => `${setting}.`.startsWith(`${path}.`) || path.startsWith(`${setting}.`));
  return [...RULES, ...NEEDS]
    .filter(({ settings, broken }) => settings.every(sound) && broken(config))
    .map(({ settings: [setting], rule, fix }) => {
      const path = setting.split('.');
      return { path, rule: rule(config), received: valueAt(config, path), fix: fix(config) };
    });
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], config);
}

const AUTOSCALER = 'knative.autoscaler';

const RULES: readonly Rule[] = [
  {
    settings: [`${AUTOSCALER}.maxScale`, `${AUTOSCALER}.maxScaleLimit`],
    broken: ({ knative: { autoscaler } }) => autoscaler.maxScale > autoscaler.maxScaleLimit,
    rule: ({ knative }) =>
      `must not be more than '${AUTOSCALER}.maxScaleLimit', which is ${knative.autoscaler.maxScaleLimit}`,
    fix: ({ knative }) =>
      `Run ${setCommand(`${AUTOSCALER}.maxScaleLimit`, String(knative.autoscaler.maxScale))}`,
  },
  {
    // A revision is ready when its first pods are: more than it may have would never be.
    settings: [`${AUTOSCALER}.initialScale`, `${AUTOSCALER}.maxScale`],
    broken: ({ knative: { autoscaler } }) => autoscaler.initialScale > autoscaler.maxScale,
    rule: ({ knative }) =>
      `must not be more than '${AUTOSCALER}.maxScale', which is ${knative.autoscaler.maxScale}`,
    fix: ({ knative }) =>
      `Run ${setCommand(`${AUTOSCALER}.initialScale`, String(knative.autoscaler.maxScale))}`,
  },
  portsDiffer('nodePorts.https', 'nodePorts.http', 31443),
  portsDiffer('nodePorts.http', 'registry.nodePort', 31080),
  portsDiffer('nodePorts.https', 'registry.nodePort', 31443),
  {
    settings: ['loadBalancerIP', 'exposure'],
    broken: ({ loadBalancerIP, exposure }) =>
      loadBalancerIP !== undefined && exposure !== 'loadBalancer',
    rule: () => `must come with 'exposure' loadBalancer`,
    fix: () =>
      `Run ${setCommand('exposure', 'loadBalancer')}, or ${removeCommand('loadBalancerIP')}`,
  },
  {
    settings: ['builder.namespace'],
    broken: ({ builder: { namespace } }) =>
      SYSTEM_NAMESPACES.includes(namespace) || namespace.startsWith('kube-'),
    rule: () => `must be a namespace of its own, not one of Kubernetes or the platform`,
    fix: () => `Run ${setCommand('builder.namespace', 'hks-build')}`,
  },
  {
    settings: ['registry.writeNodeConfig', 'registry.htpasswdSecret'],
    broken: ({ registry: { writeNodeConfig, htpasswdSecret } }) =>
      writeNodeConfig && htpasswdSecret !== undefined,
    rule: () => `must be false with 'registry.htpasswdSecret', since the file then has a password`,
    fix: () =>
      `Run ${setCommand('registry.writeNodeConfig', 'false')}, and write the output registry.registriesYaml with user and password on every node`,
  },
  {
    settings: ['controlPlane.tlsSecret', 'controlPlane.host'],
    broken: ({ controlPlane: { tlsSecret, host } }) =>
      tlsSecret !== undefined && host === undefined,
    rule: () => `must come with 'controlPlane.host', the name that it is for`,
    fix: () =>
      `Run ${setCommand('controlPlane.host', 'NAME')}, or ${removeCommand('controlPlane.tlsSecret')}`,
  },
  credentials('pushSecret'),
  credentials('pullSecret'),
  {
    settings: ['packageProxy.enabled', 'packageProxy.upstreams'],
    broken: ({ packageProxy: { enabled, upstreams } }) =>
      enabled && !upstreams.pip && !upstreams.npm && !upstreams.go,
    rule: () => `must come with at least one of 'packageProxy.upstreams': pip, npm or go`,
    fix: () =>
      `Run ${setCommand('packageProxy.upstreams.npm', 'URL')}, or ${setCommand('packageProxy.enabled', 'false')}`,
  },
  {
    settings: ['packageProxy.upstreams.pipFiles', 'packageProxy.upstreams.pip'],
    broken: ({ packageProxy: { upstreams } }) =>
      upstreams.pipFiles !== undefined && upstreams.pip === undefined,
    rule: () => `must come with 'packageProxy.upstreams.pip', the index that names the files`,
    fix: () =>
      `Run ${setCommand('packageProxy.upstreams.pip', 'URL')}, or ${removeCommand('packageProxy.upstreams.pipFiles')}`,
  },
];

/** A registry that asks for a password asks builds too. */
function credentials(name: 'pushSecret' | 'pullSecret'): Rule {
  return {
    settings: [`builder.${name}`, 'registry.htpasswdSecret'],
    broken: ({ builder, registry }) =>
      registry.htpasswdSecret !== undefined && builder[name] === undefined,
    rule: () => `must be set with 'registry.htpasswdSecret'`,
    fix: ({ builder: { namespace } }) =>
      `Name a Secret of ${namespace}, of the type kubernetes.io/dockerconfigjson: ${setCommand(`builder.${name}`, 'NAME')}`,
  };
}

/** Node ports are of the whole cluster; those of the gateway count with exposure nodePort, or where it may be chosen. */
function portsDiffer(setting: string, other: string, preset: number): Rule {
  const portOf = (config: HostPlatformConfig, path: string) => valueAt(config, path.split('.'));
  return {
    settings: [setting, other, 'exposure'],
    broken: (config) =>
      (config.exposure ?? 'nodePort') === 'nodePort' &&
      portOf(config, setting) === portOf(config, other),
    rule: () => `must be another port than '${other}'`,
    fix: (config) => {
      const taken = [config.nodePorts.http, config.nodePorts.https, config.registry.nodePort];
      let free = preset;
      while (taken.includes(free)) free += 1;
      return `Run ${setCommand(setting, String(free))}`;
    },
  };
}
