/** @module Limits of a tenant's sandboxes and builds: a ConfigMap that the control plane reads before it lets anything run. */
import { type Duration, Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkInstance, checkInteger, checkKnown } from '../check';
import { invalid } from '../invalid';

/** Name of the ConfigMap in the sandbox namespace, and its keys; the values are whole numbers as text. */
export const SANDBOX_LIMITS = {
  configMap: 'hks-sandbox-limits',
  keys: {
    /** Largest code of one execution, in bytes. */
    codeBytes: 'max-code-bytes',
    /** Largest output of one execution, in bytes; what is beyond is cut. */
    outputBytes: 'max-output-bytes',
    /** Longest run of one execution, in seconds. */
    timeoutSeconds: 'max-timeout-seconds',
    /** Executions at one time. */
    concurrency: 'max-concurrent-executions',
    /** Age at which a claimed sandbox is deleted, in seconds. */
    sandboxTtlSeconds: 'sandbox-ttl-seconds',
    /** Largest build context, packed and unpacked, in bytes. */
    contextBytes: 'max-context-bytes',
    /** Longest build, in seconds. */
    buildTimeoutSeconds: 'build-timeout-seconds',
    /** Builds at one time. */
    concurrentBuilds: 'max-concurrent-builds',
  },
} as const;

/** The limits as numbers. */
export type SandboxLimits = Readonly<Record<keyof typeof SANDBOX_LIMITS.keys, number>>;

/** What a build is held to. */
export type BuildLimits = Pick<SandboxLimits, 'contextBytes' | 'buildTimeoutSeconds'>;

export interface LimitsProps {
  /** Largest code of one execution. @default Size.mebibytes(1) */
  readonly code?: Size;
  /** Largest output of one execution; what is beyond is cut. @default Size.mebibytes(1) */
  readonly output?: Size;
  /** Longest run that a caller may ask for. @default Duration.minutes(5) */
  readonly timeout?: Duration;
  /** Executions at one time. @default - the pods of all pools */
  readonly concurrency?: number;
  /** Age at which a claimed sandbox is deleted. @default Duration.hours(1) */
  readonly sandboxTtl?: Duration;
  /** Largest build context, packed and unpacked. @default Size.mebibytes(64) */
  readonly context?: Size;
  /** Builds at one time. @default 2 */
  readonly concurrentBuilds?: number;
}

const DAY = 24 * 60 * 60;

/** The limits that the props ask for, in the numbers that the ConfigMap carries. */
export function resolveLimits(
  owner: Construct,
  given: LimitsProps = {},
  { pods, buildTimeoutSeconds }: { readonly pods: number; readonly buildTimeoutSeconds: number },
): SandboxLimits {
  checkKnown(
    owner,
    given,
    ['code', 'output', 'timeout', 'concurrency', 'sandboxTtl', 'context', 'concurrentBuilds'],
    'limits.',
  );
  const limits = {
    codeBytes: bytesOf(owner, 'limits.code', given.code) ?? MEBIBYTE,
    outputBytes: bytesOf(owner, 'limits.output', given.output) ?? MEBIBYTE,
    timeoutSeconds: secondsOf(owner, 'limits.timeout', given.timeout) ?? 300,
    concurrency:
      checkInteger(owner, 'limits.concurrency', given.concurrency, { min: 1, max: 10_000 }) ??
      Math.max(1, pods),
    sandboxTtlSeconds: secondsOf(owner, 'limits.sandboxTtl', given.sandboxTtl) ?? 3600,
    contextBytes: bytesOf(owner, 'limits.context', given.context) ?? 64 * MEBIBYTE,
    buildTimeoutSeconds,
    concurrentBuilds:
      checkInteger(owner, 'limits.concurrentBuilds', given.concurrentBuilds, {
        min: 1,
        max: 100,
      }) ?? 2,
  };
  if (limits.sandboxTtlSeconds < limits.timeoutSeconds) {
    throw invalid(owner, {
      prop: 'limits.sandboxTtl',
      rule: `must not be below the longest run of ${limits.timeoutSeconds} s`,
      received: `${limits.sandboxTtlSeconds} s`,
      fix: `Raise 'limits.sandboxTtl' or lower 'limits.timeout'`,
    });
  }
  return limits;
}

/** The data of the ConfigMap. */
export function limitsData(limits: SandboxLimits): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SANDBOX_LIMITS.keys).map(([name, key]) => [
      key,
      String(limits[name as keyof SandboxLimits]),
    ]),
  );
}

/**
 * The limits from the data of the ConfigMap, for the control plane.
 *
 * @throws where a key is missing or is no whole number above 0
 */
export function parseLimits(data: Readonly<Record<string, string | undefined>>): SandboxLimits {
  return Object.fromEntries(
    Object.entries(SANDBOX_LIMITS.keys).map(([name, key]) => {
      const text = data[key];
      if (text === undefined || !/^[1-9]\d{0,14}$/.test(text)) {
        throw invalid(`ConfigMap '${SANDBOX_LIMITS.configMap}'`, {
          prop: key,
          rule: 'must be a whole number above 0',
          received: text,
          fix: 'Apply the tree of the SandboxBuilder again',
        });
      }
      return [name, Number(text)];
    }),
  ) as SandboxLimits;
}

const MEBIBYTE = 2 ** 20;

/** A Size in bytes, above 0. */
export function bytesOf(owner: Construct, prop: string, value: unknown): number | undefined {
  const size = checkInstance(owner, prop, value, Size as never, 'Size.mebibytes(1)') as
    | Size
    | undefined;
  if (size === undefined) return undefined;
  const bytes = size.toKibibytes() * 1024;
  if (Number.isInteger(bytes) && bytes > 0 && bytes <= 2 ** 40) return bytes;
  throw invalid(owner, {
    prop,
    rule: 'must be whole bytes, above 0 and at most 1024 GiB',
    received: `${bytes} bytes`,
    fix: 'Write Size.mebibytes(1)',
  });
}

/** A Duration in whole seconds, from one second to one day unless told. */
export function secondsOf(
  owner: Construct,
  prop: string,
  value: unknown,
  { min = 1, max = DAY }: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  const duration = checkInstance<Duration>(
    owner,
    prop,
    value,
    { prototype: {} as Duration, name: 'Duration' },
    'Duration.minutes(5)',
  );
  if (duration === undefined) return undefined;
  const seconds = duration.toMilliseconds() / 1000;
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return seconds;
  throw invalid(owner, {
    prop,
    rule: `must be whole seconds from ${min} to ${max}`,
    received: `${seconds} s`,
    fix: 'Write Duration.minutes(5)',
  });
}
