/** @module Names of images: their parts, whether they are pinned, and what they are called in a mirror. */
import { REGISTRY_HOST } from '../../constructs/system';

/** The parts of `[HOST/]PATH[:TAG][@DIGEST]`, with the host and path that Docker implies. */
export interface ImageParts {
  readonly host: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const DOCKER = 'docker.io';
/** A tag that names a version or a day: `v1.37.2`, `17.6-bookworm`, `RELEASE.2025-04-22T22-12-26Z`. */
const VERSION = /\d+\.\d+|\d{4}-?\d{2}-?\d{2}/;
const MOVING =
  /(^|[._-])(latest|edge|nightly|dev|devel|main|mainline|master|head|snapshot|stable|unstable|canary|rolling|current)([._-]|$)/i;

/** What is no host but the path's first part has no dot, no port and is not `localhost`. */
export function partsOf(reference: string): ImageParts {
  const [name = '', digest] = reference.split('@');
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : DOCKER;
  const rest = hasHost ? name.slice(slash + 1) : name;
  const colon = rest.indexOf(':');
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  const isDocker = host === DOCKER || host === 'index.docker.io';
  return {
    host: isDocker ? DOCKER : host,
    path: isDocker && !path.includes('/') ? `library/${path}` : path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Whether a name always means the same image: by its digest, or by a tag that is a version and does not move by name. */
export function isPinned(reference: string): boolean {
  const { tag, digest } = partsOf(reference);
  if (digest !== undefined) return /^sha256:[0-9a-f]{64}$/.test(digest);
  return tag !== undefined && VERSION.test(tag) && !MOVING.test(tag);
}

/**
 * What an image is called in a mirror: its registry is replaced, path, tag and digest stay as they are.
 * `nginx:1.30.5` of `mirror.example.com/hks` is `mirror.example.com/hks/library/nginx:1.30.5`.
 * What the mirror or the platform's own registry holds already keeps its name.
 */
export function mirrored(reference: string, mirror?: string): string {
  if (mirror === undefined || reference.startsWith(`${mirror}/`)) return reference;
  const { host, path, tag, digest } = partsOf(reference);
  if (host === REGISTRY_HOST) return reference;
  return [
    `${mirror}/${path}`,
    ...(tag === undefined ? [] : [`:${tag}`]),
    ...(digest === undefined ? [] : [`@${digest}`]),
  ].join('');
}
