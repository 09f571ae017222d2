/** @module Which releases the settings ask for, and whether they run on the cluster. */
import { HostPlatformConfig } from '../../../stacks/config/schema';
import { chosenReleases, unsupportedVersions } from '../../../stacks/releases/choice';
import { isWithin, minorOf } from '../../../stacks/releases/version';
import { pinsOf } from './pinned';

const settings = (versions: object = {}, enabled = false) =>
  HostPlatformConfig.parse({ versions, eventing: { enabled } });
const pins = pinsOf('https://x.example.com', ['1.23.0', '1.22.1']);

test('the newest, unless another pinned one is named; Eventing only where it is on', () => {
  const { serving, kourier, eventing } = chosenReleases(settings({ kourier: '1.22.1' }), pins);
  expect([serving.component, serving.version]).toEqual(['knative-serving', '1.23.0']);
  expect([kourier.component, kourier.version]).toEqual(['knative-kourier', '1.22.1']);
  expect(eventing).toBeUndefined();
  expect(chosenReleases(settings({}, true), pins).eventing?.version).toBe('1.23.0');
});

test('every version that is not pinned is told, with those that are', () => {
  const wrong = settings({ serving: '1.9.9', kourier: '1.22.1', eventing: '1.0.0' }, true);
  const fault = (part: string, title: string, received: string) =>
    `'versions.${part}' of the settings must be a pinned version of ${title}: '1.23.0', '1.22.1', received '${received}'. Leave it out for the newest one, or pin this one by 'hks releases update' in a checkout.`;
  expect(() => chosenReleases(wrong, pins)).toThrow(
    new Error(
      [
        fault('serving', 'Knative Serving', '1.9.9'),
        fault('eventing', 'Knative Eventing', '1.0.0'),
      ].join('\n'),
    ),
  );
  const off = settings({ eventing: '1.0.0' });
  expect(chosenReleases(off, pins).eventing).toBeUndefined();
});

test.each(['v1.34.1+k3s1', 'v1.34.0', '1.35.2-rc1+k3s1', 'v1.100.0', 'v2.0.0'])(
  '%s is new enough',
  (version) => {
    expect(unsupportedVersions(settings({}, true), version, pins)).toEqual([]);
  },
);

test('a cluster that is too old: every part that does not run there', () => {
  const fault = (part: string, title: string) =>
    `'versions.${part}' of the settings must be a version that runs on the cluster's Kubernetes v1.33.4+k3s1; ${title} 1.23.0 needs 1.34 or newer, received '1.23.0'. No pinned version runs there: upgrade the cluster to Kubernetes 1.34.`;
  expect(unsupportedVersions(settings({}, true), 'v1.33.4+k3s1', pins)).toEqual([
    fault('serving', 'Knative Serving'),
    fault('kourier', 'Kourier'),
    fault('eventing', 'Knative Eventing'),
  ]);
  expect(unsupportedVersions(settings(), 'v1.33.4+k3s1', pins)).toHaveLength(2);
});

test('a pinned version that runs there is named', () => {
  const old = pinsOf('https://x.example.com', ['1.21.3'], { min: '1.32', max: '1.34' });
  const both = structuredClone(pins);
  both.components['knative-serving'].releases.push(...old.components['knative-serving'].releases);
  both.components['knative-kourier'].releases.push(...old.components['knative-kourier'].releases);
  expect(unsupportedVersions(settings({ kourier: '1.21.3' }), 'v1.33.4+k3s1', both)).toEqual([
    `'versions.serving' of the settings must be a version that runs on the cluster's Kubernetes v1.33.4+k3s1; Knative Serving 1.23.0 needs 1.34 or newer, received '1.23.0'. Set it to '1.21.3'.`,
  ]);
});

test('a cluster that is too new', () => {
  const bounded = pinsOf('https://x.example.com', ['1.23.0'], { min: '1.34', max: '1.36' });
  expect(unsupportedVersions(settings(), 'v1.36.9', bounded)).toEqual([]);
  expect(unsupportedVersions(settings(), 'v1.37.0', bounded)[0]).toBe(
    `'versions.serving' of the settings must be a version that runs on the cluster's Kubernetes v1.37.0; Knative Serving 1.23.0 needs 1.34 to 1.36, received '1.23.0'. No pinned version runs there: pin a newer one by 'hks releases update' in a checkout.`,
  );
});

test.each(['', 'unknown', 'v1', '1.x', 'v1.34rc'])('%j is no version', (version) => {
  expect(unsupportedVersions(settings(), version, pins)).toEqual([
    `'version' of the cluster must be a version of Kubernetes such as 'v1.34.1+k3s1', received '${version}'. Ask the API server: kubectl version.`,
  ]);
});

test('only the minor version counts', () => {
  expect(isWithin(minorOf('v1.34.0') ?? { major: 0, minor: 0 }, { min: '1.34', max: '1.34' })).toBe(
    true,
  );
  expect(isWithin({ major: 1, minor: 9 }, { min: '1.34' })).toBe(false);
});
