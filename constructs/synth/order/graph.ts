/**
 * @module Who depends on whom, in a graph as large as the tree and its dependencies.
 *
 * A dependency between constructs is one from each object below the first to each object below the second. So that
 * their number is not multiplied, the objects below a construct, and what they need, are vertices of their own between
 * the two: `object → what is needed in the first → objects below the second → object`.
 */
import { refuseLoop } from './loop';
import type { Targets } from './targets';
import type { Branch } from './tree';

/** A construct, the objects below it, or what these need by its dependencies and those of its scopes. */
export type Vertex = Branch | Group;

/** The objects below a construct, or what they need. */
export class Group {
  constructor(
    readonly branch: Branch,
    readonly role: 'objects' | 'needs',
  ) {}
}

const NONE: ReadonlySet<Branch> = new Set();

/** What comes before what. No object comes before itself, though it may be below what it depends on. */
export class Graph {
  private readonly objects = new Map<Branch, Group>();
  private readonly needs = new Map<Branch, Group>();
  /** By construct: the closest of itself and its scopes that has dependencies. */
  private readonly needing = new Map<Branch, Branch>();
  /** By object that is below its own dependency: the outermost construct whose dependency that is. */
  private readonly overlaps = new Map<Branch, Branch>();

  /** @throws for a construct that depends on another around or inside it, when both share several objects */
  constructor(
    readonly branches: readonly Branch[],
    readonly targets: Targets,
  ) {
    if (targets.size === 0) return;
    for (const branch of branches) {
      const needing = targets.has(branch) ? branch : this.neededAround(branch);
      if (needing) this.needing.set(branch, needing);
    }
    for (const [source, all] of targets) for (const target of all) this.overlap(source, target);
  }

  /** What comes before the vertex, in the order in which cdk8s looks at it. */
  successorsOf(vertex: Vertex): readonly Vertex[] {
    if (vertex instanceof Group) {
      const { branch, role } = vertex;
      return role === 'objects' ? this.inside(branch) : this.needed(branch);
    }
    const targets = this.targetsOf(vertex);
    return vertex.isObject ? [...targets, ...this.neededBy(vertex)] : [...targets];
  }

  private targetsOf(branch: Branch): ReadonlySet<Branch> {
    return this.targets.get(branch) ?? NONE;
  }

  private neededBy(object: Branch): Vertex[] {
    const outermost = this.overlaps.get(object) ?? (object.count === 1 ? object : undefined);
    if (outermost) return this.neededWithout(object, outermost);
    const needing = this.needing.get(object);
    return needing ? [this.group(this.needs, needing, 'needs')] : [];
  }

  /** The same for one object, which is left out wherever it is below a dependency. */
  private neededWithout(object: Branch, outermost: Branch): Vertex[] {
    const found: Vertex[] = [];
    const path: Branch[] = [];
    for (let at: Branch | undefined = object; at && path.at(-1) !== outermost; at = at.scope)
      path.push(at);
    const around = this.neededAround(outermost);
    if (around) found.push(this.group(this.needs, around, 'needs'));
    for (const branch of path.toReversed()) {
      for (const target of this.targetsOf(branch)) {
        if (target.contains(object)) this.without(object, target, found);
        else if (branch !== object || target.first !== target || target.count > 1)
          found.push(...this.below(target));
      }
    }
    return found;
  }

  private needed(branch: Branch): Vertex[] {
    const around = this.neededAround(branch);
    const outer = around ? [this.group(this.needs, around, 'needs')] : [];
    return [...outer, ...[...this.targetsOf(branch)].flatMap((target) => this.below(target))];
  }

  private neededAround(branch: Branch): Branch | undefined {
    return branch.scope && this.needing.get(branch.scope);
  }

  /** The objects below a construct as one vertex. */
  private below(branch: Branch): Vertex[] {
    if (branch.count === 0) return [];
    if (branch.count === 1 && branch.first) return [branch.first];
    return [this.group(this.objects, branch, 'objects')];
  }

  private inside(branch: Branch): Vertex[] {
    const children = branch.children.filter(({ isApart }) => !isApart);
    const found = children.flatMap((child) => this.below(child));
    return branch.isObject ? [branch, ...found] : found;
  }

  private without(object: Branch, branch: Branch, found: Vertex[]): void {
    if (branch.isObject && branch !== object) found.push(branch);
    for (const child of branch.children) {
      if (child.isApart) continue;
      if (child.contains(object)) this.without(object, child, found);
      else found.push(...this.below(child));
    }
  }

  private group(groups: Map<Branch, Group>, branch: Branch, role: Group['role']): Group {
    const group = groups.get(branch) ?? new Group(branch, role);
    groups.set(branch, group);
    return group;
  }

  /** Of two constructs one of which is inside the other, the inner one's objects would depend on each other. */
  private overlap(source: Branch, target: Branch): void {
    const inner = target.contains(source) ? source : source.contains(target) ? target : undefined;
    const outer = inner === source ? target : source;
    if (!inner?.first || !isPartOf(inner, outer)) return;
    if (inner.count > 1) {
      const others = this.branches.slice(inner.first.position + 1, inner.end);
      const second = others.find((other) => other.isObject && isPartOf(other, inner));
      throw refuseLoop(source === target || !second ? [source] : [inner.first, second]);
    }
    // Scopes come first: what is known is further out.
    if (!this.overlaps.has(inner.first)) this.overlaps.set(inner.first, source);
  }
}

/** Whether no chart in a chart is between the two. */
function isPartOf(inner: Branch, outer: Branch): boolean {
  let at: Branch | undefined = inner;
  while (at && at !== outer) at = at.scope;
  return at === outer;
}
