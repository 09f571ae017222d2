/** @module What JSON cannot hold: each refusal with the path of the value, and never the value of a string. */
import { invalid, type Refusal } from '../../invalid';

/** Keys and positions from the document to the value. */
export type Path = readonly (string | number)[];

/** How deep a document may nest: far beyond every API, and less than parsers take. */
export const MAX_DEPTH = 500;

const LONGEST_PATH = 200;
const IDENTIFIER = /^[A-Za-z_$][\w$-]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** `spec.containers[0].env`; other keys than identifiers in brackets: `metadata.labels["a.b/c"]`. */
export function pathOf(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!IDENTIFIER.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
    if (text.length > LONGEST_PATH) return `${text.slice(0, LONGEST_PATH)}…`;
  }
  return text === '' ? 'value' : text;
}

/** For what is neither a string, a finite number, a boolean, null, an array nor a plain object. */
export function notJson(subject: string, path: Path, value: unknown): Error {
  return invalid(subject, { prop: pathOf(path), ...faultOf(value) });
}

/** For an array with a position that holds nothing. */
export function hole(subject: string, path: Path): Error {
  return invalid(subject, {
    prop: pathOf(path),
    rule: 'must have a value',
    received: undefined,
    fix: 'Write null, or leave the position out',
  });
}

/** For a container that stands in itself; `outer` is its path from the document. */
export function loop(subject: string, path: Path, outer: Path): Error {
  return invalid(subject, {
    prop: pathOf(path),
    rule: 'must not contain itself',
    received: outer.length === 0 ? 'the document' : pathOf(outer),
    fix: 'Write a copy without the loop',
  });
}

/** For a container below the deepest level. */
export function tooDeep(subject: string, path: Path): Error {
  return invalid(subject, {
    prop: pathOf(path),
    rule: `must not lie deeper than ${MAX_DEPTH} levels`,
    received: `level ${path.length + 1}`,
    fix: 'Write it flatter',
  });
}

/** For half of a surrogate pair in a string or a key. */
export function notUnicode(subject: string, path: Path, text: string): Error {
  const half = LONE_SURROGATE.exec(text)?.[0] ?? '';
  return invalid(subject, {
    prop: pathOf(path),
    rule: 'must be Unicode text, without half of a surrogate pair',
    received: `\\u${half.charCodeAt(0).toString(16)}`,
    fix: 'Write the character whole, or leave it out',
  });
}

/** What to write instead of an instance. */
const INSTEAD: Readonly<Record<string, string>> = {
  Buffer: "Write its toString('base64')",
  Date: 'Write its toISOString()',
  Map: 'Write Object.fromEntries(map)',
  Set: 'Write [...set]',
};

function faultOf(value: unknown): Omit<Refusal, 'prop'> {
  if (typeof value === 'number')
    return {
      rule: 'must be a finite number',
      received: value,
      fix: 'Write a number, or leave it out',
    };
  if (typeof value === 'bigint')
    return {
      rule: 'must not be a bigint',
      received: value,
      fix: 'Write a number, or a string where the API takes one',
    };
  if (typeof value !== 'object' || value === null)
    return {
      rule: 'must be a value that JSON can hold',
      received: value,
      fix: 'Write a string, a number, a boolean, null, an array or a plain object',
    };
  const name = value.constructor?.name || 'a class';
  return {
    rule: 'must be a plain object or an array',
    received: `an instance of ${name}`,
    fix: INSTEAD[name] ?? 'Write its fields as a plain object',
  };
}
