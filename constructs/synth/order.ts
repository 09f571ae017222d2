/** @module The order of objects: each after those that it depends on. */
import { ApiObject, type App, Chart } from 'cdk8s';
import { compare } from './files';
import { Graph } from './order/graph';
import { addedTargets, chartTargets, type Targets } from './order/targets';
import { type Branch, branchesOf } from './order/tree';
import { walk } from './order/walk';

/** A chart with the objects that are written for it. */
export interface OrderedChart {
  readonly chart: Chart;
  readonly objects: readonly ApiObject[];
}

/** The charts of an app. */
export interface ChartOrder {
  readonly charts: readonly OrderedChart[];
  /** Whether a chart depends on another; cdk8s numbers their files then. */
  readonly areDependent: boolean;
}

/**
 * The objects of the app, each after those that it depends on, and otherwise in the order of their paths, whatever
 * the order in which objects and dependencies were made.
 * @throws for constructs that depend on each other in a circle
 */
export function dependencyOrder(app: App): readonly ApiObject[] {
  const branches = branchesOf(app, ({ node }) =>
    node.children.toSorted((a, b) => compare(a.node.id, b.node.id)),
  );
  const graph = new Graph(branches, inTreeOrder(addedTargets(branches)));
  return apiObjects(leftFrom(graph, branches, () => true));
}

/**
 * The charts and their objects, in the order in which cdk8s writes them.
 * @throws for constructs that depend on each other in a circle, and for a dependency on what is in no chart
 */
export function chartOrder(app: App): ChartOrder {
  const branches = branchesOf(app, ({ node }) => node.children);
  const { targets, areDependent } = chartTargets(branches);
  const graph = new Graph(branches, targets);
  const charts = ordered(graph, branches, () => true).filter(({ isChart }) => isChart);
  const dependents = dependentsOf(charts, targets);
  return {
    areDependent,
    charts: charts.flatMap((branch) => {
      const chart = branch.construct;
      return Chart.isChart(chart) ? [{ chart, objects: objectsOf(graph, branch, dependents) }] : [];
    }),
  };
}

/** A chart's own objects, by the dependencies inside the chart. */
function objectsOf(
  graph: Graph,
  chart: Branch,
  dependents: ReadonlyMap<Branch, readonly Branch[]>,
): readonly ApiObject[] {
  const charts = new Set([chart]);
  // Of the charts in it those count through which a way leads back.
  for (const one of charts)
    for (const dependent of dependents.get(one) ?? [])
      if (chart.contains(dependent)) charts.add(dependent);
  const isWithin = (branch: Branch) => branch.chart !== undefined && charts.has(branch.chart);
  const inside = charts.size === 1 ? ownOf(graph, chart) : allOf(graph, chart).filter(isWithin);
  return apiObjects(ordered(graph, inside, isWithin).filter((branch) => branch.chart === chart));
}

/** The constructs of a chart, without those of charts in it. */
function ownOf({ branches }: Graph, chart: Branch): readonly Branch[] {
  const own: Branch[] = [];
  let at = chart.position;
  for (let branch = branches[at]; branch && at < chart.end; branch = branches[at]) {
    if (branch.chart === chart) own.push(branch);
    at = branch.chart === chart ? at + 1 : branch.end;
  }
  return own;
}

function allOf({ branches }: Graph, chart: Branch): readonly Branch[] {
  return branches.slice(chart.position, chart.end);
}

/** By chart: the charts that depend on it. */
function dependentsOf(
  charts: readonly Branch[],
  targets: Targets,
): ReadonlyMap<Branch, readonly Branch[]> {
  const dependents = new Map<Branch, Branch[]>();
  for (const chart of charts) {
    for (const target of targets.get(chart) ?? []) {
      const known = dependents.get(target) ?? [];
      known.push(chart);
      dependents.set(target, known);
    }
  }
  return dependents;
}

/** As cdk8s goes: from those that nothing depends on. */
function ordered(
  graph: Graph,
  branches: readonly Branch[],
  isWithin: (branch: Branch) => boolean,
): readonly Branch[] {
  if (!branches.some((branch) => graph.targets.has(branch))) return numbersFirst(branches);
  const reached = new Set<Branch>();
  walk(graph, branches, isWithin, { reach: (branch) => reached.add(branch) });
  const roots = branches.filter((branch) => !reached.has(branch));
  return leftFrom(graph, numbersFirst(roots), isWithin);
}

/** Each after all that it depends on. */
function leftFrom(
  graph: Graph,
  starts: readonly Branch[],
  isWithin: (branch: Branch) => boolean,
): readonly Branch[] {
  const left: Branch[] = [];
  walk(graph, starts, isWithin, { leave: (branch) => left.push(branch) });
  return left;
}

/** cdk8s keeps constructs by path in an object, and an object has its numbers first. */
function numbersFirst(branches: readonly Branch[]): readonly Branch[] {
  const numbers = branches.filter(isNumber);
  return numbers.length === 0
    ? branches
    : [...numbers, ...branches.filter((branch) => !isNumber(branch))];
}

const LAST_INDEX = 2 ** 32 - 2;

/** Only what is right in the app has a path without a slash. */
function isNumber({ parent, construct }: Branch): boolean {
  if (parent === undefined || parent.parent !== undefined) return false;
  const { id } = construct.node;
  return /^(?:0|[1-9]\d{0,9})$/.test(id) && Number(id) <= LAST_INDEX;
}

function inTreeOrder(targets: Targets): Targets {
  const sorted = [...targets].map(
    ([source, all]) => [source, new Set([...all].sort((a, b) => a.position - b.position))] as const,
  );
  return new Map(sorted);
}

function apiObjects(branches: readonly Branch[]): readonly ApiObject[] {
  return branches.map(({ construct }) => construct).filter((one) => ApiObject.isApiObject(one));
}
