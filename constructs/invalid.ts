/** @module The one form of every refusal: which prop, of what, the rule, the value that came, and the fix. */
import type { IConstruct } from 'constructs';

export interface Refusal {
  /** The prop as the user wrote it, e.g. `command` or `retention.keepLast`. */
  readonly prop: string;
  /** What the value must be, as a clause: `must be an array of strings`. */
  readonly rule: string;
  /** The value that came; never a secret. */
  readonly received: unknown;
  /** What to write instead, as a sentence without its full stop. */
  readonly fix: string;
}

/** `HksCronJob 'shop/nightly'`: how messages name a construct. */
export function ownerName(owner: IConstruct | string): string {
  return typeof owner === 'string' ? owner : `${owner.constructor.name} '${owner.node.path}'`;
}

/**
 * The error for a refused prop:
 * `'command' of HksCronJob 'shop/nightly' must be an array of strings, received 'echo hi'. Write ['echo', 'hi'].`
 */
export function invalid(owner: IConstruct | string, refusal: Refusal): Error {
  const { prop, rule, received, fix } = refusal;
  return new Error(
    `'${prop}' of ${ownerName(owner)} ${rule}, received ${shown(received)}. ${fix}.`,
  );
}

const SHOWN_LENGTH = 160;

/** A value as a message shows it: strings in single quotes, the rest as JSON, cut at 160 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return `a function`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? `'${value}'` : asJson(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `an object of ${(value as object).constructor?.name ?? 'unknown type'}`;
  }
}
