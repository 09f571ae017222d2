/** @module The images of the platform: what they are pinned to, what the settings make of them, and all that a host needs. */
import { IMAGES } from '../constructs/images';
import { choosePostgres } from './cluster/choices';
import type { HostPlatformConfig, ImageName } from './config/schema';
import { mirrored } from './images/reference';
import { PINS, type Pins } from './releases/pins';

export { imagesOf, rewriteImages } from './images/places';
export { isPinned, mirrored } from './images/reference';

/** Settings that decide which images there are. */
export type ImageSettings = Pick<HostPlatformConfig, 'images' | 'imageMirror'>;

/** An image, as its maker calls it and as the platform pulls it; both are the same without a mirror. */
export interface NeededImage {
  readonly reference: string;
  readonly pulled: string;
}

/** The pinned image, or the one that the settings name instead; from the mirror, when there is one. */
export function pinnedImage(name: ImageName, config: ImageSettings): string {
  return mirrored(unmirrored(name, config), config.imageMirror);
}

/** An image that a release names, as the platform pulls it: pinned where its name is a floating one. */
export function releaseImage(reference: string, config: ImageSettings): string {
  return mirrored(settled(reference, config), config.imageMirror);
}

/** The name of the pin that stands in for a floating name of an image. */
export function replacement(reference: string, { images }: Pins = PINS): ImageName | undefined {
  const names = Object.keys(images) as (keyof typeof images)[];
  return names.find((name) => images[name].replaces?.includes(reference));
}

/**
 * What a host without network must have for these releases and settings, sorted.
 * Images that tenants' constructs use by themselves are among them.
 */
export function allImages(
  config: HostPlatformConfig,
  releases: Readonly<Record<string, { readonly images: readonly string[] } | undefined>>,
): NeededImage[] {
  const named = Object.values(releases).flatMap((release) => release?.images ?? []);
  const { controlPlane, packageProxy } = config;
  const names: readonly ImageName[] = [
    'registry',
    'kaniko',
    'client',
    ...(packageProxy.enabled ? (['packageProxy'] as const) : []),
    ...(choosePostgres(config) === 'installed' ? (['postgres'] as const) : []),
  ];
  const references = [
    ...named.map((reference) => settled(reference, config)),
    ...names.map((name) => unmirrored(name, config)),
    ...Object.values(IMAGES),
    ...(controlPlane.image === undefined ? [] : [controlPlane.image]),
  ];
  return [...new Set(references)]
    .sort()
    .map((reference) => ({ reference, pulled: mirrored(reference, config.imageMirror) }));
}

/** Images that constructs use too are pinned with them. */
const FROM_CONSTRUCTS = { kaniko: IMAGES.kaniko, client: IMAGES.client } as const;

function unmirrored(name: ImageName, { images }: ImageSettings): string {
  const own = images[name];
  if (own !== undefined) return own;
  return name === 'kaniko' || name === 'client'
    ? FROM_CONSTRUCTS[name]
    : PINS.images[name].reference;
}

function settled(reference: string, config: ImageSettings): string {
  const name = replacement(reference);
  return name === undefined ? reference : unmirrored(name, config);
}
