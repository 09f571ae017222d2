/** @module Jitter: a schedule's start moved by a stable number of minutes, the result still a cron expression. */
import { createHash } from 'node:crypto';
import type { Duration } from 'cdk8s';
import { invalid } from '../invalid';
import { spelledOut } from './describe';
import { BOUNDS, type CalendarRule, type Field, fieldsOf, isInterval, type Rule } from './dialect';
import { isEveryDay, isFull, list } from './fields';
import { shortestGap } from './shortest-gap';
import { MINUTE, Zone } from './zone';

const DAY_MINUTES = 1440;

/** Minutes within [0, jitter), always the same for a path. */
export function offsetFor(path: string, jitter: Duration): number {
  const hash = createHash('sha256').update(path).digest();
  return hash.readUIntBE(0, 6) % jitter.toMinutes();
}

/** Refuses a jitter that is no whole number of minutes, longer than the gap between runs, or makes no cron expression. */
export function checkJitter(owner: string, expression: string, rule: Rule, jitter: Duration): void {
  const refuse = (rule: string, fix: string): Error =>
    invalid(owner, {
      prop: 'jitter',
      rule,
      received: spelledOut(jitter.toSeconds({ integral: false })),
      fix,
    });
  if (isInterval(rule)) {
    throw refuse(
      `must be left out of '${expression}', whose runs are counted from each CronJob's creation`,
      `Leave 'jitter' out, or write a cron expression such as '*/5 * * * *'`,
    );
  }
  const minutes = jitter.toMilliseconds() / MINUTE;
  if (!Number.isInteger(minutes) || minutes < 1)
    throw refuse('must be whole minutes, at least one', 'Write Duration.minutes(15)');
  const gap = shortestGap(rule, Zone.of(owner, 'Etc/UTC'), 0) / MINUTE;
  if (minutes > gap) {
    throw refuse(
      `must not be longer than the ${spelledOut(gap * 60)} between two runs of '${expression}'`,
      `Write Duration.minutes(${gap}) or less`,
    );
  }
  for (let offset = 1; offset < minutes; offset++) {
    // Only where a run passes the full hour does anything but the minutes change.
    if (!rule.minute.values.has((60 - (offset % 60)) % 60) || shift(rule, offset)) continue;
    throw refuse(
      `must move the start by something that one cron expression can say, and '${expression}' moved by ${spelledOut(offset * 60)} is not`,
      offset > 1
        ? `Write Duration.minutes(${offset}) or less, or let the schedule start earlier in the hour, day or month`
        : `Leave 'jitter' out, or let the schedule start earlier in the hour, day or month`,
    );
  }
}

/** The expression moved by minutes that `checkJitter` has found to be possible. */
export function shifted(expression: string, rule: CalendarRule, minutes: number): string {
  const parts = shift(rule, minutes);
  if (minutes === 0 || !parts) return expression;
  const [, , dayOfMonth, month, dayOfWeek] = fieldsOf(expression);
  const days =
    parts.days === 0
      ? [dayOfMonth, month, dayOfWeek]
      : [
          moved(rule.dayOfMonth, 'dayOfMonth', parts.days),
          month,
          moved(rule.dayOfWeek, 'dayOfWeek', parts.days),
        ];
  return [
    list({ values: parts.minutes }, 'minute'),
    list({ values: parts.hours }, 'hour'),
    ...days,
  ].join(' ');
}

interface Shift {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  /** By how many days the day fields move. */
  readonly days: number;
}

/** The fields of the schedule moved by minutes; nothing where its runs are then no product of minutes and hours. */
function shift(rule: CalendarRule, by: number): Shift | undefined {
  const runs = [...rule.hour.values].flatMap((hour) =>
    [...rule.minute.values].map((minute) => hour * 60 + minute + by),
  );
  const days = new Set(runs.map((run) => Math.floor(run / DAY_MINUTES)));
  const [first = 0] = days;
  const everyDay = isEveryDay(rule);
  if (!everyDay && (days.size > 1 || !daysCanMove(rule, first))) return undefined;
  const times = new Set(runs.map((run) => run % DAY_MINUTES));
  const minutes = new Set([...times].map((time) => time % 60));
  const hours = new Set([...times].map((time) => Math.floor(time / 60)));
  if (times.size !== minutes.size * hours.size) return undefined;
  return { minutes, hours, days: everyDay ? 0 : first };
}

/** Weekdays go around; days of the month must stay inside every month. */
function daysCanMove({ dayOfMonth, month, dayOfWeek }: CalendarRule, by: number): boolean {
  if (by === 0) return true;
  if (isFull(dayOfMonth, 'dayOfMonth')) return isFull(month, 'month');
  if (!dayOfWeek.star && !isFull(month, 'month')) return false;
  return Math.max(...dayOfMonth.values) + by <= 28;
}

function moved(field: Field, name: 'dayOfMonth' | 'dayOfWeek', by: number): string {
  if (field.star) return '*';
  const { min, max } = BOUNDS[name];
  const size = max - min + 1;
  const values = [...field.values].map((value) => ((value - min + by) % size) + min);
  return list({ values: new Set(values) }, name);
}
