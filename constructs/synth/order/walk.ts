/** @module A walk through the graph of dependencies, depth first, without the call stack. */
import { type Graph, Group, type Vertex } from './graph';
import { refuseLoop } from './loop';
import { Branch } from './tree';

/** What is told of a walk. */
export interface Visitor {
  /** A construct that another depends on, as often as it is found. */
  readonly reach?: (branch: Branch) => void;
  /** A construct all of whose dependencies have been left, once. */
  readonly leave?: (branch: Branch) => void;
}

interface Visit {
  readonly vertex: Vertex;
  readonly successors: readonly Vertex[];
  next: number;
}

/**
 * Walks from each start to all that it needs and that `isWithin`.
 * @throws when the way leads back to a construct that it has not left
 */
export function walk(
  graph: Graph,
  starts: readonly Branch[],
  isWithin: (branch: Branch) => boolean,
  { reach, leave }: Visitor,
): void {
  const isLeft = new Map<Vertex, boolean>();
  const route: Visit[] = [];
  const enter = (vertex: Vertex): void => {
    isLeft.set(vertex, false);
    route.push({ vertex, successors: graph.successorsOf(vertex), next: 0 });
  };
  for (const start of starts) {
    if (!isLeft.has(start)) enter(start);
    for (let visit = route.at(-1); visit; visit = route.at(-1)) {
      const vertex = visit.successors[visit.next++];
      if (vertex === undefined) {
        route.pop();
        isLeft.set(visit.vertex, true);
        if (visit.vertex instanceof Branch) leave?.(visit.vertex);
        continue;
      }
      if (!isWithin(vertex instanceof Group ? vertex.branch : vertex)) continue;
      if (vertex instanceof Branch) reach?.(vertex);
      if (isLeft.get(vertex) === false) throw refuseLoop(loopOf(route, vertex));
      if (!isLeft.has(vertex)) enter(vertex);
    }
  }
}

/** The constructs of the route from the vertex on. */
function loopOf(route: readonly Visit[], vertex: Vertex): readonly Branch[] {
  const vertices = route.map((visit) => visit.vertex);
  return vertices
    .slice(vertices.indexOf(vertex))
    .filter((known): known is Branch => known instanceof Branch);
}
