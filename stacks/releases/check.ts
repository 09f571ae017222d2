/** @module Whether releases are what their pins say: the images that their files name, and that each always means the same. */
import { IMAGES } from '../../constructs/images';
import { invalid } from '../../constructs/invalid';
import { imagesOf, isPinned, replacement } from '../images';
import type { KubeObject } from '../kube-object';
import type { Pins, ReleasePin } from './pins';

/** What a release's files name and its pin does not, or the other way round: a sentence for each. */
export function imageFaults(
  { component, version, images }: ReleasePin & { readonly component: string },
  objects: readonly KubeObject[],
): string[] {
  const named = imagesOf(objects);
  const fault = (image: string, rule: string) =>
    invalid(`${component} ${version}`, {
      prop: 'images',
      rule,
      received: image,
      fix: `Pin the release again by 'hks releases update --component ${component} --to ${version}'`,
    }).message;
  return [
    ...named
      .filter((image) => !images.includes(image))
      .map((image) => fault(image, 'must hold every image that its files name')),
    ...images
      .filter((image) => !named.includes(image))
      .map((image) => fault(image, 'must hold no image that its files do not name')),
  ];
}

/** Images of a release that no pin fixes. */
export function floatingImages({ images }: Pick<ReleasePin, 'images'>, pins: Pins): string[] {
  return images.filter((image) => !isPinned(image) && replacement(image, pins) === undefined);
}

/** Each image that is neither named by digest or version nor replaced by one that is: a sentence for each. */
export function pinFaults(pins: Pins): string[] {
  const releases = Object.entries(pins.components).flatMap(([component, { releases }]) =>
    releases.map((release) => ({ ...release, component })),
  );
  const own = Object.entries(pins.images).map(
    ([name, { reference }]) => [name, reference] as const,
  );
  return [
    ...releases.flatMap((release) =>
      floatingImages(release, pins).map((image) => floating(release, image)),
    ),
    ...[...own, ...Object.entries(IMAGES)]
      .filter(([, reference]) => !isPinned(reference))
      .map(
        ([name, reference]) =>
          invalid('the pinned images', {
            prop: name,
            rule: 'must be an image with a version or digest',
            received: reference,
            fix: 'Name one that does not move',
          }).message,
      ),
  ];
}

/** What to do about an image of a release that moves. */
export function floating(
  { component, version }: { readonly component: string; readonly version: string },
  image: string,
): string {
  return invalid(`${component} ${version}`, {
    prop: 'images',
    rule: 'must be named by digest or version, or be replaced by a pinned image',
    received: image,
    fix: `Add it to 'replaces' of one of 'images' in stacks/releases.json`,
  }).message;
}
