/** @module Runs of two schedules that overlap, looked for from a fixed date so that the answer never depends on today. */
import { Duration } from 'cdk8s';
import { checkInstance, checkInteger, checkKnown } from '../check';
import { invalid } from '../invalid';
import type { Schedule } from '../schedule';
import { checkDate, DAY } from './zone';

/** Where the search for collisions and for the shortest gap begins, unless told otherwise. */
export const FIXED_START = new Date('2026-01-01T00:00:00Z');

export interface CollisionWindow {
  /** How long a run of this schedule takes at most. */
  readonly duration: Duration;
  /** How long a run of the other schedule takes at most. @default Duration.seconds(0), its start alone */
  readonly otherDuration?: Duration;
  /** From when on runs are looked at. @default - 2026-01-01T00:00:00Z */
  readonly from?: Date;
  /** For how many days. @default - 35 and the days of every change of the clock in the year; wider where runs are rare */
  readonly days?: number;
  /** How many collisions are listed. @default 3 */
  readonly limit?: number;
}

/** A run of one schedule that overlaps with a run of another; both ends of a run count as part of it. */
export interface Collision {
  readonly start: Date;
  readonly otherStart: Date;
  /** Both in one line, with local times: `2026-01-01 03:30 Etc/UTC (UTC+00:00) is inside …`. */
  readonly text: string;
}

/** Fewer runs than this in 35 days make a schedule rare. */
const RARE = 6;
const DAYS = 35;

type Span = readonly [from: number, to: number];

export function collisions(
  one: Schedule,
  other: Schedule,
  window: CollisionWindow,
): readonly Collision[] {
  checkCollisions(one, other, window);
  const { duration, otherDuration = Duration.seconds(0), from, days, limit = 3 } = window;
  const length = duration.toMilliseconds();
  const otherLength = otherDuration.toMilliseconds();
  const start = (from ?? FIXED_START).getTime();
  const spans: readonly Span[] =
    days === undefined
      ? spansToSearch(one, other, start, Math.max(length, otherLength))
      : [[start, start + days * DAY]];
  const found: Collision[] = [];
  for (const [begin, end] of spans) {
    for (const [run, otherRun] of overlaps(one, other, [begin, end], length, otherLength)) {
      if (found.length === limit) return found;
      found.push({
        start: new Date(run),
        otherStart: new Date(otherRun),
        text: textOf(one, other, run, otherRun, length),
      });
    }
  }
  return found;
}

const OWNER = 'Schedule.collisions';
const WINDOW = ['duration', 'otherDuration', 'from', 'days', 'limit'];

function checkCollisions(one: Schedule, other: Schedule, window: CollisionWindow): void {
  checkKnown(OWNER, window, WINDOW);
  checkInstance(OWNER, 'otherDuration', window.otherDuration, Duration, 'Duration.minutes(15)');
  checkDate(OWNER, 'from', window.from ?? FIXED_START);
  checkInteger(OWNER, 'days', window.days, { min: 1, max: 3660 });
  checkInteger(OWNER, 'limit', window.limit, { min: 1, max: 100_000 });
  checkGiven('duration', window.duration, Duration, 'Duration.hours(1)');
  checkGiven('other', other, { name: 'Schedule', prototype: one }, 'Schedule.daily({ hour: 3 })');
  for (const { every, expression } of [one, other]) {
    if (!every) continue;
    throw invalid(OWNER, {
      prop: 'other',
      rule: `must be compared by times of the day, and runs of '@every' are counted from the CronJob's creation`,
      received: expression,
      fix: `Write both schedules with five fields, such as '*/5 * * * *'`,
    });
  }
}

function checkGiven<T>(
  prop: string,
  value: unknown,
  type: { readonly name: string; readonly prototype: T },
  example: string,
): void {
  // Nothing at all is refused in the same words as something else.
  checkInstance(OWNER, prop, value ?? null, type, example);
}

/** For each run of `other` in the span, the latest run of `one` that overlaps with it. */
function* overlaps(
  one: Schedule,
  other: Schedule,
  [from, to]: Span,
  length: number,
  otherLength: number,
): Generator<readonly [number, number], void> {
  const runs = one.occurrences(new Date(from - length), new Date(to + otherLength));
  let index = 0;
  for (const otherRun of other.occurrences(new Date(from), new Date(to))) {
    const otherStart = otherRun.getTime();
    while (index < runs.length && timeOf(runs, index) <= otherStart + otherLength) index++;
    const run = timeOf(runs, index - 1);
    if (index > 0 && run + length >= otherStart) yield [run, otherStart];
  }
}

function timeOf(runs: readonly Date[], index: number): number {
  return runs[index]?.getTime() ?? Number.NaN;
}

/** 35 days, both sides of each change of the clock in a year, and around every run of a rare schedule. */
function spansToSearch(one: Schedule, other: Schedule, start: number, length: number): Span[] {
  const end = start + DAYS * DAY;
  const spans: Span[] = [[start, end]];
  for (const at of [one, other].flatMap((schedule) => schedule.clockChanges(start, 366)))
    spans.push([at - 2 * DAY - length, at + 2 * DAY + length]);
  for (const schedule of [one, other]) {
    if (schedule.next(RARE, new Date(start)).filter((run) => run.getTime() < end).length === RARE)
      continue;
    for (const run of yearOf(schedule, start))
      spans.push([run - length - 1000, run + length + 1000]);
  }
  return merged(spans);
}

/** The runs of a year; of nine where there are fewer than two in one, as on 29 February. */
function yearOf(schedule: Schedule, start: number): readonly number[] {
  const years = (count: number) =>
    schedule.occurrences(new Date(start), new Date(start + count * 366 * DAY));
  const runs = years(1);
  return (runs.length < 2 ? years(9) : runs).map((run) => run.getTime());
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}

function textOf(
  one: Schedule,
  other: Schedule,
  run: number,
  otherRun: number,
  length: number,
): string {
  const within = `the run from ${one.localTime(new Date(run))} to ${one.localTime(new Date(run + length))}`;
  const verb = otherRun >= run ? 'is inside' : 'runs into';
  return `${other.localTime(new Date(otherRun))} ${verb} ${within}`;
}
