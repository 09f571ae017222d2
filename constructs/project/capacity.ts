/** @module Whether what a project holds fits its plan: each pod, all that run together, and the number of objects. */

import { allContainers } from '../pod-security';
import { quantity, quantityText } from '../resources';
import { at, kindOf, objectText, type TreeObject } from './objects';
import { knativeServices, type Plan } from './plan';
import { fault, type PodOf, podAmounts, podsOf, sum } from './pods';

/** Pods that the plan would never admit: too large for the quota or, a container alone, for the limits. */
export function podSizeFaults(objects: readonly TreeObject[], plan: Plan): readonly string[] {
  const [hard, maximum] = [amountsIn(plan.hard), amountsIn(plan.maximum)];
  return podsOf(objects).flatMap((pod) => [
    ...containerSizeFaults(pod, plan, maximum),
    ...podQuotaFaults(pod, plan, hard),
  ]);
}

/** Quantities as numbers. */
type Amounts = Readonly<Record<string, number>>;

function amountsIn(quantities: object): Amounts {
  return Object.fromEntries(
    Object.entries(quantities).map(([key, text]) => [key, quantity(String(text))]),
  );
}

function containerSizeFaults(
  { object, field, spec }: PodOf,
  plan: Plan,
  maximum: Amounts,
): readonly string[] {
  return allContainers(spec).flatMap(({ name, resources }) =>
    (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((key) => {
      const limit = resources?.limits?.[key];
      if (limit === undefined || !(quantity(limit) > (maximum[key] ?? Number.NaN))) return [];
      return [
        fault(
          object,
          `${field}.containers[${name}].resources.limits.${key}`,
          `must not be above ${plan.maximum[key]}, the most for one container in the plan '${plan.name}'`,
          limit,
          `Lower it, or raise 'plan' of the Project`,
        ),
      ];
    }),
  );
}

function podQuotaFaults(pod: PodOf, plan: Plan, hards: Amounts): readonly string[] {
  const proxy = pod.isKnative ? ' with its queue-proxy' : '';
  return Object.entries({ ...podAmounts(pod, plan.defaults), pods: 1 }).flatMap(([key, amount]) => {
    const hard = plan.hard[key];
    if (hard === undefined || !(amount > (hards[key] ?? Number.NaN))) return [];
    return [
      fault(
        pod.object,
        `${pod.field} (${key})`,
        `must fit the quota, and the plan '${plan.name}' has ${hard} for all pods together`,
        `${quantityText(key, amount)} for one pod${proxy}`,
        `Lower it, or raise 'plan' of the Project`,
      ),
    ];
  });
}

/** Sums above the quota: more objects than it counts, or more pods running all the time than fit. */
export function quotaFaults(
  owner: string,
  objects: readonly TreeObject[],
  plan: Plan,
): readonly string[] {
  const pods = podsOf(objects);
  const used = { ...counted(objects), ...steadyAmounts(pods, plan) };
  return Object.entries(used).flatMap(([key, amount]) => {
    const hard = plan.hard[key];
    if (hard === undefined || !(amount > quantity(hard))) return [];
    const users = pods.filter(({ steady }) => steady > 0).map(({ object }) => objectText(object));
    const isSteady = key in steadyAmounts(pods, plan);
    const what = isSteady
      ? `for the pods that run all the time, of ${users.slice(0, 5).join(', ')}${users.length > 5 ? ` and ${users.length - 5} others` : ''}`
      : 'for the objects of the project';
    return [
      `'plan' of ${owner} must have room for what the project holds, and '${plan.name}' has ${key} ${hard}, received ${quantityText(key, amount)} ${what}. Choose a larger plan, or ask for less.`,
    ];
  });
}

/** Pods that fit alone but not beside those that run all the time: the surge of an update, a job's run, an autoscaler's most. */
export function quotaAdvice(objects: readonly TreeObject[], plan: Plan): readonly string[] {
  const pods = podsOf(objects);
  const steady = steadyAmounts(pods, plan);
  const hards = amountsIn(plan.hard);
  return pods.flatMap((pod) => {
    const one: Readonly<Record<string, number>> = { ...podAmounts(pod, plan.defaults), pods: 1 };
    const more = extraPods(pod);
    const tight = Object.entries(one).find(([key, amount]) => {
      const [hard, taken] = [hards[key] ?? Number.NaN, steady[key] ?? 0];
      return amount <= hard && taken <= hard && taken + more.count * amount > hard;
    });
    if (!tight) return [];
    const [key] = tight;
    return [
      `${objectText(pod.object)} ${more.reason}, and the plan '${plan.name}' leaves no room for it: ${key} ${plan.hard[key]}, of which ${quantityText(key, steady[key] ?? 0)} is taken all the time. Raise 'plan' of the Project, or ask for less.`,
    ];
  });
}

/** How many pods more than all the time an object has at some time, and when. */
function extraPods({ object, steady, most }: PodOf): {
  readonly count: number;
  readonly reason: string;
} {
  const kind = kindOf(object);
  if (kind === 'CronJob.batch' || kind === 'Job.batch')
    return { count: 1, reason: 'starts a pod for each run' };
  if (Number.isFinite(most) && most > steady)
    return { count: most - steady, reason: `scales to ${most} pods` };
  if (
    kind === 'Deployment.apps' &&
    steady > 0 &&
    at(object.json, 'spec.strategy.type') !== 'Recreate'
  )
    return { count: 1, reason: 'starts a new pod before it stops an old one' };
  return { count: steady === 0 && most > 0 ? 1 : 0, reason: 'starts its first pod' };
}

function steadyAmounts(pods: readonly PodOf[], plan: Plan): Readonly<Record<string, number>> {
  const total: Record<string, number> = { pods: sum(pods.map(({ steady }) => steady)) };
  for (const pod of pods)
    for (const [key, amount] of Object.entries(podAmounts(pod, plan.defaults)))
      total[key] = (total[key] ?? 0) + pod.steady * amount;
  return total;
}

const COUNTED: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  'CronJob.batch': 'count/cronjobs.batch',
  'Service.serving.knative.dev': 'count/services.serving.knative.dev',
};

/** Jobs that a CronJob keeps at a time, as Kubernetes has it by default: the runs of its history, and one that runs. */
function jobsOf({ json }: TreeObject): number {
  const kept = (limit: string, byDefault: number) =>
    Number(at(json, `spec.${limit}JobsHistoryLimit`) ?? byDefault);
  return kept('successful', 3) + kept('failed', 1) + 1;
}

/**
 * Objects by what the quota counts. A function counts with the Services of two revisions, as during an update; a
 * CronJob with the Jobs that it keeps, since where they fill the quota it never starts another.
 */
function counted(objects: readonly TreeObject[]): Readonly<Record<string, number>> {
  const count = (kind: string) => objects.filter((object) => kindOf(object) === kind).length;
  const claims = objects.flatMap(claimsOf);
  const cronJobs = objects.filter((object) => kindOf(object) === 'CronJob.batch');
  return {
    ...Object.fromEntries(Object.entries(COUNTED).map(([kind, key]) => [key, count(kind)])),
    'count/jobs.batch': count('Job.batch') + sum(cronJobs.map(jobsOf)),
    services: count('Service') + count('Service.serving.knative.dev') * knativeServices(2),
    persistentvolumeclaims: sum(claims.map(({ number }) => number)),
    'requests.storage': sum(claims.map(({ number, size }) => number * size)),
  };
}

function claimsOf(object: TreeObject): readonly { number: number; size: number }[] {
  const sizeOf = (claim: unknown) =>
    quantity(String(at(claim, 'spec.resources.requests.storage') ?? 0));
  if (kindOf(object) === 'PersistentVolumeClaim') return [{ number: 1, size: sizeOf(object.json) }];
  if (kindOf(object) !== 'StatefulSet.apps') return [];
  const number = Number(at(object.json, 'spec.replicas') ?? 1);
  const templates = at(object.json, 'spec.volumeClaimTemplates');
  return (Array.isArray(templates) ? templates : []).map((claim) => ({
    number,
    size: sizeOf(claim),
  }));
}
