/** @module Where objects name images: in every place of the release files, and nowhere else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imagesOf, rewriteImages } from '../../../stacks/images';
import type { KubeObject } from '../../../stacks/kube-object';
import { COMPONENTS, PINS } from '../../../stacks/releases/pins';
import { describeWithReleases, releaseObjects, releases } from '../release-files';

const object = (kind: string, fields: object, apiVersion = 'v1', name = 'it'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});
const pod = {
  containers: [
    { name: 'a', image: 'a:1' },
    { name: 'none', image: '' },
  ],
  initContainers: [{ name: 'b', image: 'b:1' }],
  ephemeralContainers: [{ name: 'c', image: 'c:1' }],
  volumes: [
    { name: 'image', image: { reference: 'd:1', pullPolicy: 'IfNotPresent' } },
    { name: 'other', emptyDir: {} },
    { name: 'odd', image: {} },
  ],
};

test.each([
  ['a pod', object('Pod', { spec: pod })],
  ['a Deployment', object('Deployment', { spec: { template: { spec: pod } } }, 'apps/v1')],
  [
    'a CronJob',
    object('CronJob', { spec: { jobTemplate: { spec: { template: { spec: pod } } } } }, 'batch/v1'),
  ],
  [
    'a Knative Service',
    object('Service', { spec: { template: { spec: pod } } }, 'serving.knative.dev/v1'),
  ],
  ['what holds several pods', object('Several', { spec: [{ template: { spec: pod } }] }, 'x/v1')],
])('all images of %s', (_, it) => {
  expect(imagesOf([it])).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
  const rewritten = rewriteImages(it, (image) => `m/${image}`);
  expect(imagesOf([rewritten])).toEqual(['m/a:1', 'm/b:1', 'm/c:1', 'm/d:1']);
  expect(JSON.stringify(rewritten).replaceAll('m/', '')).toBe(JSON.stringify(it));
});

test('variables that say what controllers run', () => {
  const digest = `gcr.io/x@sha256:${'0'.repeat(64)}`;
  const env = [
    { name: 'DISPATCHER_IMAGE', value: 'gcr.io/dispatcher:1.0' },
    { name: 'RUNS', value: digest },
    { name: 'IMAGE', value: 'disabled' },
    { name: 'IMAGE_PULL', value: 'gcr.io/pull:1.0' },
    { name: 'OTHER_IMAGE', valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } },
    'odd',
  ];
  const it = object('Pod', { spec: { containers: [{ name: 'a', env }, 'odd'] } });
  expect(imagesOf([it])).toEqual(['gcr.io/dispatcher:1.0', digest]);
});

test('ConfigMaps: the keys that hold images, and no others', () => {
  const digest = `gcr.io/x@sha256:${'0'.repeat(64)}`;
  const data = {
    'queue-sidecar-image': 'gcr.io/queue:1.0',
    'kubernetes.podspec-volumes-image': 'disabled',
    any: digest,
    _example: `queue-sidecar-image: ${digest}`,
    odd: 1,
  };
  expect(imagesOf([object('ConfigMap', { data })])).toEqual(['gcr.io/queue:1.0', digest]);
  const images = { source: 'gcr.io/source:1.0', none: 'disabled' };
  expect(imagesOf([object('ConfigMap', { data: images }, 'v1', 'x-images')])).toEqual([
    'gcr.io/source:1.0',
  ]);
  expect(imagesOf([object('ConfigMap', {}), object('ConfigMap', { data: null })])).toEqual([]);
});

test(`Knative's image cache, and no other kind of that name`, () => {
  const spec = { image: 'a:1' };
  expect(imagesOf([object('Image', { spec }, 'caching.internal.knative.dev/v1alpha1')])).toEqual([
    'a:1',
  ]);
  expect(imagesOf([object('Image', { spec }, 'other/v1')])).toEqual([]);
});

test('definitions hold no images, whatever they are called', () => {
  const spec = { containers: [{ image: 'a:1' }] };
  expect(imagesOf([object('CustomResourceDefinition', { spec })])).toEqual([]);
});

describeWithReleases('the release files', () => {
  test.each(COMPONENTS)('%s: all that a text search finds is found, and pinned', (component) => {
    const [release] = PINS.components[component].releases;
    const texts = release?.assets.map(({ name }) =>
      readFileSync(join(releases ?? '', component, name), 'utf8'),
    );
    const lines = (texts ?? [])
      .join('\n')
      .split('\n')
      .filter((line) => !/^\s*#/.test(line));
    const named = lines.flatMap(
      (line) => line.match(/[\w./-]+@sha256:[0-9a-f]{64}|docker\.io\/\S+/g) ?? [],
    );
    const objects = release?.assets.flatMap(({ name }) => releaseObjects(`${component}/${name}`));
    expect(named.length).toBeGreaterThan(1);
    expect(imagesOf(objects ?? [])).toEqual([...new Set(named)].sort());
    expect(release?.images).toEqual(imagesOf(objects ?? []));
    const rewritten = (objects ?? []).map((it) => rewriteImages(it, (image) => `m/${image}`));
    expect(imagesOf(rewritten)).toEqual([...new Set(named.map((image) => `m/${image}`))].sort());
  });
});
