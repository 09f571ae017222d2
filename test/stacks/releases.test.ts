/** @module Loading releases: from a mirror's folder, a mirror's URL and where they are released; all that can be wrong, told together. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostPlatformConfig } from '../../stacks/config/schema';
import { loadReleases, objectsOf } from '../../stacks/releases';
import { COMPONENTS } from '../../stacks/releases/pins';
import { describeWithReleases, releases } from './release-files';
import { CONTENTS, IMAGES, PATHS, pinsOf, sha256Of, writeMirror } from './releases/pinned';
import { files, type ReleaseServer, releaseServer, status } from './releases/release-server';

let folder: string;
let server: ReleaseServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hks-releases-'));
  server = await releaseServer();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (releaseMirror?: string, enabled = true) => ({
  ...HostPlatformConfig.parse({ eventing: { enabled } }),
  releaseMirror,
});

function load(releaseMirror?: string, { pins = pinsOf(server.url), enabled = true } = {}) {
  const cacheFolder = join(folder, 'cache');
  return loadReleases(settings(releaseMirror, enabled), { pins, cacheFolder, delay: () => 1 });
}

const mirrorFiles = Object.fromEntries(
  COMPONENTS.map((name) => [`/hks/${PATHS[name]}`, CONTENTS[name]]),
);
const releasedFiles = Object.fromEntries(
  COMPONENTS.map((name) => [`/1.23.0/${PATHS[name]}`, CONTENTS[name]]),
);
const LOADED = {
  component: 'knative-serving',
  version: '1.23.0',
  images: [IMAGES['knative-serving']],
  objects: { 'serving-core.yaml': [expect.objectContaining({ kind: 'Deployment' })] },
};

describe('from a folder', () => {
  test('by its path, by a path from the working folder, and by a file:// URL', async () => {
    writeMirror(folder);
    const loaded = await load(folder);
    expect(loaded.serving).toEqual(LOADED);
    expect(Object.keys(loaded)).toEqual(['serving', 'kourier', 'eventing']);
    const near = relative(process.cwd(), folder);
    expect(await load(near)).toEqual(loaded);
    expect(await load(pathToFileURL(folder).href)).toEqual(loaded);
    const inside = { cwd: join(folder, '..'), pins: pinsOf() };
    expect(await loadReleases(settings(folder.split('/').at(-1)), inside)).toEqual(loaded);
    expect(server.asked).toEqual([]);
  });

  test('what is off is not asked for', async () => {
    writeMirror(folder, ['knative-serving', 'knative-kourier']);
    expect(Object.keys(await load(folder, { enabled: false }))).toEqual(['serving', 'kourier']);
    await expect(load(folder)).rejects.toThrow('eventing-core.yaml');
  });

  test('each file that is missing, wrong or cannot be read is told at once', async () => {
    mkdirSync(join(folder, 'knative-serving'));
    writeFileSync(join(folder, PATHS['knative-serving']), 'changed');
    mkdirSync(join(folder, PATHS['knative-kourier']), { recursive: true });
    await expect(load(folder)).rejects.toThrow(
      new Error(
        [
          `'serving-core.yaml' of knative-serving 1.23.0 must have the sha256 '${sha256Of(CONTENTS['knative-serving'])}', and ${join(folder, PATHS['knative-serving'])} has another one, received '${sha256Of('changed')}'. The mirror's file is damaged or of another version: 'hks releases mirror FOLDER' writes the right ones.`,
          `'kourier.yaml' of knative-kourier 1.23.0 must be a file that can be read, at ${join(folder, PATHS['knative-kourier'])}, received 'EISDIR'. Correct its owner and mode.`,
          `'eventing-core.yaml' of knative-eventing 1.23.0 must be in the mirror as <component>/<asset>, at ${join(folder, PATHS['knative-eventing'])}, received nothing. Put it there, or write the folder with 'hks releases mirror FOLDER'.`,
        ].join('\n'),
      ),
    );
  });
});

describe('from a URL', () => {
  test.each(['/hks', '/hks/', '/hks//'])('of a mirror at %s', async (path) => {
    server.answers(files(mirrorFiles));
    expect((await load(`${server.url}${path}`)).serving).toEqual(LOADED);
    expect(server.asked.map(({ url }) => url).sort()).toEqual(Object.keys(mirrorFiles).sort());
  });

  test('with a user, a password and a query, which are sent and never shown', async () => {
    const url = `${server.url.replace('//', '//me:p%40ss@')}/hks?token=hidden`;
    server.answers(status(403));
    const failed = load(url, { enabled: false });
    await expect(failed).rejects.toThrow(`${server.url}/hks/knative-serving/serving-core.yaml`);
    await expect(failed).rejects.not.toThrow(/p%40ss|p@ss|hidden|me:/);
    const [asked] = server.asked;
    expect(asked?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(asked?.url).toBe('/hks/knative-serving/serving-core.yaml?token=hidden');
  });

  test('where they are released, and from the cache the next time', async () => {
    server.answers(files(releasedFiles));
    const loaded = await load();
    expect(loaded.serving).toEqual(LOADED);
    expect(readdirSync(join(folder, 'cache')).sort()).toEqual(
      COMPONENTS.map((name) => sha256Of(CONTENTS[name])).sort(),
    );
    server.answers(status(500));
    expect(await load()).toEqual(loaded);
    expect(server.asked).toHaveLength(3);
  });

  test('each file that does not come is told at once', async () => {
    server.answers(files({ [`/1.23.0/${PATHS['knative-kourier']}`]: 'changed' }));
    const failed = load();
    await expect(failed).rejects.toThrow(/serving-core.yaml.*received 404/);
    await expect(failed).rejects.toThrow(/kourier.yaml.*must have the sha256/);
    await expect(failed).rejects.toThrow(/eventing-core.yaml.*received 404/);
  });
});

test.each(['s3://bucket/hks', 'ftp://mirror.example.com', 'file://host/folder'])(
  'a mirror %s is neither folder nor URL',
  async (mirror) => {
    await expect(load(mirror)).rejects.toThrow(
      `'releaseMirror' of the settings must be a folder, or a URL that begins with http://, https:// or file:///, received '${mirror}'. Write it like '/srv/hks/releases' or 'https://mirror.example.com/hks'.`,
    );
  },
);

test('a URL that cannot be read is not shown, as it may hold a password', async () => {
  await expect(load('https://me:pass@')).rejects.toThrow(`received 'a URL that cannot be read'`);
});

test('a version that is not pinned is told before anything is fetched', async () => {
  const config = HostPlatformConfig.parse({ versions: { serving: '0.1.0' } });
  await expect(loadReleases(config, { pins: pinsOf(server.url) })).rejects.toThrow(
    `'versions.serving' of the settings must be a pinned version`,
  );
  expect(server.asked).toEqual([]);
});

test('an interrupt is told as such', async () => {
  const signal = AbortSignal.abort();
  const failed = loadReleases(settings(), {
    pins: pinsOf(server.url),
    cacheFolder: join(folder, 'cache'),
    signal,
  });
  await expect(failed).rejects.toThrow('aborted');
});

test('the cache is where XDG_CACHE_HOME says', async () => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = join(folder, 'xdg');
  try {
    server.answers(files(releasedFiles));
    await loadReleases(settings(), { pins: pinsOf(server.url) });
    expect(readdirSync(join(folder, 'xdg/hks/releases'))).toHaveLength(3);
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});

test('objects of a file: documents that hold nothing are left out, broken ones are an error', () => {
  expect(objectsOf('---\n# nothing\n---\nkind: A\n---\nkind: B\n')).toEqual([
    { kind: 'A' },
    { kind: 'B' },
  ]);
  expect(() => objectsOf('kind: {')).toThrow();
});

describeWithReleases('the release files', () => {
  test('all are the pinned ones, with the objects that are known to be in them', async () => {
    const { serving, kourier, eventing } = await loadReleases(settings(releases));
    const counts = [serving, kourier, eventing].map((release) =>
      Object.fromEntries(
        Object.entries(release?.objects ?? {}).map(([name, objects]) => [name, objects.length]),
      ),
    );
    expect(counts).toEqual([
      { 'serving-crds.yaml': 12, 'serving-core.yaml': 59 },
      { 'kourier.yaml': 13 },
      {
        'eventing-crds.yaml': 17,
        'eventing-core.yaml': 103,
        'in-memory-channel.yaml': 23,
        'mt-channel-broker.yaml': 20,
      },
    ]);
  });
});
