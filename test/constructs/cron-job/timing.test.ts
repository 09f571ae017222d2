/** @module Defaults from the distance between two runs. */
import { Duration } from 'cdk8s';
import { defaultStartingDeadline, defaultTimeout } from '../../../constructs/cron-job/timing';

test.each([
  [60, 54, 30],
  [10, 9, 10],
  [1, 1, 10],
  [3600, 3240, 300],
  [86_400, 3600, 300],
  [31_536_000, 3600, 300],
])('a run each %i s may take %i s and start %i s late', (gap, timeout, deadline) => {
  expect(defaultTimeout(Duration.seconds(gap)).toSeconds()).toBe(timeout);
  expect(defaultStartingDeadline(Duration.seconds(gap)).toSeconds()).toBe(deadline);
});
