/** @module Jitter: stable, within its bounds, always one cron expression, and refused where it would not be. */
import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { Schedule } from '../../../constructs/schedule';

const FROM = new Date('2026-01-05T12:00:00Z');

test('moves a preset by minutes that only the path decides', () => {
  const schedule = Schedule.daily({ hour: 23, minute: 30, jitter: Duration.hours(2) });
  const resolved = schedule.resolve('shop/nightly');
  expect(resolved.expression).toBe(schedule.resolve('shop/nightly').expression);
  expect([resolved.expression, resolved.preset, resolved.jitter, resolved.timeZone]).toEqual([
    '25 0 * * *',
    'daily',
    undefined,
    'Etc/UTC',
  ]);
  expect(resolved.resolve('another')).toBe(resolved);
  expect(schedule.expression).toBe('30 23 * * *');
});

test('keeps the schedule where the path says 0', () => {
  const schedule = Schedule.cron('@daily', { jitter: Duration.minutes(1) });
  expect(schedule.resolve('anything').expression).toBe('@daily');
});

test('spreads', () => {
  const schedule = Schedule.hourly({ jitter: Duration.hours(1) });
  const starts = Array.from(
    { length: 200 },
    (_, i) => schedule.resolve(`shop/job-${i}`).expression,
  );
  expect(new Set(starts).size).toBeGreaterThan(50);
});

/** Schedules whose jitter can be said, with the greatest that can. */
const MOVABLE: readonly (readonly [expression: string, minutes: number])[] = [
  ['* * * * *', 1],
  ['*/7 * * * *', 4],
  ['@hourly', 60],
  ['@daily', 1440],
  ['@weekly', 10_080],
  ['@monthly', 27 * 1440 + 1440],
  ['@yearly', 28 * 1440],
  ['30 23 * * 5', 10_080],
  ['0 3 1,15 * *', 13 * 1440],
  ['0 22 10 * 3', 1440],
  ['0,30 9-17 * * 1-5', 30],
  ['15 */6 * * *', 360],
];

test('the moved runs are the runs, moved by less than the jitter', () => {
  fc.assert(
    fc.property(fc.constantFrom(...MOVABLE), fc.string(), ([expression, minutes], path) => {
      const jitter = Duration.minutes(Math.min(minutes, 27 * 1440));
      const schedule = Schedule.cron(expression, { jitter });
      const resolved = schedule.resolve(path);
      const [run] = schedule.next(1, FROM);
      const [movedRun] = resolved.next(1, new Date((run?.getTime() ?? 0) - 1));
      const distance = (movedRun?.getTime() ?? 0) - (run?.getTime() ?? 0);
      expect(distance).toBeGreaterThanOrEqual(0);
      expect(distance).toBeLessThan(jitter.toMilliseconds());
      const moved = schedule.next(20, FROM).map((date) => date.getTime() + distance);
      const found = resolved.next(20, new Date(FROM.getTime() + distance));
      expect(found.map((date) => date.getTime())).toEqual(moved);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test.each<[string, Duration, string]>([
  [
    '*/7 * * * *',
    Duration.hours(2),
    `must not be longer than the 4 minutes between two runs of '*/7 * * * *', received '2 hours'. Write Duration.minutes(4) or less.`,
  ],
  [
    '0 3 * * *',
    Duration.seconds(90),
    `must be whole minutes, at least one, received '1 minute 30 seconds'. Write Duration.minutes(15).`,
  ],
  [
    '0 3 * * *',
    Duration.seconds(0),
    `must be whole minutes, at least one, received '0 seconds'. Write Duration.minutes(15).`,
  ],
  [
    '0,50 9 * * *',
    Duration.minutes(30),
    `must move the start by something that one cron expression can say, and '0,50 9 * * *' moved by 10 minutes is not, received '30 minutes'. Write Duration.minutes(10) or less, or let the schedule start earlier in the hour, day or month.`,
  ],
  [
    '59 23 28 * *',
    Duration.minutes(30),
    `must move the start by something that one cron expression can say, and '59 23 28 * *' moved by 1 minute is not, received '30 minutes'. Leave 'jitter' out, or let the schedule start earlier in the hour, day or month.`,
  ],
])('%s with %p is refused', (expression, jitter, refusal) => {
  expect(() => Schedule.cron(expression, { jitter })).toThrow(
    new Error(`'jitter' of Schedule.cron ${refusal}`),
  );
});

test('as long as the gap between runs is not too long', () => {
  const hour = Duration.hours(1);
  expect(Schedule.cron('30 9-17 * * 1-5', { jitter: hour }).jitter).toBe(hour);
});

test('that is no Duration is refused', () => {
  expect(() => Schedule.daily({ jitter: '15m' as unknown as Duration })).toThrow(
    new Error(
      `'jitter' of Schedule.daily must be a Duration, received '15m'. Write Duration.minutes(15).`,
    ),
  );
});
