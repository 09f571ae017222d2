/** @module The days on which a schedule runs, kept by the month, since many schedules share them. */
import type { CalendarRule } from './dialect';
import { dayFields, either } from './fields';
import { DAY } from './zone';

const known = new Map<string, readonly number[]>();

/** The matching days from `first` on, without end, as wall-clock midnights. */
export function* matchingDays(rule: CalendarRule, first: number): Generator<number, void> {
  const pattern = dayFields(rule).join(' ');
  const date = new Date(first);
  for (let month = date.getUTCFullYear() * 12 + date.getUTCMonth(); ; month++) {
    if (!rule.month.values.has((month % 12) + 1)) continue;
    for (const day of daysOf(rule, Math.floor(month / 12), month % 12, pattern))
      if (day >= first) yield day;
  }
}

function daysOf(rule: CalendarRule, year: number, month: number, pattern: string) {
  const key = `${year} ${month} ${pattern}`;
  const days = known.get(key) ?? enumerate(rule, year, month);
  known.set(key, days);
  return days;
}

function enumerate(rule: CalendarRule, year: number, month: number): readonly number[] {
  const [start, end] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
  return Array.from({ length: (end - start) / DAY }, (_, index) => start + index * DAY).filter(
    (day) => dayMatches(rule, new Date(day)),
  );
}

/** With a star in either day field both must match, as then the other decides; without one, either. */
export function dayMatches(rule: CalendarRule, wall: Date): boolean {
  const byMonth = rule.dayOfMonth.values.has(wall.getUTCDate());
  const byWeek = rule.dayOfWeek.values.has(wall.getUTCDay());
  return either(rule) ? byMonth || byWeek : byMonth && byWeek;
}
