/** @module `hks platform`: the host platform by Pulumi's engine, from settings to a cluster that runs functions. */
import type { ExitCode, Terminal } from './main';
import { NotUnderstood } from './not-understood';
import { requirePackages } from './platform/packages';
import { type PlatformOptions, type PlatformVerb, requestOf } from './platform/request';

export type { PlatformOptions, PlatformVerb } from './platform/request';

/** 0 done, 1 failed, 2 not understood, 130 interrupted; messages go to the terminal. */
export async function platform(
  verb: PlatformVerb,
  options: PlatformOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    requirePackages(__filename);
    // What follows loads the engine's packages.
    const { runVerb }: typeof import('./platform/verbs') = require('./platform/verbs');
    return await runVerb(requestOf(verb, options, terminal), terminal);
  } catch (error) {
    const isUsage = error instanceof NotUnderstood;
    const { message } = error as Error;
    // Settings have a fault on each line.
    terminal.stderr.write(`error: ${isUsage ? message.replaceAll('\n', '\nerror: ') : message}\n`);
    return isUsage ? 2 : 1;
  }
}
