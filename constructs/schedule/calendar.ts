/** @module The days on which a schedule runs, enumerated by cron-parser and kept, since many schedules share them. */
import { CronExpressionParser } from 'cron-parser';
import type { CalendarRule } from './dialect';
import { dayFields } from './fields';
import { DAY } from './zone';

/** Days of the month, counted from 0, by the month's length, the weekday of its first day and the fields of days. */
const known = new Map<string, readonly number[]>();

/** The matching days from `first` on, without end, as wall-clock midnights. */
export function* matchingDays(rule: CalendarRule, first: number): Generator<number, void> {
  const fields = dayFields(rule).join(' * ');
  const date = new Date(first);
  for (let month = date.getUTCFullYear() * 12 + date.getUTCMonth(); ; month++) {
    if (!rule.month.values.has((month % 12) + 1)) continue;
    const start = Date.UTC(Math.floor(month / 12), month % 12);
    for (const day of daysOf(start, Date.UTC(Math.floor(month / 12), (month % 12) + 1), fields))
      if (start + day * DAY >= first) yield start + day * DAY;
  }
}

function daysOf(start: number, end: number, fields: string): readonly number[] {
  const key = `${(end - start) / DAY} ${new Date(start).getUTCDay()} ${fields}`;
  const days = known.get(key) ?? enumerate(start, end, `0 0 ${fields}`);
  known.set(key, days);
  return days;
}

/** One month's days on a clock without offsets, where cron-parser and robfig agree. */
function enumerate(start: number, end: number, expression: string): readonly number[] {
  if (expression === '0 0 * * *')
    return Array.from({ length: (end - start) / DAY }, (_, day) => day);
  const days: number[] = [];
  const iterator = CronExpressionParser.parse(expression, {
    currentDate: new Date(start - 1),
    tz: 'UTC',
  });
  for (let day = iterator.next(); day.getTime() < end; day = iterator.next())
    days.push((day.getTime() - start) / DAY);
  return days;
}
