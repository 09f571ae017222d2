/** @module What holds for every expression, zone and time. */
import fc from 'fast-check';
import { Schedule } from '../../../constructs/schedule';
import { type CalendarRule, parse } from '../../../constructs/schedule/dialect';
import { Zone } from '../../../constructs/schedule/zone';

const ZONES = ['Etc/UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata'];
/** Zones in which an offset never changes during an hour that a run skips over. */
const WHOLE_HOURS = ZONES.slice(0, 3);

function field(min: number, max: number, greatestStep = max): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: greatestStep });
  return fc.oneof(
    fc.constantFrom('*', '?', '*'),
    value.map(String),
    range,
    fc.tuple(fc.oneof(fc.constant('*'), range, value.map(String)), step).map((a) => a.join('/')),
    fc
      .array(fc.oneof(value.map(String), range), { minLength: 1, maxLength: 4 })
      .map((a) => a.join(',')),
  );
}

/** Days up to 28, so that each of them comes in every month. */
const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));
const times = fc.integer({ min: Date.UTC(2005), max: Date.UTC(2025) }).map((ms) => new Date(ms));
const PARAMETERS = { seed: 1, numRuns: 300 };

test('each run is later than the one before', () => {
  fc.assert(
    fc.property(expressions, fc.constantFrom(...ZONES), times, (expression, timeZone, from) => {
      const runs = Schedule.cron(expression, { timeZone }).next(10, from);
      expect(runs).toHaveLength(10);
      const all = [from, ...runs].map((date) => date.getTime());
      for (const [index, run] of all.slice(1).entries())
        expect(run).toBeGreaterThan(all[index] ?? 0);
    }),
    PARAMETERS,
  );
});

test('each run is at a time that its fields name, on the clock of its zone', () => {
  fc.assert(
    fc.property(
      expressions,
      fc.constantFrom(...WHOLE_HOURS),
      times,
      (expression, timeZone, from) => {
        const rule = parse(expression) as CalendarRule;
        for (const run of Schedule.cron(expression, { timeZone }).next(10, from))
          expect(matches(rule, new Date(Zone.of('test', timeZone).wallAt(run.getTime())))).toBe(
            true,
          );
      },
    ),
    PARAMETERS,
  );
});

function matches(rule: CalendarRule, wall: Date): boolean {
  const day = rule.dayOfMonth.values.has(wall.getUTCDate());
  const weekday = rule.dayOfWeek.values.has(wall.getUTCDay());
  const star = rule.dayOfMonth.star || rule.dayOfWeek.star;
  return (
    wall.getUTCSeconds() === 0 &&
    rule.minute.values.has(wall.getUTCMinutes()) &&
    rule.hour.values.has(wall.getUTCHours()) &&
    rule.month.values.has(wall.getUTCMonth() + 1) &&
    (star ? day && weekday : day || weekday)
  );
}

test('previous goes back the way that next came', () => {
  fc.assert(
    fc.property(
      expressions,
      fc.constantFrom(...WHOLE_HOURS),
      times,
      (expression, timeZone, from) => {
        const schedule = Schedule.cron(expression, { timeZone });
        const runs = schedule.next(5, from);
        const last = runs.at(-1) as Date;
        expect(schedule.previous(4, last)).toEqual(runs.slice(0, 4).reverse());
      },
    ),
    { ...PARAMETERS, numRuns: 150 },
  );
});

test('one at a time, they are the same', () => {
  fc.assert(
    fc.property(expressions, fc.constantFrom(...ZONES), times, (expression, timeZone, from) => {
      const schedule = Schedule.cron(expression, { timeZone });
      let at = from;
      const single = Array.from({ length: 8 }, () => {
        [at] = schedule.next(1, at) as [Date];
        return at;
      });
      expect(schedule.next(8, from)).toEqual(single);
    }),
    PARAMETERS,
  );
});

test('where a zone has no changes, no minute that matches is left out', () => {
  fc.assert(
    fc.property(expressions, times, (expression, from) => {
      const rule = parse(expression) as CalendarRule;
      const start = Math.ceil(from.getTime() / 60_000) * 60_000;
      const end = new Date(start + 2 * 86_400_000);
      const expected: Date[] = [];
      for (let at = start; at < end.getTime(); at += 60_000)
        if (matches(rule, new Date(at))) expected.push(new Date(at));
      expect(Schedule.cron(expression).occurrences(from, end)).toEqual(expected);
    }),
    { ...PARAMETERS, numRuns: 100 },
  );
});
