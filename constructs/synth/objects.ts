/** @module The finished tree of constructs as plain objects: validated, rendered, in the order of their dependencies. */
import type { ApiObject, App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Project } from '../project';
import { jsonOf, puttingOff } from '../project/rendering';
import { dependencyOrder } from './order';

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

/**
 * The ApiObjects of the app that `isWanted`, each after those that it depends on.
 * @throws when constructs depend on each other in a circle
 */
export function renderObjects(
  app: App,
  isWanted: (object: ApiObject, project: Project | undefined) => boolean = () => true,
): readonly RenderedObject[] {
  const projects = new Map(placesOf(app).map(({ construct, project }) => [construct, project]));
  return dependencyOrder(app)
    .map((construct) => ({ construct, project: projects.get(construct) }))
    .filter(({ construct, project }) => isWanted(construct, project))
    .map((place) => ({
      path: place.construct.node.path,
      ...place,
      json: jsonOf(place.construct) as Manifest,
    }));
}

/**
 * What the constructs themselves have against the tree, as cdk8s words it and in tree order. Projects check their
 * objects when all validations were asked: what they render stays.
 */
export function constructFaults(places: readonly Place[]): readonly string[] {
  const faults = new Map<IConstruct, readonly string[]>();
  const late = puttingOff(() => {
    for (const { construct } of places) faults.set(construct, construct.node.validate());
  });
  return places.flatMap(({ construct }) =>
    [...(late.get(construct)?.() ?? []), ...(faults.get(construct) ?? [])].map(
      (fault) => `[${construct.node.path}] ${fault}`,
    ),
  );
}
