/** @module Runs an app as a command of a shell, as cdk8s does. */
import { spawn } from 'node:child_process';
import { isTerminal } from '../colour';
import type { Terminal } from '../main';

/** Exit code of the app, the signal that ended it, or that it was interrupted. */
export type AppEnd = number | 'interrupted' | (string & {});

/** How an app is run. */
export interface AppOptions {
  /** Folder that the app writes to: its `CDK8S_OUTDIR`. */
  readonly output: string;
  /** Environment variables over those of the terminal. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command in a shell; its output goes straight to the terminal. */
export function spawnApp(
  app: string,
  { output, env: more }: AppOptions,
  { cwd, env, stdout, stderr }: Terminal,
): Promise<AppEnd> {
  return new Promise((done, failed) => {
    const child = spawn(app, {
      cwd,
      env: { ...env, ...more, CDK8S_OUTDIR: output },
      shell: true,
      // A group of its own, so that an interrupt reaches all that the shell has started.
      detached: true,
      stdio: [
        'inherit',
        stdout === process.stdout ? 'inherit' : 'pipe',
        stderr === process.stderr ? 'inherit' : 'pipe',
      ],
    });
    child.stdout?.pipe(stdout, { end: false });
    child.stderr?.pipe(stderr, { end: false });
    let interrupted = false;
    const interrupt = (signal: NodeJS.Signals) => {
      interrupted = true;
      if (child.pid !== undefined) endGroup(child.pid, signal);
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    child.once('error', failed);
    child.once('close', (code, signal) => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      // The app may have been in the middle of its progress bar.
      if (interrupted && isTerminal(stderr)) stderr.write('\r\u001b[K');
      done(interrupted || signal === 'SIGINT' ? 'interrupted' : (code ?? String(signal)));
    });
  });
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
