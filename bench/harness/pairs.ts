/** @module Two measurements by turns, so that what else the machine does meets both alike. */
import { type Estimate, estimate } from './statistics';

/** Two values that were measured one after the other. */
export interface Pair {
  readonly ours: number;
  readonly peer: number;
}

export interface Comparison {
  /** Of ours to the peer's in each pair. */
  readonly ratio: Estimate;
  readonly ours: Estimate;
  readonly peer: Estimate;
}

type Measure = () => number | Promise<number>;

/** Who is first alternates: ours, peer, peer, ours, and so on. */
export async function pairs(count: number, ours: Measure, peer: Measure): Promise<readonly Pair[]> {
  const found: Pair[] = [];
  for (let index = 0; index < count; index++) {
    if (index % 2 === 0) {
      const first = await ours();
      found.push({ ours: first, peer: await peer() });
    } else {
      const first = await peer();
      found.push({ ours: await ours(), peer: first });
    }
  }
  return found;
}

/** The median of the ratios, which is not the ratio of the medians. */
export function compare(found: readonly Pair[]): Comparison {
  return {
    ratio: estimate(found.map(({ ours, peer }) => ours / peer)),
    ours: estimate(found.map(({ ours }) => ours)),
    peer: estimate(found.map(({ peer }) => peer)),
  };
}
