/** @module Random apps of charts, constructs and objects that depend on each other, built the same way in any App. */
import { ApiObject, type App, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import fc from 'fast-check';

interface Part {
  readonly kind: 'chart' | 'construct' | 'object';
  /** Which of the parts before it, or the app, holds it. */
  readonly scope: number;
  readonly id: string;
}

export interface Plan {
  readonly parts: readonly Part[];
  /** Who depends on whom. */
  readonly dependencies: readonly (readonly [number, number])[];
  /** Whether only later parts depend on earlier ones. */
  readonly isOneWay: boolean;
  /** Whether constructs outside of all charts, and the app, have dependencies. */
  readonly isBare: boolean;
}

const end = fc.nat({ max: 1_000_000 });

/** Trees with charts in charts, ids that are numbers, and dependencies of all on all. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  parts: fc.array(
    fc.record({
      kind: fc.constantFrom('chart', 'construct', 'object', 'object'),
      scope: end,
      id: fc.constantFrom('a', 'b', 'z', '7', '10', '01'),
    }),
    { minLength: 2, maxLength: 14 },
  ),
  dependencies: fc.oneof(
    fc.array(fc.tuple(end, end), { maxLength: 4 }),
    fc.array(fc.tuple(end, end), { minLength: 3, maxLength: 9 }),
  ),
  isOneWay: fc.constantFrom(true, true, false),
  isBare: fc.constantFrom(...Array<boolean>(9).fill(false), true),
});

/** Makes the parts of the plan in the app, and their dependencies; returns all constructs, the app first. */
export function build(
  app: App,
  { parts, dependencies, isOneWay, isBare }: Plan,
): readonly IConstruct[] {
  const all: Construct[] = [app];
  for (const part of parts) {
    const scope = all[part.scope % all.length] ?? app;
    const id = scope.node.tryFindChild(part.id) ? `${part.id}${all.length}` : part.id;
    all.push(made(part.kind, scope, id, isBare));
  }
  const linked = isBare ? all : all.slice(1);
  for (const [from, to] of dependencies) {
    const ends = [from % linked.length, to % linked.length];
    const [source, target] = isOneWay ? ends.toSorted((a, b) => b - a) : ends;
    if (source !== target) linked[source ?? 0]?.node.addDependency(linked[target ?? 0] ?? app);
  }
  return all;
}

function made(kind: Part['kind'], scope: Construct, id: string, isBare: boolean): Construct {
  const isInChart = scope.node.scopes.some(Chart.isChart);
  if (kind === 'construct' && (isInChart || isBare)) return new Construct(scope, id);
  if (kind === 'object' && isInChart)
    return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
  return new Chart(scope, id);
}

/** The same tree in another app, its constructs and dependencies made in the order of `ranks`. */
export function rebuild(app: App, all: readonly IConstruct[], ranks: readonly number[]): void {
  const copies = new Map<IConstruct, Construct>(all.slice(0, 1).map((root) => [root, app]));
  const inRank = all.toSorted((a, b) => rank(all, ranks, a) - rank(all, ranks, b));
  const copyOf = (original: IConstruct): Construct => {
    const known = copies.get(original);
    if (known) return known;
    const { scope, id } = original.node;
    const copy = copied(original, scope ? copyOf(scope) : app, id);
    copies.set(original, copy);
    return copy;
  };
  for (const original of inRank) copyOf(original);
  for (const original of inRank)
    for (const target of original.node.dependencies.toSorted(
      (a, b) => rank(all, ranks, a) - rank(all, ranks, b),
    ))
      copyOf(original).node.addDependency(copyOf(target));
}

function rank(all: readonly IConstruct[], ranks: readonly number[], one: IConstruct): number {
  return ranks[all.indexOf(one)] ?? 0;
}

function copied(original: IConstruct, scope: Construct, id: string): Construct {
  if (Chart.isChart(original)) return new Chart(scope, id);
  if (!ApiObject.isApiObject(original)) return new Construct(scope, id);
  return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
}
