/**
 * @module When a schedule runs, exactly as robfig/cron's `Next` finds it, which is what the CronJob controller asks.
 *
 * cron-parser enumerates the days of the calendar. It is not asked where a zone's offset changes: there robfig's search,
 * which goes forward by elapsed months, days and hours, has ways of its own, and `walk` goes the same way.
 */
import { matchingDays } from './calendar';
import { type CalendarRule, isInterval, type Rule } from './dialect';
import { either, sorted } from './fields';
import { DAY, HOUR, MINUTE, type Zone } from './zone';

/** robfig/cron gives up where a run is further away than this. */
const YEARS_SEARCHED = 5;

/** How far ahead offset changes are looked for at once. */
const HORIZON = (YEARS_SEARCHED - 1) * 365 * DAY;

/** The runs after `from`, in order; it ends where robfig/cron finds none within five years. */
export function* runsAfter(rule: Rule, zone: Zone, from: number): Generator<number, void> {
  if (isInterval(rule)) return yield* intervalRuns(rule.everySeconds * 1000, from);
  let at = from;
  for (;;) {
    for (const run of quietRuns(rule, zone, at)) {
      at = run;
      yield run;
    }
    const run = walk(rule, zone, at);
    if (run === undefined) return;
    at = run;
    yield run;
  }
}

/** The first run after `from`, if there is one within five years. */
export function runAfter(rule: Rule, zone: Zone, from: number): number | undefined {
  if (isInterval(rule)) return runsAfter(rule, zone, from).next().value ?? undefined;
  return walk(rule, zone, from);
}

/** The runs in `[from, to)`, as they follow from those before them. */
export function runsBetween(rule: Rule, zone: Zone, from: number, to: number): readonly number[] {
  const runs: number[] = [];
  // `@every` is counted from `from`; a run at `from` itself is one of the calendar's.
  const before = isInterval(rule) ? from : from - 1000;
  for (const run of runsAfter(rule, zone, before)) {
    if (run >= to) break;
    if (run >= from) runs.push(run);
  }
  return runs;
}

/**
 * The last `count` runs before `before`, in order. They are found forwards, from further and further back, since what
 * robfig/cron finds near an offset change depends on the run before it.
 */
export function runsBefore(
  rule: Rule,
  zone: Zone,
  before: number,
  count: number,
): readonly number[] {
  if (isInterval(rule)) {
    const delay = rule.everySeconds * 1000;
    const last = Math.ceil(before / 1000) * 1000;
    return Array.from({ length: count }, (_, index) => last - delay * (count - index));
  }
  // The rarest day is 29 February, eight years apart around 2100.
  const furthest = (count + 4) * 8 * 366 * DAY;
  for (let span = 4 * DAY; ; span *= 2) {
    const runs = runsBackTo(rule, zone, before - span, before);
    // Some runs more than asked for: the first ones depend on where the search began.
    if (runs.length >= count + 3 || span > furthest) return runs.slice(-count);
  }
}

/** Like the runs after `from`, but goes on where robfig/cron gives up. */
function runsBackTo(rule: CalendarRule, zone: Zone, from: number, to: number): readonly number[] {
  const runs: number[] = [];
  for (let at = from; at < to; ) {
    for (const run of runsAfter(rule, zone, at)) {
      if (run >= to) return runs;
      at = run;
      runs.push(run);
    }
    at += 365 * DAY;
  }
  return runs;
}

function* intervalRuns(delay: number, from: number): Generator<number, void> {
  for (let run = Math.floor(from / 1000) * 1000 + delay; ; run += delay) yield run;
}

/**
 * The runs after `from` as far as the zone's offset stays what it is: since the beginning of the month before, because
 * robfig's search begins there, and until a day before the next change.
 */
function* quietRuns(rule: CalendarRule, zone: Zone, from: number): Generator<number, void> {
  const wall = new Date(zone.wallAt(from));
  const monthStart = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1) - 2 * DAY;
  const change = zone.firstChange(monthStart, from + HORIZON);
  const end = (change ?? from + HORIZON) - DAY;
  if (end - from < 2 * DAY) return;
  const offset = zone.offsetAt(from);
  const times = timesOfDay(rule);
  const today = Math.floor((from + offset) / DAY) * DAY;
  for (const day of matchingDays(rule, today)) {
    if (day - offset >= end) return;
    for (const time of times) {
      const run = day + time - offset;
      if (run >= end) return;
      if (run > from) yield run;
    }
  }
}

/** The times at which the rule may run, as milliseconds since midnight, ascending. */
export function timesOfDay(rule: CalendarRule): readonly number[] {
  const minutes = sorted(rule.minute);
  return sorted(rule.hour).flatMap((hour) =>
    minutes.map((minute) => hour * HOUR + minute * MINUTE),
  );
}

/**
 * The next run as robfig/cron searches it. Until a field had to be moved, the time is `from`'s; with the first move all
 * smaller fields begin anew, once. Days and months are moved on the wall clock, hours and minutes by elapsed time, and
 * whenever a field wraps around, the search begins at the month again.
 */
function walk(rule: CalendarRule, zone: Zone, from: number): number | undefined {
  let at = Math.floor(from / 1000) * 1000 + 1000;
  let moved = false;
  const wall = () => new Date(zone.wallAt(at));
  const begin = (start: () => number) => {
    if (!moved) at = start();
    moved = true;
  };
  const wallInstant = (year: number, month: number, day = 1, hour = 0) =>
    zone.instantOf(Date.UTC(year, month, day, hour));
  const lastYear = wall().getUTCFullYear() + YEARS_SEARCHED;

  const findMonth = (): boolean => {
    for (let now = wall(); !rule.month.values.has(now.getUTCMonth() + 1); now = wall()) {
      begin(() => wallInstant(now.getUTCFullYear(), now.getUTCMonth()));
      at = zone.instantOf(monthLater(zone.wallAt(at)));
      if (wall().getUTCMonth() === 0) return false;
    }
    return true;
  };
  const findDay = (): boolean => {
    for (let now = wall(); !dayMatches(rule, now); now = wall()) {
      begin(() => wallInstant(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
      const before = at;
      at = zone.instantOf(zone.wallAt(at) + DAY);
      // Where a whole day was left out (Samoa, 2011) robfig never comes back; the search goes on here.
      if (at <= before) at = before + DAY;
      const hour = wall().getUTCHours();
      // A day whose midnight does not exist began at another hour.
      if (hour !== 0) at += (hour > 12 ? 24 - hour : -hour) * HOUR;
      if (wall().getUTCDate() === 1) return false;
    }
    return true;
  };
  const findHour = (): boolean => {
    for (let now = wall(); !rule.hour.values.has(now.getUTCHours()); now = wall()) {
      begin(() => zone.instantOf(Math.floor(now.getTime() / HOUR) * HOUR));
      at += HOUR;
      if (wall().getUTCHours() === 0) return false;
    }
    return true;
  };
  const findMinute = (): boolean => {
    for (let now = wall(); !rule.minute.values.has(now.getUTCMinutes()); now = wall()) {
      begin(() => Math.floor(at / MINUTE) * MINUTE);
      at += MINUTE;
      if (wall().getUTCMinutes() === 0) return false;
    }
    return true;
  };
  const findSecond = (): boolean => {
    const late = wall().getUTCSeconds();
    if (late === 0) return true;
    moved = true;
    at += (60 - late) * 1000;
    return false;
  };

  while (wall().getUTCFullYear() <= lastYear) {
    if (findMonth() && findDay() && findHour() && findMinute() && findSecond()) return at;
  }
  return undefined;
}

function monthLater(wall: number): number {
  const date = new Date(wall);
  return date.setUTCMonth(date.getUTCMonth() + 1);
}

/** With a star in either day field both must match, as then the other decides; without one, either. */
function dayMatches(rule: CalendarRule, wall: Date): boolean {
  const byMonth = rule.dayOfMonth.values.has(wall.getUTCDate());
  const byWeek = rule.dayOfWeek.values.has(wall.getUTCDay());
  return either(rule) ? byMonth || byWeek : byMonth && byWeek;
}
