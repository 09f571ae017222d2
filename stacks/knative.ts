/** @module Knative Serving: namespaces and CRDs, the core, the webhook really answering, then the rest. */
import * as pulumi from '@pulumi/pulumi';
import type { WebhookGate } from './gate';
import { registerRelease } from './knative/register-release';
import type { Platform } from './platform';
import type { PreparedRelease } from './prepare/release';

export interface KnativeServingArgs {
  readonly platform: Platform;
  /** What `prepareServing` made of the release. */
  readonly release: PreparedRelease;
  /** Asks the webhook until it answers; not called in a preview. */
  readonly gate: WebhookGate;
  /** The provider of CRDs, which are left when the platform is destroyed: one that takes over what exists. */
  readonly crdProvider?: pulumi.ProviderResource;
}

export class KnativeServing extends pulumi.ComponentResource {
  public readonly version: string;
  /** What Knative's custom resources and configuration, also of other parts, depend on: the webhook answers. */
  public readonly ready: readonly pulumi.Input<pulumi.Resource>[];
  /** For the program to await before it ends: rejects when the webhook does not answer. */
  public readonly answered: Promise<void>;

  constructor(name: string, args: KnativeServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('hks:platform:KnativeServing', name, {}, opts);
    const { platform, release, gate, crdProvider } = args;
    const webhook = { name: 'serving', gate } as const;
    const { ready, answered } = registerRelease(this, name, { release, webhook, crdProvider });
    this.ready = ready;
    this.answered = answered;
    this.version = release.version;
    this.registerOutputs({ version: this.version, domain: platform.choices.domain });
  }
}
