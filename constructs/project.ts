/** @module A tenant's namespace: quota, limits, default-deny network, restricted pods, and who may do what. */
import { ApiObject, type ApiObjectMetadata, Chart, JsonPatch } from 'cdk8s';
import { Construct, type IConstruct, Node } from 'constructs';
import { checkBoolean, checkKnown, checkLabels, checkName, checkObject, checkOneOf } from './check';
import { invalid } from './invalid';
import { type ComponentKind, labelsFor } from './labels';
import { type AllowRule, policySpec } from './network';
import type { PodSecurityLevel } from './pod-security';
import { type Access, type Grant, resolveAccess } from './project/access';
import { checkNamespace, checkNamespaceMetadata, podSecurityLabels } from './project/namespace';
import { DEFAULT_DENY, DEFAULT_DENY_SPEC, type Dns, resolveDns } from './project/network';
import {
  limitRangeSpec,
  type Plan,
  type PlanName,
  type PlanProps,
  resolvePlan,
} from './project/plan';
import { checkLate, jsonOf } from './project/rendering';
import { checkRule } from './project/rules';
import {
  type ObjectJson,
  projectFaults,
  projectWarnings,
  type TreeObject,
} from './project/validation';
import { warn } from './warnings';

export interface ProjectProps {
  /** Id of the tenant that owns the project: a DNS label. */
  readonly tenant: string;
  /** Name of the namespace. @default - the construct's id */
  readonly namespace?: string;
  /** How much the project may use: a plan's name, or figures of one's own. @default 'small' */
  readonly plan?: PlanName | PlanProps;
  /** Connections that pods may have beside those that the project's constructs open by themselves. @default - none */
  readonly allow?: readonly AllowRule[];
  /** Where pods ask for names; `false` for nowhere. @default - the pods of kube-dns in kube-system */
  readonly dns?: Dns | false;
  /** Groups and users that may look at the project or change it by `kubectl`. @default - nobody */
  readonly access?: Access;
  /**
   * What Pod Security enforces. `baseline` is the platform's exception for builds, which run as root without
   * privilege; what is not restricted is then warned of and audited. @default 'restricted'
   */
  readonly podSecurity?: PodSecurityLevel;
  /** Refuses images that are not named by digest. @default false */
  readonly requireDigest?: boolean;
  /** Keeps all of the project out of the tenant's folder when the tree is split, so that the tenant's Git cannot change it. @default false */
  readonly platformManaged?: boolean;
  /** Labels and annotations of the namespace, beside the platform's own. @default - none */
  readonly metadata?: ApiObjectMetadata;
}

const KNOWN: readonly (keyof ProjectProps)[] = [
  'tenant',
  'namespace',
  'plan',
  'allow',
  'dns',
  'access',
  'podSecurity',
  'requireDigest',
  'platformManaged',
  'metadata',
];

/** What a user may say of an object's metadata. */
const METADATA = ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'];

const PROJECT = Symbol.for('hks.Project');

/** A tenant's namespace, with all that keeps it apart from others. */
export class Project extends Chart {
  /** Whether it is a Project; by a mark, so that a second copy of this package is recognized too. */
  static isProject(value: unknown): value is Project {
    return typeof value === 'object' && value !== null && PROJECT in value;
  }

  /** Chart answers `instanceof` for every chart, and would do so for Project as well. */
  static override [Symbol.hasInstance](value: unknown): value is Project {
    return Project.isProject(value);
  }

  /** The closest project that the construct is in. @throws where there is none */
  static override of(construct: IConstruct): Project {
    const project = Node.of(construct).scopes.reverse().find(Project.isProject);
    if (project) return project;
    throw new Error(
      `${construct.constructor.name} '${construct.node.path}' is not inside a Project. Create it with a Project as its scope: new ${construct.constructor.name}(project, '${construct.node.id}', …).`,
    );
  }

  readonly tenant: string;
  /** Name of the namespace. */
  override readonly namespace: string;
  readonly plan: Plan;
  readonly podSecurity: PodSecurityLevel;
  readonly requireDigest: boolean;
  readonly platformManaged: boolean;

  readonly namespaceObject: ApiObject;
  readonly resourceQuota: ApiObject;
  readonly limitRange: ApiObject;
  /** Default deny and DNS; rules that are allowed later are not among them. */
  readonly networkPolicies: readonly ApiObject[];
  readonly roles: readonly ApiObject[];
  readonly roleBindings: readonly ApiObject[];

  /** Scope of the platform's objects, so that a workload may have any id. */
  private readonly platform: Construct;
  private readonly ruleOwners = new Map<string, string>();

  constructor(scope: Construct, id: string, props: ProjectProps) {
    super(scope, id, { namespace: props?.namespace ?? id, disableResourceNameHashes: true });
    Object.defineProperty(this, PROJECT, { value: true });
    checkObject(this, 'props', props, `{ tenant: 'acme' }`);
    checkKnown(this, props, KNOWN);
    this.tenant = checkName(this, 'tenant', props.tenant);
    this.namespace = checkNamespace(this, props.namespace ?? id, this.tenant);
    this.requireDigest = checkBoolean(this, 'requireDigest', props.requireDigest) ?? false;
    this.platformManaged = checkBoolean(this, 'platformManaged', props.platformManaged) ?? false;
    this.podSecurity =
      checkOneOf(this, 'podSecurity', props.podSecurity, ['restricted', 'baseline']) ??
      'restricted';
    this.plan = resolvePlan(this, 'plan', props.plan);
    const grants = resolveAccess(this, 'access', props.access);
    const dns = resolveDns(this, 'dns', props.dns);

    this.platform = new Construct(this, 'Platform');
    this.namespaceObject = this.makeNamespace(props.metadata);
    this.resourceQuota = this.make('v1', 'ResourceQuota', 'quota', { hard: this.plan.hard });
    this.limitRange = this.make('v1', 'LimitRange', 'limits', limitRangeSpec(this.plan));
    this.ruleOwners.set(DEFAULT_DENY, this.node.path);
    const deny = this.make(NETWORKING, 'NetworkPolicy', DEFAULT_DENY, DEFAULT_DENY_SPEC);
    this.networkPolicies = dns ? [deny, this.allow(dns)] : [deny];
    this.roles = grants.map((grant) => this.makeRole(grant));
    this.roleBindings = grants.flatMap((grant) => this.makeRoleBinding(grant));
    this.allowAll(props.allow);
    this.node.addValidation({ validate: () => [...checkLate(this, () => this.validateTree())] });
  }

  /** All objects, the Namespace first, so that they can be applied in this order. */
  override toJson(): unknown[] {
    const isNamespace = (json: unknown) => (json as ObjectJson).kind === 'Namespace';
    return super.toJson().sort((a, b) => Number(isNamespace(b)) - Number(isNamespace(a)));
  }

  /** Metadata of an object of this project: name, namespace and labels, under what the user gave. */
  objectMetadata(
    kind: ComponentKind,
    name: string,
    given: ApiObjectMetadata = {},
  ): ApiObjectMetadata {
    checkObject(this, 'metadata', given, `{ labels: { team: 'shop' } }`);
    checkKnown(this, given, METADATA, 'metadata.');
    if (given.namespace !== undefined && given.namespace !== this.namespace) {
      throw invalid(this, {
        prop: 'metadata.namespace',
        rule: `must be the project's, '${this.namespace}'`,
        received: given.namespace,
        fix: `Leave it out, or create the construct in the Project of that namespace`,
      });
    }
    checkLabels(this, 'metadata.labels', given.labels);
    checkLabels(this, 'metadata.annotations', given.annotations, 'annotations');
    const labels = {
      ...given.labels,
      ...labelsFor({ tenant: this.tenant, project: this.namespace, name, kind }),
    };
    return { ...given, name, namespace: this.namespace, labels };
  }

  /** Allows a connection that the project's default deny would drop: one NetworkPolicy, made below the construct that needs it. */
  allow(rule: AllowRule, owner: Construct = this): ApiObject {
    return this.addRule(rule, owner, 'rule');
  }

  private addRule(given: AllowRule, owner: Construct, prop: string): ApiObject {
    const rule = checkRule(owner, prop, given);
    const taken = this.ruleOwners.get(rule.name);
    if (taken !== undefined) {
      throw invalid(owner, {
        prop: `${prop}.name`,
        rule: `must be unique in the project, and '${taken}' has a rule of that name`,
        received: rule.name,
        fix: `Choose another name, like '${rule.name}-2'`,
      });
    }
    this.ruleOwners.set(rule.name, owner.node.path);
    return new ApiObject(owner === this ? this.platform : owner, `allow-${rule.name}`, {
      apiVersion: NETWORKING,
      kind: 'NetworkPolicy',
      metadata: this.objectMetadata('project', rule.name),
      spec: policySpec(rule),
    });
  }

  private allowAll(rules: readonly AllowRule[] = []): void {
    if (!Array.isArray(rules)) {
      throw invalid(this, {
        prop: 'allow',
        rule: 'must be an array of rules',
        received: rules,
        fix: `Write [{ name: 'database', direction: 'egress', peers: [{ cidrs: ['10.0.0.5/32'] }] }]`,
      });
    }
    rules.forEach((rule, index) => {
      this.addRule(rule, this, `allow[${index}]`);
    });
  }

  private makeNamespace(given: ApiObjectMetadata = {}): ApiObject {
    const ours = {
      ...labelsFor({
        tenant: this.tenant,
        project: this.namespace,
        name: this.namespace,
        kind: 'project',
      }),
      ...podSecurityLabels(this.podSecurity),
    };
    checkNamespaceMetadata(this, given, ours);
    const object = new ApiObject(this, 'Default', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...given, name: this.namespace, labels: { ...given.labels, ...ours } },
    });
    object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    return object;
  }

  private make(apiVersion: string, kind: string, name: string, spec: object): ApiObject {
    const metadata = this.objectMetadata('project', name);
    return new ApiObject(this.platform, `${kind}-${name}`, { apiVersion, kind, metadata, spec });
  }

  private makeRole({ role, rules }: Grant): ApiObject {
    return new ApiObject(this.platform, `Role-${role}`, {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: this.objectMetadata('project', role),
      rules,
    });
  }

  private makeRoleBinding({ role, subjects }: Grant): readonly ApiObject[] {
    if (subjects.length === 0) return [];
    return [
      new ApiObject(this.platform, `RoleBinding-${role}`, {
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: this.objectMetadata('project', role),
        roleRef: { apiGroup: RBAC, kind: 'Role', name: role },
        subjects,
      }),
    ];
  }

  /** Everything below, but what is in a project of its own. */
  private validateTree(): string[] {
    const objects: readonly TreeObject[] = this.node
      .findAll()
      .filter((node): node is ApiObject => ApiObject.isApiObject(node))
      .filter((object) => Project.of(object) === this)
      .map((object) => ({ path: object.node.path, json: jsonOf(object) }));
    for (const message of projectWarnings(objects, this)) warn(this, message);
    const { clusterScoped = [] } = this.node.root as { readonly clusterScoped?: readonly string[] };
    return [...projectFaults(objects, this, clusterScoped)];
  }
}

const NETWORKING = 'networking.k8s.io/v1';
const RBAC = 'rbac.authorization.k8s.io';
