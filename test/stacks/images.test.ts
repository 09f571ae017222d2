/** @module The platform's images: pinned, overridden, mirrored, and all that a host without network needs. */
import { IMAGES } from '../../constructs/images';
import { HostPlatformConfig, IMAGE_NAMES } from '../../stacks/config/schema';
import { allImages, isPinned, pinnedImage, releaseImage } from '../../stacks/images';
import { chosenReleases } from '../../stacks/releases/choice';

const FLOATING = 'docker.io/envoyproxy/envoy:v1.37-latest';
const imageMirror = 'mirror.example.com/hks';
const plain = HostPlatformConfig.parse({});

test.each(IMAGE_NAMES)('%s is pinned', (name) => {
  expect(isPinned(pinnedImage(name, plain))).toBe(true);
});

test('what constructs use too is one pin', () => {
  expect(pinnedImage('kaniko', plain)).toBe(IMAGES.kaniko);
  expect(pinnedImage('client', plain)).toBe(IMAGES.client);
});

test('an image of the settings goes before the pin, and both go through the mirror', () => {
  const images = { registry: 'registry.example.com/registry:3.0.0' };
  expect(pinnedImage('registry', { images })).toBe(images.registry);
  expect(pinnedImage('registry', { images, imageMirror })).toBe(`${imageMirror}/registry:3.0.0`);
  expect(pinnedImage('registry', { images: {}, imageMirror })).toBe(
    `${imageMirror}/library/registry:2.8.3`,
  );
});

test(`a release's floating name becomes the pin, and others stay`, () => {
  const envoy = pinnedImage('envoy', plain);
  expect(envoy).toMatch(/^docker\.io\/envoyproxy\/envoy:v1\.37\.\d+$/);
  expect(releaseImage(FLOATING, plain)).toBe(envoy);
  expect(releaseImage(FLOATING, { images: { envoy: 'a.example.com/envoy:v1.37.2' } })).toBe(
    'a.example.com/envoy:v1.37.2',
  );
  expect(releaseImage('docker.io/envoyproxy/envoy:v1.36-latest', plain)).toBe(
    'docker.io/envoyproxy/envoy:v1.36-latest',
  );
  expect(releaseImage('gcr.io/a/b:1.0.0', { images: {}, imageMirror })).toBe(
    `${imageMirror}/a/b:1.0.0`,
  );
});

function needed(settings: object): string[] {
  const config = HostPlatformConfig.parse(settings);
  return allImages(config, { ...chosenReleases(config) }).map(({ reference }) => reference);
}

test('all images: those of the releases and of what is on', () => {
  const [least, most] = [
    needed({}),
    needed({
      eventing: { enabled: true },
      packageProxy: { enabled: true },
      controlPlane: { image: 'registry.example.com/control-plane:1.0.0' },
    }),
  ];
  expect(least).toEqual([...new Set(least)].sort());
  expect(least).toEqual(
    expect.arrayContaining([pinnedImage('envoy', plain), ...Object.values(IMAGES)]),
  );
  expect(least.filter((image) => !isPinned(image))).toEqual([]);
  expect(most.filter((image) => !least.includes(image) && !image.includes('gcr.io'))).toEqual([
    pinnedImage('postgres', plain),
    pinnedImage('packageProxy', plain),
    'registry.example.com/control-plane:1.0.0',
  ]);
  expect(most.filter((image) => image.includes('/eventing/')).length).toBeGreaterThan(5);
  expect(least.filter((image) => image.includes('/eventing/'))).toEqual([]);
});

test('a database of yours needs no image', () => {
  const controlPlane = { image: 'registry.example.com/control-plane:1.0.0' };
  const postgres = { url: 'postgres://user:pass@db.example.com/hks' };
  expect(needed({ controlPlane, postgres })).not.toContain(pinnedImage('postgres', plain));
  expect(needed({ controlPlane })).toContain(pinnedImage('postgres', plain));
});

test('with a mirror each has its name there', () => {
  const config = HostPlatformConfig.parse({ imageMirror });
  for (const { reference, pulled } of allImages(config, { ...chosenReleases(config) })) {
    expect(pulled).toBe(releaseImage(reference, config));
    expect(pulled.startsWith(`${imageMirror}/`)).toBe(true);
  }
});
