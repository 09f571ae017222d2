/** @module The finished tree of constructs as plain objects: validated, rendered, without dependency cycles. */
import { ApiObject, type App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Project } from '../project';
import { jsonOf } from '../project/rendering';

/** An object of the app as it will stand in a file. */
export interface RenderedObject {
  /** Path of the construct, e.g. `shop/nightly/Default`. */
  readonly path: string;
  readonly construct: ApiObject;
  /** The closest project around it, if there is one. */
  readonly project: Project | undefined;
  readonly json: Manifest;
}

/** As much of a manifest as every object has; what came by JsonPatch may lack any of it. */
export interface Manifest {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: {
    readonly name?: unknown;
    readonly namespace?: unknown;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** A construct with what the tree around it says of it. */
export interface Place {
  readonly construct: IConstruct;
  /** The closest project around it, itself included. */
  readonly project: Project | undefined;
}

/** Every construct of the app, in tree order. */
export function placesOf(app: App): readonly Place[] {
  const places: Place[] = [];
  const visit = (construct: IConstruct, around: Project | undefined): void => {
    const project = Project.isProject(construct) ? construct : around;
    places.push({ construct, project });
    for (const child of construct.node.children) visit(child, project);
  };
  visit(app, undefined);
  return places;
}

/** The ApiObjects of the app that `isWanted`, in tree order. */
export function renderObjects(
  app: App,
  isWanted: (object: ApiObject, project: Project | undefined) => boolean = () => true,
): readonly RenderedObject[] {
  refuseCycles(app);
  return placesOf(app).flatMap(({ construct, project }) =>
    ApiObject.isApiObject(construct) && isWanted(construct, project)
      ? [{ path: construct.node.path, construct, project, json: jsonOf(construct) as Manifest }]
      : [],
  );
}

/**
 * What the constructs themselves have against the tree, as cdk8s words it and in tree order. Projects are asked last:
 * they render their objects, as these then stay.
 */
export function constructFaults(places: readonly Place[]): readonly string[] {
  const faults = new Map<IConstruct, readonly string[]>();
  const ask = ({ construct }: Place): void => {
    const { node } = construct;
    const found = node.validate().map((fault) => `[${node.path}] ${fault}`);
    if (found.length > 0) faults.set(construct, found);
  };
  const isProject = ({ construct }: Place) => Project.isProject(construct);
  for (const place of places) if (!isProject(place)) ask(place);
  for (const place of places) if (isProject(place)) ask(place);
  return places.flatMap(({ construct }) => faults.get(construct) ?? []);
}

/** @throws cdk8s's own error when objects depend on each other in a circle. */
function refuseCycles(app: App): void {
  const edges = dependencies(app);
  const done = new Set<IConstruct>();
  const route: IConstruct[] = [];
  const onRoute = new Set<IConstruct>();
  const visit = (construct: IConstruct): void => {
    if (onRoute.has(construct)) {
      const cycle = [...route.slice(route.indexOf(construct)), construct];
      throw new Error(
        `Dependency cycle detected: ${cycle.map(({ node }) => node.path).join(' => ')}`,
      );
    }
    if (done.has(construct)) return;
    route.push(construct);
    onRoute.add(construct);
    for (const target of edges.get(construct) ?? []) visit(target);
    onRoute.delete(construct);
    route.pop();
    done.add(construct);
  };
  for (const source of edges.keys()) visit(source);
}

/** Who depends on whom, object by object: a dependency between constructs is one between all objects below them. */
function dependencies(app: App): ReadonlyMap<IConstruct, ReadonlySet<IConstruct>> {
  const edges = new Map<IConstruct, Set<IConstruct>>();
  for (const source of app.node.findAll()) {
    for (const target of source.node.dependencies) {
      const targets = objectsOf(target);
      for (const object of objectsOf(source)) {
        const known = edges.get(object) ?? new Set();
        edges.set(object, known);
        for (const other of targets) if (other !== object) known.add(other);
      }
    }
  }
  return edges;
}

/** The objects below a construct that are of the construct's own chart. */
function objectsOf(construct: IConstruct): readonly IConstruct[] {
  const found = construct.node.findAll().filter((child) => ApiObject.isApiObject(child));
  if (found.length === 0) return found;
  const chart = chartOf(construct);
  return chart ? found.filter((object) => Chart.of(object) === chart) : found;
}

function chartOf(construct: IConstruct): Chart | undefined {
  return construct.node.scopes.reverse().find((scope) => Chart.isChart(scope)) as Chart | undefined;
}
