/** @module Indexes on disk: what is read by them stays in the output folder, whatever they say. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listedText, tenantFolders } from '../../../../platform/cli/tree/index-file';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'hks-index-'));
  mkdirSync(join(dist, 'tenants/acme/shop'), { recursive: true });
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

const OBJECT = { group: '', kind: 'A', namespace: 'shop', name: 'a', sha256: '', path: 'shop/a' };

function write(index: unknown): void {
  writeFileSync(join(dist, 'tenants/acme/hks-index.json'), JSON.stringify(index));
}

test('folders with an index, platform first, then by name', () => {
  write({ app: 'shop', objects: [{ ...OBJECT, file: 'shop/a.yaml' }], gitops: [] });
  for (const path of ['platform/beta', 'tenants/aaa']) {
    mkdirSync(join(dist, path), { recursive: true });
    writeFileSync(join(dist, path, 'hks-index.json'), '{"app":"x","objects":[],"gitops":[]}');
  }
  mkdirSync(join(dist, 'tenants/mine'));
  writeFileSync(join(dist, 'tenants/file'), '');
  expect(tenantFolders(dist).map(({ path, app }) => `${path} ${app}`)).toEqual([
    'platform/beta x',
    'tenants/aaa x',
    'tenants/acme shop',
  ]);
});

const BROKEN: readonly (readonly [string, unknown])[] = [
  ['no object', 7],
  ['no app', { objects: [], gitops: [] }],
  ['no objects', { app: 'x', gitops: [] }],
  ['no files for GitOps', { app: 'x', objects: [] }],
  ['an object without a hash', { app: 'x', objects: [{ file: 'shop/a.yaml' }], gitops: [] }],
  ...['../../secret', '/etc/passwd', 'shop/../..', 'a/b/c', 'a', '../a', 'shop/', './a'].flatMap(
    (file) => [
      [`the object ${file}`, { app: 'x', objects: [{ ...OBJECT, file }], gitops: [] }] as const,
      [
        `the GitOps file ${file}`,
        { app: 'x', objects: [], gitops: [{ file, sha256: '' }] },
      ] as const,
    ],
  ),
];

test.each(BROKEN)('an index with %s is refused', (_, index) => {
  write(index);
  expect(() => tenantFolders(dist)).toThrow(
    `'output' of hks synth must hold indexes that HKS wrote, and '${join(dist, 'tenants/acme/hks-index.json')}' is none`,
  );
});

test('links to elsewhere are not followed', () => {
  writeFileSync(join(dist, 'secret'), 'hunter');
  const folder = join(dist, 'tenants/acme');
  symlinkSync(dist, join(folder, 'out'));
  symlinkSync(join(dist, 'secret'), join(folder, 'shop/link'));
  writeFileSync(join(folder, 'shop/own'), 'mine');
  expect(listedText(folder, 'out/secret')).toBeUndefined();
  expect(listedText(folder, 'shop/link')).toBeUndefined();
  expect(listedText(folder, 'shop/gone')).toBeUndefined();
  expect(listedText(folder, 'shop/own')).toBe('mine');
});
