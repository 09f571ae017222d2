/** @module The name of a revision: that of the function and the hash of its template, so that one template has one name. */
import { createHash } from 'node:crypto';
import type { ServiceSpecTemplate } from '../imports/serving.knative.dev';

/** Characters of the hash. */
const HASH_LENGTH = 10;
/** What is left for the function's name of the 63 characters of a revision's. */
export const MAX_FUNCTION_NAME = 63 - 1 - HASH_LENGTH;

/** `echo-3f2a9c01de`: the same template gives the same name, whatever the order of its keys. */
export function revisionName(name: string, template: ServiceSpecTemplate): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(sorted(template)))
    .digest('hex');
  return `${name}-${hash.slice(0, HASH_LENGTH)}`;
}

/** Whether the name may be that of a revision of the function. */
export function isRevisionOf(name: string, revision: unknown): revision is string {
  return (
    typeof revision === 'string' &&
    revision.length <= 63 &&
    revision.startsWith(`${name}-`) &&
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(revision)
  );
}

/** The value with the keys of its objects in one order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
