/** @module Transpiled files on disk: found by a key of all that went into them, and never half-written or altered. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;
const UNUSED_DAYS = 30;
const SEAL = '\n//# sealed ';

/** The folder of a project's cache: beside its packages, else a folder of this user's alone; none if neither can be. */
export function cacheFolder(project: string, temporary = tmpdir()): string | undefined {
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) {
      const own = made(join(folder, 'node_modules', '.cache', 'hks'));
      if (own !== undefined) return own;
      break;
    }
    if (folder === dirname(folder)) break;
  }
  const shared = made(join(temporary, `hks-${userInfo().username}`));
  // What others can write, they could put programs into.
  return shared !== undefined && isPrivate(shared) ? shared : undefined;
}

/** The name of an entry: a hash of everything that its content depends on. */
export function keyOf(parts: readonly string[]): string {
  return hashOf(parts.map((part) => `${part.length}:${part}`).join(''));
}

/** SHA-256 of a text or bytes, in hexadecimal digits. */
export function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The text that was stored; undefined when there is none, or not as it was stored. */
export function readEntry(folder: string, name: string, now = Date.now()): string | undefined {
  const path = join(folder, name);
  try {
    const sealed = readFileSync(path, 'utf8');
    const end = sealed.lastIndexOf(SEAL);
    const text = sealed.slice(0, Math.max(end, 0));
    if (end < 0 || sealed.slice(end + SEAL.length) !== hashOf(text)) return undefined;
    markUsed(path, now);
    return text;
  } catch {
    return undefined;
  }
}

/** Stores a text for later runs. */
export function writeEntry(folder: string, name: string, text: string): void {
  writeAtOnce(folder, name, `${text}${SEAL}${hashOf(text)}`);
}

/** Writes the whole file or nothing; a folder that cannot be written to is no fault. */
export function writeAtOnce(folder: string, name: string, content: string | Buffer): void {
  const path = join(folder, name);
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Tells the pruning that the file is in use. */
export function markUsed(path: string, now = Date.now()): void {
  if (now - statSync(path).mtimeMs > DAY_MS) utimesSync(path, now / 1000, now / 1000);
}

/** Removes what no run has used for 30 days; looks at most once a day. */
export function pruneEntries(folder: string, now = Date.now()): void {
  const marker = join(folder, 'pruned');
  try {
    const last = statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (now - last < DAY_MS) return;
    writeFileSync(marker, '');
    utimesSync(marker, now / 1000, now / 1000);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (now - statSync(path).mtimeMs > UNUSED_DAYS * DAY_MS) rmSync(path, { force: true });
    }
  } catch {
    // Another run is at it, or the folder is read-only: there is nothing to do.
  }
}

function made(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}

function isPrivate(folder: string): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
}
