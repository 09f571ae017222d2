/** @module The days on which a schedule runs, enumerated by cron-parser and kept, since many schedules share them. */
import { CronExpressionParser } from 'cron-parser';
import type { CalendarRule } from './dialect';
import { dayFields } from './fields';
import { DAY } from './zone';

const known = new Map<string, readonly number[]>();

/** The matching days from `first` on, without end, as wall-clock midnights. */
export function* matchingDays(rule: CalendarRule, first: number): Generator<number, void> {
  const [dayOfMonth, dayOfWeek] = dayFields(rule);
  const date = new Date(first);
  for (let month = date.getUTCFullYear() * 12 + date.getUTCMonth(); ; month++) {
    if (!rule.month.values.has((month % 12) + 1)) continue;
    for (const day of daysOf(Math.floor(month / 12), month % 12, dayOfMonth, dayOfWeek))
      if (day >= first) yield day;
  }
}

function daysOf(year: number, month: number, dayOfMonth: string, dayOfWeek: string) {
  const key = `${year} ${month} ${dayOfMonth} ${dayOfWeek}`;
  const days = known.get(key) ?? enumerate(year, month, `0 0 ${dayOfMonth} * ${dayOfWeek}`);
  known.set(key, days);
  return days;
}

/** One month's days on a clock without offsets, where cron-parser and robfig agree. */
function enumerate(year: number, month: number, expression: string): readonly number[] {
  const [start, end] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
  if (expression === '0 0 * * *')
    return Array.from({ length: (end - start) / DAY }, (_, index) => start + index * DAY);
  const days: number[] = [];
  const iterator = CronExpressionParser.parse(expression, {
    currentDate: new Date(start - 1),
    tz: 'UTC',
  });
  for (let day = iterator.next(); day.getTime() < end; day = iterator.next())
    days.push(day.getTime());
  return days;
}
