/** @module A string as YAML: plain, quoted, or a block of its lines. */
import { isPlain } from './plain';

/** What JSON leaves as it is, but YAML does not: what is no text, and the line breaks of YAML 1.1. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u;
const UNPRINTABLES = new RegExp(UNPRINTABLE, 'gu');

/** What a block does not hold: the same but for tabs and line feeds, a last line of blanks, nothing but blanks. */
const NOT_IN_BLOCK = /(?![\t\n])[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]|\n[\t ]+$|^[\t\n ]*$/u;

/** Whether the first line hides where its indentation ends. */
const BEGINS_WITH_BLANK = /^\n*[\t ]/;

const ENDS_IN_EMPTY_LINES = /\n[\t ]*\n$/;

/** Half of a surrogate pair. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether the text has no half of a surrogate pair. */
export function isUnicode(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** On one line: as it is, else in the quotes that need the fewest escapes. */
export function inline(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/** On one line, in single quotes where that spares escapes. */
export function quoted(text: string): string {
  if (text.includes('"') && !text.includes("'") && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(UNPRINTABLES, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Lines as a block, each after `newline`: `\n` and the indentation. What a block cannot hold is quoted. */
export function block(text: string, newline: string): string {
  if (NOT_IN_BLOCK.test(text)) return quoted(text);
  const indentation = BEGINS_WITH_BLANK.test(text) ? '2' : '';
  const isEnded = text.endsWith('\n');
  const chomping = !isEnded ? '-' : ENDS_IN_EMPTY_LINES.test(text) ? '+' : '';
  const lines = isEnded ? text.slice(0, -1) : text;
  return `|${indentation}${chomping}${`\n${lines}`.replace(/\n(?!\n|$)/g, newline)}`;
}
