/** @module A file of a release as it is asked for, and everything that can be wrong with it. */
import { createHash } from 'node:crypto';
import { invalid } from '../../constructs/invalid';

/** A file of a release: what it is, and what it must be. */
export interface Asset {
  readonly component: string;
  readonly version: string;
  readonly name: string;
  readonly url: string;
  /** Undefined while it is not pinned yet: what comes is what is meant. */
  readonly sha256: string | undefined;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How messages name a file's release. */
export function releaseOf({ component, version }: Asset): string {
  return `${component} ${version}`;
}

/** @param place a path, or a URL that may be shown */
export function wrongSha256(
  asset: Asset,
  place: string,
  received: string,
  isMirror: boolean,
): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must have the sha256 '${asset.sha256}', and ${place} has another one`,
    received,
    fix: isMirror
      ? `The mirror's file is damaged or of another version: 'hks releases mirror FOLDER' writes the right ones`
      : `Do not use it: the file was changed where it is released, or on its way. Try again from another network`,
  });
}

export function notInFolder(asset: Asset, path: string): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must be in the mirror as <component>/<asset>, at ${path}`,
    received: undefined,
    fix: `Put it there, or write the folder with 'hks releases mirror FOLDER'`,
  });
}

export function unreadable(asset: Asset, path: string, { code }: NodeJS.ErrnoException): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must be a file that can be read, at ${path}`,
    received: code,
    fix: 'Correct its owner and mode',
  });
}

export function wrongStatus(asset: Asset, url: string, status: number, isMirror: boolean): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must be answered with status 200 by ${url}`,
    received: status,
    fix: isMirror
      ? `A mirror holds files as <component>/<asset>: correct 'releaseMirror', or put the file there`
      : asset.sha256 === undefined
        ? 'Check that there is this version, and that it has this file'
        : `Try again later, or set 'releaseMirror' to a folder or URL that holds the release files`,
  });
}

export function noAnswer(asset: Asset, url: string, reason: string): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must be fetched from ${url}`,
    received: reason,
    fix:
      asset.sha256 === undefined
        ? 'Check the network'
        : `Check the network, or set 'releaseMirror' to a folder or URL that holds the release files`,
  });
}

export function tooLarge(asset: Asset, url: string, limit: number): Error {
  return invalid(releaseOf(asset), {
    prop: asset.name,
    rule: `must have at most ${limit} bytes, and ${url} sends more`,
    received: `more than ${limit} bytes`,
    fix: `It is no release file: correct 'releaseMirror', or try again from another network`,
  });
}

export function noCache(folder: string, { code }: NodeJS.ErrnoException): Error {
  return invalid('release files', {
    prop: 'cacheFolder',
    rule: 'must be a folder that can be written to',
    received: `${folder} (${code})`,
    fix: 'Set XDG_CACHE_HOME to another one, or correct its owner and mode',
  });
}
