/** @module A file that is made anew in pieces: compared with the old one while they are equal, and only then written. */
import { closeSync, existsSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';

/** What is compared or written in one go. */
const PIECE = 256 * 1024;

/** The new content of a file beside the old one, which stays as it is. */
export class Draft {
  private readonly old: number | undefined;
  private pending = '';
  /** How many bytes are those of the old file. */
  private equal = 0;
  private written: number | undefined;

  constructor(
    old: string,
    /** Path of the draft. */
    private readonly path: () => string,
  ) {
    this.old = existsSync(old) ? openSync(old, 'r') : undefined;
  }

  /** Takes the whole content. @returns whether it differs from the old file: then the draft holds it */
  write(parts: Iterable<string>): boolean {
    try {
      for (const part of parts) {
        this.pending += part;
        if (this.pending.length >= PIECE) this.flush();
      }
      this.flush();
      if (this.written === undefined && !this.isWhole()) this.begin();
      return this.written !== undefined;
    } finally {
      if (this.old !== undefined) closeSync(this.old);
      if (this.written !== undefined) closeSync(this.written);
    }
  }

  private flush(): void {
    const bytes = Buffer.from(this.pending);
    this.pending = '';
    if (this.written === undefined) {
      const known = this.oldBytes(this.equal, bytes.length);
      if (known?.equals(bytes)) {
        this.equal += bytes.length;
        return;
      }
    }
    writeFileSync(this.written ?? this.begin(), bytes);
  }

  /** Takes over what is equal so far. */
  private begin(): number {
    const file = openSync(this.path(), 'wx');
    this.written = file;
    for (let at = 0; at < this.equal; at += PIECE)
      writeFileSync(file, this.oldBytes(at, Math.min(PIECE, this.equal - at)) ?? '');
    return file;
  }

  private isWhole(): boolean {
    return this.old !== undefined && fstatSync(this.old).size === this.equal;
  }

  private oldBytes(from: number, length: number): Buffer | undefined {
    if (this.old === undefined) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(this.old, bytes, 0, length, from));
  }
}
