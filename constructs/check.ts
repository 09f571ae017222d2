/** @module Checks of props that TypeScript cannot make, or that a caller in JavaScript went past. */
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

type Owner = IConstruct | string;

/** Refuses a prop whose name the construct does not know, with the nearest known name. */
export function checkKnown(
  owner: Owner,
  props: object,
  known: readonly string[],
  prefix = '',
): void {
  checkObject(owner, prefix.replace(/\.$/, '') || 'props', props, `{ ${known[0] ?? ''}: … }`);
  for (const key of Object.keys(props)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw invalid(owner, {
      prop: `${prefix}${key}`,
      rule: 'is not a known prop',
      received: (props as Record<string, unknown>)[key],
      fix: near
        ? `Did you mean '${prefix}${near}'`
        : `Known are ${known.map((name) => `'${name}'`).join(', ')}`,
    });
  }
}

/** Refuses anything but an object: `null`, arrays and what a caller in JavaScript wrote instead. */
export function checkObject(
  owner: Owner,
  prop: string,
  value: unknown,
  example: string,
): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw invalid(owner, {
    prop,
    rule: 'must be an object',
    received: value,
    fix: `Write ${example}`,
  });
}

/** Refuses anything but an array with at least one item. */
export function checkList(
  owner: Owner,
  prop: string,
  value: unknown,
  example: string,
): asserts value is readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return;
  throw invalid(owner, {
    prop,
    rule: 'must be an array with at least one item',
    received: value,
    fix: `Write ${example}, or leave it out where it is optional`,
  });
}

/** Refuses anything but true and false. */
export function checkBoolean(owner: Owner, prop: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(owner, {
    prop,
    rule: 'must be true or false',
    received: value,
    fix: `Write ${String(value) === 'false' ? 'false' : 'true'} without quotes, or leave it out for the default`,
  });
}

/** Refuses labels or annotations whose keys or values Kubernetes would not take; `values` of annotations may be any text. */
export function checkLabels(
  owner: Owner,
  prop: string,
  labels: unknown,
  values: 'labels' | 'annotations' = 'labels',
): void {
  if (labels === undefined) return;
  checkObject(owner, prop, labels, `{ 'hks.io/app': 'api' }`);
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualifiedName(key)) {
      throw invalid(owner, {
        prop,
        rule: `must have keys like 'team' or 'example.com/team', the name of at most 63 letters, digits, '-', '_' and '.'`,
        received: key,
        fix: 'Rename the key',
      });
    }
    const fits = typeof value === 'string' && (values === 'annotations' || LABEL_VALUE.test(value));
    if (!fits) {
      throw invalid(owner, {
        prop: `${prop}.${key}`,
        rule:
          values === 'annotations'
            ? 'must be a string'
            : `must be a string of at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit`,
        received: value,
        fix:
          typeof value === 'string'
            ? 'Shorten it or replace the other characters'
            : `Write '${String(value)}' in quotes`,
      });
    }
  }
}

const LABEL_VALUE = /^(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  const [prefix, ...more] = parts;
  if (more.length > 0 || name === '' || !LABEL_VALUE.test(name)) return false;
  return (
    prefix === undefined ||
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(prefix)
  );
}

/** Refuses anything but an array of strings, the one-string command first of all. */
export function checkStrings(
  owner: Owner,
  prop: string,
  value: unknown,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  const words = typeof value === 'string' ? value.trim().split(/\s+/) : ['echo', 'hello'];
  throw invalid(owner, {
    prop,
    rule: 'must be an array of strings, one for each argument',
    received: value,
    fix: `Write [${words.map((word) => `'${word}'`).join(', ')}], or ['sh', '-c', '…'] for a shell line`,
  });
}

/** Refuses anything but a whole number from `min` to `max`. */
export function checkInteger(
  owner: Owner,
  prop: string,
  value: unknown,
  { min = 0, max = 2_147_483_647 }: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value;
  throw invalid(owner, {
    prop,
    rule: `must be a whole number from ${min} to ${max}`,
    received: value,
    fix: `Give a number in that range, or leave '${prop}' out for the default`,
  });
}

/** Refuses a value that is not in the list. */
export function checkOneOf<T extends string>(
  owner: Owner,
  prop: string,
  value: unknown,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  if (allowed.includes(value as T)) return value as T;
  const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
  throw invalid(owner, {
    prop,
    rule: `must be one of ${allowed.map((name) => `'${name}'`).join(', ')}`,
    received: value,
    fix: near ? `Did you mean '${near}'` : `Choose one of them`,
  });
}

/** Refuses a name that Kubernetes would not take as a DNS label (RFC 1123): `[a-z0-9-]`, at most `max` characters. */
export function checkName(owner: Owner, prop: string, value: unknown, max = 63): string {
  if (
    typeof value === 'string' &&
    value.length <= max &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value)
  )
    return value;
  const tooLong = typeof value === 'string' && value.length > max;
  throw invalid(owner, {
    prop,
    rule: `must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most ${max} characters`,
    received: value,
    fix: tooLong
      ? `Shorten it by ${value.length - max} characters`
      : `Use a name like 'nightly-report'`,
  });
}

/** Refuses a value that is not an instance of the class, e.g. `'1 hour'` for a Duration. */
export function checkInstance<T>(
  owner: Owner,
  prop: string,
  value: unknown,
  type: { new (...args: never[]): T } | { readonly prototype: T; readonly name: string },
  example: string,
): T | undefined {
  if (value === undefined) return undefined;
  const name = (type as { name: string }).name;
  if (value !== null && typeof value === 'object' && inherits(value, name)) return value as T;
  throw invalid(owner, {
    prop,
    rule: `must be a ${name}`,
    received: value,
    fix: `Write ${example}`,
  });
}

/** By class name along the prototypes, so that a second copy of cdk8s in node_modules is still recognized. */
function inherits(value: object, name: string): boolean {
  for (let proto = Object.getPrototypeOf(value); proto; proto = Object.getPrototypeOf(proto)) {
    if (proto.constructor?.name === name) return true;
  }
  return false;
}

/** The candidate within two edits of the word, if there is one. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
