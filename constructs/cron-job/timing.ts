/** @module How long a run may take and how late it may start, from the distance between two runs. */
import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkInstance } from '../check';
import { invalid } from '../invalid';

/** The longest timeout that a job has by itself. */
export const MAX_DEFAULT_TIMEOUT = Duration.hours(1);
/** The latest start that a job has by itself. */
export const MAX_DEFAULT_STARTING_DEADLINE = Duration.minutes(5);
/** The controller looks every 10 s: with a shorter deadline runs would be missed. */
const MIN_STARTING_DEADLINE = Duration.seconds(10);

/** An hour, or nine tenths of the shortest distance between two runs when that is less. */
export function defaultTimeout(gap: Duration): Duration {
  return Duration.seconds(
    Math.max(1, Math.min(MAX_DEFAULT_TIMEOUT.toSeconds(), Math.floor(gap.toSeconds() * 0.9))),
  );
}

/** Five minutes, or half of the shortest distance between two runs when that is less; never below 10 seconds. */
export function defaultStartingDeadline(gap: Duration): Duration {
  return Duration.seconds(
    Math.max(
      MIN_STARTING_DEADLINE.toSeconds(),
      Math.min(MAX_DEFAULT_STARTING_DEADLINE.toSeconds(), Math.floor(gap.toSeconds() / 2)),
    ),
  );
}

/** Refuses a Duration that is no whole number of seconds, or below `min` of them. */
export function checkDuration(
  owner: IConstruct,
  prop: string,
  value: unknown,
  min: number,
  example: string,
): Duration | undefined {
  const duration = checkInstance<Duration>(owner, prop, value, Duration, example);
  if (duration === undefined) return undefined;
  const seconds = duration.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= min && seconds <= 2_147_483_647) return duration;
  throw invalid(owner, {
    prop,
    rule: `must be whole seconds, at least ${min}`,
    received: `${seconds} s`,
    fix: `Write ${example}`,
  });
}

/** Refuses a deadline that the controller would miss. */
export function checkStartingDeadline(owner: IConstruct, value: unknown): Duration | undefined {
  const min = MIN_STARTING_DEADLINE.toSeconds();
  return checkDuration(owner, 'startingDeadline', value, min, 'Duration.minutes(5)');
}
