/** @module hks releases update: newer releases are pinned from what upstream says, or nothing is. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../../../platform/cli/main';
import { openPinFile } from '../../../../platform/cli/releases/checkout';
import { type Pins, pinsText, readPins } from '../../../../stacks/releases/pins';
import { deployment, pinsOf, sha256Of } from '../../../stacks/releases/pinned';
import {
  file,
  type ReleaseServer,
  releaseServer,
  status,
} from '../../../stacks/releases/release-server';
import { testTerminal } from '../terminal';
import { verbs } from '../verbs';

const DIGEST = `sha256:${'3'.repeat(64)}`;
const CONTENTS = {
  'serving-core.yaml': deployment('serving', `gcr.io/knative-releases/serving@${DIGEST}`),
  'kourier.yaml': deployment('kourier', 'docker.io/envoyproxy/envoy:v1.38-latest'),
  'eventing-core.yaml': deployment('eventing', `gcr.io/knative-releases/eventing@${DIGEST}`),
};

let folder: string;
let path: string;
let server: ReleaseServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hks-update-'));
  path = join(folder, 'stacks/releases.json');
  mkdirSync(dirname(path));
  writeFileSync(path, pinsText(pinsOf()));
  server = await releaseServer();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers as GitHub does, with these versions as the latest. */
function upstream(
  latest: Readonly<Record<string, string>>,
  source = 'defaultMinimumVersion = "v1.35.0"',
) {
  server.answers((request, response) => {
    const url = request.url ?? '';
    const [, repository = '', rest = ''] = /^\/([^/]+\/[^/]+)\/(.*)$/.exec(url) ?? [];
    const version = latest[repository];
    const name = url.split('/').at(-1) as keyof typeof CONTENTS;
    if (rest === 'releases/latest' && version !== undefined) {
      status(302, { location: `${server.url}/${repository}/releases/tag/${version}` })(
        request,
        response,
      );
    } else if (/^knative\/pkg$/.test(repository)) file(source)(request, response);
    else if (name in CONTENTS && !url.includes('v9.9.9')) file(CONTENTS[name])(request, response);
    else status(404)(request, response);
  });
}
const LATEST = {
  'knative/serving': 'knative-v1.24.0',
  'knative-extensions/net-kourier': 'knative-v1.23.0',
  'knative/eventing': 'knative-v1.22.5',
};

async function update(...args: readonly string[]) {
  const terminal = testTerminal(folder);
  const own = [
    'releases',
    'update',
    '--file',
    'stacks/releases.json',
    '--upstream',
    `${server.url}/`,
  ];
  const code = await main([...own, ...args], terminal, verbs);
  return { code, out: terminal.out(), err: terminal.err() };
}

const pins = (): Pins => readPins(JSON.parse(readFileSync(path, 'utf8')), path);

test('what is newer upstream is pinned before what was, and the rest stays', async () => {
  upstream(LATEST);
  expect(await update()).toEqual({
    code: 0,
    out: `knative-serving: 1.24.0 is pinned, beside 1.23.0: 1 file, 1 image, Kubernetes 1.35 or newer
knative-kourier: 1.23.0 is pinned already
knative-eventing: 1.23.0 is newer than 1.22.5, upstream's latest
${path}: written
`,
    err: 'Fetching knative-serving 1.24.0: version.go\nFetching knative-serving 1.24.0: serving-core.yaml\n',
  });
  const before = pinsOf();
  const { releases, repository } = before.components['knative-serving'];
  const url = `https://github.com/${repository}/releases/download/knative-v1.24.0/serving-core.yaml`;
  const pinned = {
    version: '1.24.0',
    kubernetes: { min: '1.35' },
    assets: [{ name: 'serving-core.yaml', url, sha256: sha256Of(CONTENTS['serving-core.yaml']) }],
    images: [`gcr.io/knative-releases/serving@${DIGEST}`],
  };
  const own = { repository, releases: [pinned, ...releases] };
  const expected = { ...before, components: { ...before.components, 'knative-serving': own } };
  expect(pins()).toEqual(expected);
  expect(readFileSync(path, 'utf8')).toBe(pinsText(expected));
  expect(readdirSync(dirname(path))).toEqual(['releases.json']);
});

test('a second time there is nothing to do, and nothing is written', async () => {
  upstream(LATEST);
  await update();
  const text = readFileSync(path, 'utf8');
  const { code, out, err } = await update();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('written');
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('one component, at a version that upstream does not call its latest', async () => {
  upstream({});
  expect(
    await update('--component', 'knative-eventing', '--to', '1.22.5', '--kubernetes', '1.34'),
  ).toMatchObject({
    code: 0,
    err: 'Fetching knative-eventing 1.22.5: eventing-core.yaml\n',
  });
  const { releases } = pins().components['knative-eventing'];
  expect(releases.map(({ version, kubernetes }) => [version, kubernetes.min])).toEqual([
    ['1.23.0', '1.34'],
    ['1.22.5', '1.34'],
  ]);
});

test('an image that moves, and that no pin replaces, is told', async () => {
  upstream({});
  expect(await update('--component', 'knative-kourier', '--to', '1.24.0')).toMatchObject({
    code: 0,
    err: expect.stringContaining(
      `warning: 'images' of knative-kourier 1.24.0 must be named by digest or version, or be replaced by a pinned image, received 'docker.io/envoyproxy/envoy:v1.38-latest'. Add it to 'replaces' of one of 'images' in stacks/releases.json.\n`,
    ),
  });
});

describe('nothing is written', () => {
  let text: string;
  beforeEach(() => {
    text = readFileSync(path, 'utf8');
  });
  afterEach(() => expect(readFileSync(path, 'utf8')).toBe(text));

  test('when one of the components fails; each that does is told', async () => {
    upstream({ 'knative/serving': 'knative-v1.24.0', 'knative/eventing': 'nightly' });
    const { code, out, err } = await update();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(
      `error: 'latest release' of knative-kourier must be told by ${server.url}/knative-extensions/net-kourier/releases/latest as a redirect to …/releases/tag/knative-vMAJOR.MINOR.PATCH, received 'status 404'. Name the version yourself: --component knative-kourier --to VERSION.\nerror: 'latest release' of knative-eventing must be told by`,
    );
  });

  test('when there is no such version', async () => {
    upstream({});
    const { code, err } = await update('--component', 'knative-serving', '--to', '9.9.9');
    expect(code).toBe(1);
    expect(err).toContain(
      `error: 'serving-core.yaml' of knative-serving 9.9.9 must be answered with status 200 by ${server.url}/knative/serving/releases/download/knative-v9.9.9/serving-core.yaml, received 404. Check that there is this version, and that it has this file.\n`,
    );
  });

  test('when upstream does not tell its Kubernetes', async () => {
    upstream(LATEST, 'package version');
    const { code, err } = await update('--component', 'knative-serving');
    expect(code).toBe(1);
    expect(err).toContain(
      `error: 'kubernetes' of knative-serving 1.24.0 must be told by ${server.url}/knative/pkg/raw/release-1.24/version/version.go as defaultMinimumVersion, received nothing. Name it yourself: --kubernetes MAJOR.MINOR.\n`,
    );
  });

  test('without network', async () => {
    await server.close();
    const { code, err } = await update('--component', 'knative-serving');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: 'latest release' of knative-serving upstream must be fetched from .*\/knative\/serving\/releases\/latest, received '.*ECONNREFUSED.*'. Check the network.\n$/,
    );
  });
});

test('options that are wrong are told together', async () => {
  const wrong = [
    '--component',
    'knative',
    '--to',
    '1.24',
    '--kubernetes',
    'v1',
    '--upstream',
    'github',
  ];
  expect(await update(...wrong)).toEqual({
    code: 2,
    out: '',
    err: `error: '--component' of hks releases update must be one of knative-serving, knative-kourier, knative-eventing, received 'knative'. Write one of them.
error: '--to' of hks releases update must be a version of three numbers, received '1.24'. Write it like '1.23.1'.
error: '--kubernetes' of hks releases update must be a minor version, received 'v1'. Write it like '1.34'.
error: '--upstream' of hks releases update must be a URL of http or https, received 'github'. Leave it out for GitHub.
`,
  });
  expect(await update('--to', '1.24.0')).toMatchObject({
    code: 2,
    err: `error: '--to' of hks releases update must be used with '--component', received '1.24.0'. Name the component.\n`,
  });
});

describe('the file', () => {
  const fix =
    'Clone the repository and run it there, or name its file: --file CHECKOUT/stacks/releases.json.';

  test('is that of the checkout', () => {
    expect(openPinFile(undefined, '/', folder).pins).toEqual(pinsOf());
    expect(openPinFile(undefined, '/').path).toBe(join(process.cwd(), 'stacks/releases.json'));
  });

  test('is never an installed package', () => {
    const root = join(folder, 'node_modules/@hexabase/hks');
    mkdirSync(join(root, 'stacks'), { recursive: true });
    writeFileSync(join(root, 'stacks/releases.json'), pinsText(pinsOf()));
    const message = `'--file' of hks releases update must be in a checkout of the repository, and not in an installed package, received '${root}/stacks/releases.json'. ${fix}`;
    expect(() => openPinFile(undefined, '/', root)).toThrow(message);
    expect(() => openPinFile(join(root, 'stacks/releases.json'), '/')).toThrow(message);
  });

  test.each([
    ['none.json', 'must be a file of pins'],
    ['broken.json', 'must be a file with JSON'],
  ])('%s is refused', (name, rule) => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(() => openPinFile(name, folder)).toThrow(
      `'--file' of hks releases update ${rule}, received '${join(folder, name)}'. ${fix}`,
    );
  });
});
