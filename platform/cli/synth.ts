/** @module `hks synth`: runs an app with its output folder set, and tells what it has written. */
import { resolve } from 'node:path';
import { runApp } from './app/run';
import { isTerminal } from './colour';
import type { ExitCode, Terminal } from './main';
import {
  environmentOf,
  readRequest,
  type SynthOptions,
  type SynthRequest,
  understood,
} from './options';
import { Interrupted, refuseEnd, refuseFile } from './refusals';
import { reportOf, snapshotOf, toldFolders } from './report';
import { validatorOf } from './validations/request';
import { watch } from './watch';

export type { SynthOptions } from './options';

/** Unlike `cdk8s synth`, leaves the folder as it is for the app to swap its tree in; with `watch` again and again. */
export async function synth(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  if (!options.watch) return synthOnce(options, terminal);
  const request = understood(options, terminal);
  if (!request) return 2;
  let outputs = outputsOf(request);
  const currentOutputs = () => {
    try {
      outputs = outputsOf(readRequest(options, terminal.cwd));
    } catch {
      // The run tells.
    }
    return outputs;
  };
  return watch({ render: () => synthOnce(options, terminal), outputs: currentOutputs }, terminal);
}

function outputsOf({ output, validation }: SynthRequest): readonly string[] {
  const reports = validation?.reportsFile;
  return [output, ...(reports === undefined ? [] : [reports])];
}

async function synthOnce(options: SynthOptions, terminal: Terminal): Promise<ExitCode> {
  const begin = performance.now();
  const request = understood(options, terminal);
  if (!request) return 2;
  refuseFile(request, terminal.cwd);
  const { app, output, tenants } = request;
  const validate = await validatorOf(request.validation, terminal);
  const before = snapshotOf(resolve(terminal.cwd, output));
  try {
    const told = await toldFolders(async (env) => {
      const appOptions = { output, env: { ...environmentOf(request, terminal), ...env } };
      refuseEnd(request, await runApp(app, appOptions, terminal));
    });
    terminal.stdout.write(
      reportOf(request, terminal.cwd, { before, told, brief: options.watch ?? false }),
    );
    if (!(await validate(output, tenants))) return 2;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    terminal.stderr.write(`error: ${error.message}\n`);
    return 130;
  }
  if (isTerminal(terminal.stderr) && !options.watch) {
    terminal.stderr.write(`done in ${((performance.now() - begin) / 1000).toFixed(2)} s\n`);
  }
  return 0;
}
