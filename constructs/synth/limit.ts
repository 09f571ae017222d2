/** @module The tenants that a run is limited to: others are neither rendered nor checked nor written. */
import type { ApiObject } from 'cdk8s';
import { nearest } from '../check';
import { invalid } from '../invalid';
import type { Project } from '../project';
import { type GroupKind, isClusterScoped, kindText } from './kinds';

/** Names the tenants, with commas between them; `hks synth --tenant` sets it. */
export const TENANTS = 'HKS_TENANTS';

/** Which tenants a run renders; undefined for all. */
export type Limit = ReadonlySet<string> | undefined;

/** The limit of this process. */
export function limitOf(env: NodeJS.ProcessEnv): Limit {
  const text = env[TENANTS] ?? '';
  return text.trim() === '' ? undefined : new Set(text.split(',').map((id) => id.trim()));
}

/** @throws for a tenant that no Project has */
export function checkLimit(limit: Limit, projects: readonly Project[]): void {
  const known = [...new Set(projects.map(({ tenant }) => tenant))];
  for (const id of limit ?? []) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw invalid('HksApp', {
      prop: TENANTS,
      rule: `must name tenants of the app's Projects, with commas between them`,
      received: id,
      fix: near
        ? `Did you mean '${near}'`
        : known.length > 0
          ? `Known are ${listed(known)}; give one of them to 'hks synth --tenant', or leave it out for all`
          : `The app has no Project; leave out 'hks synth --tenant'`,
    });
  }
}

const LISTED = 10;

function listed(tenants: readonly string[]): string {
  const names = [...tenants].sort().map((name) => `'${name}'`);
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(', ')} and ${more} others` : names.join(', ');
}

/** Whether the tenant is rendered. */
export function isWithin(limit: Limit, tenant: string): boolean {
  return limit?.has(tenant) ?? true;
}

/** Whether the object is one that the tenants share the names of, and so is rendered whoever's it is. */
export function isShared(object: ApiObject, clusterScoped: readonly string[]): boolean {
  const { kind, apiGroup } = object;
  const given: GroupKind = { kind, group: apiGroup === 'core' ? '' : apiGroup };
  const text = kindText(given);
  return isClusterScoped(given) || text === DOMAIN || clusterScoped.includes(text);
}

const DOMAIN = 'DomainMapping.serving.knative.dev';
