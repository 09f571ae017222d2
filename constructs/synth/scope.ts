/** @module What a folder of the tree may touch, and what its GitOps objects are called. */
import { invalid } from '../invalid';
import { LABELS } from '../labels';
import type { Project } from '../project';
import type { PlacedObject } from './admission';
import { compare } from './files';
import { DELEGATING_KINDS, type GroupKind, kindText, PLATFORM_KINDS } from './kinds';
import type { Root } from './tree';

/** A folder as Argo CD and Flux see it. */
export interface FolderScope {
  readonly root: Root;
  readonly tenant: string;
  /** The namespaces of the tenant. */
  readonly namespaces: readonly string[];
  /** Kinds without a namespace that the folder may hold. */
  readonly clusterKinds: readonly GroupKind[];
  /** The only kinds with a namespace that it may hold; undefined for all. */
  readonly onlyKinds: readonly GroupKind[] | undefined;
  /** Kinds with a namespace that it must not hold. */
  readonly notKinds: readonly GroupKind[] | undefined;
}

/** The scope of a tenant's folder, from all objects of the tenant. */
export function scopeOf(
  root: Root,
  tenant: string,
  objects: readonly PlacedObject[],
  split: boolean,
): FolderScope {
  const own = objects.filter((object) => object.tenant === tenant);
  const managed = own.filter(({ platformManaged }) => platformManaged);
  const closed = new Set(
    split && root === 'tenants' ? managed.map(({ namespace }) => namespace) : [],
  );
  const namespaces = own.map(({ kind, group, name, namespace }) =>
    group === '' && kind === 'Namespace' ? name : namespace,
  );
  const clusterKinds = new Map(
    own
      .filter(({ namespace }) => namespace === '')
      .map(({ group, kind }) => [kindText({ group, kind }), { group, kind }]),
  );
  return {
    root,
    tenant,
    namespaces: [...new Set(namespaces)]
      .filter((name) => name !== '' && !closed.has(name))
      .sort(compare),
    clusterKinds:
      split && root === 'tenants'
        ? []
        : [...clusterKinds.keys()].sort(compare).flatMap((key) => clusterKinds.get(key) ?? []),
    onlyKinds: root === 'platform' ? kindsOf([...PLATFORM_KINDS, ...managed]) : undefined,
    notKinds:
      root === 'platform' ? undefined : [...(split ? PLATFORM_KINDS : []), ...DELEGATING_KINDS],
  };
}

function kindsOf(objects: readonly GroupKind[]): readonly GroupKind[] {
  const kinds = new Map(
    objects.map(({ group, kind }) => [kindText({ group, kind }), { group, kind }] as const),
  );
  return [...kinds.values()];
}

/** `hks-tenant-acme`, `hks-platform-acme`: a tenant's name cannot turn one into another's. */
export function gitopsName({ root, tenant }: Pick<FolderScope, 'root' | 'tenant'>): string {
  return `hks-${root === 'platform' ? 'platform' : 'tenant'}-${tenant}`;
}

/** Labels carry the names of Applications and Kustomizations. */
const LONGEST_TENANT = 63 - gitopsName({ root: 'platform', tenant: '' }).length;

/** Projects that Argo CD or Flux cannot serve: named too long, or in the namespace where it takes its orders. */
export function scopeFaults(
  projects: readonly Project[],
  namespaces: readonly string[],
): readonly string[] {
  if (namespaces.length === 0) return [];
  return projects.flatMap((project) => {
    const { tenant, namespace } = project;
    const long = invalid(project, {
      prop: 'tenant',
      rule: `must be at most ${LONGEST_TENANT} characters with 'argocd' or 'flux', whose objects are named after it`,
      received: tenant,
      fix: 'Shorten it',
    });
    const inside = invalid(project, {
      prop: 'namespace',
      rule: `must not be where Argo CD or Flux takes its orders (${namespaces.join(', ')}), as whoever writes there rules the cluster`,
      received: namespace,
      fix: `Choose another name, like '${tenant}-${namespace}'`,
    });
    return [
      ...(tenant.length > LONGEST_TENANT ? [long.message] : []),
      ...(namespaces.includes(namespace) ? [inside.message] : []),
    ];
  });
}

export function gitopsLabels({ tenant }: Pick<FolderScope, 'tenant'>): Record<string, string> {
  return { [LABELS.managedBy]: 'hks', [LABELS.tenant]: tenant };
}
