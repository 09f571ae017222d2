/** @module What isolates functions and sandboxes from the node's kernel, as a RuntimeClass; it is not claimed where it is not there. */
import * as pulumi from '@pulumi/pulumi';
import { dependenciesOf } from './dependencies';
import type { KubeObject } from './kube-object';
import { registerObjects } from './objects';
import type { Platform } from './platform';

export interface SandboxRuntimeArgs {
  readonly platform: Platform;
}

/** The RuntimeClass `gvisor`, where every node that takes pods has runsc. */
export class SandboxRuntime extends pulumi.ComponentResource {
  /** Whether code of tenants has a kernel of its own. */
  readonly isolation: 'gvisor' | 'none';
  /** The name of the RuntimeClass; none without isolation. */
  readonly runtimeClass: string | undefined;
  /** What pods of the RuntimeClass depend on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    { platform }: SandboxRuntimeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('hks:platform:SandboxRuntime', name, {}, options);
    const { sandbox } = platform.choices;
    const dependsOn = dependenciesOf(options);
    const made = registerObjects(this, name, sandboxRuntimeObjects(platform), { dependsOn });
    this.isolation = sandbox === undefined ? 'none' : 'gvisor';
    this.runtimeClass = sandbox?.runtimeClass;
    this.ready = [...made.values()];
    this.registerOutputs({ isolation: this.isolation, runtimeClass: this.runtimeClass });
  }
}

/** The RuntimeClass; none where there is one of another owner, or no handler for it. */
export function sandboxRuntimeObjects({ choices }: Pick<Platform, 'choices'>): KubeObject[] {
  const { sandbox } = choices;
  if (!sandbox?.make) return [];
  return [
    {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: sandbox.runtimeClass },
      handler: sandbox.handler,
      // The Sentry and its Gofer, beside what the containers ask for; quotas count it.
      overhead: { podFixed: { cpu: '50m', memory: '64Mi' } },
    },
  ];
}
