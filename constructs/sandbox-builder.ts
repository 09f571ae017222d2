/** @module The place where a tenant's generated code is built and run: two namespaces, warm pools and a build template. */
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import { Construct, Node } from 'constructs';
import { checkBoolean, checkKnown, checkName, checkObject } from './check';
import { invalid } from './invalid';
import { LABELS } from './labels';
import { compact } from './manifest';
import { Project, type ProjectProps } from './project';
import { resolvePlan } from './project/plan';
import { type BuildProps, type ResolvedBuild, resolveBuild } from './sandbox-builder/build-props';
import {
  BUILD_CACHE_CLAIM,
  BUILD_SERVICE_ACCOUNT,
  BUILD_TEMPLATE,
  type BuildJob,
  buildTemplate,
} from './sandbox-builder/build-template';
import {
  type LimitsProps,
  limitsData,
  resolveLimits,
  SANDBOX_LIMITS,
  type SandboxLimits,
} from './sandbox-builder/limits';
import { type PoolProps, SandboxPool } from './sandbox-builder/pool';
import { checkBuildFits, checkPoolsFit } from './sandbox-builder/quota';
import type { RegistryProps } from './sandbox-builder/registry';
import { checkRuntimeClass, SANDBOX_RUNTIME_CLASS } from './sandbox-builder/runtime-class';
import { TRANSFER_SOURCE } from './sandbox-builder/transfer';

export interface SandboxBuilderProps {
  /** Id of the tenant whose code it is: a DNS label. */
  readonly tenant: string;
  /** Pools of pods that wait for code. @default - none */
  readonly pools?: readonly PoolProps[];
  /** What one execution and one build may take; the control plane holds them to it. @default - the defaults of `LimitsProps` */
  readonly limits?: LimitsProps;
  /** How images are built. @default - the defaults of `BuildProps` */
  readonly build?: BuildProps;
  /** The registry that images come from and go to. @default - the platform's own */
  readonly registry?: RegistryProps;
  /** RuntimeClass of sandboxes and builds; `false` for the cluster's default, which shares the node's kernel. @default 'gvisor' */
  readonly runtimeClassName?: string | false;
  /** Quota of the sandbox namespace. @default 'small' */
  readonly plan?: ProjectProps['plan'];
  /** Quota of the build namespace. @default 'small' */
  readonly buildPlan?: ProjectProps['plan'];
  /** Refuses images that are not named by digest. @default false */
  readonly requireDigest?: boolean;
  /** Labels and annotations of the ConfigMaps; the names are fixed. @default - none */
  readonly metadata?: ApiObjectMetadata;
}

const KNOWN = [
  'tenant',
  'pools',
  'limits',
  'build',
  'registry',
  'runtimeClassName',
  'plan',
  'buildPlan',
  'requireDigest',
  'metadata',
] as const satisfies readonly (keyof SandboxBuilderProps)[];

/** Characters that the namespaces add to the id. */
const SUFFIX = '-sandbox';

/**
 * A tenant's builds and sandboxes: the Projects `<id>-build`, where an image is built as root without privilege,
 * and `<id>-sandbox`, where code runs restricted.
 */
export class SandboxBuilder extends Construct {
  readonly tenant: string;
  readonly limits: SandboxLimits;
  readonly runtimeClassName: string | undefined;
  readonly pools: readonly SandboxPool[];
  /** The Job that `buildJob` makes builds of. */
  readonly buildTemplate: BuildJob;

  readonly buildProject: Project;
  readonly sandboxProject: Project;
  readonly buildTemplateConfigMap: ApiObject;
  readonly limitsConfigMap: ApiObject;
  readonly buildServiceAccount: ApiObject;
  /** The volume of cached layers; none with `cache: false`. */
  readonly buildCache: ApiObject | undefined;
  readonly buildNetworkPolicies: readonly ApiObject[];

  constructor(scope: Construct, id: string, props: SandboxBuilderProps) {
    super(scope, id);
    checkObject(this, 'props', props, `{ tenant: 'acme' }`);
    checkKnown(this, props, KNOWN);
    this.refuseProject();
    checkName(this, 'id', id, 63 - SUFFIX.length);
    this.tenant = checkName(this, 'tenant', props.tenant);
    this.runtimeClassName = checkRuntimeClass(
      this,
      'runtimeClassName',
      props.runtimeClassName ?? SANDBOX_RUNTIME_CLASS,
    );
    const requireDigest = checkBoolean(this, 'requireDigest', props.requireDigest) ?? false;
    const metadata = this.checkMetadata(props.metadata);
    const build = resolveBuild(this, props.build, props.registry, {
      runtimeClassName: this.runtimeClassName,
      requireDigest,
    });
    resolvePlan(this, 'plan', props.plan);
    resolvePlan(this, 'buildPlan', props.buildPlan);
    const common = {
      tenant: this.tenant,
      requireDigest,
      dns: false,
      platformManaged: true,
    } as const;
    this.buildProject = new Project(this, 'Build', {
      ...common,
      namespace: `${id}-build`,
      podSecurity: 'baseline',
      plan: props.buildPlan,
    });
    this.sandboxProject = new Project(this, 'Sandbox', {
      ...common,
      namespace: `${id}${SUFFIX}`,
      plan: props.plan,
    });

    this.pools = this.makePools(props.pools);
    checkPoolsFit(this, 'plan', this.sandboxProject.plan, this.pools);
    this.limits = resolveLimits(this, props.limits, {
      pods: this.pools.reduce((sum, { replicas }) => sum + replicas, 0),
      buildTimeoutSeconds: build.timeoutSeconds,
    });
    const { concurrentBuilds } = this.limits;
    checkBuildFits(this, 'buildPlan', this.buildProject.plan, build, concurrentBuilds);

    this.limitsConfigMap = this.configMap(
      this.sandboxProject,
      SANDBOX_LIMITS.configMap,
      limitsData(this.limits),
      metadata,
    );
    const { tenant, limits } = this;
    const namespace = this.buildProject.namespace;
    this.buildTemplate = buildTemplate({ tenant, namespace, build, limits });
    this.buildTemplateConfigMap = this.configMap(
      this.buildProject,
      BUILD_TEMPLATE.configMap,
      {
        [BUILD_TEMPLATE.keys.job]: `${JSON.stringify(this.buildTemplate, null, 2)}\n`,
        [BUILD_TEMPLATE.keys.program]: TRANSFER_SOURCE,
      },
      metadata,
    );
    this.buildServiceAccount = new ApiObject(this.buildProject, 'BuildServiceAccount', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: this.buildProject.objectMetadata('build', BUILD_SERVICE_ACCOUNT),
      automountServiceAccountToken: false,
    });
    this.buildCache = this.makeCache(build);
    this.buildNetworkPolicies = this.allowBuilds(build);
  }

  private refuseProject(): void {
    const outer = Node.of(this)
      .scopes.slice(0, -1)
      .find((scope) => scope instanceof Project);
    if (!outer) return;
    throw invalid(this, {
      prop: 'scope',
      rule: 'must be the app, since a SandboxBuilder has two namespaces of its own',
      received: `the Project '${outer.node.path}'`,
      fix: `Write new SandboxBuilder(app, '${this.node.id}', …)`,
    });
  }

  private checkMetadata(given: ApiObjectMetadata = {}): ApiObjectMetadata {
    checkKnown(this, given, ['labels', 'annotations'], 'metadata.');
    return given;
  }

  private makePools(given: readonly PoolProps[] = []): readonly SandboxPool[] {
    if (!Array.isArray(given)) {
      throw invalid(this, {
        prop: 'pools',
        rule: 'must be an array of { runtime, image, replicas, … }',
        received: given,
        fix: `Write [{ runtime: 'python', image: 'registry.example.com/python:1', replicas: 2 }]`,
      });
    }
    const names = new Map<string, number>();
    return given.map((props: PoolProps, index) => {
      const at = `pools[${index}]`;
      const name = props?.name ?? props?.runtime;
      if (names.has(name)) {
        throw invalid(this, {
          prop: `${at}.name`,
          rule: `must be unique, and pools[${names.get(name)}] has it`,
          received: name,
          fix: `Give it a name of its own, like '${name}-large'`,
        });
      }
      names.set(name, index);
      return new SandboxPool(this.sandboxProject, props, {
        owner: this,
        at,
        project: this.sandboxProject,
        runtimeClassName: this.runtimeClassName,
      });
    });
  }

  private configMap(
    project: Project,
    name: string,
    data: Readonly<Record<string, string>>,
    metadata: ApiObjectMetadata,
  ): ApiObject {
    const kind = project === this.buildProject ? 'build' : 'sandbox';
    return new ApiObject(project, name, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: project.objectMetadata(kind, name, metadata),
      data,
    });
  }

  private makeCache({ cache }: ResolvedBuild): ApiObject | undefined {
    if (!cache) return undefined;
    return new ApiObject(this.buildProject, 'BuildCache', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: this.buildProject.objectMetadata('build', BUILD_CACHE_CLAIM),
      spec: compact({
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: String(cache.bytes) } },
        storageClassName: cache.storageClassName,
      }),
    });
  }

  /** A build reaches its registry and the package proxies, and nothing reaches it. */
  private allowBuilds({ registry, proxies }: ResolvedBuild): readonly ApiObject[] {
    const select = { [LABELS.kind]: 'build' };
    const rule = { direction: 'egress', select } as const;
    return [
      ...registry.egress.map((egress, index) => ({ name: `build-registry-${index}`, egress })),
      ...proxies.map(({ host: _, ...egress }, index) => ({ name: `build-proxy-${index}`, egress })),
    ].map(({ name, egress }) =>
      this.buildProject.allow({ ...rule, name, ...egress }, this.buildProject),
    );
  }
}
