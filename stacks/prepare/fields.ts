/** @module Reading and changing the parts of objects that are not typed; nothing is changed in place. */
import type { KubeObject } from '../kube-object';

export type Fields = Readonly<Record<string, unknown>>;

/** The value where it is an object, else an empty one. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements that are objects. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The object with its spec changed. */
export function withSpec(object: KubeObject, change: (spec: Fields) => Fields): KubeObject {
  return { ...object, spec: change(fields(object.spec)) };
}

/** The object with annotations over its own. */
export function annotated(
  object: KubeObject,
  annotations: Readonly<Record<string, string>>,
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  };
}

/** The workload with the spec of its pods changed; anything else as it is. */
export function withPod(object: KubeObject, change: (pod: Fields) => Fields): KubeObject {
  const template = fields(fields(object.spec).template);
  if (!isFields(template.spec)) return object;
  const spec = change(template.spec);
  return withSpec(object, (own) => ({ ...own, template: { ...template, spec } }));
}

/** The workload with each container of its pods changed. */
export function withContainers(
  object: KubeObject,
  change: (container: Fields) => Fields,
): KubeObject {
  return withPod(object, (pod) => ({ ...pod, containers: list(pod.containers).map(change) }));
}
