/** @module Names of images: their parts, pinned or not, and what they are called in a mirror. */
import fc from 'fast-check';
import { isPinned, mirrored, partsOf } from '../../../stacks/images/reference';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const MIRROR = 'mirror.example.com:5000/hks';

const part = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8})?$/);
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const host = fc.constantFrom(
  'docker.io',
  'gcr.io',
  'localhost',
  'localhost:5000',
  'quay.io:443',
  '',
);
const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][\w.-]{0,20}$/), { nil: undefined });
const digest = fc.option(fc.constant(DIGEST), { nil: undefined });
const reference = fc
  .tuple(host, path, tag, digest)
  .map(([at, name, version, sum]) =>
    [at && `${at}/`, name, version && `:${version}`, sum && `@${sum}`].join(''),
  );

test.each([
  ['nginx', { host: 'docker.io', path: 'library/nginx' }],
  ['docker.io/nginx:1.30', { host: 'docker.io', path: 'library/nginx', tag: '1.30' }],
  ['index.docker.io/a/b:1', { host: 'docker.io', path: 'a/b', tag: '1' }],
  ['localhost/a', { host: 'localhost', path: 'a' }],
  ['host:5000/a:1', { host: 'host:5000', path: 'a', tag: '1' }],
  [`gcr.io/a/b:1@${DIGEST}`, { host: 'gcr.io', path: 'a/b', tag: '1', digest: DIGEST }],
])('the parts of %s', (name, parts) => {
  expect(partsOf(name)).toEqual(parts);
});

test.each([
  `gcr.io/a@${DIGEST}`,
  `a:latest@${DIGEST}`,
  'registry:2.8.3',
  'docker.io/library/python:3.11-slim',
  'docker.io/envoyproxy/envoy:v1.37.11',
  'quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z',
  'debian:bookworm-20250407',
  'a:1.2.3-mainframe',
])('%s is pinned', (name) => {
  expect(isPinned(name)).toBe(true);
});

test.each([
  'nginx',
  'host:5000/nginx',
  'registry:2',
  'a:latest',
  'docker.io/envoyproxy/envoy:v1.37-latest',
  'a:1.2-dev',
  'a:main',
  'a:slim',
  'a@sha256:12',
])('%s is not', (name) => {
  expect(isPinned(name)).toBe(false);
});

test.each([
  ['nginx:1.30.5', 'library/nginx:1.30.5'],
  ['docker.io/library/registry:2.8.3', 'library/registry:2.8.3'],
  [`gcr.io/knative-releases/a@${DIGEST}`, `knative-releases/a@${DIGEST}`],
  ['localhost:5000/a', 'a'],
])('%s in a mirror', (name, own) => {
  expect(mirrored(name, MIRROR)).toBe(`${MIRROR}/${own}`);
  expect(mirrored(name)).toBe(name);
});

test(`the platform's own registry is no mirror's business`, () => {
  const own = 'registry.hks-system.svc.cluster.local:5000/hks/control-plane:1.0.0';
  expect(mirrored(own, MIRROR)).toBe(own);
});

test('tag and digest never change, nor does what is pinned, and what is in the mirror stays there', () => {
  fc.assert(
    fc.property(reference, (name) => {
      const there = mirrored(name, MIRROR);
      const [before, after] = [partsOf(name), partsOf(there)];
      expect(there.startsWith(`${MIRROR}/`)).toBe(true);
      expect([after.tag, after.digest]).toEqual([before.tag, before.digest]);
      expect(after.path).toBe(`hks/${before.path}`);
      expect(isPinned(there)).toBe(isPinned(name));
      expect(mirrored(there, MIRROR)).toBe(there);
    }),
  );
});

test('two images are never one in a mirror, unless only their registries differ', () => {
  fc.assert(
    fc.property(reference, reference, (a, b) => {
      const same = mirrored(a, MIRROR) === mirrored(b, MIRROR);
      const without = (name: string) => JSON.stringify({ ...partsOf(name), host: '' });
      expect(same).toBe(without(a) === without(b));
    }),
  );
});
