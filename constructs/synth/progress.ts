/** @module A bar on the terminal while a synthesis takes its time. */
import type { WriteStream } from 'node:tty';

/** `1` asks for the bar; `hks synth` sets it on a terminal. */
export const PROGRESS = 'HKS_PROGRESS';

/** What takes no longer is not worth a bar. */
const PATIENCE_MS = 1000;
const FRAME_MS = 100;

let shown: Bar | undefined;

/**
 * Calls `action` and shows its phases and steps on stderr, from its second second on, when `HKS_PROGRESS` is 1 and that
 * is a terminal. Whatever comes of it, the line is empty again at the end.
 */
export function withProgress<T>(action: () => T): T {
  const { stderr, env } = process;
  if (shown || env[PROGRESS] !== '1' || !stderr.isTTY || env['TERM'] === 'dumb') return action();
  const bar = new Bar(stderr);
  const clear = () => bar.clear();
  shown = bar;
  // A construct may end the process.
  process.on('exit', clear);
  try {
    return action();
  } finally {
    clear();
    process.off('exit', clear);
    shown = undefined;
  }
}

/** Begins a phase of so many steps; costs nothing when no bar is asked for. */
export function phase(name: string, total: number): void {
  shown?.begin(name, total);
}

/** Tells that steps of the phase are done. */
export function step(count = 1): void {
  shown?.step(count);
}

class Bar {
  private name = '';
  private total = 0;
  private done = 0;
  private isDrawn = false;
  private next = Date.now() + PATIENCE_MS;

  constructor(private readonly stream: WriteStream) {}

  begin(name: string, total: number): void {
    this.name = name;
    this.total = total;
    this.done = 0;
  }

  /** Asks the clock each time, which is a tenth of a microsecond: a step may be a long one. */
  step(count: number): void {
    this.done += count;
    const now = Date.now();
    if (now < this.next) return;
    this.next = now + FRAME_MS;
    this.isDrawn = true;
    const { name, done, total, stream } = this;
    stream.write(`\r${progressLine(name, done, total, stream.columns || 80)}\u001b[K`);
  }

  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[K');
    this.isDrawn = false;
  }
}

const LONGEST = 40;

/** The bar as a line that leaves the last column free, so that no terminal wraps it. */
export function progressLine(name: string, done: number, total: number, columns: number): string {
  const share = total > 0 ? Math.min(done / total, 1) : 1;
  const [before, after] = [`${name} [`, `] ${Math.min(done, total)}/${total}`];
  const width = Math.min(columns - 1 - before.length - after.length, LONGEST);
  if (width < 1) return `${name} ${Math.floor(share * 100)}%`.slice(0, Math.max(columns - 1, 0));
  const full = Math.floor(share * width);
  return `${before}${'#'.repeat(full)}${'.'.repeat(width - full)}${after}`;
}
