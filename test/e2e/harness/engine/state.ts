/** @module What an update made, in the order in which it was registered: kept between runs, as an engine's state is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { KubeObject } from '../../../../stacks/kube-object';

/** A resource as the program registered it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Milliseconds from the start of the run to registration and to readiness. */
  readonly begin: number;
  readonly end: number;
}

export interface State {
  readonly resources: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function readState(file: string): State {
  if (!existsSync(file)) return { resources: [], outputs: {} };
  return JSON.parse(readFileSync(file, 'utf8')) as State;
}

export function writeState(file: string, state: State): void {
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
}

/** Whether a registration is an object of the cluster, and no component or provider. */
export function isObject({ type, inputs }: Pick<Registration, 'type' | 'inputs'>): boolean {
  return type.startsWith('kubernetes:') && typeof inputs['kind'] === 'string';
}

export function objectOf({ inputs }: Registration): KubeObject {
  return inputs as unknown as KubeObject;
}

/** URNs of those that depend on a resource, are its children or are made by it as a provider. */
export function usersOf(resources: readonly Registration[]): ReadonlyMap<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { urn, dependencies, parent, provider } of resources) {
    const uses = [...dependencies, parent, provider.split('::').slice(0, -1).join('::')];
    for (const used of uses) users.set(used, [...(users.get(used) ?? []), urn]);
  }
  return users;
}

/** A resource comes after all that use it. */
export function removalOrder(resources: readonly Registration[]): Registration[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const users = usersOf(resources);
  const ordered: Registration[] = [];
  const seen = new Set<string>();
  const visit = (urn: string): void => {
    const resource = byUrn.get(urn);
    if (resource === undefined || seen.has(urn)) return;
    seen.add(urn);
    for (const user of users.get(urn) ?? []) visit(user);
    ordered.push(resource);
  };
  for (const { urn } of resources) visit(urn);
  return ordered;
}
