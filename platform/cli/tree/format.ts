/** @module Differences as text: a line for each, the lines of YAML that differ, and how many there are. */
import { structuredPatch } from 'diff';
import type { Paint } from '../colour';
import type { Change, Difference } from './difference';

const LOOK = {
  added: { mark: '+', style: 'green', word: 'added' },
  changed: { mark: '~', style: 'yellow', word: 'changed' },
  removed: { mark: '-', style: 'red', word: 'removed' },
  edited: { mark: '~', style: 'magenta', word: 'edited by hand' },
} as const satisfies Record<Change, { mark: string; style: Parameters<Paint>[0]; word: string }>;

const CONTEXT = 3;

/** `~ changed Deployment shop/api (shop/api/Default) in tenants/acme/shop/deployment.api.yaml` */
export function lineOf(
  { change, subject, construct, file, note }: Difference,
  paint: Paint,
): string {
  const { mark, style, word } = LOOK[change];
  const where = [
    ...(construct ? [`(${construct})`] : []),
    ...(file !== undefined && file !== subject ? [`in ${file}`] : []),
    ...(note ? [`- ${note}`] : []),
  ].join(' ');
  const line = paint(style, `${mark} ${word} ${visible(subject)}`);
  return where === '' ? line : `${line} ${paint('dim', visible(where))}`;
}

/** The lines of YAML that differ with some around them; all of an object that is on one side only. */
export function bodyOf({ before, after }: Difference, paint: Paint): string {
  if (before === undefined && after === undefined) return '';
  const { hunks } = structuredPatch('', '', before ?? '', after ?? '', '', '', {
    context: CONTEXT,
  });
  return hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      ...(before === undefined || after === undefined
        ? []
        : [paint('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`)]),
      ...lines
        .filter((line) => !line.startsWith('\\'))
        .map((line) => paintedLine(visible(line), paint)),
    ])
    .map((line) => `    ${line}\n`)
    .join('');
}

/** `1 added, 2 changed`; what there is none of is left out. */
export function countsOf(differences: readonly Difference[]): string {
  return Object.entries(LOOK)
    .map(([change, { word }]) => ({
      count: differences.filter((difference) => difference.change === change).length,
      word,
    }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`)
    .join(', ');
}

function paintedLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}

/** What a terminal would take for orders, as escapes. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
