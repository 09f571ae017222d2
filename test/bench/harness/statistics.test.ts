/** @module Medians and their intervals. */
import fc from 'fast-check';
import { estimate } from '../../../bench/harness/statistics';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('the median of an odd count is a value, of an even count the middle of two', () => {
  expect(estimate([9, 1, 5]).median).toBe(5);
  expect(estimate([9, 1, 5, 4]).median).toBe(4.5);
});

test('20 values leave five out at each end, as tables of the sign test have it', () => {
  const { low, high, confidence, count } = estimate(numbers(20));
  expect([low, high, count]).toEqual([6, 15, 20]);
  expect(confidence).toBeCloseTo(0.9586, 4);
});

test.each([
  [6, 1, 6, 0.9688],
  [9, 2, 8, 0.9609],
  [30, 10, 21, 0.9572],
  [100, 40, 61, 0.9648],
])('of %d values the interval is from the %dth to the %dth', (count, low, high, confidence) => {
  const found = estimate(numbers(count));
  expect([found.low, found.high]).toEqual([low, high]);
  expect(found.confidence).toBeCloseTo(confidence, 4);
});

test('fewer than six values cannot have 95 %, and say so', () => {
  expect(estimate(numbers(5)).confidence).toBeCloseTo(0.9375, 4);
  expect(estimate([7])).toEqual({ median: 7, low: 7, high: 7, confidence: 0, count: 1 });
});

test('no values have no median', () => {
  expect(() => estimate([])).toThrow(new Error('an estimate needs values'));
});

test('the interval holds the median, and the order of the values does not count', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (some) => {
      const found = estimate(some);
      expect(found.low).toBeLessThanOrEqual(found.median);
      expect(found.high).toBeGreaterThanOrEqual(found.median);
      expect(estimate([...some].reverse())).toEqual(found);
    }),
  );
});
