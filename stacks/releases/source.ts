/** @module Where release files come from: a mirror's folder or URL, else where they are released. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalid } from '../../constructs/invalid';
import { type Asset, notInFolder, sha256Of, unreadable, wrongSha256 } from './asset';
import type { Origin } from './attempt';
import { type DownloadOptions, download } from './download';

/** A pinned file's bytes, checked. */
export type Source = (asset: Asset & { readonly sha256: string }) => Promise<Buffer>;

export interface SourceOptions extends DownloadOptions {
  /** A folder or URL that holds files as `<component>/<asset>`. */
  readonly mirror?: string;
  /** What a relative folder lies in. */
  readonly cwd?: string;
}

/** @throws when the mirror is neither a folder's path nor a URL of http, https or file */
export function sourceOf({ mirror, cwd = process.cwd(), ...options }: SourceOptions): Source {
  if (mirror === undefined) return (asset) => download(asset, released(asset), options);
  if (/^https?:\/\//i.test(mirror)) {
    const base = urlOf(mirror);
    return (asset) => download(asset, inMirror(asset, base), options);
  }
  const folder = folderOf(mirror, cwd);
  return (asset) => fromFolder(asset, folder);
}

function released({ url }: Asset): Origin {
  return { url, shown: url, headers: {}, isMirror: false };
}

/** User and password go into a header, since `fetch` takes none in a URL, and are not shown; neither is a query. */
function inMirror({ component, name }: Asset, base: URL): Origin {
  const url = new URL(base);
  const { username, password } = url;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${component}/${name}`;
  url.username = '';
  url.password = '';
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
  const headers: Record<string, string> = user === ':' ? {} : { authorization };
  return { url: url.href, shown: `${url.origin}${url.pathname}`, headers, isMirror: true };
}

function urlOf(mirror: string): URL {
  if (URL.canParse(mirror)) return new URL(mirror);
  throw noMirror('a URL that cannot be read');
}

function folderOf(mirror: string, cwd: string): string {
  if (mirror.startsWith('file://')) {
    try {
      return fileURLToPath(mirror);
    } catch {
      throw noMirror(mirror);
    }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(mirror)) throw noMirror(mirror);
  return resolve(cwd, mirror);
}

function noMirror(received: string): Error {
  return invalid('the settings', {
    prop: 'releaseMirror',
    rule: 'must be a folder, or a URL that begins with http://, https:// or file:///',
    received,
    fix: `Write it like '/srv/hks/releases' or 'https://mirror.example.com/hks'`,
  });
}

async function fromFolder(
  asset: Asset & { readonly sha256: string },
  folder: string,
): Promise<Buffer> {
  const path = resolve(folder, asset.component, asset.name);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw isMissing ? notInFolder(asset, path) : unreadable(asset, path, error);
  });
  const received = sha256Of(bytes);
  if (received !== asset.sha256) throw wrongSha256(asset, path, received, true);
  return bytes;
}
