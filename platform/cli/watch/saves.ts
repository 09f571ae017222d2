/** @module What has been saved since it was last asked for, once the saving has come to rest. */
import { fstatSync, statSync } from 'node:fs';

/** An editor writes a file in steps, and several files after each other. */
const REST_MS = 15;

/** Who saves without rest is not waited for. */
const LONGEST_MS = 200;

const FOREVER_MS = 2 ** 31 - 1;

/** When a run began and ended, in milliseconds since the epoch. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Collects the paths of saved files. */
export class Saves {
  private readonly paths = new Set<string>();
  private noted: (() => void) | undefined;
  private written: ReadonlySet<string> = new Set();

  /** Takes note of a file that was saved, made or removed; what this process is told to write to is none. */
  add(path: string): void {
    if (isWrittenTo(path)) return;
    this.paths.add(path);
    this.noted?.();
  }

  /**
   * Waits for files to be saved, and keeps the process alive meanwhile. A file that was written while the last run was on,
   * and while the one before was on, is the app's own and not waited for.
   * @returns their paths in order; none when it was stopped
   */
  async next(run: Span, stop: AbortSignal): Promise<readonly string[]> {
    for (;;) {
      await this.rest(stop);
      if (stop.aborted) return [];
      const paths = [...this.paths].sort();
      this.paths.clear();
      const written = paths.filter((path) => isWithin(run, path));
      const saved = paths.filter((path) => !(written.includes(path) && this.written.has(path)));
      if (saved.length === 0) continue;
      this.written = new Set(written);
      return saved;
    }
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
        timer = setTimeout(end, Math.min(REST_MS, latest - Date.now()));
      };
      stop.addEventListener('abort', end);
      if (stop.aborted) end();
      else if (this.paths.size > 0) this.noted();
    });
  }
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
