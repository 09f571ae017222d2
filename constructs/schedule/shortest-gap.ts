/** @module The smallest distance between two runs of a schedule. */
import { type CalendarRule, isInterval, type Rule } from './dialect';
import { either, sorted } from './fields';
import { runsAfter, runsBetween, timesOfDay } from './occurrences';
import { DAY, MINUTE, type Zone } from './zone';

/** Enough for every pattern of minutes, hours and days to appear, sparse or dense. */
const RUNS = 1_000;
const YEARS = 12;
/** Enough where days go by the week alone. */
const WEEKS = 6;

/** Gaps by schedule, zone and start: many jobs of many tenants run at the same times. */
const known = new Map<string, number>();
const MOST_KNOWN = 10_000;

/** Milliseconds, from `start` on: a thousand runs, and the days around each change of the clock in the year. */
export function shortestGap(rule: Rule, zone: Zone, start: number): number {
  if (isInterval(rule)) return rule.everySeconds * 1000;
  const key = `${timesText(rule)} ${zone.name} ${start}`;
  const gap = known.get(key) ?? calendarGap(rule, zone, start);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, gap);
  return gap;
}

/** All that the runs of a rule depend on. */
function timesText(rule: CalendarRule): string {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = rule;
  const fields = [minute, hour, dayOfMonth, month, dayOfWeek];
  return [either(rule), ...fields.map((field) => sorted(field).join(','))].join(' ');
}

function calendarGap(rule: CalendarRule, zone: Zone, start: number): number {
  const times = timesOfDay(rule);
  const regular = smallestStep([...times, (times[0] ?? 0) + DAY]);
  let shortest = smallestStep(firstRuns(rule, zone, start), regular);
  for (const at of zone.changes(start, start + 366 * DAY)) {
    if (shortest <= MINUTE) break;
    shortest = Math.min(
      shortest,
      smallestStep(runsBetween(rule, zone, at - 2 * DAY, at + 2 * DAY)),
    );
  }
  return shortest;
}

function* firstRuns(rule: CalendarRule, zone: Zone, start: number): Generator<number, void> {
  const end = start + (isWeekly(rule) ? WEEKS * 7 : YEARS * 366) * DAY;
  let runs = 0;
  for (const run of runsAfter(rule, zone, start)) {
    if (runs >= 2 && (runs >= RUNS || run > end)) return;
    yield run;
    runs++;
  }
}

/** The smallest distance of neighbours; one of `enough` ends the search: what the times of day allow, or cron's minute. */
function smallestStep(runs: Iterable<number>, enough = MINUTE): number {
  let smallest = Number.POSITIVE_INFINITY;
  let before = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    smallest = Math.min(smallest, run - before);
    before = run;
    if (smallest <= enough) break;
  }
  return smallest;
}

function isWeekly(rule: CalendarRule): boolean {
  return rule.dayOfMonth.values.size === 31 && rule.month.values.size === 12;
}
