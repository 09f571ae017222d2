/** @module Where the platform builds images: a namespace with a quota, a cache, and the template of every build. */
import * as pulumi from '@pulumi/pulumi';
import { BUILD_TEMPLATE } from '../constructs/sandbox-builder/build-template';
import { builderNamespace, builderObjects } from './builder/objects';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';

export { BUILDER_TENANT, builderJobTemplate, ISOLATION_ANNOTATION } from './builder/build';
export { BUILD_POD_LABELS, buildPeers } from './builder/peers';

export interface BuilderArgs {
  readonly platform: Platform;
}

/** The builder: nothing runs in it until the control plane makes a Job of the template. Depends on the registry. */
export class Builder extends pulumi.ComponentResource {
  readonly namespace: string;
  /** The ConfigMap of the namespace that holds the template of a build. */
  readonly template: string = BUILD_TEMPLATE.configMap;
  /** What everything that builds depends on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, { platform }: BuilderArgs, options?: pulumi.ComponentResourceOptions) {
    super('hks:platform:Builder', name, {}, options);
    const { protectData, builder } = platform.config;
    this.namespace = builder.namespace;
    const namespace = registerObjects(this, name, [builderNamespace(platform)], {
      dependsOn: dependenciesOf(options),
    });
    // The cache goes with its namespace: protected like data, but nothing that a removal leaves behind.
    const each = ({ kind }: KubeObject) =>
      kind === 'PersistentVolumeClaim' ? { protect: protectData } : {};
    const made = registerObjects(this, name, builderObjects(platform), {
      dependsOn: [...namespace.values()],
      each,
    });
    this.ready = [...made.values()];
    this.registerOutputs({ namespace: this.namespace, template: this.template });
  }
}
