/** @module The folder of fetched files, by their sha256, and of what was fetched of them so far. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { noCache, sha256Of } from './asset';

/** A part that nobody has written to for so long has no writer: one that hears nothing gives up before. */
export const ABANDONED_AFTER = 60_000;

/** `$XDG_CACHE_HOME/hks/releases`, else `~/.cache/hks/releases`. */
export function defaultCacheFolder({
  XDG_CACHE_HOME: own,
  HOME: home,
}: Readonly<Record<string, string | undefined>>): string {
  // XDG says that a relative path counts as none.
  const base = own && isAbsolute(own) ? own : join(home || homedir(), '.cache');
  return join(base, 'hks', 'releases');
}

/** The file, when it is there and right; one that is wrong is removed. */
export async function cachedFile(folder: string, sha256: string): Promise<Buffer | undefined> {
  const path = join(folder, sha256);
  try {
    const bytes = await readFile(path);
    if (sha256Of(bytes) === sha256) return bytes;
    await rm(path, { force: true });
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw noCache(folder, error as NodeJS.ErrnoException);
  }
}

/** What was fetched of a file so far, in the hands of one process. */
export interface Part {
  readonly path: string;
  /** Makes it the cached file at once. */
  readonly finish: () => Promise<void>;
  /** Leaves it for the next one who fetches the file. */
  readonly leave: () => Promise<void>;
  /** Throws it away. */
  readonly discard: () => Promise<void>;
}

/**
 * Takes what was fetched before, or nothing. A rename gives it to one process only, so two that fetch the same file
 * never write to the same part; the one that comes second starts from nothing.
 */
export async function takePart(folder: string, sha256: string): Promise<Part> {
  const [file, resting] = [join(folder, sha256), join(folder, `${sha256}.part`)];
  const path = join(folder, `${sha256}.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    for (const name of [resting, ...(await abandoned(folder, sha256))]) {
      if (await renamed(name, path)) break;
    }
  } catch (error) {
    throw noCache(folder, error as NodeJS.ErrnoException);
  }
  return {
    path,
    finish: () => rename(path, file),
    leave: async () => void (await renamed(path, resting)),
    discard: () => rm(path, { force: true }),
  };
}

async function abandoned(folder: string, sha256: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${sha256}.`) && name.endsWith('.part') && name !== `${sha256}.part`,
  );
  const paths = names.map((name) => join(folder, name));
  const ages = await Promise.all(
    paths.map(
      async (path) =>
        Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now()),
    ),
  );
  return paths.filter((_, index) => (ages[index] ?? 0) > ABANDONED_AFTER);
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
