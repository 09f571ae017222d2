/** @module Check of text that ends up in a path, a URL or the name of an object. */
import { invalid, shown } from '../invalid';

/** Refuses anything but a string that the pattern takes whole. */
export function checkText(
  owner: string,
  prop: string,
  value: unknown,
  pattern: RegExp,
  rule: string,
  example: string,
): void {
  if (typeof value === 'string' && value.length <= 2048 && pattern.test(value)) return;
  throw invalid(owner, { prop, rule, received: value, fix: `Write it like ${shown(example)}` });
}
