/** @module The project's own cdk8s-cli: where it is, and running it. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { invalid } from '../../../constructs/invalid';
import type { Terminal } from '../main';

const PACKAGE = 'cdk8s-cli';
const Manifest = z.object({ bin: z.object({ cdk8s: z.string() }) });

/** The program of the cdk8s-cli that the folder's project has installed. @throws when it has none */
export function cdk8sOf(folder: string): string {
  const load = createRequire(join(folder, 'package.json'));
  try {
    const manifest = load.resolve(`${PACKAGE}/package.json`);
    return join(dirname(manifest), Manifest.parse(load(manifest)).bin.cdk8s);
  } catch {
    throw invalid('hks import', {
      prop: PACKAGE,
      rule: `must be installed in the project, as it makes the constructs`,
      received: folder,
      fix: `Run npm install --save-dev ${PACKAGE}`,
    });
  }
}

/** Runs it in the terminal's folder; gives its exit code, or the signal that ended it. */
export function runCdk8s(
  program: string,
  args: readonly string[],
  { cwd, env, stdout, stderr }: Terminal,
): Promise<number | string> {
  return new Promise((done, failed) => {
    // It would ask the network for a newer version of itself.
    const child = spawn(process.execPath, [program, ...args, '--no-check-upgrade'], {
      cwd,
      env,
      stdio: [
        'inherit',
        stdout === process.stdout ? 'inherit' : 'pipe',
        stderr === process.stderr ? 'inherit' : 'pipe',
      ],
    });
    child.stdout?.pipe(stdout, { end: false });
    child.stderr?.pipe(stderr, { end: false });
    child.once('error', failed);
    child.once('close', (code, signal) => done(code ?? String(signal)));
  });
}
