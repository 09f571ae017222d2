import { staleSeconds } from '../../../stacks/monitoring/stale';

const DAY = 86_400;
const RUN = 7200;

test.each([
  ['15 2 * * *', 2 * DAY + RUN],
  ['0 */6 * * *', DAY / 2 + RUN],
  ['0 3 * * 0', 14 * DAY + RUN],
  // From Friday to Monday.
  ['0 3 * * 1-5', 6 * DAY + RUN],
  ['0 0 1 * *', 62 * DAY + RUN],
  // A whole month lies between dense days.
  ['* * 1 * *', 60 * DAY + 120 + RUN],
])('a backup by %s is overdue after two pauses and a run', (schedule, seconds) => {
  expect(staleSeconds(schedule)).toBe(seconds);
});

test('a schedule that no cluster would take is refused', () => {
  expect(() => staleSeconds('0 0 30 2 *')).toThrow(
    "'expression' of Schedule.cron must name a time that comes, and no calendar has this one, received '0 0 30 2 *'. Choose a day that one of the months has, and at least one value in each field.",
  );
});
