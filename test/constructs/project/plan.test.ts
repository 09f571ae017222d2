/** @module Plans: the documented figures, plans of one's own, and what is refused. */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { PLAN_NAMES, type PlanProps, resolvePlan } from '../../../constructs/project/plan';
import { quantity } from '../../../constructs/resources';

const owner = new Chart(new App(), 'shop');
const of = "of Chart 'shop'";
const resolve = (plan?: unknown) => resolvePlan(owner, 'plan', plan as PlanProps);

test('the figures of each plan', () => {
  expect(PLAN_NAMES.map(resolve)).toMatchSnapshot();
  expect(resolve()).toEqual(resolve('small'));
});

test.each(PLAN_NAMES)(
  '%s holds together: no node ports, requests below limits, one container fits',
  (name) => {
    const { hard, maximum, defaults } = resolve(name);
    expect(hard['services.nodeports']).toBe('0');
    expect(hard['services.loadbalancers']).toBe('0');
    for (const key of ['cpu', 'memory', 'ephemeral-storage'] as const) {
      expect(quantity(hard[`requests.${key}`] ?? '')).toBeLessThanOrEqual(
        quantity(hard[`limits.${key}`] ?? ''),
      );
      expect(quantity(maximum[key])).toBeLessThanOrEqual(quantity(hard[`limits.${key}`] ?? ''));
      expect(quantity(defaults.limits[key])).toBeLessThanOrEqual(quantity(maximum[key]));
    }
  },
);

test('Services of Knative are counted: one for each route, two for each revision', () => {
  const { hard } = resolve({ services: 3, functions: 2, revisions: 4 });
  expect(hard.services).toBe(String(3 + 2 * (1 + 2 * 4)));
  expect(hard['count/services.serving.knative.dev']).toBe('2');
});

test('a plan of one’s own, all of it', () => {
  expect(
    resolve({
      extends: 'medium',
      cpu: { request: Cpu.units(1), limit: Cpu.units(2) },
      memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) },
      ephemeralStorage: { request: Size.gibibytes(3), limit: Size.gibibytes(4) },
      pods: 5,
      services: 6,
      functions: 0,
      revisions: 1,
      volumes: 0,
      storage: Size.gibibytes(0),
      jobs: 7,
      cronJobs: 8,
      configMaps: 9,
      secrets: 10,
      maximum: {
        cpu: Cpu.units(1),
        memory: Size.gibibytes(1),
        ephemeralStorage: Size.gibibytes(2),
      },
      defaults: { cpu: { request: Cpu.millis(10), limit: Cpu.millis(20) } },
    }),
  ).toMatchSnapshot();
});

test('what is not said is as in the extended plan, lowered where it would be above the total', () => {
  const { hard, maximum, defaults, name } = resolve({
    extends: 'large',
    memory: { limit: Size.mebibytes(128) },
  });
  expect(name).toBe('custom');
  expect(hard['limits.cpu']).toBe('160');
  expect(hard['requests.memory']).toBe('128Mi');
  expect(maximum).toEqual({ cpu: '16', memory: '128Mi', 'ephemeral-storage': '64Gi' });
  expect(defaults.limits.memory).toBe('128Mi');
});

const COUNT = (max: string) => `must be a whole number from 0 to ${max}`;

test.each<[string, unknown, string]>([
  [
    'an unknown plan',
    'huge',
    `'plan' ${of} must be one of 'small', 'medium', 'large', received 'huge'. Choose one of them.`,
  ],
  [
    'a plan misspelt',
    'smal',
    `'plan' ${of} must be one of 'small', 'medium', 'large', received 'smal'. Did you mean 'small'.`,
  ],
  [
    'a number',
    5,
    `'plan' ${of} must be an object, received 5. Write 'medium', or { extends: 'medium', pods: 50 }.`,
  ],
  [
    'null',
    null,
    `'plan' ${of} must be an object, received null. Write 'medium', or { extends: 'medium', pods: 50 }.`,
  ],
  [
    'an unknown figure',
    { pod: 1 },
    `'plan.pod' ${of} is not a known prop, received 1. Did you mean 'plan.pods'.`,
  ],
  [
    'an unknown base',
    { extends: 'mini' },
    `'plan.extends' ${of} must be one of 'small', 'medium', 'large', received 'mini'. Choose one of them.`,
  ],
  [
    'a negative count',
    { pods: -1 },
    `'plan.pods' ${of} ${COUNT('100000')}, received -1. Give a number in that range, or leave 'plan.pods' out for the default.`,
  ],
  [
    'CPU as a number',
    { cpu: { limit: 4 } },
    `'plan.cpu.limit' ${of} must be a Cpu, received 4. Write Cpu.millis(250).`,
  ],
  [
    'a request above the limit',
    { cpu: { request: Cpu.units(4), limit: Cpu.units(2) } },
    `'plan.cpu.request' ${of} must not be above the limit of 2, received '4'. Raise the limit or lower the request.`,
  ],
  [
    'storage as text',
    { storage: '1Gi' },
    `'plan.storage' ${of} must be a Size, received '1Gi'. Write Size.mebibytes(128).`,
  ],
  [
    'a maximum above the total',
    { maximum: { memory: Size.gibibytes(9) } },
    `'plan.maximum.memory' ${of} must be above 0 and not above the plan's limit of 8Gi for all pods, received '9216Mi'. Lower it, or raise 'plan.memory.limit'.`,
  ],
  [
    'a maximum of nothing',
    { maximum: { cpu: Cpu.units(0) } },
    `'plan.maximum.cpu' ${of} must be above 0 and not above the plan's limit of 10 for all pods, received '0'. Lower it, or raise 'plan.cpu.limit'.`,
  ],
  [
    'an unknown maximum',
    { maximum: { disk: 1 } },
    `'plan.maximum.disk' ${of} is not a known prop, received 1. Known are 'cpu', 'memory', 'ephemeralStorage'.`,
  ],
  [
    'defaults above the maximum',
    { defaults: { cpu: { limit: Cpu.units(3) } } },
    `'plan.defaults.cpu.limit' ${of} must not be above the plan's maximum of 2 for one container, received '3'. Lower it, or raise 'plan.maximum.cpu'.`,
  ],
])('refused: %s', (_, plan, message) => {
  expect(() => resolve(plan)).toThrow(new Error(message));
});

test.each([
  'pods',
  'services',
  'functions',
  'revisions',
  'volumes',
  'jobs',
  'cronJobs',
  'configMaps',
  'secrets',
])('%s must be a whole number', (key) => {
  expect(() => resolve({ [key]: 1.5 })).toThrow(
    new Error(
      `'plan.${key}' ${of} ${COUNT('100000')}, received 1.5. Give a number in that range, or leave 'plan.${key}' out for the default.`,
    ),
  );
});
