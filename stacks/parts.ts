/** @module The parts of the platform in their order: which is made after which, and what they tell. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { Builder } from './builder';
import type { Cluster } from './cluster/client';
import { ControlPlane } from './control-plane';
import { KnativeEventing } from './eventing';
import type { WebhookGate } from './gate';
import { KnativeServing } from './knative';
import { Kourier } from './kourier';
import { Monitoring } from './monitoring';
import { PackageProxy } from './package-proxy';
import type { Platform } from './platform';
import { Postgres } from './postgres';
import { prepareEventing } from './prepare/eventing';
import { prepareKourier } from './prepare/kourier';
import { prepareServing } from './prepare/serving';
import { Registry } from './registry';
import type { LoadedRelease, LoadedReleases } from './releases';
import { SandboxRuntime } from './sandbox-runtime';
import { SystemNamespace } from './system-namespace';

/** Names and values that a stack tells. */
export type HostPlatformOutputs = Readonly<Record<string, unknown>>;

export interface HostPlatformArgs {
  readonly platform: Platform;
  readonly releases: LoadedReleases;
  /** Asks Knative's webhooks until they answer. */
  readonly gate: WebhookGate;
  readonly cluster: Pick<Cluster, 'context' | 'kubeconfig'>;
}

/** All of the platform, under one resource. */
export class HostPlatform extends pulumi.ComponentResource {
  readonly outputs: HostPlatformOutputs;
  /**
   * Settled when Knative's webhooks answer. A program waits for it: one that ended before would leave what comes after
   * the webhooks unregistered, which an engine takes for removed.
   */
  readonly answered: Promise<unknown>;

  constructor(name: string, args: HostPlatformArgs, options?: pulumi.ComponentResourceOptions) {
    super('hks:platform:HostPlatform', name, {}, options);
    const { releases, gate } = args;
    const { provider, retained } = this.providers(name, args);
    const platform: Platform = { ...args.platform, retained };
    const part = { parent: this, providers: [provider] };
    const after = (dependsOn: readonly pulumi.Input<pulumi.Resource>[]) => ({
      ...part,
      dependsOn: [...dependsOn] as pulumi.Resource[],
    });

    const system = new SystemNamespace('system', { platform }, part);
    const sandbox = new SandboxRuntime('sandbox-runtime', { platform }, part);
    const registry = new Registry('registry', { platform }, after(system.ready));
    const proxy = new PackageProxy('package-proxy', { platform }, after(system.ready));
    const builder = new Builder('builder', { platform }, after(sandbox.ready));
    const { answered, ...functions } = this.functions(platform, releases, gate, part);
    this.answered = answered;
    const postgres = new Postgres('postgres', { platform }, after(system.ready));
    const controlPlane = new ControlPlane(
      'control-plane',
      { platform, database: postgres.database },
      after([...system.ready, ...postgres.ready, ...registry.ready, ...builder.ready]),
    );
    const monitoring = new Monitoring('monitoring', { platform }, after(system.ready));

    const { facts, choices } = platform;
    this.outputs = {
      context: facts.context,
      kubernetes: facts.version,
      domain: choices.domain,
      ...functions,
      registry: {
        host: registry.host,
        nodePort: registry.nodePort,
        registriesYaml: registry.registriesYaml,
      },
      builder: { namespace: builder.namespace, template: builder.template },
      ...(proxy.host === undefined ? {} : { packageProxy: { host: proxy.host } }),
      isolation: sandbox.isolation,
      database: choices.postgres,
      ...(controlPlane.url === undefined ? {} : { controlPlane: { url: controlPlane.url } }),
      alerts: monitoring.alerts,
      off: choices.off,
    };
    this.registerOutputs(this.outputs);
  }

  /** Knative Serving, then its gateway; Eventing beside them. */
  private functions(
    platform: Platform,
    { serving, kourier, eventing }: LoadedReleases,
    gate: WebhookGate,
    part: pulumi.ComponentResourceOptions,
  ) {
    const crdProvider = platform.retained;
    const prepared = ({ version }: LoadedRelease) => ({ version, platform });
    const knative = new KnativeServing(
      'knative-serving',
      { platform, release: prepareServing(serving.objects, prepared(serving)), gate, crdProvider },
      part,
    );
    const gateway = new Kourier(
      'kourier',
      {
        platform,
        release: prepareKourier(kourier.objects, prepared(kourier)),
        dependsOn: knative.ready,
      },
      part,
    );
    const events =
      eventing &&
      new KnativeEventing(
        'knative-eventing',
        { release: prepareEventing(eventing.objects, prepared(eventing)), gate, crdProvider },
        part,
      );
    return {
      answered: Promise.all([knative.answered, events?.answered]),
      gateway: { ...gateway.endpoint, address: gateway.address },
      versions: {
        serving: knative.version,
        kourier: gateway.version,
        ...(events && { eventing: events.version }),
      },
    };
  }

  /** The cluster's provider, and the one of what stays: both know the cluster by its identity and not by its address. */
  private providers(name: string, { platform, cluster }: HostPlatformArgs) {
    const args: k8s.ProviderArgs = {
      kubeconfig: cluster.kubeconfig,
      context: cluster.context,
      clusterIdentifier: platform.facts.clusterId,
      enableServerSideApply: true,
      // A changed map is changed, and not replaced under the eyes of those who read it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      // After each CRD it asks for every API group anew; as many requests as it may make by itself last for four.
      kubeClientSettings: { qps: 200, burst: 400 },
    };
    const options = { parent: this };
    const provider = new k8s.Provider(`${name}-cluster`, args, options);
    // Each stack writes under a name of its own: fields that an earlier one wrote would be another's.
    const kept = { ...args, upsertExistingObjects: true, enablePatchForce: true };
    const retained = new k8s.Provider(`${name}-cluster-kept`, kept, options);
    return { provider, retained };
  }
}
