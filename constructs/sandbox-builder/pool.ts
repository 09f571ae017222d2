/** @module A warm pool: pods of one runtime that wait for code, reached by the control plane and reaching nothing. */
import { ApiObject } from 'cdk8s';
import type { ContainerResources, k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkInteger, checkKnown, checkName, checkStrings } from '../check';
import { type Environment, resolveEnvironment } from '../environment';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import { LABELS, selectorFor } from '../labels';
import { type Container, compact, type Manifest } from '../manifest';
import { CONTAINER_SECURITY_CONTEXT, hardenPod } from '../pod-security';
import type { Project } from '../project';
import { fillResources, type Resources, resolveResources } from '../resources';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../system';
import { type EgressRule, resolveEgress } from './egress';
import { checkRuntimeClass } from './runtime-class';

export interface PoolProps {
  /** What the pool runs: `python`, `node`, `go`, or a name of your own. */
  readonly runtime: string;
  /** Name of the pool: a DNS label of at most 40 characters. @default - the runtime */
  readonly name?: string;
  /** Image of the supervisor that loads and runs code. */
  readonly image: string;
  /** Pods that wait. @default 1 */
  readonly replicas?: number;
  /** Replaces the image's entrypoint. @default - the image's */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. @default - the image's */
  readonly args?: readonly string[];
  /** Port that the supervisor listens on. @default 8080 */
  readonly port?: number;
  /** Variables of every pod; no secrets, since a pod serves any call: they come with the request. @default - none */
  readonly env?: Environment;
  /** CPU, memory and disk of a pod. @default - 100m to 1 CPU, 128Mi to 512Mi memory, 64Mi to 512Mi disk */
  readonly resources?: ContainerResources;
  /** When a pod is ready: an HTTP path or a command. @default - the port accepts connections */
  readonly readiness?: { readonly path: string } | { readonly command: readonly string[] };
  /** Addresses that the code may connect to; there is no DNS. @default - none */
  readonly egress?: readonly EgressRule[];
  /** RuntimeClass of the pods; `false` for the cluster's default. @default - the SandboxBuilder's */
  readonly runtimeClassName?: string | false;
  /** Numeric user and group of the pods. @default 65532 */
  readonly user?: number;
}

/** What a pod of a pool gets that asks for nothing. */
export const POOL_RESOURCES: Resources = {
  requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '512Mi' },
};

const KNOWN = [
  'runtime',
  'name',
  'image',
  'replicas',
  'command',
  'args',
  'port',
  'env',
  'resources',
  'readiness',
  'egress',
  'runtimeClassName',
  'user',
] as const satisfies readonly (keyof PoolProps)[];

export interface PoolOptions {
  /** The construct that messages name. */
  readonly owner: Construct;
  /** Where the prop stands, e.g. `pools[0]`. */
  readonly at: string;
  readonly project: Project;
  readonly runtimeClassName: string | undefined;
}

/** One warm pool of a SandboxBuilder. */
export class SandboxPool extends Construct {
  readonly name: string;
  readonly runtime: string;
  readonly replicas: number;
  readonly port: number;
  /** CPU, memory and disk of one pod. */
  readonly resources: Resources;
  readonly runtimeClassName: string | undefined;
  readonly deployment: ApiObject;
  readonly serviceAccount: ApiObject;
  readonly networkPolicies: readonly ApiObject[];

  constructor(scope: Construct, props: PoolProps, options: PoolOptions) {
    const { owner, at, project } = options;
    checkKnown(owner, props, KNOWN, `${at}.`);
    const runtime = checkName(owner, `${at}.runtime`, props.runtime);
    const name = checkName(owner, `${at}.name`, props.name ?? runtime, 40);
    super(scope, name);
    this.name = name;
    this.runtime = runtime;
    this.replicas =
      checkInteger(owner, `${at}.replicas`, props.replicas, { min: 0, max: 1000 }) ?? 1;
    this.port = checkInteger(owner, `${at}.port`, props.port, { min: 1, max: 65_535 }) ?? 8080;
    this.resources = resolveResources(owner, `${at}.resources`, props.resources, POOL_RESOURCES);
    this.runtimeClassName =
      props.runtimeClassName === undefined
        ? options.runtimeClassName
        : checkRuntimeClass(owner, `${at}.runtimeClassName`, props.runtimeClassName);
    const user = checkInteger(owner, `${at}.user`, props.user, { min: 1 });
    const container = this.container(props, options);
    const egress = resolveEgress(owner, `${at}.egress`, props.egress);

    const select = selectorFor({ name, kind: 'sandbox' });
    const metadata = project.objectMetadata('sandbox', name);
    const labels = { ...metadata.labels, [LABELS.pool]: name, [LABELS.runtime]: runtime };
    this.serviceAccount = new ApiObject(this, 'ServiceAccount', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...metadata, name: `pool-${name}`, labels },
      automountServiceAccountToken: false,
    });
    const spec: Manifest<k8s.DeploymentSpec> = {
      replicas: this.replicas,
      revisionHistoryLimit: 2,
      selector: { matchLabels: select },
      // No surge: what the quota holds is the pool and one pod that takes another's place.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: compact({
          ...hardenPod(
            {
              containers: [container],
              dnsConfig: { nameservers: ['127.0.0.1'] },
              dnsPolicy: 'None',
              serviceAccountName: `pool-${name}`,
              terminationGracePeriodSeconds: 5,
            },
            compact({ user, resources: this.resources }),
          ),
          runtimeClassName: this.runtimeClassName,
        }),
      },
    };
    this.deployment = new ApiObject(this, 'Resource', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels },
      spec,
    });
    const controlPlane = { namespace: SYSTEM_NAMESPACE, pods: CONTROL_PLANE_LABELS };
    this.networkPolicies = [
      project.allow(
        {
          name: `pool-${name}-control-plane`,
          direction: 'ingress',
          select,
          peers: [controlPlane],
          ports: [{ port: this.port }],
        },
        this,
      ),
      ...egress.map((rule, index) =>
        project.allow(
          { name: `pool-${name}-egress-${index}`, direction: 'egress', select, ...rule },
          this,
        ),
      ),
    ];
  }

  private container(props: PoolProps, { owner, at, project }: PoolOptions): Container {
    const { requireDigest } = project;
    const probe = resolveReadiness(owner, `${at}.readiness`, props.readiness, this.port);
    return compact({
      name: 'supervisor',
      image: checkImage(owner, `${at}.image`, props.image, { requireDigest }),
      command: checkStrings(owner, `${at}.command`, props.command),
      args: checkStrings(owner, `${at}.args`, props.args),
      env: [
        { name: 'PORT', value: String(this.port) },
        ...resolveEnvironment(owner, `${at}.env`, withoutSecrets(owner, `${at}.env`, props.env)),
      ],
      ports: [{ containerPort: this.port, name: 'http' }],
      readinessProbe: { ...probe, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 },
      resources: fillResources(undefined, this.resources),
      securityContext: CONTAINER_SECURITY_CONTEXT,
    });
  }
}

function withoutSecrets(owner: Construct, prop: string, env: Environment = {}): Environment {
  for (const [name, value] of Object.entries(env)) {
    const reference = JSON.stringify(value) ?? '';
    if (!/"secret(KeyRef)?":/.test(reference)) continue;
    throw invalid(owner, {
      prop: `${prop}.${name}`,
      rule: 'must not come from a Secret, since every call that the pod serves could read it',
      received: '***',
      fix: 'Send it with the request of the one call that needs it',
    });
  }
  return env;
}

function resolveReadiness(
  owner: Construct,
  prop: string,
  readiness: PoolProps['readiness'],
  port: number,
): NonNullable<Container['readinessProbe']> {
  if (readiness === undefined) return { tcpSocket: { port } };
  if (typeof readiness === 'object' && readiness !== null) {
    checkKnown(owner, readiness, ['path', 'command'], `${prop}.`);
    if ('command' in readiness) {
      const command = checkStrings(owner, `${prop}.command`, readiness.command);
      if (command && command.length > 0) return { exec: { command } };
    } else if (typeof readiness.path === 'string' && /^\/\S*$/.test(readiness.path)) {
      return { httpGet: { path: readiness.path, port } };
    }
  }
  throw invalid(owner, {
    prop,
    rule: `must be { path } with a path that begins with '/', or { command } with at least one word`,
    received: readiness,
    fix: `Write { path: '/health/readiness' }`,
  });
}
