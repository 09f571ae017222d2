/** @module Fetches a file into the cache: resumed where it broke off, tried again where that helps, checked always. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Asset, sha256Of, wrongSha256 } from './asset';
import { attempt, type Origin } from './attempt';
import { cachedFile, type Part, takePart } from './cache';

export interface DownloadOptions {
  readonly cacheFolder: string;
  readonly signal?: AbortSignal;
  readonly report?: (line: string) => void;
  /** Milliseconds before the attempt of this number, from 1. @default - half a second, doubled each time, at most 8 seconds */
  readonly delay?: (attempt: number) => number;
}

const ATTEMPTS = 5;
const LONGEST_WAIT = 30_000;

/** @throws with what is wrong with the file or its origin; what came of it stays for the next time */
export async function download(
  asset: Asset & { readonly sha256: string },
  origin: Origin,
  options: DownloadOptions,
): Promise<Buffer> {
  const { cacheFolder, report } = options;
  const cached = await cachedFile(cacheFolder, asset.sha256);
  if (cached) return cached;
  report?.(`Fetching ${asset.component} ${asset.version}: ${asset.name}`);
  const part = await takePart(cacheFolder, asset.sha256);
  try {
    const bytes = await whole(asset, origin, part, options);
    await part.finish();
    return bytes;
  } catch (error) {
    await part.leave();
    throw error;
  }
}

/** Fetches a file that is not pinned yet: what comes is what is meant. */
export async function downloadUnpinned(
  asset: Asset,
  origin: Origin,
  options: Omit<DownloadOptions, 'cacheFolder'>,
): Promise<Buffer> {
  options.report?.(`Fetching ${asset.component} ${asset.version}: ${asset.name}`);
  const folder = await mkdtemp(join(tmpdir(), 'hks-release-'));
  try {
    const path = join(folder, asset.name);
    return await whole(asset, origin, { path, discard: () => rm(path, { force: true }) }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function whole(
  asset: Asset,
  origin: Origin,
  part: Pick<Part, 'path' | 'discard'>,
  { signal, delay = doubled }: Omit<DownloadOptions, 'cacheFolder'>,
): Promise<Buffer> {
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    const result = await attempt(asset, origin, part.path, signal);
    if ('fault' in result) {
      if (result.isUseless) await part.discard();
      if (!result.retry || number >= ATTEMPTS) throw result.fault;
      const pause = result.isUseless ? 0 : Math.max(result.after ?? 0, delay(number));
      await wait(Math.min(pause, LONGEST_WAIT), undefined, { signal });
      continue;
    }
    const bytes = await readFile(part.path);
    const received = sha256Of(bytes);
    if (received === (asset.sha256 ?? received)) return bytes;
    await part.discard();
    // What it was added to may have been wrong: that is fetched once more, from the first byte.
    if (!result.isResumed || number >= ATTEMPTS) {
      throw wrongSha256(asset, origin.shown, received, origin.isMirror);
    }
  }
}

function doubled(attempt: number): number {
  return Math.min(500 * 2 ** (attempt - 1), 8000);
}
