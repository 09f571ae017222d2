/** @module Apps without tenants whose charts have the names of a tree's folders. */
import { AppFolder } from './app-folder';

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

const NAMES = ['argocd', 'flux', 'platform', 'tenants', 'web'];

/** One folder for each chart, with a ConfigMap. */
function writeApp(level: string): void {
  app.writeProgram(`
    const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    for (const name of ${JSON.stringify(NAMES)})
      new ApiObject(new Chart(app, name), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { level: '${level}' } });
    app.synth();`);
}

test('all of them are counted, printed once, compared and shown', async () => {
  writeApp('info');
  expect(await app.hks('synth')).toMatchObject({ code: 0, out: 'no tenants, 5 files in dist\n' });
  const { out } = await app.hks('synth', '--stdout');
  expect(out.match(/^ {2}name: .*$/gm)).toEqual(NAMES.map((name) => `  name: ${name}`));
  expect(await app.hks('synth', '--check')).toMatchObject({
    code: 0,
    out: 'dist is as the app renders it: 5 files\n',
  });
  writeApp('debug');
  const check = await app.hks('synth', '--check');
  expect(check.code).toBe(1);
  expect(check.out.split('\n')).toEqual([
    ...NAMES.map((name) => `~ changed ConfigMap ${name} in ${name}/ConfigMap.${name}.k8s.yaml`),
    'dist is not as the app renders it: 5 changed. Run hks synth.',
    '',
  ]);
});
