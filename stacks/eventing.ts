/** @module Knative Eventing, with its in-memory channel and broker: for those who ask for it. */
import * as pulumi from '@pulumi/pulumi';
import type { WebhookGate } from './gate';
import { registerRelease } from './knative/register-release';
import type { PreparedRelease } from './prepare/release';

export interface KnativeEventingArgs {
  /** What `prepareEventing` made of the release. */
  readonly release: PreparedRelease;
  /** Asks the webhook until it answers; not called in a preview. */
  readonly gate: WebhookGate;
  /** The provider of CRDs, which are left when the platform is destroyed: one that takes over what exists. */
  readonly crdProvider?: pulumi.ProviderResource;
}

/** Needs nothing of Knative Serving. */
export class KnativeEventing extends pulumi.ComponentResource {
  public readonly version: string;
  /** What Eventing's custom resources depend on: the webhook answers. */
  public readonly ready: readonly pulumi.Input<pulumi.Resource>[];
  /** For the program to await before it ends: rejects when the webhook does not answer. */
  public readonly answered: Promise<void>;

  constructor(name: string, args: KnativeEventingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('hks:platform:KnativeEventing', name, {}, opts);
    const { release, gate, crdProvider } = args;
    const webhook = { name: 'eventing', gate } as const;
    const { ready, answered } = registerRelease(this, name, { release, webhook, crdProvider });
    this.ready = ready;
    this.answered = answered;
    this.version = release.version;
    this.registerOutputs({ version: this.version });
  }
}
