/** @module Collisions: inside the window with both its ends, through changes of the clock, and of rare schedules. */
import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { type CollisionWindow, Schedule } from '../../../constructs/schedule';

const at = (hour: number, minute = 0, timeZone = 'Etc/UTC') =>
  Schedule.daily({ hour, minute, timeZone });
const HOUR = { duration: Duration.hours(1) };

test('a start inside the window collides, up to and with its end', () => {
  expect(at(3).collisions(at(3), HOUR)).toHaveLength(3);
  expect(at(3).collisions(at(4), HOUR)).toHaveLength(3);
  expect(at(3).collisions(at(4, 1), HOUR)).toEqual([]);
  expect(at(3).collisions(at(2, 59), HOUR)).toEqual([]);
});

test('the length of the other run counts too', () => {
  const window = { ...HOUR, otherDuration: Duration.minutes(2), limit: 1 };
  const [collision] = at(3).collisions(at(2, 59), window);
  expect(collision).toEqual({
    start: new Date('2026-01-01T03:00:00Z'),
    otherStart: new Date('2026-01-01T02:59:00Z'),
    text: '2026-01-01 02:59 Etc/UTC (UTC+00:00) runs into the run from 2026-01-01 03:00 Etc/UTC (UTC+00:00) to 2026-01-01 04:00 Etc/UTC (UTC+00:00)',
  });
});

test('a change of the clock alone makes collisions, in local times', () => {
  const backup = at(5, 30);
  const job = at(6, 0, 'Europe/Berlin');
  const found = job.collisions(backup, HOUR);
  expect(found).toHaveLength(3);
  expect(found.map(({ text }) => text)[0]).toBe(
    '2026-01-01 05:30 Etc/UTC (UTC+00:00) is inside the run from 2026-01-01 06:00 Europe/Berlin (UTC+01:00) to 2026-01-01 07:00 Europe/Berlin (UTC+01:00)',
  );
});

test('a collision that only summer knows is found', () => {
  const job = at(6, 0, 'Europe/Berlin');
  const [first] = job.collisions(at(4, 30), HOUR);
  expect(first?.otherStart.toISOString()).toBe('2026-03-29T04:30:00.000Z');
});

test('rare runs are looked for as far as they are', () => {
  const leap = Schedule.cron('0 0 29 2 *');
  const found = leap.collisions(at(0, 30), HOUR);
  expect(found.map(({ otherStart }) => otherStart.toISOString())).toEqual([
    '2028-02-29T00:30:00.000Z',
    '2032-02-29T00:30:00.000Z',
  ]);
  expect(leap.collisions(Schedule.cron('0 0 1 3 *'), { duration: Duration.days(1) })).toHaveLength(
    2,
  );
});

test('a window that is given is the one that is searched', () => {
  const window: CollisionWindow = {
    ...HOUR,
    from: new Date('2026-06-01T00:00:00Z'),
    days: 2,
    limit: 10,
  };
  expect(at(3).collisions(at(3), window)).toHaveLength(2);
});

test('a long run that began before the window counts', () => {
  const window = { duration: Duration.days(40), days: 1, limit: 10 };
  expect(
    Schedule.monthly().collisions(at(5), { ...window, from: new Date('2026-01-20T00:00:00Z') }),
  ).toHaveLength(1);
});

test('they are those that comparing every run with every other finds', () => {
  const days = 3;
  const from = new Date('2026-03-28T00:00:00Z');
  const expression = fc
    .tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom('*', 'H'),
    )
    .map(([minute, hour, kind]) => `${minute} ${kind === '*' ? '*' : hour} * * *`);
  fc.assert(
    fc.property(
      expression,
      expression,
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 200 }),
      (first, second, length, otherLength) => {
        const one = Schedule.cron(first, { timeZone: 'Europe/Berlin' });
        const other = Schedule.cron(second);
        const window = {
          from,
          days,
          limit: 100_000,
          duration: Duration.minutes(length),
          otherDuration: Duration.minutes(otherLength),
        };
        const end = new Date(from.getTime() + days * 86_400_000);
        const runs = one.occurrences(
          new Date('2026-03-27T00:00:00Z'),
          new Date('2026-04-02T00:00:00Z'),
        );
        const expected = other
          .occurrences(from, end)
          .filter((otherRun) =>
            runs.some(
              (run) =>
                run.getTime() <= otherRun.getTime() + otherLength * 60_000 &&
                otherRun.getTime() <= run.getTime() + length * 60_000,
            ),
          );
        const found = one.collisions(other, window).map(({ otherStart }) => otherStart);
        expect(found).toEqual(expected);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

const past = <T>(value: unknown) => value as T;

test.each<[string, () => unknown, string]>([
  [
    'duration',
    () => at(3).collisions(at(4), past({})),
    `'duration' of Schedule.collisions must be a Duration, received null. Write Duration.hours(1).`,
  ],
  [
    'otherDuration',
    () => at(3).collisions(at(4), { ...HOUR, otherDuration: past('1h') }),
    `'otherDuration' of Schedule.collisions must be a Duration, received '1h'. Write Duration.minutes(15).`,
  ],
  [
    'from',
    () => at(3).collisions(at(4), { ...HOUR, from: past('2026') }),
    `'from' of Schedule.collisions must be a Date from 1970 to 9999, received '2026'. Write new Date('2026-01-01T00:00:00Z').`,
  ],
  [
    'days',
    () => at(3).collisions(at(4), { ...HOUR, days: 0 }),
    `'days' of Schedule.collisions must be a whole number from 1 to 3660, received 0. Give a number in that range, or leave 'days' out for the default.`,
  ],
  [
    'limit',
    () => at(3).collisions(at(4), { ...HOUR, limit: 0 }),
    `'limit' of Schedule.collisions must be a whole number from 1 to 100000, received 0. Give a number in that range, or leave 'limit' out for the default.`,
  ],
  [
    'other',
    () => at(3).collisions(past('0 3 * * *'), HOUR),
    `'other' of Schedule.collisions must be a Schedule, received '0 3 * * *'. Write Schedule.daily({ hour: 3 }).`,
  ],
  [
    'unknown prop',
    () => at(3).collisions(at(4), past({ ...HOUR, day: 1 })),
    `'day' of Schedule.collisions is not a known prop, received 1. Did you mean 'days'.`,
  ],
  [
    'other of @every',
    () => at(3).collisions(Schedule.cron('@every 5m'), HOUR),
    `'other' of Schedule.collisions must be compared by times of the day, and runs of '@every' are counted from the CronJob's creation, received '@every 5m'. Write both schedules with five fields, such as '*/5 * * * *'.`,
  ],
])('a wrong %s is refused', (_, search, message) => {
  expect(search).toThrow(new Error(message));
});
