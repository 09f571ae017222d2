/** @module The platform's delays between retries. */
import { retryDelay } from '../../../constructs/cron-job/retries';

test('1 s, 2 s, 4 s … and never more than 30 s', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 100, 5000].map((attempt) => retryDelay(attempt).toSeconds());
  expect(delays).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30]);
});

test.each([0, -1, 1.5, Number.NaN])('refused: %s', (attempt) => {
  expect(() => retryDelay(attempt)).toThrow(
    `'attempt' of retryDelay must be a whole number from 1, received ${attempt}. Count the first retry as 1.`,
  );
});
