/** @module The dependencies between the constructs of a tree: those that were added, and what cdk8s concludes from them. */
import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from '../../invalid';
import type { Branch } from './tree';

/** By construct: those that it depends on, in the order in which they were added. */
export type Targets = ReadonlyMap<Branch, ReadonlySet<Branch>>;

type Found = Map<Branch, Set<Branch>>;

/** A dependency; `target` is missing when the construct is in another tree. */
interface Added {
  readonly source: Branch;
  readonly construct: IConstruct;
  readonly target: Branch | undefined;
}

/** The dependencies that were added, in tree order. */
export function addedTargets(branches: readonly Branch[]): Targets {
  return targetsOf(added(branches));
}

/**
 * With them what cdk8s concludes: a chart depends on the charts right in it, and on each chart that holds what
 * something in it depends on.
 * @throws for a dependency of a construct without a chart, which cdk8s does not know how to order
 */
export function chartTargets(branches: readonly Branch[]): {
  readonly targets: Targets;
  /** Whether any chart depends on another. */
  readonly areDependent: boolean;
} {
  const all = added(branches);
  const targets = targetsOf(all);
  let areDependent = all.map(isBetweenCharts).includes(true);
  const charts = branches.filter(({ isChart }) => isChart);
  for (const chart of charts)
    for (const child of chart.children) if (child.isChart) add(targets, chart, child);
  for (const source of branches) {
    for (const target of targets.get(source) ?? []) {
      if (!source.chart || !target.chart || source.chart === target.chart) continue;
      add(targets, source.chart, target.chart);
      areDependent = true;
    }
  }
  return { targets, areDependent };
}

function added(branches: readonly Branch[]): readonly Added[] {
  const found = branches.flatMap((source) =>
    source.construct.node.dependencies.map((construct) => ({ source, construct })),
  );
  if (found.length === 0) return [];
  const known = new Map(branches.map((branch) => [branch.construct, branch]));
  return found.map((one) => ({ ...one, target: known.get(one.construct) }));
}

function targetsOf(all: readonly Added[]): Found {
  const found: Found = new Map();
  for (const { source, target } of all) if (target) add(found, source, target);
  return found;
}

function add(found: Found, source: Branch, target: Branch): void {
  const known = found.get(source) ?? new Set();
  found.set(source, known.add(target));
}

function isBetweenCharts({ source, construct }: Added): boolean {
  const [from, to] = [source.construct, construct].map(chartAround);
  const bare = from ? construct : source.construct;
  if (from && to) return from !== to;
  throw invalid(source.construct, {
    prop: 'addDependency',
    rule: 'must be between constructs that are in a chart',
    received: bare.node.path,
    fix: 'Create the construct in a Chart',
  });
}

function chartAround({ node }: IConstruct): IConstruct | undefined {
  return node.scopes.findLast((scope) => Chart.isChart(scope));
}
