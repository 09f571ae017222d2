/** @module What has been saved since it was last asked for, once the saving has come to rest. */
import { createHash } from 'node:crypto';
import { fstatSync, readFileSync, statSync } from 'node:fs';

/** An editor writes a file in steps, and several files after each other. */
const REST_MS = 15;

/** A file that is empty is one whose content is still to come, as a rule. */
const EMPTY_MS = 60;

/** Who saves without rest is not waited for. */
const LONGEST_MS = 200;

/** How often an app is run again for what it writes itself, when that is another text each time. */
const REPEATED_MS = 2000;

/** The content of a file that was not looked at; no hash is like it. */
const UNREAD = '';

const FOREVER_MS = 2 ** 31 - 1;

/** When a run began and ended, in milliseconds since the epoch. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Collects the paths of saved files. */
export class Saves {
  private readonly paths = new Set<string>();
  private readonly contents = new Map<string, string | undefined>();
  private noted: (() => void) | undefined;
  private repeats = 0;

  /** A file that is there before it is saved: when it goes, that is a change. */
  expect(path: string): void {
    if (!this.contents.has(path)) this.contents.set(path, UNREAD);
  }

  /** Takes note of a file that was saved, made or removed; what this process is told to write to is none. */
  add(path: string): void {
    if (isWrittenTo(path)) return;
    this.paths.add(path);
    this.noted?.();
  }

  /**
   * Waits for files to be saved with another content, and keeps the process alive meanwhile.
   * @param run the last one: what is written while it is on may be the app's own, and is not waited for all the time
   * @returns their paths in order; none when it was stopped
   */
  async next(run: Span, stop: AbortSignal): Promise<readonly string[]> {
    for (;;) {
      await this.rest(stop);
      if (stop.aborted) return [];
      const paths = [...this.paths].sort();
      this.paths.clear();
      const changed = paths.filter((path) => this.isChanged(path));
      if (changed.length === 0) continue;
      this.repeats = changed.every((path) => isWithin(run, path)) ? this.repeats + 1 : 0;
      if (this.repeats > 2) await pause(REPEATED_MS, stop);
      return stop.aborted ? [] : changed;
    }
  }

  private isChanged(path: string): boolean {
    const before = this.contents.get(path);
    const content = contentOf(path);
    this.contents.set(path, content);
    return content !== before;
  }

  private rest(stop: AbortSignal): Promise<void> {
    return new Promise((done) => {
      let latest: number | undefined;
      let timer = setTimeout(() => {}, FOREVER_MS);
      const end = () => {
        clearTimeout(timer);
        stop.removeEventListener('abort', end);
        this.noted = undefined;
        done();
      };
      this.noted = () => {
        latest ??= Date.now() + LONGEST_MS;
        clearTimeout(timer);
        const rest = [...this.paths].some(isEmpty) ? EMPTY_MS : REST_MS;
        timer = setTimeout(end, Math.min(rest, latest - Date.now()));
      };
      stop.addEventListener('abort', end);
      if (stop.aborted) end();
      else if (this.paths.size > 0) this.noted();
    });
  }
}

function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    stop.addEventListener('abort', end);
  });
}

/** A hash of the file's content; undefined when there is none to read. */
function contentOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('base64');
  } catch {
    return undefined;
  }
}

function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function isWithin({ begin, end }: Span, path: string): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.ctimeMs;
  return changed !== undefined && changed >= begin && changed <= end;
}

/** Whether stdout or stderr leads to the file. */
function isWrittenTo(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return [1, 2].some((stream) => {
    const { ino, dev } = fstatSync(stream);
    return ino === file?.ino && dev === file.dev;
  });
}
