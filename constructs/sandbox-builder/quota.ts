/** @module Whether the quotas hold what the SandboxBuilder is asked to run; a Deployment that they refuse would only wait. */
import type { Construct } from 'constructs';
import { invalid } from '../invalid';
import type { Plan } from '../project/plan';
import { type Amounts, quantity, quantityText, type Resources } from '../resources';
import { TRANSFER_RESOURCES } from './build-containers';
import type { ResolvedBuild } from './build-props';

const AMOUNTS = [
  'cpu',
  'memory',
  'ephemeral-storage',
] as const satisfies readonly (keyof Amounts)[];
const ENDS = ['requests', 'limits'] as const;

/** Pods of one shape. */
interface Pods {
  readonly count: number;
  readonly resources: Resources;
}

/** The pools, with one pod of each that ends while another takes its place. */
export function checkPoolsFit(
  owner: Construct,
  prop: string,
  plan: Plan,
  pools: readonly { readonly replicas: number; readonly resources: Resources }[],
): void {
  const pods = pools
    .filter(({ replicas }) => replicas > 0)
    .map(({ replicas, resources }) => ({ count: replicas + 1, resources }));
  checkFits(owner, prop, plan, pods, 'the pools and one spare pod of each', 'replicas');
}

/** As many builds as the limits allow, and the cache. */
export function checkBuildFits(
  owner: Construct,
  prop: string,
  plan: Plan,
  build: ResolvedBuild,
  concurrentBuilds: number,
): void {
  const resources = largest(build.resources, TRANSFER_RESOURCES);
  const what = `${concurrentBuilds} builds at one time`;
  checkFits(owner, prop, plan, [{ count: concurrentBuilds, resources }], what, 'concurrent builds');
  const storage = plan.hard['requests.storage'] ?? '0';
  if (build.cache && build.cache.bytes > quantity(storage)) {
    throw invalid(owner, {
      prop: 'build.cache.size',
      rule: `must not be above the plan's storage of ${storage}`,
      received: quantityText('storage', build.cache.bytes),
      fix: `Lower it, or choose a larger '${prop}'`,
    });
  }
}

function checkFits(
  owner: Construct,
  prop: string,
  { name, hard, maximum }: Plan,
  pods: readonly Pods[],
  what: string,
  fewer: string,
): void {
  const refuse = (rule: string) =>
    invalid(owner, {
      prop,
      rule,
      received: name,
      fix: `Choose a larger plan, or fewer ${fewer} or smaller resources`,
    });
  for (const key of AMOUNTS) {
    const most = Math.max(0, ...pods.map(({ resources }) => quantity(resources.limits[key])));
    if (most > quantity(maximum[key])) {
      throw refuse(
        `must allow a container ${quantityText(key, most)} of ${key}, and its maximum is ${maximum[key]}`,
      );
    }
    for (const end of ENDS) {
      const needed = sum(pods, ({ count, resources }) => count * quantity(resources[end][key]));
      const given = hard[`${end}.${key}`] ?? '0';
      if (needed > quantity(given)) {
        throw refuse(
          `must hold ${what}, which need ${end}.${key} of ${quantityText(key, needed)}, and it has ${given}`,
        );
      }
    }
  }
  const count = sum(pods, (each) => each.count);
  if (count > Number(hard.pods)) {
    throw refuse(`must hold ${what}, which are ${count} pods, and it has ${hard.pods}`);
  }
}

function largest(a: Resources, b: Resources): Resources {
  const of = (end: (typeof ENDS)[number]) =>
    Object.fromEntries(
      AMOUNTS.map((key) => [
        key,
        quantity(a[end][key]) >= quantity(b[end][key]) ? a[end][key] : b[end][key],
      ]),
    ) as unknown as Amounts;
  return { requests: of('requests'), limits: of('limits') };
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
