/** @module The platform's own registry: where builds push, and where functions and nodes pull from. */
import * as pulumi from '@pulumi/pulumi';
import { REGISTRY_HOST, SYSTEM_NAMESPACE } from '../constructs/system';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';
import { garbageCollection } from './registry/collection';
import { nodeConfigObjects } from './registry/node-config';
import { registryPolicy } from './registry/policy';
import { registriesYaml } from './registry/registries-yaml';
import { registryService, registryStatefulSet } from './registry/server';
import { registryConfigMap } from './registry/settings';
import { claim, keptData } from './registry/volume';

export { NODE_CONFIG_NAMESPACE } from './registry/node-config';
export { REGISTRIES_PATH, registriesYaml } from './registry/registries-yaml';

export interface RegistryArgs {
  readonly platform: Platform;
}

/** The registry in `hks-system`, its collection of garbage and, when asked for, the nodes' way to it. Depends on the namespace. */
export class Registry extends pulumi.ComponentResource {
  /** As images and manifests name it: host and port. */
  readonly host: string = REGISTRY_HOST;
  /** The port of every node. */
  readonly nodePort: number;
  /** What each K3s node needs as `/etc/rancher/k3s/registries.yaml`, with a place for a password when there is one. */
  readonly registriesYaml: string;
  /** What everything that pulls or pushes depends on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, { platform }: RegistryArgs, options?: pulumi.ComponentResourceOptions) {
    super('hks:platform:Registry', name, {}, options);
    const { nodePort, htpasswdSecret } = platform.config.registry;
    this.nodePort = nodePort;
    this.registriesYaml = registriesYaml({ nodePort, hasPassword: htpasswdSecret !== undefined });
    const each = ({ kind }: KubeObject) =>
      kind === 'PersistentVolumeClaim' ? keptData(platform) : {};
    const register = (objects: readonly KubeObject[], dependsOn: readonly pulumi.Resource[]) => [
      ...registerObjects(this, name, objects, { dependsOn, each }).values(),
    ];
    const ground = register(registryGround(platform), dependenciesOf(options));
    this.ready = register(registryServer(platform), ground);
    register(garbageCollection(platform), this.ready);
    const [namespace, ...rest] = nodeConfigObjects(platform);
    if (namespace !== undefined) register(rest, register([namespace], []));
    const { host } = this;
    this.registerOutputs({ host, nodePort, registriesYaml: this.registriesYaml });
  }
}

/** What the registry's pods find when they start. */
export function registryGround(platform: Platform): KubeObject[] {
  const { size, storageClass } = platform.config.registry;
  return [
    registryConfigMap(platform.config.registry),
    claim({ name: 'registry', namespace: SYSTEM_NAMESPACE, size, storageClass }),
    registryPolicy(platform),
  ];
}

export function registryServer(platform: Platform): KubeObject[] {
  return [registryService(platform), registryStatefulSet(platform)];
}
