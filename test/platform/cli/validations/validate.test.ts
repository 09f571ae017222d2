/** @module Validations in a run of hks synth: what plugins see, what is printed and written, and how the run ends. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { AppFolder } from '../app-folder';
import { writePlugin } from './plugin-folder';

const ROOT = resolve(__dirname, '../../../..');
const CDK8S = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
  writePlugin(join(app.path, 'plugin'));
});
afterEach(() => app.remove());

/** A cdk8s.yaml with one validation that refuses these kinds. */
function refuse(...kinds: readonly string[]): void {
  app.write(
    'cdk8s.yaml',
    `app: node app.js
validations:
  - package: ./plugin
    version: 1.0.0
    class: KindValidation
    properties:
      refused: ${JSON.stringify(kinds)}
`,
  );
}

const settings = (name: string) =>
  `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { a: 'b' } }`;
const ACME = `const shop = new Project(app, 'shop', { tenant: 'acme' }); new ApiObject(shop, 'settings', ${settings('settings')});`;
const BETA = `const blog = new Project(app, 'blog', { tenant: 'beta' }); new ApiObject(blog, 'words', ${settings('settings')});`;
const PLAIN = `new ApiObject(new Chart(app, 'web'), 'words', ${settings('words')});`;

const file = (path: string) => join(relative(process.cwd(), app.path), path);

test('a plugin that is content: its report is printed, and the run ends well', async () => {
  refuse('Secret');
  app.writeApp(ACME);
  const { code, out, err } = await app.hks('synth');
  expect(err).toBe('');
  expect(out.split('\n').slice(2)).toEqual([
    'Performing validations',
    'judging 9 manifests',
    'Validations finished',
    '',
    `Validation Report (${app.path}/plugin@1.0.0)`,
    '-'.repeat(`Validation Report (${app.path}/plugin@1.0.0)`.length),
    '',
    '(Summary)',
    '',
    expect.stringMatching(/^╔═+╤═+╗$/),
    expect.stringMatching(/^║ Status +│ success +║$/),
    expect.anything(),
    `║ Plugin  │ ${app.path}/plugin ║`,
    expect.anything(),
    expect.stringMatching(/^║ Version +│ 1.0.0 +║$/),
    expect.anything(),
    expect.stringMatching(/^║ Rules +│ 1 +║$/),
    expect.stringMatching(/^║ held +│ +║$/),
    expect.stringMatching(/^╚═+╧═+╝$/),
    '',
    '',
    '(Violations)',
    '',
    'Validations ended successfully',
    '',
  ]);
  expect(code).toBe(0);
});

test('one that is not: exit code 2, each object with its construct, and the tree is there', async () => {
  refuse('ConfigMap');
  app.writeApp(`${ACME} ${BETA}`);
  const { code, out, err } = await app.hks('synth');
  expect([code, err]).toEqual([2, 'Validation failed. See above reports for details\n']);
  const report = out.slice(out.indexOf('(Violations)')).split('\n');
  expect(report).toEqual([
    '(Violations)',
    '',
    'no such kinds (2 occurrences)',
    '',
    '  Occurrences:',
    '',
    '    - Construct Path: shop/settings',
    `    - Manifest Path: ${file('dist/tenants/acme/shop/configmap.settings.yaml')}`,
    '    - Resource Name: settings',
    '    - Locations:',
    '      > kind',
    '',
    '    - Construct Path: blog/words',
    `    - Manifest Path: ${file('dist/tenants/beta/blog/configmap.settings.yaml')}`,
    '    - Resource Name: settings',
    '    - Locations:',
    '      > kind',
    '',
    '  Recommendation: use others',
    '  How to fix: https://kinds.example',
    '',
    '',
  ]);
  expect(existsSync(join(app.path, 'dist/tenants/beta/hks-index.json'))).toBe(true);
  expect(await app.hks('synth', '--no-validate')).toMatchObject({ code: 0, err: '' });
});

test('only the tenants that are asked for', async () => {
  refuse('ConfigMap');
  app.writeApp(`${ACME} new Project(app, 'blog', { tenant: 'beta' });`);
  expect(await app.hks('synth', '--tenant', 'acme')).toMatchObject({ code: 2 });
  const { code, out, err } = await app.hks('synth', '--tenant', 'beta');
  expect([code, err, out]).toEqual([0, '', expect.stringContaining('\njudging 8 manifests\n')]);
});

test('files for Argo CD are manifests too, kustomizations and files of the user are none', async () => {
  refuse('AppProject');
  app.writeApp(ACME, `{ name: 'shop', argocd: { repoUrl: 'https://git.example/a.git' } }`);
  await app.hks('synth', '--no-validate');
  app.write('dist/tenants/acme/mine.yaml', 'kind: AppProject');
  const { code, out } = await app.hks('synth');
  expect([code, out]).toEqual([2, expect.stringContaining('\njudging 11 manifests\n')]);
  expect(out).toContain(file('dist/argocd/appproject.hks-tenant-acme.yaml'));
});

test('the reports go to a file that is not there yet', async () => {
  refuse('Secret');
  app.writeApp(ACME);
  const reports = join(app.path, 'reports.json');
  const args = ['synth', '--validation-reports-output-file', 'reports.json'];
  expect(await app.hks(...args)).toMatchObject({ code: 0 });
  const plugin = join(app.path, 'plugin');
  expect(JSON.parse(readFileSync(reports, 'utf8'))).toEqual({
    reports: [
      {
        title: `Validation Report (${plugin}@1.0.0)`,
        violations: [],
        summary: { status: 'success', plugin, version: '1.0.0', metadata: { 'Rules\nheld': '1' } },
      },
    ],
  });
  // As in a watch: what the process has written itself is written again.
  writeFileSync(reports, 'old');
  expect(await app.hks(...args)).toMatchObject({ code: 0 });
  expect(readFileSync(reports, 'utf8')).toContain('"reports"');
});

test('a file for the reports that is somebody else’s is refused before the app runs', async () => {
  refuse('Secret');
  app.writeApp(ACME);
  expect(await app.hks('synth', '--validation-reports-output-file', 'app.js')).toEqual({
    code: 1,
    out: '',
    err: "error: '--validation-reports-output-file' of hks synth must be a file that is not there yet, received 'app.js'. Delete it, or name another.\n",
  });
  expect(existsSync(join(app.path, 'dist'))).toBe(false);
  expect(readFileSync(join(app.path, 'app.js'), 'utf8')).toContain('new HksApp');
});

test('--stdout prints the objects alone, and nothing when a plugin refuses them', async () => {
  refuse('Secret');
  app.writeApp(ACME);
  const { code, out, err } = await app.hks('synth', '--stdout');
  expect([code, out]).toEqual([0, expect.stringMatching(/^apiVersion: /)]);
  expect(out).not.toContain('alidation');
  expect(err).toContain('Validations ended successfully\n');
  refuse('ConfigMap');
  const refused = await app.hks('synth', '--stdout');
  expect([refused.code, refused.out]).toEqual([2, '']);
  expect(refused.err).toContain(
    '    - Construct Path: shop/settings\n    - Manifest Path: STDOUT\n',
  );
});

test('--check judges a folder that is as the app renders it', async () => {
  refuse('ConfigMap');
  app.writeApp(ACME);
  expect(await app.hks('synth', '--check')).toMatchObject({ code: 1, err: '' });
  await app.hks('synth');
  expect(await app.hks('synth', '--check')).toMatchObject({
    code: 2,
    err: 'Validation failed. See above reports for details\n',
  });
});

test.each([['ConfigMap', 2] as const, ['Secret', 0] as const])(
  'an app without tenants, %s refused: as cdk8s synth has it',
  async (kind, code) => {
    refuse(kind);
    app.writeApp(PLAIN);
    const output = ['--validation-reports-output-file'];
    expect(await app.hks('synth', ...output, 'ours.json')).toMatchObject({ code });
    const theirs = spawnSync(
      process.execPath,
      [CDK8S, 'synth', '--no-check-upgrade', ...output, 'theirs.json'],
      { cwd: app.path, env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') } },
    );
    expect(theirs.status).toBe(code);
    const [ourText, theirText] = ['ours.json', 'theirs.json'].map((name) =>
      readFileSync(join(app.path, name), 'utf8'),
    );
    expect(ourText?.replaceAll(file('dist'), 'dist')).toBe(theirText);
    expect(ourText).toContain(code === 2 ? '"constructPath": "web/words"' : '"violations": []');
  },
);

test('an app without tenants: the files of its folders too, whatever they are called', async () => {
  refuse('ConfigMap');
  const props = '{ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE }';
  app.writeApp(`${PLAIN} ${PLAIN.replace("'web'", "'platform'")}`, props);
  const { code, out } = await app.hks('synth');
  expect(code).toBe(2);
  expect(out).toContain('\njudging 2 manifests\n');
  expect(out).toContain('    - Construct Path: platform/words\n');
  expect(out).toMatch(/ {4}- Manifest Path: .*\/dist\/platform\/ConfigMap\..*\.k8s\.yaml\n/);
});

test.each([['{'], ['{ "version": "2.0.0", "resources": {} }']])(
  'a record of constructs that says %s is refused',
  async (text) => {
    refuse('Secret');
    app.writeApp(
      `${PLAIN} process.on('exit', () => require('fs').writeFileSync('dist/construct-metadata.json', '${text}'));`,
    );
    const { code, err } = await app.hks('synth');
    expect([code, err]).toEqual([
      1,
      `error: 'output' of hks synth must hold a construct-metadata.json as cdk8s writes it, with version 1.0.0, received '${file('dist/construct-metadata.json')}'. Delete the file, and run the app again with the cdk8s that the project has.\n`,
    ]);
  },
);
