/** @module Objects of a finished tree as plain JSON, which a JsonPatch may have left in any shape. */

/** An object with the path of its construct. */
export interface TreeObject {
  readonly path: string;
  readonly json: ObjectJson;
}

/** As much of an object as every kind has. */
export interface ObjectJson {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: {
    readonly name?: unknown;
    readonly namespace?: unknown;
    readonly labels?: unknown;
    readonly annotations?: unknown;
  };
}

/** `apps` of `apps/v1`; the core's group is empty. */
export function groupOf({ json }: TreeObject): string {
  const version = String(json.apiVersion ?? '');
  const slash = version.indexOf('/');
  return slash === -1 ? '' : version.slice(0, slash);
}

/** `Deployment.apps`, `Service`, `Service.serving.knative.dev`. */
export function kindOf(object: TreeObject): string {
  const group = groupOf(object);
  const kind = String(object.json.kind ?? '');
  return group === '' ? kind : `${kind}.${group}`;
}

export function nameOf({ json }: TreeObject): string {
  return String(json.metadata?.name ?? '');
}

/** `Deployment 'shop/api/Default'`: how messages name an object. */
export function objectText({ path, json }: TreeObject): string {
  return `${String(json.kind)} '${path}'`;
}

/** The value at the dotted path, whatever is there. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[key]
          : undefined,
      value,
    );
}
