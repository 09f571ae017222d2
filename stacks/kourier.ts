/** @module Kourier: the gateway that functions are reached by, and what tells it its routes. */
import type * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { nodeAddress } from './cluster/domain';
import { GATEWAY_SERVICE } from './cluster/services';
import { registerRelease } from './knative/register-release';
import { identityOf, type KubeObject } from './kube-object';
import type { Choices, Platform } from './platform';
import { withoutAwait } from './prepare/engine';
import type { PreparedRelease } from './prepare/release';

export interface KourierArgs {
  readonly platform: Platform;
  /** What `prepareKourier` made of the release. */
  readonly release: PreparedRelease;
  /** Serving's `ready`: its webhook admits Kourier's configuration, and its CRDs are what Kourier watches. */
  readonly dependsOn: readonly pulumi.Input<pulumi.Resource>[];
}

/** Where functions are reached from outside. */
export interface GatewayEndpoint {
  readonly exposure: Choices['exposure'];
  /** The type of the gateway's Service. */
  readonly type: string;
  /** Ports from outside: of the load balancer, or of every node. */
  readonly ports: { readonly http: number; readonly https: number };
  /** A function's URL, with `NAME` and `NAMESPACE` for its own. */
  readonly url: string;
}

export class Kourier extends pulumi.ComponentResource {
  public readonly version: string;
  public readonly endpoint: GatewayEndpoint;
  /** The load balancer's address, or that of a node. */
  public readonly address: pulumi.Output<string | undefined>;
  /** What needs the gateway depends on these: its pods and those of its controller are ready. */
  public readonly ready: readonly pulumi.Input<pulumi.Resource>[];

  constructor(name: string, args: KourierArgs, opts?: pulumi.ComponentResourceOptions) {
    super('hks:platform:Kourier', name, {}, opts);
    const { platform, dependsOn } = args;
    const release = awaitedByExposure(args.release, platform);
    const { resources, ready } = registerRelease(this, name, { release, dependsOn });
    const gateway = gatewayOf(release);
    this.version = release.version;
    this.endpoint = endpointOf(gateway, platform);
    const service = resources.get(identityOf(gateway)) as k8s.core.v1.Service;
    this.address = pulumi
      .output(isMadeAfter(dependsOn))
      .apply((isMade) =>
        isMade ? addressOf(service, platform) : pulumi.output<string | undefined>(undefined),
      );
    this.ready = ready;
    this.registerOutputs({ version: this.version, ...this.endpoint, address: this.address });
  }
}

/** Where a gateway's Service is reached, as the platform exposes it. */
export function endpointOf(gateway: KubeObject, { choices }: Platform): GatewayEndpoint {
  const { type = 'ClusterIP', ports } = gateway['spec'] as unknown as ServiceSpec;
  const portOf = (name: string, usual: number) => {
    const port = ports.find((one) => one.name === name);
    return (choices.exposure === 'nodePort' ? port?.nodePort : port?.port) ?? usual;
  };
  const http = portOf('http2', 80);
  const https = portOf('https', 443);
  const suffix = http === 80 ? '' : `:${http}`;
  return {
    exposure: choices.exposure,
    type,
    ports: { http, https },
    url: `http://NAME.NAMESPACE.${choices.domain}${suffix}`,
  };
}

interface ServiceSpec {
  readonly type?: string;
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly nodePort?: number;
  }[];
}

const GATEWAY = `service/${GATEWAY_SERVICE}`;

function gatewayOf({ objects }: PreparedRelease): KubeObject {
  const gateway = objects.find((object) => identityOf(object) === GATEWAY);
  if (gateway === undefined) {
    throw new Error(`The release of Kourier has no ${GATEWAY}.`);
  }
  return gateway;
}

/** Only a load balancer's address is worth waiting for: the pods are waited for by their Deployment. */
function awaitedByExposure(release: PreparedRelease, { choices }: Platform): PreparedRelease {
  if (choices.exposure === 'loadBalancer') {
    return release;
  }
  const gateway = gatewayOf(release);
  const objects = release.objects.map((one) => (one === gateway ? withoutAwait(one) : one));
  return { ...release, objects };
}

/** The outputs of what is never made never come: whoever waits for them would wait for ever. */
async function isMadeAfter(dependsOn: readonly pulumi.Input<pulumi.Resource>[]): Promise<boolean> {
  const promises = dependsOn.filter((one) => one instanceof Promise);
  const settled = await Promise.allSettled(promises);
  return settled.every(({ status }) => status === 'fulfilled');
}

function addressOf(
  gateway: k8s.core.v1.Service,
  { choices, facts }: Platform,
): pulumi.Output<string | undefined> {
  if (choices.exposure !== 'loadBalancer') {
    return pulumi.output(nodeAddress(facts.nodes));
  }
  return gateway.status.apply((status) => {
    const [first] = status?.loadBalancer?.ingress ?? [];
    return first?.ip ?? first?.hostname;
  });
}
