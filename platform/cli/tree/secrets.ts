/** @module Secrets as they may be shown: which keys they have, and which values differ, but never a value. */
import { toYaml } from '../../../constructs/synth/yaml';
import { isRecord } from './index-file';

const MASK = '***';
const VALUES = ['data', 'stringData'];
/** Where kubectl keeps the whole object, values included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Both sides of a comparison, as text for the eyes of anyone. */
export interface Shown {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Whether the value is a Secret, or a list that holds one. */
export function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isRecord(value)) return false;
  return value.kind === 'Secret' || holdsSecret(value.items);
}

/** The two values as YAML, every value of a Secret replaced: alike where they are the same on both sides. */
export function withoutSecrets(before: unknown, after: unknown): Shown {
  return {
    before: before === undefined ? undefined : toYaml(masked(before, after, `${MASK} (before)`)),
    after: after === undefined ? undefined : toYaml(masked(after, before, `${MASK} (after)`)),
  };
}

/** `marker` stands for a value that the other side has too, and that is not the same there. */
function masked(value: unknown, other: unknown, marker: string): unknown {
  if (Array.isArray(value)) {
    const others = Array.isArray(other) ? other : [];
    return value.map((item, index) => masked(item, others[index], marker));
  }
  if (!isRecord(value)) return value;
  const theirs = isRecord(other) ? other : {};
  if (value.kind !== 'Secret') {
    return 'items' in value
      ? { ...value, items: masked(value.items, theirs.items, marker) }
      : value;
  }
  const result: Record<string, unknown> = { ...value };
  for (const key of VALUES) {
    if (key in value) result[key] = maskedValues(value[key], theirs[key], marker);
  }
  if (isRecord(value.metadata) && isRecord(value.metadata.annotations)) {
    const { [LAST_APPLIED]: _, ...annotations } = value.metadata.annotations;
    result.metadata = { ...value.metadata, annotations };
  }
  return result;
}

function maskedValues(values: unknown, others: unknown, marker: string): unknown {
  if (!isRecord(values)) return values === null ? null : MASK;
  const theirs = isRecord(others) ? others : {};
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      key in theirs && theirs[key] !== value ? marker : MASK,
    ]),
  );
}
