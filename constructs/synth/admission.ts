/** @module Which tenant every object belongs to, and which objects are refused. */
import { invalid } from '../invalid';
import { LABELS } from '../labels';
import type { Project } from '../project';
import { groupOf, kindOf, nameOf, objectText } from '../project/objects';
import {
  duplicateFaults,
  exposureFaults,
  podSecurityFaults,
  podSizeFaults,
  quotaFaults,
  resourceFaults,
  secretFaults,
  serviceNameFaults,
} from '../project/validation';
import { domainFaults, fileFaults, identityFaults } from './identity';
import { type GroupKind, isClusterScoped, isDelegating } from './kinds';
import { isWithin, type Limit } from './limit';
import type { Manifest, RenderedObject } from './objects';

/** An object that has its place in the tree. */
export interface PlacedObject extends GroupKind {
  /** Path of the construct. */
  readonly path: string;
  readonly tenant: string;
  /** `''` for objects without a namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Whether all of its project is the platform's. */
  readonly platformManaged: boolean;
  readonly json: Manifest;
}

export interface Admission {
  readonly objects: readonly PlacedObject[];
  /** Nothing is written when there is one. */
  readonly faults: readonly string[];
}

export interface AdmissionOptions {
  /** Kinds without a namespace that are allowed. @default [] */
  readonly clusterScoped?: readonly string[];
  /** Tenants that are rendered; of others there are only objects whose names all tenants share. */
  readonly limit?: Limit;
}

/** Puts every object to its tenant and lists all that must not be written. */
export function admit(
  rendered: readonly RenderedObject[],
  projects: readonly Project[],
  { clusterScoped = [], limit }: AdmissionOptions = {},
): Admission {
  const isOwn = ({ project }: RenderedObject) =>
    project === undefined || isWithin(limit, project.tenant);
  const unnamed = rendered.map(identityFaults);
  const named = rendered.filter((_, index) => unnamed[index]?.length === 0);
  const own = named.filter(isOwn);
  const owners = namespaceOwners(rendered, projects);
  const allowed = new Set(clusterScoped);
  const managed = new Set(
    projects.filter(({ platformManaged }) => platformManaged).map(({ namespace }) => namespace),
  );
  const objects: PlacedObject[] = [];
  const misplaced: string[] = [];
  for (const object of own) {
    const place = placeOf(object, owners, allowed);
    if (place instanceof Error) misplaced.push(place.message);
    else if (isWithin(limit, place.tenant))
      objects.push({ ...place, platformManaged: managed.has(place.namespace) });
  }
  const within = projects.filter(({ tenant }) => isWithin(limit, tenant));
  return {
    objects,
    faults: [
      ...projectFaults(projects),
      ...rendered.flatMap((object, index) => (isOwn(object) ? (unnamed[index] ?? []) : [])),
      ...misplaced,
      ...own.flatMap(delegationFaults),
      ...strayFaults(within, own),
      ...secretFaults(own),
      ...duplicateFaults(named.map((object) => asApplied(object, allowed))),
      ...serviceNameFaults(named),
      ...domainFaults(named),
      ...fileFaults(objects),
    ],
  };
}

function projectFaults(projects: readonly Project[]): readonly string[] {
  const seen = new Map<string, Project>();
  return projects.flatMap((project) => {
    const other = seen.get(project.namespace);
    seen.set(project.namespace, other ?? project);
    if (!other) return [];
    const { message } = invalid(project, {
      prop: 'namespace',
      rule: `must be no other Project's, and '${other.node.path}' of tenant '${other.tenant}' has it`,
      received: project.namespace,
      fix: `Give one of them another 'namespace'`,
    });
    return [message];
  });
}

/** Kinds by which a tenant would have another do what it may not do itself. */
function delegationFaults(object: RenderedObject): readonly string[] {
  const kind = kindOf(object);
  if (!isDelegating({ group: groupOf(object), kind: String(object.json.kind) })) return [];
  const { message } = invalid(objectText(object), {
    prop: 'kind',
    rule: `must be no kind that a controller carries out as the cluster's administrator`,
    received: kind,
    fix: 'Leave it to the platform, or write the objects that it would make',
  });
  return [message];
}

/** What a chart beside a Project puts into its namespace is held to the same as what is in the Project. */
function strayFaults(
  projects: readonly Project[],
  rendered: readonly RenderedObject[],
): readonly string[] {
  const strayed = byNamespace(rendered.filter(({ project }) => project === undefined));
  if (strayed.size === 0) return [];
  const all = byNamespace(rendered);
  return projects.flatMap(({ node, namespace, plan, podSecurity }) => {
    const strays = strayed.get(namespace);
    if (!strays) return [];
    return [
      ...exposureFaults(strays),
      ...podSecurityFaults(strays, podSecurity),
      ...resourceFaults(strays),
      ...podSizeFaults(strays, plan),
      ...quotaFaults(`Project '${node.path}'`, all.get(namespace) ?? [], plan),
    ];
  });
}

function byNamespace(
  objects: readonly RenderedObject[],
): ReadonlyMap<unknown, readonly RenderedObject[]> {
  const groups = new Map<unknown, RenderedObject[]>();
  for (const object of objects) {
    const namespace = object.json.metadata?.namespace;
    const group = groups.get(namespace);
    if (group) group.push(object);
    else groups.set(namespace, [object]);
  }
  return groups;
}

/** Namespace to tenant: of every Project, and of the Namespaces that constructs make for the tenant. */
function namespaceOwners(
  rendered: readonly RenderedObject[],
  projects: readonly Project[],
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const object of rendered) {
    const { json, project } = object;
    if (kindOf(object) !== 'Namespace' || !project) continue;
    if (json.metadata?.labels?.[LABELS.tenant] === project.tenant)
      owners.set(nameOf(object), project.tenant);
  }
  for (const { namespace, tenant } of projects) owners.set(namespace, tenant);
  return owners;
}

/** The object with its tenant, or what forbids it. */
function placeOf(
  object: RenderedObject,
  owners: ReadonlyMap<string, string>,
  allowed: ReadonlySet<string>,
): Omit<PlacedObject, 'platformManaged'> | Error {
  const { path, json, project } = object;
  const kind = { group: groupOf(object), kind: String(json.kind) };
  const name = nameOf(object);
  if (hasNoNamespace(object, allowed)) {
    const tenant = clusterTenant(object, owners, allowed);
    return tenant instanceof Error
      ? tenant
      : { path, ...kind, name, tenant, namespace: '', json: withoutNamespace(json) };
  }
  const namespace = json.metadata?.namespace;
  const tenant = typeof namespace === 'string' ? owners.get(namespace) : undefined;
  if (tenant !== undefined && (project === undefined || project.tenant === tenant)) {
    return { path, ...kind, name, tenant, namespace: String(namespace), json };
  }
  const names = [...owners]
    .filter(([, owner]) => !project || owner === project.tenant)
    .map(([known]) => `'${known}'`);
  return invalid(objectText(object), {
    prop: 'metadata.namespace',
    rule: project
      ? `must be a namespace of tenant '${project.tenant}' (${names.sort().join(', ')})`
      : `must be the namespace of a Project of this app (${names.sort().join(', ')})`,
    received: namespace,
    fix: 'Create the object in the Project of its namespace',
  });
}

/** The tenant of an object without a namespace: of the project around it, or the app's only one. */
function clusterTenant(
  object: RenderedObject,
  owners: ReadonlyMap<string, string>,
  allowed: ReadonlySet<string>,
): string | Error {
  const { project } = object;
  const kind = kindOf(object);
  const name = nameOf(object);
  if (kind === 'Namespace' && !allowed.has(kind)) {
    if (project && owners.get(name) === project.tenant) return project.tenant;
    return invalid(objectText(object), {
      prop: 'kind',
      rule: 'must not be a Namespace that is no Project',
      received: name,
      fix: `Create it by new Project(app, '${name}', { tenant: … })`,
    });
  }
  if (!allowed.has(kind)) {
    return invalid(objectText(object), {
      prop: 'kind',
      rule: `must have a namespace, or be listed in 'clusterScoped' of the HksApp`,
      received: kind,
      fix: `Leave it to the platform, or write new HksApp({ clusterScoped: ['${kind}'] })`,
    });
  }
  const tenants = new Set(owners.values());
  const [only] = tenants;
  if (project) return project.tenant;
  if (only !== undefined && tenants.size === 1) return only;
  return invalid(objectText(object), {
    prop: 'kind',
    rule: 'must be in a Project when it has no namespace and the app has several tenants',
    received: kind,
    fix: `Create it with a Project as its scope`,
  });
}

function hasNoNamespace(object: RenderedObject, allowed: ReadonlySet<string>): boolean {
  const kind = { group: groupOf(object), kind: String(object.json.kind) };
  return allowed.has(kindOf(object)) || isClusterScoped(kind);
}

/** The object as the cluster knows it, by which those of two projects may be one. */
function asApplied(object: RenderedObject, allowed: ReadonlySet<string>): RenderedObject {
  if (object.json.metadata?.namespace === undefined || !hasNoNamespace(object, allowed))
    return object;
  return { ...object, json: withoutNamespace(object.json) };
}

/** cdk8s gives every object of a chart the chart's namespace, those that cannot have one too. */
function withoutNamespace(json: Manifest): Manifest {
  if (json.metadata?.namespace === undefined) return json;
  const { namespace, ...metadata } = json.metadata;
  return { ...json, metadata };
}
