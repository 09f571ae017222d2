/** @module What the synthesis costs, against its peers: `npx tsx bench/synth.ts`; a missed bar is no failure. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject, type Project, ROOT } from './harness/project';
import { Different, type Figure, Missing, type Row } from './harness/row';
import { type Settings, settingsOf } from './harness/settings';
import { machine, table } from './harness/table';
import { command } from './synth/command';
import { cpu } from './synth/cpu';
import { graph } from './synth/graph';
import { growth } from './synth/growth';
import { memory } from './synth/memory';
import { helm, kustomize } from './synth/peers';
import { shuffle } from './synth/shuffle';
import { watch } from './synth/watch';

const ROWS: readonly Row[] = [cpu, kustomize, helm, growth, graph, command, watch, memory, shuffle];
const DOCUMENT = join(ROOT, 'docs/benchmarks.md');
const MARKS = ['<!-- results -->\n', '<!-- /results -->'] as const;

async function main(args: readonly string[]): Promise<void> {
  const settings = settingsOf(
    args,
    ROWS.map(({ name }) => name),
  );
  const rows = ROWS.filter(
    ({ name }) => settings.rows.length === 0 || settings.rows.includes(name),
  );
  const project = makeProject();
  try {
    const figures: Figure[] = [];
    for (const row of rows) figures.push(...(await measured(row, settings, project)));
    const results = `${machine()}\n\n${table(figures)}`;
    process.stdout.write(results);
    if (settings.write) writeResults(results);
  } finally {
    project.remove();
  }
}

/** The row's figures, or none when something is missing or wrong: the others are measured all the same. */
async function measured(
  row: Row,
  settings: Settings,
  project: Project,
): Promise<readonly Figure[]> {
  const start = Date.now();
  try {
    const figures = await row.run(settings, project);
    process.stderr.write(
      `${row.name}: ${((Date.now() - start) / 1000).toFixed(0)} s\n${table(figures)}`,
    );
    return figures;
  } catch (error) {
    const { message, stack } = error as Error;
    if (error instanceof Missing) {
      process.stderr.write(`${row.name}: not measured: ${message}\n`);
      return [];
    }
    process.exitCode = 1;
    const text = error instanceof Different ? `the objects differ: ${message}` : stack;
    process.stderr.write(`${row.name}: ${text}\n`);
    return [];
  }
}

function writeResults(results: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = MARKS.map((mark) => text.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error(`${DOCUMENT} must have the lines ${MARKS.join(' and ')}`);
  }
  writeFileSync(DOCUMENT, `${text.slice(0, start + MARKS[0].length)}${results}${text.slice(end)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
