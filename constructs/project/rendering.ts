/** @module Objects as JSON: rendered once while their app is synthesized, and anew at any other time. */
import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { step } from '../synth/progress';
import type { ObjectJson } from './objects';

/** What is rendered already, by the root of the tree that is being synthesized. */
const renderings = new WeakMap<IConstruct, Map<ApiObject, ObjectJson>>();

/** Calls `action`, during which each object of the tree is rendered at most once: what is checked is what is written. */
export function renderedOnce<T>(root: IConstruct, action: () => T): T {
  renderings.set(root, new Map());
  try {
    return action();
  } finally {
    renderings.delete(root);
  }
}

/** Checks that are put off, by their construct, while validations are asked. */
let late: Map<IConstruct, () => readonly string[]> | undefined;

/** Calls `action`, and returns the checks that were put off meanwhile: no validation can change what they look at. */
export function puttingOff(action: () => void): ReadonlyMap<IConstruct, () => readonly string[]> {
  const outer = late;
  const own = new Map<IConstruct, () => readonly string[]>();
  late = own;
  try {
    action();
  } finally {
    late = outer;
  }
  return own;
}

/** What the check finds; nothing where it is put off. */
export function checkLate(owner: IConstruct, check: () => readonly string[]): readonly string[] {
  if (!late) return check();
  late.set(owner, check);
  return [];
}

/** The object's manifest. @throws what cdk8s throws for a value that is none */
export function jsonOf(object: ApiObject): ObjectJson {
  const known = renderings.get(object.node.root);
  const rendered = known?.get(object);
  if (rendered) return rendered;
  const json: ObjectJson = object.toJson();
  known?.set(object, json);
  step();
  return json;
}
