/** @module Pins held against what files name. */

import { objectsOf } from '../../../stacks/releases';
import { floatingImages, imageFaults, pinFaults } from '../../../stacks/releases/check';
import { PINS, type ReleasePin } from '../../../stacks/releases/pins';
import { CONTENTS, deployment, IMAGES, pinsOf } from './pinned';

const [serving] = pinsOf().components['knative-serving'].releases as [ReleasePin];
const release = { component: 'knative-serving', ...serving };
const own = IMAGES['knative-serving'];

test('a release whose files name what is pinned', () => {
  expect(imageFaults(release, objectsOf(CONTENTS['knative-serving']))).toEqual([]);
});

test('an image more, and an image less', () => {
  expect(imageFaults(release, objectsOf(deployment('a', 'a.example.com/other:1.0')))).toEqual([
    `'images' of knative-serving 1.23.0 must hold every image that its files name, received 'a.example.com/other:1.0'. Pin the release again by 'hks releases update --component knative-serving --to 1.23.0'.`,
    `'images' of knative-serving 1.23.0 must hold no image that its files do not name, received '${own}'. Pin the release again by 'hks releases update --component knative-serving --to 1.23.0'.`,
  ]);
});

test('a floating image counts as pinned only where a pin replaces that very name', () => {
  expect(floatingImages({ images: [own, IMAGES['knative-kourier']] }, PINS)).toEqual([]);
  expect(floatingImages({ images: ['docker.io/envoyproxy/envoy:v1.38-latest'] }, PINS)).toEqual([
    'docker.io/envoyproxy/envoy:v1.38-latest',
  ]);
});

test('this package pins all of its images', () => {
  expect(pinFaults(PINS)).toEqual([]);
});

test('each image that is not pinned is told', () => {
  const pins = {
    ...pinsOf(),
    images: {
      ...PINS.images,
      envoy: { reference: 'docker.io/envoyproxy/envoy:latest' },
    },
  };
  expect(pinFaults(pins)).toEqual([
    `'images' of knative-kourier 1.23.0 must be named by digest or version, or be replaced by a pinned image, received 'docker.io/envoyproxy/envoy:v1.37-latest'. Add it to 'replaces' of one of 'images' in stacks/releases.json.`,
    `'envoy' of the pinned images must be an image with a version or digest, received 'docker.io/envoyproxy/envoy:latest'. Name one that does not move.`,
  ]);
});
