/** @module Runs a program in this process as if the process were its own, and gives the process back as it was. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { type NodeLoader, type Teaching, teach } from './loader';
import { addedListeners, keepListeners, lendProcess, mute, processListeners } from './own-process';
import type { Program } from './program';

/** Unwinds a program that has called `process.exit`. */
class Exited extends Error {
  constructor() {
    super('the app has called process.exit');
  }
}

/** Which run it is that calls, be it later. */
const runs = new AsyncLocalStorage<symbol>();

/**
 * Runs the program until nothing is left for it to wait for, or it exits, or it fails. Its errors go to stderr as Node
 * tells them, with the lines of the TypeScript. A signal ends the process, as it would end the program's own.
 * @param env environment variables over those of the process
 * @returns its exit code
 */
export async function runInProcess(
  loader: NodeLoader,
  program: Program,
  teaching: Teaching,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const giveBack = lendProcess(program, env);
  const untaught = teach(loader, teaching);
  try {
    return await end(() => loader._load(program.file, null, true));
  } finally {
    untaught();
    giveBack();
  }
}

/** Calls the start, and waits for the end of all that it has begun. */
function end(start: () => unknown): Promise<number> {
  const { exit } = process;
  // Whoever else listens for errors hears none of the program's.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const before = processListeners();
  const run = Symbol('run');
  const isEarlier = () => (runs.getStore() ?? run) !== run;
  let over = false;
  let unmute: (() => void) | undefined;
  let free: (() => void) | undefined;
  return new Promise<number>((done) => {
    const die = (code: number): void => {
      over = true;
      const ended = toldExit(before, code);
      unmute = mute();
      for (const [event, listener] of addedListeners(before)) process.off(event, listener);
      process.on('uncaughtException', () => {});
      // What is on the stack, and what it has promised, unwinds first; nobody sees or hears it.
      setImmediate(() => done(ended));
    };
    let catching = false;
    const exited = (code?: number | string | null) => {
      if (isEarlier()) throw new Exited();
      if (!over) die(Number(code ?? process.exitCode ?? 0));
      else if (code !== undefined && code !== null) process.exitCode = code;
      // Nobody catches what is thrown where uncaught errors are caught.
      if (!catching) throw new Exited();
    };
    Object.assign(process, { exit: exited });
    process.on('uncaughtException', (error) => {
      if (isEarlier()) return;
      const caught = addedListeners(before).filter(([event]) => event === 'uncaughtException');
      // A program that catches what nobody else does goes on.
      if (caught.length > 1) {
        catching = true;
        setImmediate(() => {
          catching = false;
        });
        return;
      }
      process.stderr.write(`${told(error)}\n`);
      die(1);
    });
    process.on('beforeExit', () => {
      const idle = process.getActiveResourcesInfo().length;
      // The program's own listeners come after this one; it goes on if they began something.
      queueMicrotask(() => {
        if (over || process.getActiveResourcesInfo().length > idle) return;
        over = true;
        done(toldExit(before, Number(process.exitCode ?? 0)));
      });
    });
    free = keepListeners();
    setImmediate(() => runs.run(run, start));
  }).finally(() => {
    free?.();
    process.exit = exit;
    for (const listener of others) process.on('uncaughtException', listener);
    unmute?.();
  });
}

/** Lets the program's own listeners know that it ends; they may change how. */
function toldExit(before: ReadonlySet<unknown>, code: number): number {
  process.exitCode = code;
  try {
    for (const [event, listener] of addedListeners(before)) {
      if (event === 'exit') listener.call(process, code);
    }
  } catch (error) {
    if (!(error instanceof Exited)) {
      process.stderr.write(`${told(error)}\n`);
      return 1;
    }
  }
  return Number(process.exitCode ?? 0);
}

function told(error: unknown): string {
  return `${error instanceof Error ? '' : 'Uncaught '}${inspect(error)}`;
}
