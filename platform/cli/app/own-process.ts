/** @module What a program may change of the process that it runs in, and how that is undone. */
import type { Program } from './program';

/** Makes the process the program's: its arguments and environment; returns what gives it back as it was. */
export function lendProcess(program: Program, env: Readonly<Record<string, string>>): () => void {
  const { argv, exitCode, mainModule } = process;
  const cwd = process.cwd();
  const environment = { ...process.env };
  const listeners = processListeners();
  const writes = [process.stdout, process.stderr].map((stream) => [stream, stream.write] as const);
  process.argv = [process.execPath, program.path, ...program.args];
  process.exitCode = undefined;
  Object.assign(process.env, env);
  return () => {
    process.argv = argv;
    process.exitCode = exitCode;
    process.mainModule = mainModule;
    for (const [stream, write] of writes) stream.write = write;
    if (process.cwd() !== cwd) process.chdir(cwd);
    for (const name of Object.keys(process.env)) {
      if (!(name in environment)) delete process.env[name];
    }
    Object.assign(process.env, environment);
    for (const [event, listener] of addedListeners(listeners)) process.off(event, listener);
  };
}

type Listener = (...args: unknown[]) => void;
type Listeners = ReadonlySet<unknown>;

/** Every listener of the process. */
export function processListeners(): Listeners {
  return new Set(process.eventNames().flatMap((event) => rawListeners(event)));
}

/** Listeners that have come since then, each with its event. */
export function addedListeners(
  before: Listeners,
): readonly (readonly [string | symbol, Listener])[] {
  return process
    .eventNames()
    .flatMap((event) => rawListeners(event).map((listener) => [event, listener] as const))
    .filter(([, listener]) => !before.has(listener));
}

/** Lets the program remove no listeners but its own; returns what undoes it. */
export function keepListeners(): () => void {
  const { removeAllListeners } = process;
  const kept = processListeners();
  process.removeAllListeners = (event) => {
    for (const [name, listener] of addedListeners(kept)) {
      if (event === undefined || event === name) process.off(name, listener);
    }
    return process;
  };
  return () => {
    process.removeAllListeners = removeAllListeners;
  };
}

function rawListeners(event: string | symbol): readonly Listener[] {
  return process.rawListeners(event).filter(isListener);
}

function isListener(value: unknown): value is Listener {
  return typeof value === 'function';
}

/** Drops what is written to stdout and stderr; returns what undoes it. */
export function mute(): () => void {
  const undo = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = () => true;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const step of undo) step();
  };
}
