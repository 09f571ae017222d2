/** @module Image references: what a container runtime takes, and how exactly the image is named. */
import { App, Chart } from 'cdk8s';
import { checkImage, IMAGES } from '../../constructs/images';
import { warningsOf } from '../../constructs/warnings';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const owner = () => new Chart(new App(), 'shop');

test('the platform’s own images have tags, and none is latest', () => {
  for (const image of Object.values(IMAGES)) {
    const chart = owner();
    checkImage(chart, 'image', image);
    expect(warningsOf(chart)).toEqual([]);
  }
});

test.each([
  'busybox:1.36',
  `busybox@${DIGEST}`,
  `registry.hks-system.svc.cluster.local:5000/shop/api:1.4.2@${DIGEST}`,
  'localhost/a:1',
  'localhost:5000/a/b/c:v1_2.3-x',
  '10.0.0.1:5000/a__b:1',
  'a-b/c--d:1',
])('taken as it came: %s', (image) => {
  const chart = owner();
  expect(checkImage(chart, 'image', image)).toBe(image);
  expect(warningsOf(chart)).toEqual([]);
});

test.each([
  '',
  ' busybox:1',
  'busybox:',
  'a:b:c',
  '/a:1',
  'a/:1',
  'Shop/api:1',
  'a..b:1',
  'a___b:1',
  'https://registry.example.com/a:1',
  'busybox@sha256:123',
  `busybox:${'x'.repeat(129)}`,
  `${'a/'.repeat(300)}a:1`,
  undefined,
  null,
  1,
  ['busybox'],
])('refused: %p', (image) => {
  const shownImage = jest.requireActual('../../constructs/invalid').shown(image);
  expect(() => checkImage(owner(), 'image', image)).toThrow(
    new Error(
      `'image' of Chart 'shop' must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received ${shownImage}. Write it like 'registry.example.com/shop/api:1.4.2'.`,
    ),
  );
});

test('an image without tag and digest is warned of', () => {
  const chart = owner();
  checkImage(chart, 'image', 'registry.example.com:5000/shop/api');
  expect(warningsOf(chart).map(({ message }) => message)).toEqual([
    `'image' has neither tag nor digest, received 'registry.example.com:5000/shop/api'. Append a tag, or better a digest, so that every start runs the same code.`,
  ]);
});

test('the tag latest is warned of, but beside a digest', () => {
  const chart = owner();
  checkImage(chart, 'image', `api:latest@${DIGEST}`);
  expect(warningsOf(chart)).toEqual([]);
  checkImage(chart, 'image', 'api:latest');
  expect(warningsOf(chart).map(({ message }) => message)).toEqual([
    `'image' has the tag 'latest', received 'api:latest'. Name a version, or better a digest, so that every start runs the same code.`,
  ]);
});

test('with requireDigest only a digest will do', () => {
  expect(checkImage(owner(), 'image', `api@${DIGEST}`, { requireDigest: true })).toContain(DIGEST);
  expect(() => checkImage(owner(), 'image', 'api:1', { requireDigest: true })).toThrow(
    new Error(
      `'image' of Chart 'shop' must name its image by digest, since the project sets 'requireDigest', received 'api:1'. Append the digest that the registry shows: 'api:1@sha256:…'.`,
    ),
  );
});
