/** @module One request for a file: what it adds to what was fetched before, and how it ended. */
import { open, stat } from 'node:fs/promises';
import { type Asset, noAnswer, tooLarge, wrongStatus } from './asset';

/** Where a file is fetched from. */
export interface Origin {
  readonly url: string;
  /** The URL without what nobody may read. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isMirror: boolean;
}

/** How a request ended. */
export type Attempt = Whole | Failed;
export interface Whole {
  /** Whether it was added to what was there before. */
  readonly isResumed: boolean;
}
export interface Failed {
  readonly fault: Error;
  /** Whether another request may do better. */
  readonly retry: boolean;
  /** Whether what was fetched so far is of no use. */
  readonly isUseless?: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly after?: number;
}

/** No release file is nearly as large. */
export const LARGEST = 64 * 1024 * 1024;
/** A server that is silent for so long has gone. */
const SILENCE = 30_000;
/** What another request does not change. */
const FINAL = /^ENOTFOUND$|CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_INVALID_URL$/;

/** Fetches what `path` does not hold of the file yet, and appends it. */
export async function attempt(
  asset: Asset,
  { url, shown, headers, isMirror }: Origin,
  path: string,
  signal?: AbortSignal,
): Promise<Attempt> {
  const held = (await stat(path).catch(() => undefined))?.size ?? 0;
  const watch = silenceWatch();
  const signals = [watch.signal, ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        ...(held > 0 ? { range: `bytes=${held}-` } : {}),
      },
      signal: AbortSignal.any(signals),
    });
    const { status, body } = response;
    if (status === 416 || (status === 206 && startOf(response) !== held)) {
      await body?.cancel();
      const fault = noAnswer(asset, shown, 'another part than was asked for');
      return { fault, retry: true, isUseless: true };
    }
    if (status !== 200 && status !== 206) {
      await body?.cancel();
      const fault = wrongStatus(asset, shown, status, isMirror);
      const retry = status >= 500 || status === 429 || status === 408;
      return { fault, retry, ...waitOf(response) };
    }
    const isLarge = await append(response, path, status === 206 ? held : 0, watch.heard);
    return isLarge
      ? { fault: tooLarge(asset, shown, LARGEST), retry: false, isUseless: true }
      : { isResumed: status === 206 };
  } catch (error) {
    signal?.throwIfAborted();
    const { code, text } = reasonOf(error);
    const reason = watch.signal.aborted ? `silence for ${SILENCE / 1000} seconds` : text;
    return { fault: noAnswer(asset, shown, reason), retry: !FINAL.test(code) };
  } finally {
    watch.stop();
  }
}

/** Whether the file is larger than any release file. */
async function append(
  { body }: Response,
  path: string,
  held: number,
  heard: () => void,
): Promise<boolean> {
  const file = await open(path, held > 0 ? 'a' : 'w');
  let size = held;
  try {
    for await (const chunk of body ?? []) {
      heard();
      size += chunk.byteLength;
      if (size > LARGEST) return true;
      await file.writeFile(chunk);
    }
    return false;
  } finally {
    await file.close();
  }
}

function silenceWatch() {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), SILENCE);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

function startOf({ headers }: Response): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}

function waitOf({ headers }: Response): { readonly after?: number } {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? { after: seconds * 1000 } : {};
}

/** Of a failed fetch, whose own message says nothing. */
export function reasonOf(error: unknown): { readonly code: string; readonly text: string } {
  const { cause, message } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  const code = cause?.code ?? '';
  return { code, text: cause?.message || code || message };
}
