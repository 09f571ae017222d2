/** @module `hks synth --diff`: what would change in the output folder, or with `--cluster` in the cluster. */
import { paintFor } from './colour';
import type { ExitCode, Terminal } from './main';
import { type SynthOptions, understood } from './options';
import { exitCodeOf } from './refusals';
import type { Difference } from './tree/difference';
import { compareWithDisk } from './tree/disk';
import { bodyOf, countsOf, lineOf } from './tree/format';

/** As `kubectl diff`: 0 without differences, 1 with some, 2 when not all could be compared. */
export async function diff(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const request = understood(options, terminal);
  if (!request) return 2;
  return exitCodeOf(terminal, 2, async () => {
    const { differences } = await compareWithDisk(request, terminal);
    print(differences, request.output, terminal);
    return differences.length === 0 ? 0 : 1;
  });
}

function print(differences: readonly Difference[], where: string, terminal: Terminal): void {
  const paint = paintFor(terminal);
  for (const difference of differences) {
    terminal.stdout.write(`${lineOf(difference, paint)}\n${bodyOf(difference, paint)}`);
  }
  const counts = differences.length === 0 ? 'no differences' : countsOf(differences);
  terminal.stdout.write(`${where}: ${counts}\n`);
}
