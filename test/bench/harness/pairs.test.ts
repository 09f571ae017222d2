/** @module Measurements by turns. */
import { compare, pairs } from '../../../bench/harness/pairs';

test('who is first alternates', async () => {
  let order = '';
  const measure = (name: string) => () => {
    order += name;
    return order.length;
  };
  const found = await pairs(4, measure('A'), measure('B'));
  expect(order).toBe('ABBAABBA');
  expect(found).toEqual([
    { ours: 1, peer: 2 },
    { ours: 4, peer: 3 },
    { ours: 5, peer: 6 },
    { ours: 8, peer: 7 },
  ]);
});

test('a measurement that takes its time is waited for before the next', async () => {
  let running = 0;
  const measure = async () => {
    expect(++running).toBe(1);
    await new Promise((done) => setImmediate(done));
    running--;
    return 1;
  };
  expect(await pairs(2, measure, measure)).toHaveLength(2);
});

test('the ratio is the median of the ratios, not the ratio of the medians', () => {
  const found = compare([
    { ours: 1, peer: 10 },
    { ours: 4, peer: 8 },
    { ours: 9, peer: 9 },
  ]);
  expect(found.ratio.median).toBe(0.5);
  expect([found.ours.median, found.peer.median]).toEqual([4, 9]);
});
