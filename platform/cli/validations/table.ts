/** @module Names and values in a frame. */

/** Lines of the frame around two columns; a text of several lines takes as many. */
export function table(rows: readonly (readonly [name: string, value: unknown])[]): string {
  const cells = rows.map((row) => row.map((cell) => String(cell).split('\n')));
  const widths = [0, 1].map((column) =>
    Math.max(...cells.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  );
  const rule = (left: string, dash: string, middle: string, right: string) =>
    `${left}${widths.map((width) => dash.repeat(width + 2)).join(middle)}${right}`;
  const bodies = cells.map((row) =>
    Array.from({ length: Math.max(...row.map((lines) => lines.length)) }, (_, line) => {
      const texts = row.map((lines, column) => (lines[line] ?? '').padEnd(widths[column] ?? 0));
      return `║ ${texts.join(' │ ')} ║`;
    }).join('\n'),
  );
  return [
    rule('╔', '═', '╤', '╗'),
    bodies.join(`\n${rule('╟', '─', '┼', '╢')}\n`),
    rule('╚', '═', '╧', '╝'),
  ].join('\n');
}
