/** @module What hks synth tells of a run: what was written, what was not, and that nothing was written here. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppFolder } from './app-folder';

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

const ACME = `new Project(app, 'shop', { tenant: 'acme' });`;
const PLAIN = (outdir = '') => `
  const app = new App(${outdir});
  new ApiObject(new Chart(app, 'x'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  app.synth();`;

test('a second run has changed nothing, and has run', async () => {
  app.writeApp(ACME);
  expect((await app.hks('synth')).out).toMatch(
    /^dist\/tenants\/acme: 8 objects of shop, written\n/,
  );
  expect((await app.hks('synth')).out).toBe(
    'dist/tenants/acme: 8 objects of shop, unchanged\n1 tenant, 8 objects in dist\n',
  );
});

test.each([
  ['edited', (path: string) => writeFileSync(path, 'edited')],
  ['deleted', (path: string) => rmSync(path)],
])('a tenant whose file was %s by hand is written, the others are not', async (_, change) => {
  app.writeApp(`${ACME} new Project(app, 'blog', { tenant: 'beta' });`);
  await app.hks('synth');
  change(join(app.path, 'dist/tenants/acme/shop/namespace.shop.yaml'));
  const { out } = await app.hks('synth');
  expect(out).toBe(
    'dist/tenants/acme: 8 objects of shop, written\ndist/tenants/beta: 8 objects of shop, unchanged\n2 tenants, 16 objects in dist\n',
  );
});

test('an app that writes elsewhere is told so, though an old tree is there', async () => {
  app.writeApp(ACME);
  await app.hks('synth');
  app.writeApp(ACME, `{ name: 'shop', outdir: 'elsewhere' }`);
  expect(await app.hks('synth')).toEqual({
    code: 1,
    out: '',
    err: `error: 'app' of hks synth must write to the folder 'dist', and it wrote to '${join(app.path, 'elsewhere')}', received 'node app.js'. Let it end with app.synth(), and do not set 'outdir' in the app.\n`,
  });
  app.writeProgram(PLAIN(`{ outdir: 'elsewhere' }`));
  expect((await app.hks('synth')).err).toContain(
    "to the folder 'dist', and it wrote nothing there",
  );
});

test('an app without tenants that writes the same again has written', async () => {
  app.writeProgram(PLAIN());
  await app.hks('synth');
  expect(await app.hks('synth')).toEqual({
    code: 0,
    out: 'no tenants, 1 file in dist\n',
    err: '',
  });
});

test('files of an app without tenants count in folders too', async () => {
  app.writeProgram(`
    const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    new ApiObject(new Chart(app, 'x'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
    app.synth();`);
  expect((await app.hks('synth')).out).toBe('no tenants, 1 file in dist\n');
});

test('a tenant that the app no longer has was removed, and nothing else written', async () => {
  app.writeApp(`${ACME} new Project(app, 'blog', { tenant: 'beta' });`);
  await app.hks('synth');
  app.writeApp('');
  expect((await app.hks('synth')).out).toBe(
    'dist/tenants/acme: removed\ndist/tenants/beta: removed\n0 tenants, 0 objects in dist\n',
  );
});

test('an output folder by another path is the same folder', async () => {
  app.writeApp(ACME);
  mkdirSync(join(app.path, 'dist'));
  symlinkSync('dist', join(app.path, 'link'));
  await app.hks('synth');
  app.writeApp(ACME, `{ name: 'shop', outdir: 'dist' }`);
  expect((await app.hks('synth', '--output', 'link')).out).toMatch(
    /acme: 8 objects of shop, unchanged/,
  );
});

test('an index that HKS did not write', async () => {
  app.writeApp(ACME);
  mkdirSync(join(app.path, 'dist/tenants/acme'), { recursive: true });
  app.write('dist/tenants/acme/hks-index.json', '{"app": "shop"}');
  expect((await app.hks('synth')).err).toBe(
    `error: 'output' of hks synth must hold indexes that HKS wrote, and '${join(app.path, 'dist/tenants/acme/hks-index.json')}' is none, received '{"app": "shop"}'. Restore the file from Git, or delete it so that the next run writes it anew.\n`,
  );
});

test('with --watch only what changed is told, until it is interrupted', async () => {
  const two = `${ACME} new Project(app, 'blog', { tenant: 'beta' });`;
  app.writeApp(two);
  const running = app.start('synth', '--watch');
  await running.says(/all: rendered in \d+ ms, watching\n/);
  expect(running.out()).toMatch(
    /^dist\/tenants\/acme: .* written\ndist\/tenants\/beta: .* written\n/,
  );
  app.writeApp(`${two} new Project(app, 'more', { tenant: 'beta' });`);
  await running.says(/app\.js: rendered in \d+ ms, watching\n/);
  expect(running.out().split('watching\n')[1]).toMatch(
    /^dist\/tenants\/beta: 16 objects of shop, written\n2 tenants, 24 objects in dist\napp\.js: rendered in/,
  );
  process.emit('SIGINT', 'SIGINT');
  expect(await running.code).toBe(130);
});

test('with --watch and no app: exit code 2 at once', async () => {
  app.write('cdk8s.yaml', '');
  expect((await app.hks('synth', '--watch')).code).toBe(2);
});
