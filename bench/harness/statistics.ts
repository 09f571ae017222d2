/** @module Medians, and between which values the true one lies. */

/** The median of some values, and an interval that holds the median of all with the stated confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Probability that the interval holds it; below 0.95 when there are fewer than 6 values. */
  readonly confidence: number;
  /** How many values. */
  readonly count: number;
}

/** By order statistics, which suppose nothing of the distribution: the narrowest interval of 95 % or more. */
export function estimate(values: readonly number[]): Estimate {
  if (values.length === 0) throw new Error('an estimate needs values');
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  // How many values are left out at each end.
  let out = 0;
  while (2 * (out + 2) <= count && confidenceOf(count, out + 1) >= 0.95) out++;
  return {
    median: median(sorted),
    low: at(sorted, out),
    high: at(sorted, count - 1 - out),
    confidence: confidenceOf(count, out),
    count,
  };
}

/** Probability that the median lies between the values that remain: each falls below it as a coin falls. */
function confidenceOf(count: number, out: number): number {
  let combinations = 1;
  let tail = 0;
  for (let below = 0; below <= out; below++) {
    tail += combinations;
    combinations = (combinations * (count - below)) / (below + 1);
  }
  return 1 - (2 * tail) / 2 ** count;
}

function median(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? at(sorted, half) : (at(sorted, half - 1) + at(sorted, half)) / 2;
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`no value ${index} of ${values.length}`);
  return value;
}
