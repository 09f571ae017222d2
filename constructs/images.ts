/** @module The images that constructs use by themselves, pinned in one place, and the rule for tenants' images. */
import type { Construct } from 'constructs';
import { invalid } from './invalid';
import { warn } from './warnings';

/** Images that constructs use unless a prop names another one. */
export const IMAGES = {
  /** Runs backups, verification and restores. */
  restic: 'docker.io/restic/restic:0.18.0',
  /** Builds images from source; the maintained fork of the archived original. */
  kaniko: 'ghcr.io/osscontainertools/kaniko:v1.28.3',
  /** Moves a build's context in and its image out. */
  transfer: 'docker.io/library/python:3.11-slim',
  /** Calls functions, on a schedule or for a backup: Python 3.8 or newer. */
  client: 'docker.io/library/python:3.11-slim',
} as const;

/** `[HOST/]PATH[:TAG][@DIGEST]`; what has no dot, no port and is not `localhost` is no host but the path's first part. */
const REFERENCE = new RegExp(
  [
    '^(?:(?<host>(?:localhost|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?=[.:])(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\\d{1,5})?)/)?',
    '(?<path>[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*)*)',
    '(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?',
    '(?:@(?<digest>sha256:[0-9a-f]{64}))?$',
  ].join(''),
);

/**
 * Refuses what is no image reference; without a tag or digest it warns, and with `requireDigest` only a digest will do.
 *
 * @returns the reference as it came.
 */
export function checkImage(
  owner: Construct,
  prop: string,
  image: unknown,
  { requireDigest = false }: { readonly requireDigest?: boolean } = {},
): string {
  const groups =
    typeof image === 'string' && image.length <= 512 ? REFERENCE.exec(image)?.groups : undefined;
  if (!groups || typeof image !== 'string') {
    throw invalid(owner, {
      prop,
      rule: 'must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST]',
      received: image,
      fix: `Write it like 'registry.example.com/shop/api:1.4.2'`,
    });
  }
  if (requireDigest && !groups.digest) {
    throw invalid(owner, {
      prop,
      rule: `must name its image by digest, since the project sets 'requireDigest'`,
      received: image,
      fix: `Append the digest that the registry shows: '${image}@sha256:…'`,
    });
  }
  if (!groups.tag && !groups.digest) {
    warn(
      owner,
      `'${prop}' has neither tag nor digest, received '${image}'. Append a tag, or better a digest, so that every start runs the same code.`,
    );
  } else if (groups.tag === 'latest' && !groups.digest) {
    warn(
      owner,
      `'${prop}' has the tag 'latest', received '${image}'. Name a version, or better a digest, so that every start runs the same code.`,
    );
  }
  return image;
}
