/** @module Settings as a command line gives them, and as they are stored. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { changed, changesOf } from '../../../../platform/cli/platform/changes';
import { stackFile, withChanges } from '../../../../platform/cli/platform/stack-file';
import { readSettings } from '../../../../stacks/config/load';
import { SECRET_SETTINGS } from '../../../../stacks/config/schema';

const FEATURE = ['knative', 'features', 'kubernetes.podspec-dryrun'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-changes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const given = (...config: readonly string[]) => changesOf({ config }, '/work');
const written = (text: string) => {
  writeFileSync(join(folder, 'settings.yaml'), text);
  return changesOf({ config: [], configFile: 'settings.yaml' }, folder);
};

describe('--config', () => {
  test.each([
    ['domain=on.example.com', ['domain'], 'on.example.com'],
    ['hks:domain=on.example.com', ['domain'], 'on.example.com'],
    ['registry.size=5Gi', ['registry', 'size'], '5Gi'],
    ['registry.nodePort=30501', ['registry', 'nodePort'], 30501],
    ['builder.cpu=4', ['builder', 'cpu'], '4'],
    ['protectData=false', ['protectData'], false],
    ['protectData=no', ['protectData'], 'no'],
    ['postgres.url=postgres://u:p=1@h/d', ['postgres', 'url'], 'postgres://u:p=1@h/d'],
    ['packageProxy.resolvers=["10.0.0.1"]', ['packageProxy', 'resolvers'], ['10.0.0.1']],
    ['packageProxy.resolvers[0]=10.0.0.1', ['packageProxy', 'resolvers', 0], '10.0.0.1'],
    ['knative.features.kubernetes.podspec-dryrun=enabled', FEATURE, 'enabled'],
    ['knative.features["kubernetes.podspec-dryrun"]=enabled', FEATURE, 'enabled'],
    ['registry={"size":"5Gi"}', ['registry', 'size'], '5Gi'],
    ['registry.size=', ['registry', 'size'], undefined],
    ['unknown.key=1', ['unknown', 'key'], '1'],
  ])('%s', (text, path, value) => {
    expect(given(text)).toEqual({ changes: [{ path, value }], isWhole: false });
  });

  test.each([
    ['domain', `'***'`],
    ['=on.example.com', `''`],
    ['', `'***'`],
  ])('%j is no setting', (text, received) => {
    expect(() => given(text)).toThrow(
      new Error(
        `'--config' of hks platform must be a key and a value with = between them, received ${received}. Write --config registry.size=5Gi; --config registry.size= takes a setting away.`,
      ),
    );
  });

  test('a path that begins with ~ is of the home', () => {
    const { changes } = given('kubeconfig=~/k3s.yaml', 'releaseMirror=~/releases', 'domain=~/a');
    expect(changes.map(({ value }) => value)).toEqual([
      join(homedir(), 'k3s.yaml'),
      join(homedir(), 'releases'),
      '~/a',
    ]);
  });

  test('a place of a list is one that a list may have', () => {
    expect(given('packageProxy.resolvers[99]=10.0.0.1').changes).toHaveLength(1);
    expect(() => given('packageProxy.resolvers[999999999]=10.0.0.1')).toThrow(
      new Error(
        `'--config' of hks platform must name a place of a list from 0 to 99, received '999999999'. Count the entries from 0, without gaps.`,
      ),
    );
  });

  test('no name reaches beyond the settings', () => {
    const settings = changed({}, given('__proto__.polluted=1', 'registry.__proto__.polluted=1'));
    expect(Object.keys(settings)).toEqual(['__proto__', 'registry']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(() => readSettings(settings)).toThrow(
      /'__proto__' of the settings is not a known setting/,
    );
  });

  test('paths are kept as absolute ones; URLs are none', () => {
    const { changes } = given('kubeconfig=k3s.yaml', 'releaseMirror=../releases');
    expect(changes.map(({ value }) => value)).toEqual(['/work/k3s.yaml', '/releases']);
    expect(given('releaseMirror=https://m.example.com/r').changes[0]?.value).toBe(
      'https://m.example.com/r',
    );
  });

  test('--kubeconfig and --context are settings, over --config', () => {
    const { changes } = changesOf(
      { config: ['context=a'], kubeconfig: 'k3s.yaml', context: 'b' },
      '/work',
    );
    expect(changed({}, { changes })).toEqual({ context: 'b', kubeconfig: '/work/k3s.yaml' });
  });
});

describe('--config-file', () => {
  test('keys may be written as Pulumi writes them', () => {
    const { changes } = written(
      'hks:registry: { size: 5Gi }\nbuilder.cpu: 4\nhks:builder.memory: 1Gi\nmonitoringLabels: { a.b/c: d }\n',
    );
    expect(changes).toEqual([
      { path: ['registry', 'size'], value: '5Gi' },
      { path: ['builder', 'cpu'], value: 4 },
      { path: ['builder', 'memory'], value: '1Gi' },
      { path: ['monitoringLabels', 'a.b/c'], value: 'd' },
    ]);
  });

  test('a tag that nobody knows is refused, and nothing of the file is shown', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
    expect(() => written('postgres: { url: !vault postgres://u:password@h/d }')).toThrow(
      new Error(
        `'--config-file' of hks platform must be a file with YAML (Unresolved tag: !vault), received '${folder}/settings.yaml'. Name a file of settings such as registry: { size: 5Gi }.`,
      ),
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test('gives all settings, with paths from where it is', () => {
    const changes = written(
      'registry: { size: 5Gi, nodePort: 30501 }\nreleaseMirror: r\ndomain:\n',
    );
    expect(changes.isWhole).toBe(true);
    expect(changed({}, changes)).toEqual({
      registry: { size: '5Gi', nodePort: 30501 },
      releaseMirror: join(folder, 'r'),
    });
  });

  test('--config goes over it', () => {
    writeFileSync(join(folder, 's.yaml'), 'registry: { size: 5Gi }\n');
    const changes = changesOf({ config: ['registry.size=6Gi'], configFile: 's.yaml' }, folder);
    expect(changed({}, changes)).toEqual({ registry: { size: '6Gi' } });
  });

  test('an empty one gives none', () => {
    expect(written('')).toEqual({ changes: [], isWhole: true });
  });

  test.each(['- a\n', 'a: [secret\n'])('%j is refused, and nothing of it shown', (text) => {
    expect(() => written(text)).toThrow(
      /^'--config-file' of hks platform must (hold a map of settings|be a file with YAML \(.*\)), received '.*settings\.yaml'\. Name a file of settings such as registry: \{ size: 5Gi \}\.$/,
    );
    expect(() => written(text)).not.toThrow(/secret/);
  });

  test('one that is not there is refused', () => {
    expect(() => changesOf({ config: [], configFile: 'none.yaml' }, folder)).toThrow(
      new Error(
        `'--config-file' of hks platform must be a file with YAML (ENOENT: no such file or directory, open '${folder}/none.yaml'), received '${folder}/none.yaml'. Name a file of settings such as registry: { size: 5Gi }.`,
      ),
    );
  });
});

describe('over settings that are there', () => {
  const settings = { registry: { size: '5Gi', nodePort: 30501 }, domain: 'on.example.com' };

  test('only what is given changes', () => {
    const changes = given('registry.size=6Gi', 'eventing.enabled=true', 'domain=', 'context=');
    expect(changed(settings, changes)).toEqual({
      registry: { size: '6Gi', nodePort: 30501 },
      eventing: { enabled: true },
    });
    expect(settings.domain).toBe('on.example.com');
  });

  test('what is not there cannot be taken away, and lists close up', () => {
    const lists = { packageProxy: { resolvers: ['a', 'b'] } };
    expect(changed(lists, given('packageProxy.resolvers[0]='))).toEqual({
      packageProxy: { resolvers: ['b'] },
    });
    expect(changed({}, given('registry.size=', 'packageProxy.resolvers[0]=c'))).toEqual({
      packageProxy: { resolvers: ['c'] },
    });
  });
});

describe('the file of a stack', () => {
  const stored = (text: string, ...config: readonly string[]) =>
    parse(withChanges(text, given(...config), SECRET_SETTINGS));

  test('is named by the stack', () => {
    expect(stackFile('host')).toBe('Pulumi.host.yaml');
    expect(stackFile('acme/hks/host')).toBe('Pulumi.host.yaml');
  });

  test('gets settings; a secret is left for the engine to encrypt', () => {
    expect(
      stored('', 'registry.nodePort=30501', 'protectData=false', 'postgres.url=postgres://h/d'),
    ).toEqual({ config: { 'hks:registry': { nodePort: 30501 }, 'hks:protectData': 'false' } });
  });

  test('keeps what is not given, comments too', () => {
    const text = `# mine
encryptionsalt: v1:abc
config:
  other:key: 1
  hks:registry:
    size: 5Gi # small
  hks:postgres:
    url:
      secure: v1:def
`;
    expect(withChanges(text, given('registry.nodePort=30501'), SECRET_SETTINGS)).toBe(
      text.replace('# small\n', '# small\n    nodePort: 30501\n'),
    );
    expect(stored(text, 'registry.size=', 'postgres.url=')).toEqual({
      encryptionsalt: 'v1:abc',
      config: { 'other:key': 1, 'hks:registry': {}, 'hks:postgres': {} },
    });
  });

  test('a whole file of settings leaves secrets, and what is not ours', () => {
    const text = `config:
  other:key: 1
  hks:domain: on.example.com
  hks:postgres: { size: 1Gi, url: { secure: v1:def } }
`;
    const whole = { changes: given('registry.size=5Gi').changes, isWhole: true };
    expect(parse(withChanges(text, whole, SECRET_SETTINGS))).toEqual({
      config: {
        'other:key': 1,
        'hks:postgres': { url: { secure: 'v1:def' } },
        'hks:registry': { size: '5Gi' },
      },
    });
    expect(parse(withChanges('', { changes: [], isWhole: true }, SECRET_SETTINGS))).toEqual({});
  });

  test('text stays text in the YAML of the engine, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const changes = { changes: [{ path: ['knative', 'x'], value: text }], isWhole: false };
        const file = withChanges('', changes, SECRET_SETTINGS);
        expect(parse(file, { version: '1.1' }).config['hks:knative'].x).toBe(text);
        expect(file).toMatch(/x: "/);
      }),
    );
    const file = withChanges('', given('builder.cpu=4', 'context=on'), SECRET_SETTINGS);
    expect(parse(file, { version: '1.1' }).config).toEqual({
      'hks:builder': { cpu: '4' },
      'hks:context': 'on',
    });
  });
});
