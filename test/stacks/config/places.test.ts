/** @module Values that look good and would break later are refused with their rule; their twins are taken. */
import { ConfigError, readSettings } from '../../../stacks/config/load';

type Settings = Readonly<Record<string, unknown>>;

/** Settings with one value at a path. */
function at(path: string, value: unknown): Settings {
  const around = path === 'controlPlane.host' ? {} : { controlPlane: { host: 'hks.example.com' } };
  const made = path
    .split('.')
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Settings;
  return { ...around, ...made };
}

function refusal(settings: Settings): string {
  try {
    readSettings(settings);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

const DIGEST = `sha256:${'0'.repeat(64)}`;
const IMAGE = `must be an image with a tag or digest such as 'registry.example.com/team/name:1.4.2'`;
const MIRROR = `must be a registry's host, with a path where there is one, such as 'mirror.example.com:5000/hks'`;
const FOLDER = `must be a folder, or a URL that begins with http://, https:// or file:///, such as '/srv/hks/releases'`;
const DOMAIN = `must be a domain name without a port such as 'functions.example.com'`;
const INSIDE = 'must not be cluster.local or below it, which is known inside of the cluster alone';
const VOLUME = `must be a size from 100Mi to 1024Ti such as '20Gi'`;

test.each<[string, string, readonly string[], string]>([
  [
    'imageMirror',
    MIRROR,
    ['hks', 'mirror', 'a..b/c', 'm.example.com//x'],
    'mirror.example.com:5000/hks',
  ],
  [
    'imageMirror',
    MIRROR,
    ['https://m.example.com', 'm.example.com/hks:1', 'm.example.com:x/hks'],
    'mirror.example.com:5000/hks',
  ],
  [
    'images.envoy',
    IMAGE,
    ['envoy', 'http://a/b:1', 'a//b:1', 'a/B:1', 'a@sha256:abc', 'a;b:1'],
    'registry.example.com/team/name:1.4.2',
  ],
  ['releaseMirror', FOLDER, ['ftp://mirror', 'https://', 's3://bucket'], '/srv/hks/releases'],
  [
    'domain',
    DOMAIN,
    ['10.0.0.1', 'localhost', '*.example.com', 'example.com.', 'b\u00fcro.example.com'],
    'functions.example.com',
  ],
  ['domain', INSIDE, ['cluster.local', 'svc.cluster.local'], 'functions.example.com'],
  ['controlPlane.host', DOMAIN, ['10.0.0.1'], 'functions.example.com'],
  ['registry.size', VOLUME, ['1Ki', '99Mi'], '20Gi'],
  ['builder.cacheSize', VOLUME, ['1Mi'], '10Gi'],
  [
    'registry.size',
    `must be a size of at most 1024Ti such as '20Gi'`,
    ['1025Ti', '99999999999999999999Ti'],
    '20Gi',
  ],
  ['builder.memory', `must be a size of at most 1024Ti such as '20Gi'`, ['9999999Ti'], '8Gi'],
  ['builder.cpu', `must be a number of cores such as '4' or '500m'`, ['10000000'], '4'],
  [
    'knative.autoscaler.scaleDownDelay',
    `must be a duration such as '0s' or '5m'`,
    ['99999999999h'],
    '0s',
  ],
])('%s %s', (path, rule, values, example) => {
  for (const value of values) {
    expect(refusal(at(path, value))).toBe(
      `'${path}' of the settings ${rule}, received '${value}'. Run pulumi config set --path hks:${path} ${example}.`,
    );
  }
});

test.each<[string, readonly string[]]>([
  [
    'imageMirror',
    ['mirror.example.com', 'localhost:5000', 'mirror:5000/a/b_c', '10.0.0.1:5000/hks'],
  ],
  ['images.envoy', ['envoy:v1.37.11', `envoy@${DIGEST}`, `localhost:5000/a/b-c:1@${DIGEST}`]],
  ['releaseMirror', ['releases', '/srv/a b', 'https://u:p@mirror.example.com/hks', 'file:///srv']],
  ['domain', ['xn--bro-hoa.example.com', 'on.k8s.local', '10.0.0.1.sslip.io']],
  ['registry.size', ['100Mi', '1024Ti', '102400Ki']],
  ['registry.storageClass', ['local-path', 'local-path.v1']],
  ['registry.garbageCollection.schedule', ['30 3 * * 0', '0 0 29 2 *']],
  ['knative.autoscaler.scaleDownDelay', ['0s', '2h']],
])('%s is taken as %p', (path, values) => {
  for (const value of values) expect(refusal(at(path, value))).toBe('');
});

test('no mirror is the registry that it would fill', () => {
  const own = 'registry.hks-system.svc.cluster.local:5000';
  expect(refusal({ imageMirror: `${own}/hks` })).toBe(
    `'imageMirror' of the settings must be another registry than the platform's own, which is pulled from it, received '${own}/hks'. Run pulumi config set --path hks:imageMirror mirror.example.com:5000/hks.`,
  );
});

test('a certificate is for a name', () => {
  expect(refusal({ controlPlane: { tlsSecret: 'tls' } })).toBe(
    `'controlPlane.tlsSecret' of the settings must come with 'controlPlane.host', the name that it is for, received 'tls'. Run pulumi config set --path hks:controlPlane.host NAME, or pulumi config rm --path hks:controlPlane.tlsSecret.`,
  );
  expect(refusal({ controlPlane: { tlsSecret: 'tls.v2', host: 'hks.example.com' } })).toBe('');
});

test('passwords in the wrong place are not told; a digest is', () => {
  for (const settings of [
    { imageMirror: 'user:pass-word@mirror.example.com/hks' },
    { registry: { htpasswdSecret: 'user:$2y$05$pass-word' } },
    { domain: 'https://user:pass-word@example.com' },
    { releaseMirror: 'https://user:pass-word@' },
  ]) {
    expect(refusal(settings)).toContain(`received '***'`);
    expect(refusal(settings)).not.toContain('pass-word');
  }
  expect(refusal({ domain: `a:1@${DIGEST}` })).toContain(`received 'a:1@${DIGEST}'`);
});
