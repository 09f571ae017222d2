/** @module The file of pins: it holds what the files are, and its rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPONENTS, PINS, pinsText, readPins } from '../../../stacks/releases/pins';
import { newer } from '../../../stacks/releases/version';
import { describeWithReleases, releases } from '../release-files';
import { pinsOf, sha256Of } from './pinned';

test('the file is as it is written back', () => {
  const path = join(__dirname, '../../../stacks/releases.json');
  expect(pinsText(PINS)).toBe(readFileSync(path, 'utf8'));
});

test.each(COMPONENTS)(
  '%s is released on GitHub, at the version and repository that it names',
  (name) => {
    const { repository, releases: pinned } = PINS.components[name];
    for (const { version, assets } of pinned) {
      const base = `https://github.com/${repository}/releases/download/knative-v${version}`;
      expect(assets.map(({ url }) => url)).toEqual(assets.map((asset) => `${base}/${asset.name}`));
    }
  },
);

describeWithReleases('the release files', () => {
  test.each(COMPONENTS)('%s has the pinned sums', (component) => {
    for (const { name, sha256 } of PINS.components[component].releases[0]?.assets ?? []) {
      expect([name, sha256Of(readFileSync(join(releases ?? '', component, name), 'utf8'))]).toEqual(
        [name, sha256],
      );
    }
  });
});

test('every fault is told', () => {
  const pins = structuredClone(pinsOf('https://x.example.com', ['1.22.0', '1.23.0']));
  const [first] = pins.components['knative-serving'].releases;
  const [asset] = first?.assets ?? [];
  const wrong = {
    ...pins,
    components: {
      ...pins.components,
      'knative-kourier': {
        ...pins.components['knative-kourier'],
        releases: [{ ...first, version: '1.23', assets: [asset, asset], images: ['a:1'] }],
      },
      'knative-eventing': {
        repository: 'eventing',
        releases: [{ ...first, assets: [{ ...asset, sha256: 'abc' }] }],
      },
    },
  };
  expect(() => readPins(wrong, 'pins.json')).toThrow(
    [
      `'components.knative-serving.releases' of pins.json: must list each version once, the newest first.`,
      `'components.knative-kourier.releases.0.version' of pins.json: must be a version such as '1.23.0'.`,
      `'components.knative-kourier.releases.0.assets' of pins.json: must name each file once.`,
      `'components.knative-kourier.releases.0.images.0' of pins.json: must be an image.`,
      `'components.knative-eventing.repository' of pins.json: must be a repository such as 'knative/serving'.`,
      `'components.knative-eventing.releases.0.assets.0.sha256' of pins.json: must be 64 hexadecimal digits.`,
    ].join('\n'),
  );
  expect(readPins(pinsOf(), 'pins.json')).toEqual(pinsOf());
});

test.each([
  ['1.23.0', '1.22.9', true],
  ['1.23.10', '1.23.9', true],
  ['2.0.0', '1.99.99', true],
  ['1.23.0', '1.23.0', false],
  ['1.9.0', '1.10.0', false],
])('%s is newer than %s: %s', (a, b, is) => {
  expect(newer(a, b)).toBe(is);
});
