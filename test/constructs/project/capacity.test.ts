/** @module Whether what a project holds fits its plan. */
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { podSizeFaults, quotaAdvice, quotaFaults } from '../../../constructs/project/capacity';
import { type PlanProps, resolvePlan } from '../../../constructs/project/plan';
import type { TreeObject } from '../../../constructs/project/validation';
import { deployment, knativeService, object, podSpec } from './tree';

const plan = (props: PlanProps = {}) => resolvePlan('shop' as never, 'plan', props);
const LIMIT = (cpu: number) => plan({ cpu: { request: Cpu.units(cpu), limit: Cpu.units(cpu) } });
const faults = (objects: TreeObject[], props?: PlanProps) =>
  quotaFaults(`Project 'shop'`, objects, plan(props));
const RAISE = `Lower it, or raise 'plan' of the Project.`;

describe('one pod', () => {
  test('that fits stays', () => {
    expect(podSizeFaults([deployment('a'), knativeService('b')], plan())).toEqual([]);
    const all = podSpec({ cpu: '2', memory: '4Gi', 'ephemeral-storage': '8Gi' });
    expect(podSizeFaults([deployment('a', all)], plan())).toEqual([]);
  });
  test('of a container above the maximum is refused', () => {
    expect(
      podSizeFaults(
        [deployment('a', podSpec({ memory: '5Gi' }))],
        plan({ memory: { request: Size.gibibytes(8) } }),
      ),
    ).toEqual([
      `'spec.template.spec.containers[main].resources.limits.memory' of Deployment 'shop/Deployment-a' must not be above 4Gi, the most for one container in the plan 'custom', received '5Gi'. ${RAISE}`,
    ]);
  });
  test('above the quota is refused, by pod, resource, value and quota', () => {
    const [main] = (podSpec({ cpu: '1500m' }) as { containers: object[] }).containers;
    const two = podSpec({}, { containers: [main, { ...main, name: 'other' }] });
    expect(podSizeFaults([deployment('a', two)], plan())).toEqual([
      `'spec.template.spec (requests.cpu)' of Deployment 'shop/Deployment-a' must fit the quota, and the plan 'custom' has 2 for all pods together, received '3 for one pod'. ${RAISE}`,
    ]);
  });
  test('above the quota by its queue-proxy alone is refused, and stays without', () => {
    const one = LIMIT(1);
    expect(podSizeFaults([deployment('a', podSpec({ cpu: '1' }))], one)).toEqual([]);
    expect(podSizeFaults([knativeService('a', podSpec({ cpu: '1' }))], one)).toEqual([
      `'spec.template.spec (requests.cpu)' of Service 'shop/Service-a' must fit the quota, and the plan 'custom' has 1 for all pods together, received '1025m for one pod with its queue-proxy'. ${RAISE}`,
      `'spec.template.spec (limits.cpu)' of Service 'shop/Service-a' must fit the quota, and the plan 'custom' has 1 for all pods together, received '1500m for one pod with its queue-proxy'. ${RAISE}`,
    ]);
  });
});

describe('a job', () => {
  const job = (name: string, spec: object = {}) =>
    object('batch/v1', 'CronJob', name, {
      spec: { ...spec, jobTemplate: { spec: { template: { spec: podSpec() } } } },
    });
  test('in a project that has no pods is refused', () => {
    expect(podSizeFaults([job('a')], plan({ pods: 1 }))).toEqual([]);
    expect(podSizeFaults([job('a')], plan({ pods: 0 }))).toEqual([
      `'spec.jobTemplate.spec.template.spec (pods)' of CronJob 'shop/CronJob-a' must fit the quota, and the plan 'custom' has 0 for all pods together, received '1 for one pod'. ${RAISE}`,
    ]);
  });
  test('that would fill the quota with its history, and never run again, is refused', () => {
    expect(faults([job('a')], { jobs: 5 })).toEqual([]);
    expect(faults([job('a')], { jobs: 4 })).toEqual([
      `'plan' of Project 'shop' must have room for what the project holds, and 'custom' has count/jobs.batch 4, received 5 for the objects of the project. Choose a larger plan, or ask for less.`,
    ]);
    const short = { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 };
    expect(faults([job('a', short), job('b', short)], { jobs: 4 })).toEqual([]);
    expect(faults([job('a', short), job('b', short)], { jobs: 3 })).toHaveLength(1);
  });
});

describe('all that run together', () => {
  const many = (replicas: number) => deployment('a', podSpec({ cpu: '500m' }), { replicas });
  test('may be as large as the quota', () => {
    expect(faults([many(4)])).toEqual([]);
  });
  test('and no larger', () => {
    expect(faults([many(5)])).toEqual([
      `'plan' of Project 'shop' must have room for what the project holds, and 'custom' has requests.cpu 2, received 2500m for the pods that run all the time, of Deployment 'shop/Deployment-a'. Choose a larger plan, or ask for less.`,
    ]);
  });
  test('count across workloads, of which five are named', () => {
    const apps = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => deployment(name));
    expect(faults(apps, { pods: 6 })[0]).toContain(
      `has pods 6, received 7 for the pods that run all the time, of Deployment 'shop/Deployment-a', Deployment 'shop/Deployment-b', Deployment 'shop/Deployment-c', Deployment 'shop/Deployment-d', Deployment 'shop/Deployment-e' and 2 others. Choose`,
    );
    expect(faults(apps, { pods: 7 })).toEqual([]);
  });
  test('functions count with what they keep running', () => {
    const kept = (scale: string) =>
      knativeService('f', podSpec({ cpu: '975m' }), { 'autoscaling.knative.dev/min-scale': scale });
    expect(faults([kept('2')])).toEqual([]);
    expect(faults([kept('3')])[0]).toContain('requests.cpu 2, received 3 for the pods');
  });
});

describe('the number of objects', () => {
  const objects = (apiVersion: string, kind: string, count: number) =>
    Array.from({ length: count }, (_, index) => object(apiVersion, kind, `x${index}`));
  const message = (key: string, hard: number, used: number) =>
    `'plan' of Project 'shop' must have room for what the project holds, and 'custom' has ${key} ${hard}, received ${used} for the objects of the project. Choose a larger plan, or ask for less.`;
  test.each<[string, string, keyof PlanProps, string]>([
    ['batch/v1', 'CronJob', 'cronJobs', 'count/cronjobs.batch'],
    ['batch/v1', 'Job', 'jobs', 'count/jobs.batch'],
    ['v1', 'ConfigMap', 'configMaps', 'configmaps'],
    ['v1', 'Secret', 'secrets', 'secrets'],
    ['v1', 'PersistentVolumeClaim', 'volumes', 'persistentvolumeclaims'],
  ])('%s %s', (apiVersion, kind, prop, key) => {
    expect(faults(objects(apiVersion, kind, 2), { [prop]: 2 })).toEqual([]);
    expect(faults(objects(apiVersion, kind, 3), { [prop]: 2 })).toEqual([message(key, 2, 3)]);
  });
  test('functions, with the Services of two revisions each', () => {
    const two = [knativeService('a'), knativeService('b')];
    expect(faults(two, { functions: 2, services: 0, revisions: 2 })).toEqual([]);
    expect(faults(two, { functions: 1, services: 9, revisions: 1 })).toEqual([
      message('count/services.serving.knative.dev', 1, 2),
    ]);
    expect(faults(two, { functions: 2, services: 0, revisions: 1 })).toEqual([
      message('services', 6, 10),
    ]);
  });
  test('storage, of claims and of StatefulSets', () => {
    const claim = { spec: { resources: { requests: { storage: '6Gi' } } } };
    const tree = [
      object('v1', 'PersistentVolumeClaim', 'a', claim),
      object('apps/v1', 'StatefulSet', 'b', {
        spec: { replicas: 3, template: { spec: podSpec() }, volumeClaimTemplates: [claim] },
      }),
      object('apps/v1', 'StatefulSet', 'c', { spec: { template: { spec: podSpec() } } }),
    ];
    expect(faults(tree, { storage: Size.gibibytes(24) })).toEqual([]);
    expect(faults(tree, { storage: Size.gibibytes(23), volumes: 3 })).toHaveLength(2);
  });
});

describe('what fits alone and not beside the rest is advised against', () => {
  const advice = (...objects: TreeObject[]) => quotaAdvice(objects, plan());
  const leaves = (taken: string) =>
    `and the plan 'custom' leaves no room for it: requests.cpu 2, of which ${taken} is taken all the time. Raise 'plan' of the Project, or ask for less.`;
  const app = (cpu: string, more: object = {}) => deployment('a', podSpec({ cpu }), more);
  const job = (cpu: string) =>
    object('batch/v1', 'Job', 'j', { spec: { template: { spec: podSpec({ cpu }) } } });
  test('an update', () => {
    expect(advice(app('1500m'))).toEqual([
      `Deployment 'shop/Deployment-a' starts a new pod before it stops an old one, ${leaves('1500m')}`,
    ]);
    expect(advice(app('1500m', { strategy: { type: 'Recreate' } }))).toEqual([]);
    expect(advice(app('1'))).toEqual([]);
  });
  test('the run of a job', () => {
    expect(advice(app('1'), job('1500m'))).toEqual([
      `Job 'shop/Job-j' starts a pod for each run, ${leaves('1')}`,
    ]);
    expect(advice(app('1'), job('1'))).toEqual([]);
  });
  test('an autoscaler’s most', () => {
    const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'a', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, minReplicas: 1, maxReplicas: 5 },
    });
    expect(advice(app('500m'), scaler)).toEqual([
      `Deployment 'shop/Deployment-a' scales to 5 pods, ${leaves('500m')}`,
    ]);
  });
  test('the first pod of a function', () => {
    expect(advice(app('1'), knativeService('f', podSpec({ cpu: '1' })))).toEqual([
      `Service 'shop/Service-f' starts its first pod, ${leaves('1')}`,
    ]);
    expect(advice(app('1'), knativeService('f'))).toEqual([]);
  });
  test('nothing, where it is refused already', () => {
    expect(advice(app('3'), job('3'))).toEqual([]);
    expect(advice(deployment('a', podSpec(), { replicas: 0 }))).toEqual([]);
  });
});
