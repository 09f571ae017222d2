/** @module How many things have to be made one after the other. */
import type { Wiring } from '../wiring';

/** The length of the longest chain of dependencies, in resources. */
export function depthOf({ registrations, named }: Wiring): number {
  const depths = new Map<string, number>();
  const depth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const found = 1 + Math.max(0, ...named(name).dependencies.map(depth));
    depths.set(name, found);
    return found;
  };
  return Math.max(...registrations.map(({ name }) => depth(name)));
}
