/** @module Orders by chance. */
import { shuffler } from '../../../bench/harness/shuffler';

const VALUES = [1, 2, 3, 4];

test('the same seed gives the same orders, another seed others', () => {
  const orders = (seed: number) => {
    const shuffled = shuffler(seed);
    return Array.from({ length: 5 }, () => shuffled(VALUES).join(''));
  };
  expect(orders(1)).toEqual(orders(1));
  expect(orders(1)).not.toEqual(orders(2));
});

test('every order comes, about as often as any other, and the values stay', () => {
  const shuffled = shuffler(1);
  const counts = new Map<string, number>();
  for (let run = 0; run < 24_000; run++) {
    const order = shuffled(VALUES).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 1,000 each are expected, with a deviation of 31.
  expect(Math.min(...counts.values())).toBeGreaterThan(850);
  expect(VALUES).toEqual([1, 2, 3, 4]);
});
