/** @module Durations as Knative takes them: whole seconds within bounds. */
import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkInstance } from '../check';
import { invalid } from '../invalid';

export interface Bounds {
  /** @default 0 */
  readonly min?: number;
  /** @default 2147483647 */
  readonly max?: number;
}

/** The duration in seconds; refuses parts of a second and what lies out of bounds. */
export function checkSeconds(
  owner: IConstruct,
  prop: string,
  value: unknown,
  { min = 0, max = 2_147_483_647 }: Bounds = {},
): number | undefined {
  const example = `Duration.seconds(${Math.min(max, Math.max(min, 30))})`;
  const duration = checkInstance<Duration>(owner, prop, value, Duration, example);
  if (duration === undefined) return undefined;
  const seconds = duration.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return seconds;
  throw invalid(owner, {
    prop,
    rule: `must be whole seconds from ${min} to ${max}`,
    received: `${seconds} s`,
    fix: `Write ${example}`,
  });
}

/** A duration as Knative's annotations spell it: `90s`. */
export function goDuration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `${seconds}s`;
}
