/** @module What `hks synth` has against an app: how it ended, what it wrote, and where it was to write. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalid } from '../../constructs/invalid';
import type { AppEnd } from './app/run';
import type { ExitCode, Terminal } from './main';
import type { SynthRequest } from './options';

/** The app was interrupted, and so is the command. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted; the output folder is as the app left it.');
    this.name = 'Interrupted';
  }
}

/** The action's exit code; an error goes to the terminal, and ends with the code for failures or 130. */
export async function exitCodeOf(
  terminal: Terminal,
  failed: ExitCode,
  action: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await action();
  } catch (error) {
    terminal.stderr.write(`error: ${(error as Error).message}\n`);
    return error instanceof Interrupted ? 130 : failed;
  }
}

/** @throws where the output folder is a file */
export function refuseFile({ output }: SynthRequest, cwd: string): void {
  const isFolder = statSync(resolve(cwd, output), { throwIfNoEntry: false })?.isDirectory();
  if (isFolder !== false) return;
  throw invalid(OWNER, {
    prop: 'output',
    rule: 'must be a folder',
    received: output,
    fix: 'Name another folder, or move the file away',
  });
}

/** @throws Interrupted, or with the exit code when the app failed */
export function refuseEnd({ app, hint }: SynthRequest, end: AppEnd): void {
  if (end === 'interrupted') throw new Interrupted();
  if (end === 0) return;
  throw invalid(OWNER, {
    prop: 'app',
    rule: `must end with exit code 0, and it ended with ${end}`,
    received: app,
    fix: ['Its own message is above', ...(hint === undefined ? [] : [hint])].join('. '),
  });
}

/** For an app that wrote nothing to its output folder; `elsewhere` is where it wrote instead, if that is known. */
export function wroteNothing({ app, output }: SynthRequest, elsewhere?: string): Error {
  return invalid(OWNER, {
    prop: 'app',
    rule: `must write to the folder '${output}', and it wrote ${elsewhere === undefined ? 'nothing there' : `to '${elsewhere}'`}`,
    received: app,
    fix: `Let it end with app.synth(), and do not set 'outdir' in the app`,
  });
}

/** For an app without tenants that was to be limited to some. */
export function noTenants({ tenants }: SynthRequest): Error {
  return invalid(OWNER, {
    prop: '--tenant',
    rule: 'must be used with an app that is a HksApp and holds Projects',
    received: tenants.join(', '),
    fix: 'Leave it out, and all of the app is rendered',
  });
}

const OWNER = 'hks synth';
