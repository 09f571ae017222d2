/** @module Orders by chance that are the same in every run. */

/** A function that gives values in another order with each call, the same for the same seed (Fisher and Yates). */
export function shuffler(seed: number): <T>(values: readonly T[]) => readonly T[] {
  const next = xorshift(seed);
  return (values) => {
    const shuffled = [...values];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = next() % (last + 1);
      const moved = shuffled.splice(other, 1);
      shuffled.splice(last, 0, ...moved);
    }
    return shuffled;
  };
}

/** Marsaglia's generator of 32 bits. */
function xorshift(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
