/** @module `hks synth --check`: fails when the output folder is not what the app renders, for CI. */
import { paintFor } from './colour';
import { counted } from './counted';
import type { ExitCode, Terminal } from './main';
import { type SynthOptions, understood } from './options';
import { exitCodeOf } from './refusals';
import { compareWithDisk } from './tree/disk';
import { countsOf, lineOf } from './tree/format';
import { validatorOf } from './validations/request';

/** Writes nothing but its list; 1 when something differs, 2 when that cannot be known. */
export async function check(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const request = understood(options, terminal);
  if (!request) return 2;
  return exitCodeOf(terminal, 2, async () => {
    const validate = await validatorOf(request.validation, terminal);
    const { differences, tenants, objects, files } = await compareWithDisk(request, terminal);
    const { output } = request;
    if (differences.length === 0) {
      const what =
        files > 0 && tenants === 0
          ? counted(files, 'file')
          : `${counted(tenants, 'tenant')}, ${counted(objects, 'object')}`;
      terminal.stdout.write(`${output} is as the app renders it: ${what}\n`);
      return (await validate(output, request.tenants)) ? 0 : 2;
    }
    const paint = paintFor(terminal);
    const lines = differences.map((difference) => lineOf(difference, paint));
    terminal.stdout.write(
      `${lines.join('\n')}\n${output} is not as the app renders it: ${countsOf(differences)}. Run hks synth.\n`,
    );
    return 1;
  });
}
