/** @module The validations of cdk8s.yaml: what a list may hold, and every fault of one that may not be. */
import { AppFolder } from '../app-folder';

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

/** The messages for a cdk8s.yaml with these lines; the app must not run. */
async function faultsOf(...lines: readonly string[]): Promise<readonly string[]> {
  app.writeProgram(`console.log('ran');`);
  app.write('cdk8s.yaml', ['app: node app.js', ...lines, ''].join('\n'));
  const { code, out, err } = await app.hks('synth');
  expect([code, out]).toEqual([2, '']);
  return err
    .replace(/^error: /, '')
    .trimEnd()
    .split('\n');
}

test('every fault of a list at once', async () => {
  expect(
    await faultsOf(
      'output: 7',
      'validations:',
      '  - package: ../plugins/',
      '    version: ^1.0.0',
      '    class: []',
      '    propertes: {}',
      '  - just a text',
      '  - package: "@acme/plugin"',
      '    version: 1.0',
      '    installEnv: [A]',
      '    properties: none',
    ),
  ).toEqual([
    "'output' of cdk8s.yaml must be a text that is not empty, received 7. Write output: dist.",
    "'validations[0].package' of cdk8s.yaml must be the name of an npm package, or the path of a folder, received '../plugins/'. Write it like @scope/plugin, or ./plugin for a folder.",
    "'validations[0].version' of cdk8s.yaml must be one exact version, as ranges and paths are not looked up at every run, received '^1.0.0'. Write it like '1.2.3', for a folder too.",
    "'validations[0].class' of cdk8s.yaml must be the class that the package exports, received []. Write it like MyValidation.",
    "'validations[0].propertes' of cdk8s.yaml must be one of package, version, class, installEnv and properties, received {}. Leave it out, or correct its name.",
    "'validations[1]' of cdk8s.yaml must hold package, version and class, received 'just a text'. Write - package: my-plugin, and version and class below it.",
    "'validations[2].version' of cdk8s.yaml must be one exact version, as ranges and paths are not looked up at every run, received 1. Write it like '1.2.3', for a folder too.",
    "'validations[2].class' of cdk8s.yaml must be the class that the package exports, received nothing. Write it like MyValidation.",
    '\'validations[2].installEnv\' of cdk8s.yaml must hold environment variables, received ["A"]. Write lines like NAME: value below it.',
    "'validations[2].properties' of cdk8s.yaml must hold what the class is made with, received 'none'. Write lines like key: value below it.",
  ]);
});

test.each([
  [
    'validations: 7',
    "'validations' of cdk8s.yaml must be a list of plugins, or the name of a file that holds one, received 7. Begin each plugin with - package: my-plugin.",
  ],
  [
    'validations: {package: a}',
    `'validations' of cdk8s.yaml must be a list of plugins, or the name of a file that holds one, received {"package":"a"}. Begin each plugin with - package: my-plugin.`,
  ],
  [
    'pluginsDirectory: []',
    "'pluginsDirectory' of cdk8s.yaml must be the folder of plugins, received []. Write pluginsDirectory: .plugins.",
  ],
  [
    'synthConfig: helm',
    "'synthConfig' of cdk8s.yaml must hold how cdk8s synth writes, received 'helm'. Write format: plain below it.",
  ],
  [
    'synthConfig: {format: helm, chartVersion: 1.0.0}',
    "'synthConfig.format' of cdk8s.yaml must be plain for hks synth, which writes manifests and no Helm chart, received 'helm'. Leave it out, or run cdk8s synth.",
  ],
])('%s', async (line, message) => {
  expect(await faultsOf(line)).toEqual([message]);
});

test.each([['latest'], ['1.x'], ['>=1.0.0'], ['1.2.3||2.0.0'], ['file:../plugin'], ['v1.2.3']])(
  'the version %s',
  async (version) => {
    const lines = ['validations:', '  - package: p', `    version: '${version}'`, '    class: C'];
    expect(await faultsOf(...lines)).toEqual([
      `'validations[0].version' of cdk8s.yaml must be one exact version, as ranges and paths are not looked up at every run, received '${version}'. Write it like '1.2.3', for a folder too.`,
    ]);
  },
);

test.each([['p; rm -rf .'], ['a/b/c'], ['https://a.example/p.tgz'], ['a/../../b'], ['-g']])(
  'the package %s',
  async (name) => {
    const lines = ['validations:', `  - package: '${name}'`, '    version: 1.0.0', '    class: C'];
    expect(await faultsOf(...lines)).toEqual([
      `'validations[0].package' of cdk8s.yaml must be the name of an npm package, or the path of a folder, received '${name}'. Write it like @scope/plugin, or ./plugin for a folder.`,
    ]);
  },
);

test.each([
  ['validations:'],
  ['validations: []'],
  ['synthConfig: {format: plain}'],
  ['synthConfig:'],
])('%s is nothing to validate', async (line) => {
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`);
  app.write('cdk8s.yaml', `app: node app.js\n${line}\n`);
  expect(await app.hks('synth')).toMatchObject({
    code: 0,
    out: expect.not.stringContaining('alidation'),
    err: '',
  });
});
