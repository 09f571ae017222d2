/** @module What differs, object by object: the result of every comparison. */
import { type GroupKind, isBuiltIn, kindText } from '../../../constructs/synth/kinds';

/** `edited` is what was changed by hand since the app wrote it. */
export type Change = 'added' | 'changed' | 'removed' | 'edited';

/** One object, or one file that is no object, that is not the same on both sides. */
export interface Difference {
  readonly change: Change;
  /** `Deployment shop/api`, or the file where it is no object. */
  readonly subject: string;
  /** Path of the construct, where it is known. */
  readonly construct?: string | undefined;
  /** From the output folder; none for what is in a cluster only. */
  readonly file?: string | undefined;
  /** YAML as it is, without the values of a Secret; undefined when there is none, or it is not for showing. */
  readonly before?: string | undefined;
  /** YAML as the app renders it. */
  readonly after?: string | undefined;
  /** What else is to be said, e.g. that a file was deleted. */
  readonly note?: string | undefined;
}

/** What names an object in a cluster. */
export interface ObjectName extends GroupKind {
  /** `''` for objects without a namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** `Deployment shop/api`, `Service.serving.knative.dev shop/echo`, `Namespace shop`. */
export function subjectOf({ group, kind, namespace, name }: ObjectName): string {
  const shown = isBuiltIn({ group, kind }) ? kind : kindText({ group, kind });
  return `${shown} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** One text for each name: no two objects of a cluster have the same. */
export function keyOf({ group, kind, namespace, name }: ObjectName): string {
  return [group, kind, namespace, name].join('\n');
}
