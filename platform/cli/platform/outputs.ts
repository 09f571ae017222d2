/** @module What a stack tells, as lines for people. */

/** `name = value`, names in one column; text of several lines is below its name. */
export function outputLines(outputs: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => line(name.padEnd(width), shown(value))).join('');
}

function line(name: string, value: string): string {
  const lines = value.replace(/\n$/, '').split('\n');
  if (lines.length === 1) return `${name} = ${lines[0]}\n`;
  return `${name} =\n${lines.map((text) => `    ${text}`.trimEnd()).join('\n')}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
