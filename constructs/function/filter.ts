/** @module Filters of events, in the dialects that Knative Eventing 1.23 takes. */
import type { Construct } from 'constructs';
import { checkKnown, checkList, checkObject } from '../check';
import type { TriggerSpecFilters } from '../imports/eventing.knative.dev';
import { invalid } from '../invalid';

type Attributes = Readonly<Record<string, string>>;

/** One expression; attributes are matched by their whole value, its beginning or its end, or by CloudEvents SQL. */
export type EventFilter =
  | { readonly exact: Attributes }
  | { readonly prefix: Attributes }
  | { readonly suffix: Attributes }
  /** CloudEvents SQL, like `type LIKE 'com.example.%' AND EXISTS customer`. */
  | { readonly cesql: string }
  | { readonly all: readonly EventFilter[] }
  | { readonly any: readonly EventFilter[] }
  | { readonly not: EventFilter };

const DIALECTS = ['exact', 'prefix', 'suffix', 'cesql', 'all', 'any', 'not'] as const;
/** Names of attributes that Eventing takes. */
export const ATTRIBUTE = /^[a-z][a-z0-9]*$/;

/** The filters as Eventing has them. */
export function resolveFilters(
  owner: Construct,
  prop: string,
  filters: readonly EventFilter[],
): TriggerSpecFilters[] {
  checkList(owner, prop, filters, `[{ prefix: { type: 'com.example.' } }]`);
  return filters.map((filter, index) => resolveFilter(owner, `${prop}[${index}]`, filter));
}

function resolveFilter(owner: Construct, prop: string, filter: EventFilter): TriggerSpecFilters {
  const example = `{ exact: { type: 'com.example.order' } }`;
  checkObject(owner, prop, filter, example);
  checkKnown(owner, filter, DIALECTS, `${prop}.`);
  if (Object.keys(filter).length !== 1) {
    throw invalid(owner, {
      prop,
      rule: `must have exactly one of ${DIALECTS.map((dialect) => `'${dialect}'`).join(', ')}`,
      received: filter,
      fix: `Write ${example}; several together as { all: [ … ] }`,
    });
  }
  if ('all' in filter) return { all: resolveFilters(owner, `${prop}.all`, filter.all) };
  if ('any' in filter) return { any: resolveFilters(owner, `${prop}.any`, filter.any) };
  if ('not' in filter) return { not: resolveFilter(owner, `${prop}.not`, filter.not) };
  if ('cesql' in filter) return { cesql: checkExpression(owner, `${prop}.cesql`, filter.cesql) };
  const [dialect, attributes] = Object.entries(filter)[0] as [string, Attributes];
  return { [dialect]: checkAttributes(owner, `${prop}.${dialect}`, attributes) };
}

function checkExpression(owner: Construct, prop: string, expression: unknown): string {
  if (typeof expression === 'string' && expression.trim() !== '') return expression;
  throw invalid(owner, {
    prop,
    rule: 'must be an expression of CloudEvents SQL',
    received: expression,
    fix: `Write one like "type = 'com.example.order'"`,
  });
}

function checkAttributes(owner: Construct, prop: string, attributes: Attributes): Attributes {
  checkObject(owner, prop, attributes, `{ type: 'com.example.order' }`);
  const entries = Object.entries(attributes);
  if (
    entries.length > 0 &&
    entries.every(
      ([key, value]) => ATTRIBUTE.test(key) && typeof value === 'string' && value !== '',
    )
  )
    return { ...attributes };
  throw invalid(owner, {
    prop,
    rule: 'must name at least one attribute, in lower-case letters and digits, each with a string that is not empty',
    received: attributes,
    fix: `Write { type: 'com.example.order' }`,
  });
}
