/** @module Keeps the process when what a run has left behind, such as a timer, fails or exits after its end. */
import type { Writable } from 'node:stream';

/** Outside a run, nothing ends the process but its own end; returns what undoes it. */
export function survivable(stderr: Writable): () => void {
  const { exit } = process;
  const told = (error: unknown) => stderr.write(`error: left from an earlier run: ${error}\n`);
  process.exit = () => {
    throw new Error('process.exit was called after the run had ended');
  };
  process.on('uncaughtException', told);
  return () => {
    process.exit = exit;
    process.off('uncaughtException', told);
  };
}
