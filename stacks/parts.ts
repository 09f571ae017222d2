/** @module The parts of the platform in their order: which is made after which, and what they tell. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Cluster } from './cluster/client';
import { KnativeEventing } from './eventing';
import type { WebhookGate } from './gate';
import { KnativeServing } from './knative';
import { Kourier } from './kourier';
import type { Platform } from './platform';
import { prepareEventing } from './prepare/eventing';
import { prepareKourier } from './prepare/kourier';
import { prepareServing } from './prepare/serving';
import { Registry } from './registry';
import type { LoadedReleases } from './releases';
import { SystemNamespace } from './system-namespace';

/** Names and values that a stack tells. */
export type HostPlatformOutputs = Readonly<Record<string, unknown>>;

export interface HostPlatformArgs {
  readonly platform: Platform;
  readonly releases: LoadedReleases;
  /** Asks Knative's webhooks until they answer. */
  readonly gate: WebhookGate;
  readonly cluster: Pick<Cluster, 'context'>;
}

/** All of the platform, under one resource. */
export class HostPlatform extends pulumi.ComponentResource {
  readonly outputs: HostPlatformOutputs;

  constructor(name: string, args: HostPlatformArgs, options?: pulumi.ComponentResourceOptions) {
    super('hks:platform:HostPlatform', name, {}, options);
    const { releases, gate } = args;
    const { provider, retained } = this.providers(name, args);
    const platform: Platform = { ...args.platform, retained };
    const part = { parent: this, providers: [provider] };
    const prepared = (release: { readonly version: string }) => ({
      version: release.version,
      platform,
    });

    const system = new SystemNamespace('system', { platform }, part);
    const inSystem = { ...part, dependsOn: [...system.ready] };
    const registry = new Registry('registry', { platform }, inSystem);

    const serving = new KnativeServing(
      'knative-serving',
      {
        platform,
        release: prepareServing(releases.serving.objects, prepared(releases.serving)),
        gate,
        crdProvider: retained,
      },
      part,
    );
    const kourier = new Kourier(
      'kourier',
      {
        platform,
        release: prepareKourier(releases.kourier.objects, prepared(releases.kourier)),
        dependsOn: serving.ready,
      },
      part,
    );
    const eventing =
      releases.eventing === undefined
        ? undefined
        : new KnativeEventing(
            'knative-eventing',
            {
              release: prepareEventing(releases.eventing.objects, prepared(releases.eventing)),
              gate,
              crdProvider: retained,
            },
            part,
          );
    const { facts, choices } = platform;
    this.outputs = {
      context: facts.context,
      kubernetes: facts.version,
      domain: choices.domain,
      gateway: { ...kourier.endpoint, address: kourier.address },
      versions: {
        serving: serving.version,
        kourier: kourier.version,
        ...(eventing === undefined ? {} : { eventing: eventing.version }),
      },
      registry: {
        host: registry.host,
        nodePort: registry.nodePort,
        registriesYaml: registry.registriesYaml,
      },
      off: choices.off,
    };
    this.registerOutputs(this.outputs);
  }

  /** The cluster's provider, and the one of what stays: both know the cluster by its identity and not by its address. */
  private providers(name: string, { platform, cluster }: HostPlatformArgs) {
    const { config, facts } = platform;
    const args: k8s.ProviderArgs = {
      ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
      context: cluster.context,
      clusterIdentifier: facts.clusterId,
      enableServerSideApply: true,
      // A changed map is changed, and not replaced under the eyes of those who read it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    };
    const options = { parent: this };
    const provider = new k8s.Provider(`${name}-cluster`, args, options);
    const kept = { ...args, upsertExistingObjects: true };
    const retained = new k8s.Provider(`${name}-cluster-kept`, kept, options);
    return { provider, retained };
  }
}
