/** @module The tree of constructs for the graph of dependencies: where each stands, and which objects are below it. */
import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** A construct with its place in the tree. */
export class Branch {
  readonly children: Branch[] = [];
  /** The closest chart, itself included. */
  readonly chart: Branch | undefined;
  readonly isObject: boolean;
  /** A chart in a chart: what is below it is none of the outer one's. */
  readonly isApart: boolean;
  /** The position after all that is below. */
  end: number;
  /** How many objects are below that are not apart, itself included. */
  count = 0;
  /** The first of them. */
  first: Branch | undefined;

  constructor(
    readonly construct: IConstruct,
    readonly parent: Branch | undefined,
    /** Scopes come before what is in them. */
    readonly position: number,
  ) {
    const isChart = Chart.isChart(construct);
    this.chart = isChart ? this : parent?.chart;
    this.isApart = isChart && parent?.chart !== undefined;
    this.isObject = ApiObject.isApiObject(construct);
    this.end = position + 1;
    parent?.children.push(this);
  }

  get isChart(): boolean {
    return this.chart === this;
  }

  /** What is closest around it of those whose objects count for it; undefined for what is apart. */
  get scope(): Branch | undefined {
    return this.isApart ? undefined : this.parent;
  }

  /** Itself included. */
  contains(other: Branch): boolean {
    return this.position <= other.position && other.position < this.end;
  }
}

/** The construct and all below it, scopes first, in the order that `childrenOf` gives. */
export function branchesOf(
  root: IConstruct,
  childrenOf: (construct: IConstruct) => readonly IConstruct[],
): readonly Branch[] {
  const branches: Branch[] = [];
  const pending: { readonly construct: IConstruct; readonly parent: Branch | undefined }[] = [
    { construct: root, parent: undefined },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const branch = new Branch(next.construct, next.parent, branches.length);
    branches.push(branch);
    const children = childrenOf(branch.construct);
    for (const construct of children.toReversed()) pending.push({ construct, parent: branch });
  }
  for (const branch of branches.toReversed()) addUp(branch);
  return branches;
}

/** Called for what is below and after it first. */
function addUp(branch: Branch): void {
  if (branch.isObject) {
    branch.count++;
    branch.first = branch;
  }
  const { parent, scope } = branch;
  if (parent) parent.end = Math.max(parent.end, branch.end);
  if (!scope || !branch.first) return;
  scope.count += branch.count;
  scope.first = branch.first;
}
