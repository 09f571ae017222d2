/** @module `hks synth --watch`: renders again each time that a file of the project is saved. */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { filesOfLastRun } from './app/run';
import type { ExitCode, Terminal } from './main';
import { FolderWatch } from './watch/folder';
import { Saves } from './watch/saves';
import { survivable } from './watch/survival';

/** What is rendered, again and again. */
export interface WatchProps {
  /** One whole `hks synth`; what it throws is told, and the watch goes on. */
  readonly render: () => Promise<ExitCode>;
  /** What is written to by now, as absolute paths or from the working directory. */
  readonly outputs: () => readonly string[];
}

/** Files that editors keep beside those that they save, and logs. */
const OTHERS = /^(\.(?!env)|#)|~$|\.(swp|swx|tmp|log)$|^4913$/;

/**
 * Renders, and renders anew whenever a file below the working directory or one of the app's modules elsewhere is saved:
 * all but folders of packages, folders with a dot, and what is written to. Fails never; ends with 130 by an interrupt.
 */
export async function watch(
  { render, outputs }: WatchProps,
  terminal: Terminal,
): Promise<ExitCode> {
  const folders = new Set<string>();
  const leaveOut = () => {
    for (const output of outputs()) {
      const path = resolve(terminal.cwd, output);
      // Where all is written to, all is looked at: what is rendered lies there too.
      if (!isWithin(terminal.cwd, path)) folders.add(path);
    }
  };
  leaveOut();
  const saves = new Saves();
  const watched = new FolderWatch({
    skips: (path) => isSkipped(path, [...folders]),
    saved: (path) => saves.add(path),
  });
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  const dies = survivable(terminal.stderr);
  for (const file of watched.addTree(terminal.cwd)) saves.expect(file);
  try {
    for (let saved: readonly string[] = []; ; ) {
      leaveOut();
      const begin = Date.now();
      const code = await rendered(render, terminal);
      const end = Date.now();
      if (code === 130) return 130;
      const what = saved.length > 0 ? listed(saved, terminal.cwd) : 'all';
      terminal.stdout.write(
        `${what}: ${code === 0 ? 'rendered' : 'failed'} in ${end - begin} ms, watching\n`,
      );
      for (const file of filesOfLastRun()) {
        watched.add(dirname(file));
        saves.expect(file);
      }
      // Only while nothing runs: an app that never ends can be interrupted as ever.
      process.on('SIGINT', interrupt);
      saved = await saves.next({ begin, end }, stop.signal);
      process.off('SIGINT', interrupt);
      if (stop.signal.aborted) return 130;
    }
  } finally {
    process.off('SIGINT', interrupt);
    watched.close();
    dies();
  }
}

async function rendered(render: () => Promise<ExitCode>, { stderr }: Terminal): Promise<ExitCode> {
  try {
    return await render();
  } catch (error) {
    stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

function isSkipped(path: string, outputs: readonly string[]): boolean {
  const name = basename(path);
  return (
    name === 'node_modules' || OTHERS.test(name) || outputs.some((output) => isWithin(path, output))
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(join(folder, sep));
}

const LISTED = 3;

function listed(paths: readonly string[], cwd: string): string {
  const names = paths.slice(0, LISTED).map((path) => relative(cwd, path));
  const more = paths.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
