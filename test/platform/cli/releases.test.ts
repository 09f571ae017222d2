/** @module hks releases: verify, images and mirror, and what is not understood. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../platform/cli/main';
import { COMPONENTS, PINS, pinsText } from '../../../stacks/releases/pins';
import { describeWithReleases, releases } from '../../stacks/release-files';
import { CONTENTS, PATHS, pinsOf, sha256Of, writeMirror } from '../../stacks/releases/pinned';
import { files, type ReleaseServer, releaseServer } from '../../stacks/releases/release-server';
import { testTerminal } from './terminal';
import { verbs } from './verbs';

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

async function run(...args: readonly string[]) {
  const terminal = testTerminal(folder, { XDG_CACHE_HOME: join(folder, 'cache') });
  const code = await main(['releases', ...args], terminal, verbs);
  return { code, out: terminal.out(), err: terminal.err() };
}

/** A file of pins of small files that the server releases. */
function pinFile(versions = ['1.23.0']): string {
  const path = join(folder, 'pins.json');
  writeFileSync(path, pinsText(pinsOf(server.url, versions)));
  return path;
}
const released = (version: string) =>
  COMPONENTS.map((name) => [`/${version}/${PATHS[name]}`, CONTENTS[name]] as const);

test.each([[['--help']], [['verify', '--help']], [['help', 'update']]])(
  '%j tells what there is',
  async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: hks releases /);
  },
);

test.each([
  [[], /^Usage: hks releases/],
  [['verfy'], /unknown command 'verfy'\n\(Did you mean verify\?\)\nRun 'hks releases --help'/],
  [['verify', '--mirrors', 'x'], /unknown option '--mirrors'/],
  [['mirror'], /missing required argument 'folder'/],
  [['verify', '--config', 'nothing'], /'--config' .* must be a key and a value/],
  [['images', '--config', 'registry.size=many'], /'registry.size' of the settings must be a size/],
])('%j is not understood', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});

describe('verify', () => {
  test('every pinned version is fetched again, whatever the cache holds', async () => {
    const file = pinFile(['1.23.0', '1.22.1']);
    server.answers(files(Object.fromEntries([...released('1.23.0'), ...released('1.22.1')])));
    expect(await run('verify', '--file', file)).toMatchObject({
      code: 0,
      out: [
        'knative-serving 1.23.0 serving-core.yaml: right',
        'knative-serving 1.22.1 serving-core.yaml: right',
        'knative-kourier 1.23.0 kourier.yaml: right',
        'knative-kourier 1.22.1 kourier.yaml: right',
        'knative-eventing 1.23.0 eventing-core.yaml: right',
        'knative-eventing 1.22.1 eventing-core.yaml: right',
        '6 files with the pinned sha256, 3 images, all pinned',
        '',
      ].join('\n'),
    });
    expect((await run('verify', '--file', file)).code).toBe(0);
    expect(server.asked.length).toBeGreaterThan(5);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  test('a mirror is read at one version, and each fault in it is told', async () => {
    const file = pinFile(['1.23.0', '1.22.1']);
    writeMirror(folder, ['knative-serving', 'knative-kourier']);
    writeFileSync(join(folder, PATHS['knative-kourier']), 'changed');
    const { code, out, err } = await run('verify', '--mirror', folder, '--file', file);
    expect(code).toBe(1);
    expect(out).toBe(
      'knative-serving 1.23.0 serving-core.yaml: right\nknative-kourier 1.23.0 kourier.yaml: failed\nknative-eventing 1.23.0 eventing-core.yaml: failed\n',
    );
    expect(err).toMatch(
      /^error: 'kourier.yaml' of knative-kourier 1.23.0 must have the sha256 .*\nerror: 'eventing-core.yaml' of knative-eventing 1.23.0 must be in the mirror .*\n$/,
    );
    writeMirror(folder);
    expect((await run('verify', '--config', `releaseMirror=${folder}`, '--file', file)).code).toBe(
      0,
    );
    const older = ['--config', 'versions.serving=1.22.1'];
    const { out: told } = await run('verify', '--mirror', folder, '--file', file, ...older);
    expect(told).toContain('knative-serving 1.22.1 serving-core.yaml: right');
  });

  test('images that are not those of the files, or not pinned', async () => {
    const pins = structuredClone(pinsOf(server.url));
    const [release] = pins.components['knative-serving'].releases;
    release?.images.push('a.example.com/other:latest');
    const file = join(folder, 'pins.json');
    writeFileSync(file, JSON.stringify(pins));
    writeMirror(folder);
    const { code, err } = await run('verify', '--mirror', folder, '--file', file);
    expect(code).toBe(1);
    expect(err).toMatch(/must hold no image that its files do not name, received 'a.example.com/);
    expect(err).toMatch(/must be named by digest or version, or be replaced/);
  });

  test('a file that is missing or no JSON, of which nothing is shown, and a mirror without a name', async () => {
    const refused = (path: string, reason: string) =>
      `error: '--file' of hks releases verify must be a file of pins in JSON (${reason}), received '${path}'. Leave it out for the pins of this hks.\n`;
    const missing = join(folder, 'none.json');
    expect(await run('verify', '--file', missing)).toEqual({
      code: 1,
      out: '',
      err: refused(missing, 'ENOENT'),
    });
    const path = join(folder, 'text');
    writeFileSync(path, 'some: text');
    expect((await run('verify', '--file', path)).err).toBe(refused(path, 'it is no JSON'));
    expect(await run('verify', '--mirror', '')).toEqual({
      code: 2,
      out: '',
      err: `error: '--mirror' of hks releases verify must be a folder or a URL, received ''. Write it like '/srv/hks/releases', or leave it out.\n`,
    });
  });

  test('a file that holds no pins', async () => {
    writeFileSync(join(folder, 'pins.json'), '{}');
    const { code, err } = await run('verify', '--file', 'pins.json');
    expect(code).toBe(1);
    expect(err).toContain(`error: 'components' of ${join(folder, 'pins.json')}: `);
  });
});

describe('images', () => {
  test('are told one on a line, without any network', async () => {
    const { code, out } = await run('images', '--config', 'eventing.enabled=true');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toEqual([...new Set(lines)].sort());
    expect(lines).toContain('docker.io/library/registry:2.8.3');
    const [release] = PINS.components['knative-eventing'].releases;
    expect(lines).toEqual(expect.arrayContaining(release?.images ?? ['none']));
    expect(out).not.toContain('latest');
  });

  test('with a mirror, each with its name there', async () => {
    const { out } = await run('images', '--config', 'imageMirror=mirror.example.com/hks');
    expect(out.trimEnd().split('\n')).toContain(
      'docker.io/library/registry:2.8.3 mirror.example.com/hks/library/registry:2.8.3',
    );
  });
});

describeWithReleases('mirror', () => {
  test('writes what is not there or wrong, leaves what is right, and can be verified', async () => {
    const from = ['--config', `releaseMirror=${releases}`];
    const first = await run('mirror', 'mine', ...from);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(
      /^mine\/knative-serving\/serving-crds.yaml: 1.23.0, written\n[\s\S]*7 files in mine\n$/,
    );
    expect((await run('verify', '--mirror', 'mine')).code).toBe(0);
    const changed = join(folder, 'mine/knative-kourier/kourier.yaml');
    const kept = join(folder, 'mine/knative-serving/serving-core.yaml');
    const { mtimeMs } = statSync(kept);
    writeFileSync(changed, 'changed');
    const second = await run('mirror', 'mine', ...from);
    expect(second.out.match(/: 1.23.0, written/g)).toHaveLength(1);
    expect(second.out.match(/: 1.23.0, unchanged/g)).toHaveLength(6);
    expect(statSync(kept).mtimeMs).toBe(mtimeMs);
    const [{ assets } = { assets: [] }] = PINS.components['knative-kourier'].releases;
    expect(sha256Of(readFileSync(changed, 'utf8'))).toBe(assets[0]?.sha256);
    expect(readdirSync(join(folder, 'mine/knative-kourier'))).toEqual(['kourier.yaml']);
  });
});

test('mirror tells each file that does not come', async () => {
  const { code, out, err } = await run('mirror', 'mine', '--config', `releaseMirror=${server.url}`);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err.match(/^error: '.*' of knative-.* received 404/gm)).toHaveLength(7);
  expect(existsSync(join(folder, 'mine'))).toBe(false);
});
