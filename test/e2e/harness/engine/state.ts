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
  /** Seconds that its removal may take. */
  readonly deleteTimeout: number;
}

export interface State {
  readonly resources: readonly Registration[];
}

export function readState(file: string): State {
  if (!existsSync(file)) return { resources: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as State;
}

export function writeState(file: string, state: State): void {
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
}

/** Whether a registration is an object of the cluster, and no component or provider. */
export function isObject({ type, inputs }: Registration): boolean {
  return type.startsWith('kubernetes:') && typeof inputs['kind'] === 'string';
}

export function objectOf({ inputs }: Registration): KubeObject {
  return inputs as unknown as KubeObject;
}

/** For each URN those that depend on it, are its children or are made by it as a provider. */
export function usersOf(
  resources: readonly Registration[],
): ReadonlyMap<string, readonly Registration[]> {
  const users = new Map<string, Registration[]>();
  for (const resource of resources) {
    const { dependencies, parent, provider } = resource;
    const uses = [...dependencies, parent, provider.split('::').slice(0, -1).join('::')];
    for (const used of uses) users.set(used, [...(users.get(used) ?? []), resource]);
  }
  return users;
}
