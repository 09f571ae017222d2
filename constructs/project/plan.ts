/** @module Plans: how much a project may use, as figures in one place, and the quota and limits that they become. */
import type { Size } from 'cdk8s';
import type { ContainerResources, Cpu } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkObject, checkOneOf } from '../check';
import { invalid } from '../invalid';
import {
  type Amounts,
  checkCpu,
  checkSize,
  DEFAULT_RESOURCES,
  quantity,
  type Resources,
  resolveResources,
} from '../resources';

/** Names of the plans that come with the platform. */
export type PlanName = 'small' | 'medium' | 'large';

/** The most that one container may ask for. */
export interface ContainerMaximum {
  /** @default - the plan's */
  readonly cpu?: Cpu;
  /** @default - the plan's */
  readonly memory?: Size;
  /** @default - the plan's */
  readonly ephemeralStorage?: Size;
}

/** A plan of one's own: what it does not say is as in the plan that it extends. */
export interface PlanProps {
  /** The plan that gives all that is not said. @default 'small' */
  readonly extends?: PlanName;
  /** CPU of all pods together. @default - as in the extended plan */
  readonly cpu?: ContainerResources['cpu'];
  /** Memory of all pods together. @default - as in the extended plan */
  readonly memory?: ContainerResources['memory'];
  /** Local disk of all pods together. @default - as in the extended plan */
  readonly ephemeralStorage?: ContainerResources['ephemeralStorage'];
  /** Pods that have not ended. @default - as in the extended plan */
  readonly pods?: number;
  /** Services, without those that Knative makes. @default - as in the extended plan */
  readonly services?: number;
  /** Functions, which are Knative Services. @default - as in the extended plan */
  readonly functions?: number;
  /** Revisions that Knative keeps of each function; each makes two Services. @default - as in the extended plan */
  readonly revisions?: number;
  /** PersistentVolumeClaims. @default - as in the extended plan */
  readonly volumes?: number;
  /** Storage of all claims together. @default - as in the extended plan */
  readonly storage?: Size;
  /** Jobs, ended ones that are kept included. @default - as in the extended plan */
  readonly jobs?: number;
  /** CronJobs. @default - as in the extended plan */
  readonly cronJobs?: number;
  /** ConfigMaps, the cluster's own `kube-root-ca.crt` included. @default - as in the extended plan */
  readonly configMaps?: number;
  /** Secrets. @default - as in the extended plan */
  readonly secrets?: number;
  /** The most that one container may ask for. @default - as in the extended plan */
  readonly maximum?: ContainerMaximum;
  /** What containers get that ask for nothing. @default - as in the extended plan */
  readonly defaults?: ContainerResources;
}

/** A plan with all its figures. */
export interface Plan {
  /** `small`, `medium`, `large` or `custom`. */
  readonly name: string;
  /** What a ResourceQuota has under `hard`. */
  readonly hard: Readonly<Record<string, string>>;
  /** What containers get that ask for nothing. */
  readonly defaults: Resources;
  /** The most that one container may ask for. */
  readonly maximum: Amounts;
}

const COUNTS = [
  'pods',
  'services',
  'functions',
  'revisions',
  'volumes',
  'jobs',
  'cronJobs',
  'configMaps',
  'secrets',
] as const;
type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

interface Figures extends Counts {
  readonly total: Resources;
  readonly storage: string;
  readonly maximum: Amounts;
  readonly defaults: Resources;
}

/**
 * The figures: each plan is four times the one before. `revisions` is what Knative keeps of a function as it ships,
 * 20 old ones and those in use; CPU and memory leave each function's pod room for its queue-proxy.
 */
const FIGURES: Readonly<Record<PlanName, Figures>> = {
  small: figures(1, { cpu: '2', memory: '4Gi', 'ephemeral-storage': '8Gi' }),
  medium: figures(4, { cpu: '4', memory: '8Gi', 'ephemeral-storage': '16Gi' }),
  large: figures(16, { cpu: '16', memory: '32Gi', 'ephemeral-storage': '64Gi' }),
};

function figures(scale: number, maximum: Amounts): Figures {
  return {
    total: {
      requests: {
        cpu: `${2 * scale}`,
        memory: `${4 * scale}Gi`,
        'ephemeral-storage': `${8 * scale}Gi`,
      },
      limits: {
        cpu: `${10 * scale}`,
        memory: `${8 * scale}Gi`,
        'ephemeral-storage': `${16 * scale}Gi`,
      },
    },
    pods: 30 * scale,
    services: 10 * scale,
    functions: 5 * scale,
    revisions: 24,
    volumes: 5 * scale,
    storage: `${20 * scale}Gi`,
    jobs: 100 * scale,
    cronJobs: 10 * scale,
    configMaps: 50 * scale,
    secrets: 50 * scale,
    maximum,
    defaults: DEFAULT_RESOURCES,
  };
}

/** Names of the plans. */
export const PLAN_NAMES = Object.keys(FIGURES) as PlanName[];

/** Services that Knative makes for a function: one for its route, two for each revision. */
export function knativeServices(revisions: number): number {
  return 1 + 2 * revisions;
}

/** The plan that the prop names or describes. */
export function resolvePlan(
  owner: IConstruct,
  prop: string,
  given: PlanName | PlanProps = 'small',
): Plan {
  if (typeof given === 'string') {
    const name = checkOneOf(owner, prop, given, PLAN_NAMES) ?? given;
    return planOf(name, FIGURES[name]);
  }
  checkObject(owner, prop, given, `'medium', or { extends: 'medium', pods: 50 }`);
  checkKnown(owner, given, [...OWN_PROPS, ...COUNTS], `${prop}.`);
  const base = FIGURES[checkOneOf(owner, `${prop}.extends`, given.extends, PLAN_NAMES) ?? 'small'];
  const { cpu, memory, ephemeralStorage } = given;
  const total = resolveResources(owner, prop, { cpu, memory, ephemeralStorage }, base.total);
  const counts = Object.fromEntries(
    COUNTS.map((key) => [
      key,
      checkInteger(owner, `${prop}.${key}`, given[key], { max: 100_000 }) ?? base[key],
    ]),
  ) as Counts;
  const storage = checkSize(owner, `${prop}.storage`, given.storage) ?? base.storage;
  const maximum = resolveMaximum(owner, `${prop}.maximum`, given.maximum, base.maximum, total);
  const defaults = resolveDefaults(owner, `${prop}.defaults`, given.defaults, base, maximum);
  return planOf('custom', { ...counts, total, storage, maximum, defaults });
}

const OWN_PROPS = [
  'extends',
  'cpu',
  'memory',
  'ephemeralStorage',
  'storage',
  'maximum',
  'defaults',
];

type Amount = readonly [
  key: keyof Amounts,
  name: keyof ContainerMaximum,
  check: (owner: IConstruct, prop: string, value: unknown) => string | undefined,
];
const AMOUNTS: readonly Amount[] = [
  ['cpu', 'cpu', checkCpu],
  ['memory', 'memory', checkSize],
  ['ephemeral-storage', 'ephemeralStorage', checkSize],
];

/** What was said, which must not be above the total; else the extended plan's, lowered to the total. */
function resolveMaximum(
  owner: IConstruct,
  prop: string,
  given: ContainerMaximum = {},
  base: Amounts,
  total: Resources,
): Amounts {
  checkKnown(
    owner,
    given,
    AMOUNTS.map(([, name]) => name),
    `${prop}.`,
  );
  return amounts((key, name, check) => {
    const value = check(owner, `${prop}.${name}`, given[name]);
    if (value === undefined) return least(base[key], total.limits[key]);
    if (quantity(value) > quantity(total.limits[key]) || quantity(value) === 0) {
      throw invalid(owner, {
        prop: `${prop}.${name}`,
        rule: `must be above 0 and not above the plan's limit of ${total.limits[key]} for all pods`,
        received: value,
        fix: `Lower it, or raise '${prop.replace(/maximum$/, '')}${name}.limit'`,
      });
    }
    return value;
  });
}

/** What was said, which must not be above the maximum; else the extended plan's, lowered to the maximum. */
function resolveDefaults(
  owner: IConstruct,
  prop: string,
  given: ContainerResources | undefined,
  base: Figures,
  maximum: Amounts,
): Resources {
  const lowered: Resources = {
    requests: amounts((key) => least(base.defaults.requests[key], maximum[key])),
    limits: amounts((key) => least(base.defaults.limits[key], maximum[key])),
  };
  const defaults = resolveResources(owner, prop, given, lowered);
  for (const [key, name] of AMOUNTS) {
    if (quantity(defaults.limits[key]) <= quantity(maximum[key])) continue;
    throw invalid(owner, {
      prop: `${prop}.${name}.limit`,
      rule: `must not be above the plan's maximum of ${maximum[key]} for one container`,
      received: defaults.limits[key],
      fix: `Lower it, or raise '${prop.replace(/defaults$/, 'maximum')}.${name}'`,
    });
  }
  return defaults;
}

function amounts(value: (...of: Amount) => string): Amounts {
  return Object.fromEntries(AMOUNTS.map((of) => [of[0], value(...of)])) as unknown as Amounts;
}

function least(a: string, b: string): string {
  return quantity(a) <= quantity(b) ? a : b;
}

function planOf(name: string, { total, storage, maximum, defaults, ...counts }: Figures): Plan {
  const hard = {
    'requests.cpu': total.requests.cpu,
    'requests.memory': total.requests.memory,
    'requests.ephemeral-storage': total.requests['ephemeral-storage'],
    'limits.cpu': total.limits.cpu,
    'limits.memory': total.limits.memory,
    'limits.ephemeral-storage': total.limits['ephemeral-storage'],
    'requests.storage': storage,
    pods: counts.pods,
    services: counts.services + counts.functions * knativeServices(counts.revisions),
    'services.nodeports': 0,
    'services.loadbalancers': 0,
    persistentvolumeclaims: counts.volumes,
    configmaps: counts.configMaps,
    secrets: counts.secrets,
    'count/jobs.batch': counts.jobs,
    'count/cronjobs.batch': counts.cronJobs,
    'count/services.serving.knative.dev': counts.functions,
  };
  const text = Object.entries(hard).map(([key, value]) => [key, String(value)]);
  return { name, hard: Object.fromEntries(text), defaults, maximum };
}

/** The LimitRange of a plan: what a container gets that asks for nothing, and what none may exceed. */
export function limitRangeSpec({ defaults, maximum }: Plan): object {
  return {
    limits: [
      {
        type: 'Container',
        default: defaults.limits,
        defaultRequest: defaults.requests,
        max: maximum,
      },
    ],
  };
}
