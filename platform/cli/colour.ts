/** @module Colours: on a terminal that has them, and as NO_COLOR and FORCE_COLOR say. */
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Terminal } from './main';

/** Gives a text the look of the style, or leaves it as it is. */
export type Paint = (
  style: 'red' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'dim',
  text: string,
) => string;

/** Whether someone may be looking at the stream. */
export function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** For standard output; FORCE_COLOR goes before NO_COLOR, as Node itself has it. */
export function paintFor({ stdout, env }: Pick<Terminal, 'stdout' | 'env'>): Paint {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM } = env;
  const coloured =
    forced !== undefined
      ? forced !== '0' && forced !== 'false'
      : !none && TERM !== 'dumb' && isTerminal(stdout);
  return coloured
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text;
}
