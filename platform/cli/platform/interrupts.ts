/** @module Interrupts while the engine runs: the first lets it end what it has begun, the second ends it, the third ends us. */
import { isTerminal } from '../colour';
import type { Terminal } from '../main';

export interface Interrupts {
  /** Each `abort` event is an interrupt for the engine. */
  readonly signal: AbortSignal;
  readonly count: () => number;
  readonly release: () => void;
}

/** Follows the process's signals until it is released. */
export function followInterrupts({ stdout, stderr }: Terminal): Interrupts {
  const controller = new AbortController();
  let count = 0;
  const onSignal = (name: NodeJS.Signals) => {
    count += 1;
    if (count > 2) {
      release();
      process.kill(process.pid, name);
      return;
    }
    stderr.write(count === 1 ? FIRST : SECOND);
    // On a terminal, Ctrl-C reaches the engine without us, and a second signal would end it at once.
    const isShared = name === 'SIGINT' && [process.stdin, stdout, stderr].some(isTty);
    if (!isShared) interrupt(controller, count);
  };
  const release = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, count: () => count, release };
}

/** A controller aborts once; who listens is told each time. */
function interrupt(controller: AbortController, count: number): void {
  if (count === 1) controller.abort();
  else controller.signal.dispatchEvent(new Event('abort'));
}

function isTty(stream: unknown): boolean {
  return isTerminal(stream as NodeJS.WritableStream as Terminal['stdout']);
}

const FIRST =
  'interrupted: the engine ends what it has begun, and begins nothing else. A second interrupt ends it at once.\n';
const SECOND = 'interrupted again: the engine is ended; what it was doing may be half done.\n';
