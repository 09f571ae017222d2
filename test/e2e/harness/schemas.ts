/** @module JSON schemas of every kind that the cluster knows, strict: a key that the cluster would drop is an error. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl, list } from './kubectl';
import type { KubeObject } from './objects';

/** A node of a schema, as OpenAPI and CRDs write it and as JSON Schema reads it. */
export interface Schema {
  readonly [key: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

/** A kind and its schema; references point to `#/definitions/…` in the same document. */
export interface KindSchema {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: Schema;
}

/** Where kubeconform finds a kind in the folder that `writeSchemas` writes; it calls the core group by its version. */
export const SCHEMA_LOCATION = '{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json';

/** Writes the schemas of all kinds of the cluster; gives the number of them. */
export async function writeSchemas(folder: string): Promise<number> {
  const kinds = [...(await builtInKinds()), ...(await customKinds())];
  for (const { group, version, kind, schema } of kinds) {
    const path = join(folder, group === '' ? version : group, version);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `${kind.toLowerCase()}.json`), JSON.stringify(schema));
  }
  return kinds.length;
}

interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The kinds of the API server itself, from `/openapi/v3`. */
async function builtInKinds(): Promise<KindSchema[]> {
  const { paths } = JSON.parse(await kubectl(['get', '--raw', '/openapi/v3'])) as {
    paths: Record<string, { serverRelativeURL: string }>;
  };
  const found: KindSchema[] = [];
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    if (!/^(api\/v1|apis\/[^/]+\/[^/]+)$/.test(path)) continue;
    const document = JSON.parse(await kubectl(['get', '--raw', serverRelativeURL])) as OpenApi;
    found.push(...kindsOf(document));
  }
  return found;
}

/** The kinds of one OpenAPI document that are Kubernetes's own. */
export function kindsOf({ components }: OpenApi): KindSchema[] {
  const schemas = components?.schemas ?? {};
  const own = Object.entries(schemas).filter(([name]) => name.startsWith('io.k8s.'));
  const definitions = Object.fromEntries(own.map(([name, schema]) => [name, strict(schema)]));
  return own.flatMap(([name, schema]) =>
    ((schema['x-kubernetes-group-version-kind'] ?? []) as GroupVersionKind[])
      .filter(() => schema.properties?.metadata !== undefined)
      .map((gvk) => ({ ...gvk, schema: { ...named(definitions[name] ?? {}, gvk), definitions } })),
  );
}

interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** The kinds of CustomResourceDefinitions, from their own schemas. */
async function customKinds(): Promise<KindSchema[]> {
  const core = JSON.parse(await kubectl(['get', '--raw', '/openapi/v3/api/v1'])) as OpenApi;
  const meta = Object.entries(core.components?.schemas ?? {})
    .filter(([name]) => name.startsWith('io.k8s.apimachinery.'))
    .map(([name, schema]) => [name, strict(schema)] as const);
  const definitions = Object.fromEntries(meta);
  const found = await list<CustomResourceDefinition>('crd');
  return found.flatMap(({ spec: { group, names, versions } }) =>
    versions.map(({ name: version, schema: { openAPIV3Schema } }) => {
      const gvk = { group, version, kind: names.kind };
      const root = named(customSchema(openAPIV3Schema), gvk);
      return { ...gvk, schema: { ...root, definitions } };
    }),
  );
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The strict schema of a custom kind; what its CRD leaves out of the root is as on every object. */
export function customSchema(schema: Schema): Schema {
  const root = strict(schema, { prunes: true });
  const metadata = { $ref: `#/definitions/${OBJECT_META}` };
  const text = { type: 'string' };
  return { ...root, properties: { ...root.properties, apiVersion: text, kind: text, metadata } };
}

function named(schema: Schema, { group, version, kind }: GroupVersionKind): Schema {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const properties = {
    ...schema.properties,
    apiVersion: { type: 'string', enum: [apiVersion] },
    kind: { type: 'string', enum: [kind] },
  };
  return { ...schema, properties, required: [...required(schema), 'apiVersion', 'kind'] };
}

function required(schema: Schema): readonly string[] {
  return (schema.required as readonly string[] | undefined) ?? [];
}

/**
 * A structural schema as JSON Schema: objects with properties take no others, `nullable` and int-or-string become
 * types, references point into `definitions`. Conditions (`allOf`, `anyOf`, `oneOf`, `not`) only narrow, so what is
 * in them stays open. Custom resources are pruned: there an object without properties takes none.
 */
export function strict(
  schema: Schema,
  { prunes = false }: { readonly prunes?: boolean } = {},
): Schema {
  const reference = referenceOf(schema);
  if (reference) return { $ref: reference };
  const { properties, additionalProperties, items, nullable, ...rest } = schema;
  const inner = (value: Schema) => strict(value, { prunes });
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const closed = properties !== undefined || (prunes && schema.type === 'object');
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !NOT_JSON_SCHEMA.test(key))),
    ...(types === undefined ? {} : { type: nullable ? [types, 'null'].flat() : types }),
    ...(properties ? { properties: mapValues(properties, inner) } : {}),
    ...(items ? { items: inner(items) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: inner(additionalProperties) }
      : closed && !open && additionalProperties !== true
        ? { additionalProperties: false }
        : {}),
  };
}

/** Keys that validate nothing, or that JSON Schema does not know. */
const NOT_JSON_SCHEMA = /^(x-.*|default|description|type)$/;

/** `{ $ref }`, and `{ default, allOf: [{ $ref }] }` by which Kubernetes gives a reference a default. */
function referenceOf({ $ref, allOf }: Schema): string | undefined {
  const wrapped =
    Array.isArray(allOf) && allOf.length === 1 ? (allOf[0] as Schema).$ref : undefined;
  return ($ref ?? wrapped)?.replace('#/components/schemas/', '#/definitions/');
}

function mapValues(
  record: Readonly<Record<string, Schema>>,
  change: (value: Schema) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
