/** @module Tells the command that runs the app where the tree is, since a run without a change leaves no other trace. */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Names the file that takes what apps tell. */
export const TOLD = 'HKS_TOLD_FILE';

/** What an app tells: one line of JSON for each run. */
export interface Told {
  readonly app: string;
  /** Absolute. */
  readonly outdir: string;
}

/** Adds a line to the file that `hks synth` named; does nothing when nobody asked. */
export function tell(app: string, outdir: string): void {
  const file = process.env[TOLD];
  if (!file) return;
  const told: Told = { app, outdir: resolve(outdir) };
  try {
    appendFileSync(file, `${JSON.stringify(told)}\n`);
  } catch {
    // Who asked is gone: the app runs on its own.
  }
}
