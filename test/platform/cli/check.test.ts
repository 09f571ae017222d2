/** @module hks synth --check: what counts as different, what is none of its business, and that nothing is written. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf } from '../../constructs/synth/folder';
import { AppFolder } from './app-folder';

let app: AppFolder;
let dist: string;
beforeEach(() => {
  app = new AppFolder();
  dist = join(app.path, 'dist');
});
afterEach(() => app.remove());

const ACME = `const shop = new Project(app, 'shop', { tenant: 'acme' });
  new ApiObject(shop, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { level: 'info' } });`;
const BETA = `new Project(app, 'blog', { tenant: 'beta' });`;

const SETTINGS = 'tenants/acme/shop/configmap.settings.yaml';

/** Runs --check, and holds that it has not touched the output folder. */
async function check(...args: readonly string[]) {
  const before = contentsOf(app.path);
  const { code, out, err } = await app.hks('synth', '--check', ...args);
  expect(contentsOf(app.path)).toEqual(before);
  return { code, lines: out.trimEnd().split('\n'), err };
}

test('the same: one line, exit code 0', async () => {
  app.writeApp(`console.log('hello'); ${ACME} ${BETA}`);
  await app.hks('synth');
  expect(await check()).toEqual({
    code: 0,
    lines: ['dist is as the app renders it: 2 tenants, 17 objects'],
    err: 'hello\n',
  });
});

test('nothing on disk yet: all is added', async () => {
  app.writeApp(ACME);
  mkdirSync(dist);
  const { code, lines } = await check();
  expect(code).toBe(1);
  expect(lines).toContain(`+ added ConfigMap shop/settings (shop/settings) in ${SETTINGS}`);
  expect(lines).toContain(
    '+ added Namespace shop (shop/Default) in tenants/acme/shop/namespace.shop.yaml',
  );
  expect(lines.at(-1)).toBe('dist is not as the app renders it: 9 added. Run hks synth.');
});

test('added, changed, removed, edited and deleted by hand, and a tenant that is gone', async () => {
  const more = (name: string) =>
    `new ApiObject(shop, '${name}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { a: 'b' } });`;
  app.writeApp(`${ACME} ${more('old')} ${more('mine')} ${more('lost')} ${BETA}`);
  await app.hks('synth');
  app.writeApp(
    `${ACME.replace("'info'", "'debug'")} ${more('new')} ${more('mine')} ${more('lost')}`,
  );
  const mine = join(dist, 'tenants/acme/shop/configmap.mine.yaml');
  writeFileSync(mine, readFileSync(mine, 'utf8').replace('a: b', 'a: c'));
  rmSync(join(dist, 'tenants/acme/shop/configmap.lost.yaml'));
  const { code, lines } = await check();
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes('acme'))).toEqual([
    '~ edited by hand ConfigMap shop/lost (shop/lost) in tenants/acme/shop/configmap.lost.yaml - deleted by hand',
    '~ edited by hand ConfigMap shop/mine (shop/mine) in tenants/acme/shop/configmap.mine.yaml',
    '+ added ConfigMap shop/new (shop/new) in tenants/acme/shop/configmap.new.yaml',
    '- removed ConfigMap shop/old (shop/old) in tenants/acme/shop/configmap.old.yaml',
    '~ changed ConfigMap shop/settings (shop/settings) in tenants/acme/shop/configmap.settings.yaml',
  ]);
  expect(lines.filter((line) => line.includes('beta')).length).toBe(8);
  expect(lines.at(-1)).toBe(
    'dist is not as the app renders it: 1 added, 1 changed, 9 removed, 2 edited by hand. Run hks synth.',
  );
  await app.hks('synth');
  expect((await check()).code).toBe(0);
});

test('a kustomization or an index that was changed, where no object was', async () => {
  app.writeApp(ACME);
  await app.hks('synth');
  const kustomization = join(dist, 'tenants/acme/kustomization.yaml');
  writeFileSync(kustomization, `${readFileSync(kustomization, 'utf8')}namePrefix: x-\n`);
  expect((await check()).lines).toEqual([
    '~ changed tenants/acme/kustomization.yaml',
    'dist is not as the app renders it: 1 changed. Run hks synth.',
  ]);
});

test("tenants of another app and the user's own files are not its business", async () => {
  app.writeApp(BETA, `{ name: 'other' }`);
  await app.hks('synth');
  app.writeApp(ACME);
  await app.hks('synth');
  writeFileSync(join(dist, 'tenants/beta/blog/namespace.blog.yaml'), 'mine: yes\n');
  writeFileSync(join(dist, 'tenants/acme/README.md'), '');
  writeFileSync(join(dist, 'mine.yaml'), 'a: b\n');
  expect(await check()).toEqual({
    code: 0,
    lines: ['dist is as the app renders it: 1 tenant, 9 objects'],
    err: '',
  });
  app.writeApp(BETA, `{ name: 'other' }`);
  expect(await check()).toMatchObject({
    code: 1,
    lines: [expect.stringMatching(/edited/), expect.anything()],
  });
});

test('an app without tenants any more: those that it had are removed, those of others stay', async () => {
  app.writeApp(BETA, `{ name: 'other' }`);
  await app.hks('synth');
  app.writeApp(ACME);
  await app.hks('synth');
  app.writeApp('');
  const { code, lines } = await check();
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('dist is not as the app renders it: 9 removed. Run hks synth.');
});

test('a HksApp with nothing in it: no differences once its tenants are gone, and nothing to print', async () => {
  app.writeApp(ACME);
  await app.hks('synth');
  app.writeApp('');
  await app.hks('synth');
  expect(await check()).toEqual({
    code: 0,
    lines: ['dist is as the app renders it: 0 tenants, 0 objects'],
    err: '',
  });
  expect(await app.hks('synth', '--diff')).toMatchObject({ code: 0, err: '' });
  expect(await app.hks('synth', '--stdout')).toEqual({ code: 0, out: '', err: '' });
});

test('a tenant of another app is refused, as a run would be', async () => {
  app.writeApp(ACME, `{ name: 'other' }`);
  await app.hks('synth');
  app.writeApp(ACME);
  const { code, err } = await check();
  expect(code).toBe(2);
  expect(err).toMatch(
    /'tenant' of HksApp 'shop' must be no tenant of another app, and '.*\/dist\/tenants\/acme' belongs to the app 'other'/,
  );
  expect(err).toMatch(/error: 'app' of hks synth must end with exit code 0, and it ended with 1/);
});

test('files for Argo CD and Flux count', async () => {
  const props = (path: string) =>
    `{ name: 'shop', argocd: { repoUrl: 'https://git.example.com/x.git', path: '${path}' }, flux: { source: { name: 'x' } } }`;
  app.writeApp(ACME, props('dist'));
  await app.hks('synth');
  expect((await check()).code).toBe(0);
  app.writeApp(ACME, props('out'));
  const flux = join(dist, 'flux/kustomization.hks-tenant-acme.yaml');
  writeFileSync(flux, `${readFileSync(flux, 'utf8')}# mine\n`);
  const { lines } = await check();
  expect(lines).toContain(
    '~ changed ApplicationSet.argoproj.io argocd/hks-tenant-acme in argocd/applicationset.hks-tenant-acme.yaml',
  );
  expect(lines).toContain(
    '~ edited by hand Kustomization.kustomize.toolkit.fluxcd.io flux-system/hks-tenant-acme in flux/kustomization.hks-tenant-acme.yaml',
  );
});

describe('an app without tenants', () => {
  const chart = (level: string, name = 'settings') => `
    const app = new App();
    new ApiObject(new Chart(app, 'plain'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { level: '${level}' } });
    app.synth();`;

  test('is compared file by file, object by object', async () => {
    app.writeProgram(chart('info'));
    await app.hks('synth');
    writeFileSync(join(dist, 'mine.k8s.yaml'), 'a: b\n');
    expect(await check()).toEqual({
      code: 0,
      lines: ['dist is as the app renders it: 1 file'],
      err: '',
    });
    app.writeProgram(chart('debug'));
    expect((await check()).lines).toEqual([
      '~ changed ConfigMap settings in plain.k8s.yaml',
      'dist is not as the app renders it: 1 changed. Run hks synth.',
    ]);
    app.writeProgram(chart('info', 'other'));
    expect((await check()).lines.slice(0, -1)).toEqual([
      '- removed ConfigMap settings in plain.k8s.yaml',
      '+ added ConfigMap other in plain.k8s.yaml',
    ]);
  });

  test('in folders, and with files that are no manifests', async () => {
    const program = (level: string) => `
      const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, recordConstructMetadata: true });
      new ApiObject(new Chart(app, 'x'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { level: '${level}' } });
      app.synth();
      require('node:fs').writeFileSync(app.outdir + '/notes.txt', '${level}');`;
    app.writeProgram(program('info'));
    await app.hks('synth');
    rmSync(join(dist, 'construct-metadata.json'));
    expect((await check()).code).toBe(0);
    app.writeProgram(program('debug'));
    expect((await check()).lines.slice(0, -1)).toEqual([
      '~ changed notes.txt',
      '~ changed ConfigMap x in x/ConfigMap.x.k8s.yaml',
    ]);
  });

  test('the same objects, written otherwise, are a file that differs', async () => {
    app.writeProgram(chart('info'));
    await app.hks('synth');
    const file = join(dist, 'plain.k8s.yaml');
    writeFileSync(file, `# mine\n${readFileSync(file, 'utf8')}`);
    expect((await check()).lines[0]).toBe('~ changed plain.k8s.yaml');
  });
});

test.each([
  ['fails', 'process.exit(3)', /it ended with 3/],
  ['writes nothing', '', /must write to the folder 'dist', and it wrote nothing there/],
  [
    'writes elsewhere',
    `const app = new HksApp({ outdir: 'elsewhere' }); new Project(app, 'x', { tenant: 'acme' }); app.synth();`,
    /must write to the folder 'dist', and it wrote nothing there/,
  ],
])('an app that %s: exit code 2', async (_, program, message) => {
  app.writeApp(ACME);
  await app.hks('synth');
  app.writeProgram(program);
  const { code, out, err } = await app.hks('synth', '--check');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});
