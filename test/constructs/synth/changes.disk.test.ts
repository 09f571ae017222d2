/** @module A second run puts right what was changed on disk, and writes nothing else: every kind of change. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { HksApp } from '../../../constructs/synth/app';
import { sha256 } from '../../../constructs/synth/files';
import { ObjectFile } from '../../../constructs/synth/object-file';
import type { FolderIndex } from '../../../constructs/synth/tree';
import { contentsOf, thrownBy, watched } from './folder';

let outdir: string;
let elsewhere: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(join(tmpdir(), 'hks-changes-'));
  elsewhere = fs.mkdtempSync(join(tmpdir(), 'hks-elsewhere-'));
});
afterEach(() => {
  for (const folder of [outdir, elsewhere]) fs.rmSync(folder, { recursive: true, force: true });
});

const SETTINGS = 'tenants/acme/shop/configmap.settings.yaml';
const INDEX = 'tenants/acme/hks-index.json';
const KUSTOMIZATION = 'tenants/acme/kustomization.yaml';
const PROJECT = 'argocd/appproject.hks-tenant-acme.yaml';

/** Two tenants with a ConfigMap each, and files for Argo CD. */
function synth(): void {
  const argocd = { repoUrl: 'https://git.example.com/gitops.git' };
  const app = new HksApp({ name: 'test', outdir, argocd });
  for (const [id, tenant] of [
    ['shop', 'acme'],
    ['blog', 'beta'],
  ] as const) {
    const project = new Project(app, id, { tenant });
    const metadata = { name: 'settings' };
    new ApiObject(project, 'settings', { ...CONFIG_MAP, metadata, data: { level: 'info' } });
  }
  app.synth();
}

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap' };

const at = (file: string) => join(outdir, file);
const read = (file: string) => fs.readFileSync(at(file), 'utf8');
const write = (file: string, text: string) => fs.writeFileSync(at(file), text);

/** Writes without a trace in the file's time and size. */
function forge(file: string, text: string): void {
  const { atime, mtime, size } = fs.statSync(at(file));
  write(file, text);
  fs.utimesSync(at(file), atime, mtime);
  expect(fs.statSync(at(file)).size).toBe(size);
}

function edit(change: (index: FolderIndex) => unknown): void {
  write(INDEX, `${JSON.stringify(change(JSON.parse(read(INDEX))), null, 2)}\n`);
}

/** The index with another entry for the settings. */
function editEntry(change: object): void {
  edit((index) => ({
    ...index,
    objects: index.objects.map((entry) =>
      entry.name === 'settings' ? { ...entry, ...change } : entry,
    ),
  }));
}

/** What the second run writes, once the tree is as it was. */
function secondRun(tamper: () => void): readonly string[] {
  synth();
  const before = contentsOf(outdir);
  tamper();
  const changed = watched(outdir);
  synth();
  expect(contentsOf(outdir)).toEqual(before);
  expect(fs.lstatSync(at(SETTINGS)).isFile()).toBe(true);
  const files = changed();
  synth();
  expect(changed()).toEqual(files);
  return files;
}

test.each<[string, string, (file: string) => void]>([
  ['an object that was edited', SETTINGS, (file) => write(file, `${read(file)}# mine\n`)],
  [
    'an object of another line ending',
    SETTINGS,
    (file) => write(file, read(file).replace('\n', '\r\n')),
  ],
  [
    'an object edited in its size and time',
    SETTINGS,
    (file) => forge(file, read(file).replace('info', 'warn')),
  ],
  [
    'an object that is no UTF-8 any more',
    SETTINGS,
    (file) => fs.writeFileSync(at(file), Buffer.from([0xff, 0xfe])),
  ],
  ['an object that was truncated', SETTINGS, (file) => fs.truncateSync(at(file), 10)],
  ['an object that was emptied', SETTINGS, (file) => write(file, '')],
  ['an object that was removed', SETTINGS, (file) => fs.rmSync(at(file))],
  ['an object that is a link to a copy', SETTINGS, (file) => link(file)],
  [
    'a kustomization that was edited',
    KUSTOMIZATION,
    (file) => write(file, `${read(file)}  - x.yaml\n`),
  ],
  ['a kustomization that was removed', KUSTOMIZATION, (file) => fs.rmSync(at(file))],
  [
    'an index written in another way',
    INDEX,
    (file) => write(file, JSON.stringify(JSON.parse(read(file)))),
  ],
  ['an index that was removed', INDEX, (file) => fs.rmSync(at(file))],
  [
    "an index of another version's values",
    INDEX,
    () => edit((index) => ({ ...index, hks: '0.0.1' })),
  ],
  ['an index that knows no hashes yet', INDEX, () => edit(withoutHashes)],
  ['an index without an object', INDEX, () => edit((index) => ({ ...index, objects: [] }))],
  ['an index of another construct', INDEX, () => editEntry({ path: 'elsewhere' })],
  ['an index of another hash of the file', INDEX, () => editEntry({ sha256: sha256('') })],
  ['an index of another hash of the value', INDEX, () => editEntry({ hash: sha256('') })],
  ['a file for Argo CD that was edited', PROJECT, (file) => write(file, `${read(file)}# mine\n`)],
  ['a file for Argo CD that was removed', PROJECT, (file) => fs.rmSync(at(file))],
])('%s is written again, and nothing else', (_, file, tamper) => {
  expect(secondRun(() => tamper(file))).toEqual([file]);
});

function link(file: string): void {
  const copy = join(elsewhere, 'copy.yaml');
  fs.renameSync(at(file), copy);
  fs.symlinkSync(copy, at(file));
}

function withoutHashes({ hks: _, objects, ...index }: FolderIndex) {
  return { ...index, objects: objects.map(({ hash: _, ...entry }) => entry) };
}

test.each<[string, () => void]>([
  ['nothing', () => {}],
  ['the mode of a file', () => fs.chmodSync(at(SETTINGS), 0o600)],
  ['the time of a file', () => fs.utimesSync(at(SETTINGS), 1, 1)],
])('%s is left alone', (_, tamper) => {
  expect(secondRun(tamper)).toEqual([]);
});

test('a file of the user stays, and nothing is written', () => {
  synth();
  for (const file of ['tenants/acme/README.md', 'tenants/acme/shop/patch.yaml', 'tenants/x.txt'])
    write(file, 'mine');
  const changed = watched(outdir);
  synth();
  expect(changed()).toEqual([]);
});

test('an edited object is written again although its hash in the index was changed with it', () => {
  const files = secondRun(() => {
    write(SETTINGS, read(SETTINGS).replace('info', 'warn'));
    editEntry({ sha256: sha256(read(SETTINGS)) });
  });
  expect(files).toEqual([INDEX, SETTINGS]);
});

test('a folder where an object is to be written is refused, with the tree as it was', () => {
  synth();
  fs.rmSync(at(SETTINGS));
  fs.mkdirSync(at(SETTINGS));
  write(`${SETTINGS}/mine.txt`, 'mine');
  const before = contentsOf(outdir);
  expect(thrownBy(synth).message).toBe(
    `'outdir' of HksApp 'test' must not hold a file of yours where an object is to be written, received '${at(SETTINGS)}'. Move the file away, or delete it when the construct replaces it.`,
  );
  expect(contentsOf(outdir)).toEqual(before);
});

describe('what an earlier run has written', () => {
  /** As if an earlier HKS had written the same value in another way. */
  function rewrite(hks: string): void {
    const text = `# in another way\n${read(SETTINGS)}`;
    write(SETTINGS, text);
    const metadata = { name: 'settings', namespace: 'shop' };
    const json = { ...CONFIG_MAP, metadata, data: { level: 'info' } };
    const place = { path: '', tenant: 'acme', group: '', platformManaged: false };
    const object = { ...place, kind: 'ConfigMap', name: 'settings', namespace: 'shop', json };
    editEntry({ sha256: sha256(text), hash: new ObjectFile(object).hash(sha256(text)) });
    edit((index) => ({ ...index, hks }));
  }

  test('is not made again while value and version are the same', () => {
    synth();
    rewrite(JSON.parse(read(INDEX)).hks);
    const changed = watched(outdir);
    synth();
    expect(changed()).toEqual([]);
    expect(read(SETTINGS)).toContain('# in another way\n');
  });

  test('is made again by another version', () => {
    expect(secondRun(() => rewrite('0.0.1'))).toEqual([INDEX, SETTINGS]);
  });
});
