/** @module `hks synth --diff`: what would change in the output folder, or with `--cluster` in the cluster. */
import { compareWithCluster } from './cluster/diff';
import { paintFor } from './colour';
import type { ExitCode, Terminal } from './main';
import { type SynthOptions, type SynthRequest, understood } from './options';
import { exitCodeOf } from './refusals';
import type { Difference } from './tree/difference';
import { compareWithDisk } from './tree/disk';
import { bodyOf, countsOf, lineOf, visible } from './tree/format';

/** As `kubectl diff`: 0 without differences, 1 with some, 2 when not all could be compared. */
export async function diff(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const request = understood(options, terminal);
  if (!request) return 2;
  return exitCodeOf(terminal, 2, async () => {
    if (options.cluster) return clusterDiff(request, options, terminal);
    const { differences } = await compareWithDisk(request, terminal);
    print(differences, request.output, terminal);
    return differences.length === 0 ? 0 : 1;
  });
}

async function clusterDiff(
  request: SynthRequest,
  options: SynthOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { differences, faults, unseen } = await compareWithCluster(request, options, terminal);
  const missing = faults.length > 0 ? `, ${faults.length} not compared` : '';
  print(differences, options.context ?? 'cluster', terminal, missing);
  for (const { subject, construct, message } of faults) {
    const where = construct ? ` (${construct})` : '';
    terminal.stderr.write(`error: ${visible(`${subject}${where}: ${message}`)}\n`);
  }
  if (unseen.length > 0) {
    terminal.stderr.write(
      `warning: removed objects of these kinds would not be seen, as they must not be listed: ${unseen.join(', ')}\n`,
    );
  }
  if (faults.length > 0) return 2;
  return differences.length === 0 ? 0 : 1;
}

function print(
  differences: readonly Difference[],
  where: string,
  { stdout, env }: Terminal,
  missing = '',
): void {
  const paint = paintFor({ stdout, env });
  for (const difference of differences) {
    stdout.write(`${lineOf(difference, paint)}\n${bodyOf(difference, paint)}`);
  }
  const counts = differences.length === 0 ? 'no differences' : countsOf(differences);
  stdout.write(`${where}: ${counts}${missing}\n`);
}
