/** @module CPU, memory and ephemeral storage: defaults, checks, and Kubernetes quantities as numbers. */
import { Size, SizeRoundingBehavior } from 'cdk8s';
import type { ContainerResources, Cpu } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkInstance, checkKnown } from './check';
import { invalid } from './invalid';
import { compact, type ResourceRequirements } from './manifest';

/** Requests and limits as strings of Kubernetes quantities; every container has all of them. */
export interface Amounts {
  readonly cpu: string;
  readonly memory: string;
  readonly 'ephemeral-storage': string;
}
export interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What a container gets that asks for nothing: 50m to 500m CPU, 64Mi to 256Mi memory, 64Mi to 256Mi of disk. */
export const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
};

/**
 * The resources of a container: what was asked for, filled up from the defaults so that no limit lies below its request.
 *
 * @param given cdk8s-plus's `{ cpu: { request, limit }, memory: { request, limit }, ephemeralStorage: { request, limit } }`
 */
export function resolveResources(
  owner: IConstruct,
  prop: string,
  given: ContainerResources | undefined,
  defaults: Resources = DEFAULT_RESOURCES,
): Resources {
  if (given === undefined) return defaults;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(owner, {
      prop,
      rule: 'must be { cpu, memory, ephemeralStorage }, each { request, limit }',
      received: given,
      fix: 'Write { cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) } }',
    });
  }
  checkKnown(owner, given, ['cpu', 'memory', 'ephemeralStorage'], `${prop}.`);
  const cpu = pair(owner, `${prop}.cpu`, given.cpu, checkCpu, defaults, 'cpu');
  const memory = pair(owner, `${prop}.memory`, given.memory, checkSize, defaults, 'memory');
  const disk = pair(
    owner,
    `${prop}.ephemeralStorage`,
    given.ephemeralStorage,
    checkSize,
    defaults,
    'ephemeral-storage',
  );
  return {
    requests: { cpu: cpu.request, memory: memory.request, 'ephemeral-storage': disk.request },
    limits: { cpu: cpu.limit, memory: memory.limit, 'ephemeral-storage': disk.limit },
  };
}

/** A container's resources with what is missing filled up; for pods that come from elsewhere. */
export function fillResources(
  given: ResourceRequirements | undefined,
  defaults: Resources = DEFAULT_RESOURCES,
): ResourceRequirements {
  const requests: Record<string, string | number> = { ...given?.requests };
  const limits: Record<string, string | number> = { ...given?.limits };
  for (const key of ['cpu', 'memory', 'ephemeral-storage'] as const) {
    limits[key] ??= larger(defaults.limits[key], requests[key]);
    requests[key] ??= smaller(defaults.requests[key], limits[key]);
  }
  return compact({ ...given, requests, limits });
}

/** A Kubernetes quantity (`500m`, `1.5`, `64Mi`, `2G`, `1e3`) as a number of cores, bytes or pieces. */
export function quantity(text: string | number): number {
  if (typeof text === 'number') return text;
  const match =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(m|u|n|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/.exec(
      text.trim(),
    );
  if (!match) return Number.NaN;
  return Number(`${match[1]}${match[2] ?? ''}`) * (FACTORS[match[3] ?? ''] ?? 1);
}

const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A number of cores, bytes or pieces as the shortest quantity: `500m`, `1536Mi`, `12`. */
export function quantityText(resource: string, amount: number): string {
  if (/cpu$/.test(resource))
    // 0.28 * 1000 is a little more than 280.
    return Number.isInteger(amount) ? String(amount) : `${Math.ceil(+(amount * 1000).toFixed(6))}m`;
  if (!/(memory|storage)$/.test(resource)) return String(amount);
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki'] as const) {
    const inUnit = amount / (FACTORS[unit] ?? 1);
    if (Number.isInteger(inUnit) && inUnit > 0) return `${inUnit}${unit}`;
  }
  return String(amount);
}

/** A cdk8s Size as a quantity: `64Mi`. */
export function sizeQuantity(size: Size): string {
  const mebibytes = size.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  return Number.isInteger(mebibytes) ? `${mebibytes}Mi` : `${size.toKibibytes()}Ki`;
}

type Given = { readonly request?: unknown; readonly limit?: unknown } | undefined;
type Check = (owner: IConstruct, prop: string, value: unknown) => string | undefined;

function pair(
  owner: IConstruct,
  prop: string,
  given: Given,
  check: Check,
  defaults: Resources,
  key: keyof Amounts,
) {
  if (given !== undefined) checkKnown(owner, given, ['request', 'limit'], `${prop}.`);
  const request = check(owner, `${prop}.request`, given?.request);
  const limit = check(owner, `${prop}.limit`, given?.limit);
  if (limit !== undefined && quantity(limit) === 0) {
    throw invalid(owner, {
      prop: `${prop}.limit`,
      rule: 'must be above 0, which Kubernetes reads as no limit',
      received: limit,
      fix: 'Give the most that the container may use, or leave it out for the default',
    });
  }
  if (request !== undefined && limit !== undefined && quantity(request) > quantity(limit)) {
    throw invalid(owner, {
      prop: `${prop}.request`,
      rule: `must not be above the limit of ${limit}`,
      received: request,
      fix: 'Raise the limit or lower the request',
    });
  }
  return {
    request: request ?? smaller(defaults.requests[key], limit),
    limit: limit ?? larger(defaults.limits[key], request),
  };
}

function smaller(a: string, b: string | number | undefined): string {
  return b !== undefined && quantity(b) < quantity(a) ? String(b) : a;
}

function larger(a: string, b: string | number | undefined): string {
  return b !== undefined && quantity(b) > quantity(a) ? String(b) : a;
}

/** The quantity of a cdk8s-plus Cpu; refuses anything else. */
export function checkCpu(owner: IConstruct, prop: string, value: unknown): string | undefined {
  const example = 'Cpu.millis(250)';
  const type = { prototype: {} as Cpu, name: 'Cpu' };
  const cpu = checkInstance<Cpu>(owner, prop, value, type, example);
  if (cpu === undefined || quantity(cpu.amount) >= 0) return cpu?.amount;
  throw invalid(owner, {
    prop,
    rule: 'must be a number of at least 0',
    received: cpu.amount,
    fix: `Write ${example}`,
  });
}

/** The quantity of a cdk8s Size; refuses anything else. */
export function checkSize(owner: IConstruct, prop: string, value: unknown): string | undefined {
  const example = 'Size.mebibytes(128)';
  const size = checkInstance<Size>(owner, prop, value, Size as never, example);
  if (size === undefined) return undefined;
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (Number.isInteger(kibibytes)) return sizeQuantity(size);
  throw invalid(owner, {
    prop,
    rule: 'must be a whole number of kibibytes',
    received: `${kibibytes}Ki`,
    fix: `Write ${example}`,
  });
}
