/** @module Plugins: where they come from, how npm installs them, and what is no plugin. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppFolder } from '../app-folder';
import { writePlugin } from './plugin-folder';
import { type Registry, registryWith } from './registry';

let app: AppFolder;
let plugin: string;
beforeEach(() => {
  app = new AppFolder();
  app.writeApp(`console.log('ran'); new Chart(app, 'web');`);
  plugin = join(app.path, 'plugin');
  writePlugin(plugin);
});
afterEach(() => app.remove());

const validation = (name: string, ofClass: string, ...more: readonly string[]) =>
  ['validations:', `  - package: '${name}'`, '    version: 1.0.0', `    class: ${ofClass}`]
    .concat(more.map((line) => `    ${line}`))
    .join('\n');

function config(...lines: readonly string[]): void {
  app.write('cdk8s.yaml', ['app: node app.js', ...lines, ''].join('\n'));
}

describe('a plugin in a folder', () => {
  test.each([['./plugin'], ['../SELF/plugin'], ['ABSOLUTE/plugin']])('%s', async (path) => {
    const self = app.path.split('/').at(-1) ?? '';
    config(validation(path.replace('SELF', self).replace('ABSOLUTE', app.path), 'KindValidation'));
    const { code, out, err } = await app.hks('synth');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Validation Report (${plugin}@1.0.0)`);
  });

  test.each([
    [
      './nowhere',
      'KindValidation',
      (folder: string) =>
        `'package' of validation './nowhere@1.0.0' must have a main file, received '${folder}/nowhere'. Build it first, or correct the path.`,
    ],
    [
      './plugin',
      'Kind',
      () =>
        `'class' of validation './plugin@1.0.0' must be a class that the package exports, received 'Kind'. It exports KindValidation, BrokenValidation, SilentValidation, NoValidation, nothing.`,
    ],
    [
      './plugin',
      'nothing',
      () =>
        `'class' of validation './plugin@1.0.0' must be a class that the package exports, received 'nothing'. It exports KindValidation, BrokenValidation, SilentValidation, NoValidation, nothing.`,
    ],
  ])('refused before the app runs: %s, %s', async (path, ofClass, message) => {
    config(validation(path, ofClass));
    expect(await app.hks('synth')).toEqual({
      code: 1,
      out: '',
      err: `error: ${message(app.path)}\n`,
    });
  });

  test.each([
    [
      'NoValidation',
      [],
      /^error: 'class' of validation '.\/plugin@1.0.0' must have a method 'validate', received 'NoValidation'. Name the class that is the validation.\n$/,
    ],
    [
      'KindValidation',
      ['properties: { refused: Secret, token: hidden }'],
      /^error: 'properties' of validation '.\/plugin@1.0.0' must suit KindValidation, received \["refused","token"\]. Write 'refused' as a list.\n$/,
    ],
    [
      'BrokenValidation',
      [],
      /^Error: out of order\n {4}at BrokenValidation.validate [\s\S]*\nerror: 'package' of validation '\/.*\/plugin@1.0.0' must end with a report, and it failed, received 'out of order'. Its stack is above.\n$/,
    ],
    [
      'SilentValidation',
      [],
      /\nerror: 'package' of validation '\/.*\/plugin@1.0.0' must end with a report, and it failed, received 'The report is not complete: the plugin must call report.submit'. Its stack is above.\n$/,
    ],
  ])('failing on its own: %s', async (ofClass, lines, message) => {
    config(validation('./plugin', ofClass, ...lines));
    const { code, err } = await app.hks('synth');
    expect(err).toMatch(message);
    expect(code).toBe(1);
  });

  test('one with a fault in its own imports is not taken for one that is missing', async () => {
    writePlugin(plugin, 'plugin', `require('no-such-package')`);
    config(validation('./plugin', 'KindValidation'));
    const { code, err } = await app.hks('synth');
    expect([code, err]).toEqual([1, expect.stringContaining('no-such-package')]);
  });
});

describe('a plugin of npm', () => {
  const NAME = '@acme/kinds';
  const folder = mkdtempSync(join(tmpdir(), 'hks-registry-'));
  let registry: Registry;
  beforeAll(async () => {
    writePlugin(folder, NAME);
    registry = await registryWith(NAME, folder);
  });
  afterAll(async () => {
    await registry.close();
    rmSync(folder, { recursive: true });
  });

  /** By `installEnv` npm asks this registry, and keeps nothing on this machine. */
  const npmEnv = () => [
    'installEnv:',
    `  npm_config_registry: ${registry.url}`,
    `  npm_config_cache: ${join(app.path, 'cache')}`,
    '  npm_config_fetch_retries: 0',
    '  npm_config_update_notifier: false',
  ];
  const place = (root: string) => join(app.path, root, NAME, '1.0.0/node_modules', NAME);

  test('is installed once, where cdk8s-cli has it', async () => {
    config('pluginsDirectory: plugins', validation(NAME, 'KindValidation', ...npmEnv()));
    const first = await app.hks('synth');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out.split('\n')[0]).toBe(
      'Installing validation plugin: @acme/kinds@1.0.0 (this may take a while the first time around)',
    );
    expect(first.out).toContain('Validation Report (@acme/kinds@1.0.0)\n');
    expect(existsSync(join(place('plugins'), 'main.js'))).toBe(true);
    expect(readdirSync(join(app.path, 'plugins'))).toEqual(['@acme']);
    const asked = registry.asked.length;
    const second = await app.hks('synth');
    expect([second.code, second.out]).toEqual([0, expect.not.stringContaining('Installing')]);
    expect(registry.asked.length).toBe(asked);
  }, 30_000);

  test('is whole for each of several runs that install it at once', async () => {
    config('pluginsDirectory: plugins', validation(NAME, 'KindValidation', ...npmEnv()));
    const runs = [1, 2].map((run) => app.hks('synth', '--output', `dist${run}`));
    for (const { code, err } of await Promise.all(runs)) expect([code, err]).toEqual([0, '']);
    expect(readdirSync(join(app.path, 'plugins'))).toEqual(['@acme']);
    expect(existsSync(join(place('plugins'), 'main.js'))).toBe(true);
  });

  test('goes to --plugins-dir, over what lies there half', async () => {
    mkdirSync(place('mine'), { recursive: true });
    writeFileSync(join(place('mine'), 'half'), '');
    config('pluginsDirectory: plugins', validation(NAME, 'KindValidation', ...npmEnv()));
    expect(await app.hks('synth', '--plugins-dir', 'mine')).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(place('mine')).sort()).toEqual(['main.js', 'package.json']);
    expect(existsSync(join(app.path, 'plugins'))).toBe(false);
  }, 30_000);

  test('is refused when npm has no such package; nothing of it stays', async () => {
    config('pluginsDirectory: plugins', validation('@acme/other', 'KindValidation', ...npmEnv()));
    const { code, err } = await app.hks('synth');
    expect(code).toBe(1);
    expect(err).toContain('npm error code E404');
    expect(err).toMatch(
      /\nerror: 'package' of validation '@acme\/other@1.0.0' must be one that npm can install, and npm ended with 1, received '@acme\/other'. Its own message is above.\n$/,
    );
    expect(readdirSync(join(app.path, 'plugins'))).toEqual([]);
  }, 30_000);

  test('is refused where there is no npm', async () => {
    config('pluginsDirectory: plugins', validation(NAME, 'KindValidation'));
    rmSync(join(app.path, 'dist'), { recursive: true, force: true });
    const { code, err } = await app.hksWith({ PATH: app.path }, 'synth');
    expect([code, err]).toEqual([
      1,
      `error: 'package' of validation '@acme/kinds@1.0.0' must be one that npm can install, and npm ended with spawn npm ENOENT, received '@acme/kinds'. Its own message is above.\n`,
    ]);
  });
});
