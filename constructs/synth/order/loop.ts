/** @module The refusal of constructs that depend on each other in a circle. */
import type { Branch } from './tree';

/** `Dependency cycle detected: a => b => a`, as cdk8s words it, from the construct on that is first in the tree. */
export function refuseLoop(loop: readonly Branch[]): Error {
  const start = loop.reduce(
    (first, { position }, index) => (position < (loop[first]?.position ?? 0) ? index : first),
    0,
  );
  const route = [...loop.slice(start), ...loop.slice(0, start + 1)];
  const paths = route.map(({ construct }) => construct.node.path);
  return new Error(`Dependency cycle detected: ${paths.join(' => ')}`);
}
