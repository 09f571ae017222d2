/** @module Transpiled files on disk: found by a key of all that went into them, and never half-written or altered. */
import { hash } from 'node:crypto';
import {
  accessSync,
  constants,
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

/**
 * The folder of a project's cache: in its packages, else one of this user's alone; none if neither can be written to.
 * The first is made when something is written.
 */
export function cacheFolder(project: string, temporary = tmpdir()): string | undefined {
  const packages = join(project, 'node_modules');
  if (isWritable(packages)) return join(packages, '.cache', 'hks');
  const parent = dirname(project);
  return parent === project ? privateFolder(temporary) : cacheFolder(parent, temporary);
}

/** The name of an entry: a hash of everything that its content depends on. */
export function keyOf(parts: readonly string[]): string {
  return hashOf(parts.map((part) => `${part.length}:${part}`).join(''));
}

/** SHA-256 of a text or bytes, in hexadecimal digits. */
export function hashOf(content: string | Buffer): string {
  return hash('sha256', content);
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
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    discard(temporary);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where its folder should be is a file.
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

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What others can write to, they could put programs into. */
function privateFolder(temporary: string): string | undefined {
  const folder = join(temporary, `hks-${userInfo().username}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    const isOurs = uid === process.getuid?.() && (mode & 0o077) === 0;
    return isOurs ? folder : undefined;
  } catch {
    return undefined;
  }
}
