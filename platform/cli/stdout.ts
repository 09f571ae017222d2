/** @module `hks synth --stdout`: prints what the app renders, and writes nothing. */
import { join } from 'node:path';
import type { ExitCode, Terminal } from './main';
import { type SynthOptions, understood } from './options';
import { exitCodeOf, noTenants, wroteNothing } from './refusals';
import { textsOf } from './tree/documents';
import { textOf } from './tree/index-file';
import { gitopsManifests, plainManifests, tenantObjects } from './tree/objects';
import { withRendering } from './tree/render';
import { validatorOf } from './validations/request';

/** Every object as one YAML document, in an order in which `kubectl apply -f -` takes them; nothing else is on stdout. */
export async function stdout(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const request = understood(options, terminal);
  if (!request) return 2;
  return exitCodeOf(terminal, 1, async () => {
    const validate = await validatorOf(request.validation, terminal);
    const documents = await withRendering(
      request,
      terminal,
      undefined,
      async ({ folder, told }) => {
        const objects = tenantObjects(folder);
        if (request.tenants.length > 0 && objects.length === 0) throw noTenants(request);
        // What is refused is not printed: `kubectl apply` may be at the other end.
        if (!(await validate(folder, request.tenants))) return undefined;
        const files = [...gitopsManifests(folder), ...plainManifests(folder)];
        const texts = [
          ...objects.map(({ text }) => text),
          ...files.flatMap((file) => textsOf(textOf(join(folder, file)) ?? '')),
        ];
        if (!told && texts.length === 0) throw wroteNothing(request);
        return texts;
      },
    );
    if (!documents) return 2;
    terminal.stdout.write(documents.join('---\n'));
    return 0;
  });
}
