/** @module The control plane: its pods with the least rights, the ways to it and from it; none without an image. */
import * as pulumi from '@pulumi/pulumi';
import { SYSTEM_NAMESPACE } from '../constructs/system';
import { guardObjects } from './control-plane/guard';
import { controlPlanePolicy } from './control-plane/policies';
import { accessObjects } from './control-plane/rbac';
import { CONTROL_PLANE } from './control-plane/settings';
import { workloadObjects } from './control-plane/workload';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';
import type { DatabaseReference } from './postgres';

export interface ControlPlaneArgs {
  readonly platform: Platform;
  /** The database that it connects to; none where the control plane is off. */
  readonly database?: DatabaseReference;
}

/** The control plane in `hks-system`; nothing where it is off. Depends on the database and on what it calls. */
export class ControlPlane extends pulumi.ComponentResource {
  /** How it is reached: by `controlPlane.host`, else by its Service in the cluster; none where it is off. */
  readonly url: string | undefined;
  readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    { platform, database }: ControlPlaneArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('hks:platform:ControlPlane', name, {}, options);
    if (platform.choices.controlPlane && database !== undefined) {
      const before = dependenciesOf(options);
      const ground = registerObjects(this, name, controlPlaneGround(platform), {
        dependsOn: before,
      });
      const workload = registerObjects(this, name, workloadObjects(platform, database), {
        dependsOn: [...before, ...ground.values()],
      });
      const { host } = platform.config.controlPlane;
      this.url = host === undefined ? SERVICE_URL : `https://${host}`;
      this.ready = [...workload.values()];
    } else {
      this.ready = [];
    }
    this.registerOutputs({ url: this.url });
  }
}

/** What its pods find when they start: their rights, what limits these, and the ways in and out. */
export function controlPlaneGround(platform: Platform): KubeObject[] {
  return [...guardObjects(), ...accessObjects(), controlPlanePolicy(platform)];
}

const SERVICE_URL = `http://${CONTROL_PLANE}.${SYSTEM_NAMESPACE}.svc.cluster.local`;
