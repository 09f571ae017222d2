/** @module hks synth --tenant on a disk with more than tenants' folders: split trees, GitOps files, other apps, renames. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

const GITOPS = `{
  name: 'shop', split: true, argocd: { repoUrl: 'https://git.example/a.git' },
  flux: { source: { kind: 'GitRepository', name: 'a' } },
}`;

/** Tenants with a ConfigMap and a quota each. */
function writeApp(level: string, props: string, tenants = ['acme', 'beta', 'gamma']): void {
  app.writeApp(
    `for (const tenant of ${JSON.stringify(tenants)}) {
      const project = new Project(app, tenant + '-shop', { tenant, metadata: { annotations: { 'acme.example/level': '${level}' } } });
      new ApiObject(project, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { level: '${level}' } });
    }`,
    props,
  );
}

const named = (tenant: string) => (path: string) => path.includes(tenant);
/** Files of one tenant, by path; each with its time. */
function filesOf(tenant: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(contentsOf(dist))
      .filter(([path]) => named(tenant)(path))
      .map(([path, text]) => [path, `${statSync(join(dist, path)).mtimeMs} ${text}`]),
  );
}

test('a split tree with files for Argo CD and Flux: all of the tenant, and nothing of others', async () => {
  writeApp('info', GITOPS);
  await app.hks('synth');
  const before = { acme: filesOf('acme'), beta: filesOf('beta'), gamma: filesOf('gamma') };
  expect(Object.keys(before.beta).map((path) => path.split('/')[0])).toEqual(
    expect.arrayContaining(['argocd', 'flux', 'platform', 'tenants']),
  );
  writeApp('debug', GITOPS.replace('a.git', 'b.git'));
  const { code, out, err } = await app.hks('synth', '--tenant', 'beta');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^dist\/platform\/beta: \d+ objects of shop, written\ndist\/tenants\/beta: 1 object of shop, written\n1 tenant, \d+ objects in dist\n$/,
  );
  expect(filesOf('acme')).toEqual(before.acme);
  expect(filesOf('gamma')).toEqual(before.gamma);
  const after = filesOf('beta');
  expect(Object.keys(after)).toEqual(Object.keys(before.beta));
  const texts = (folder: string) =>
    Object.entries(after)
      .filter(([path]) => path.startsWith(folder))
      .map(([, text]) => text)
      .join();
  expect(texts('argocd')).toContain('b.git');
  expect(texts('platform')).toContain('debug');
  expect(texts('tenants')).toContain('debug');
});

test('a tenant that the app no longer has stays until all are rendered', async () => {
  writeApp('info', GITOPS);
  await app.hks('synth');
  const gamma = filesOf('gamma');
  writeApp('info', GITOPS, ['acme', 'beta']);
  expect((await app.hks('synth', '--tenant', 'acme')).out).not.toContain('removed');
  expect(filesOf('gamma')).toEqual(gamma);
  expect((await app.hks('synth')).out).toContain('dist/tenants/gamma: removed\n');
  expect(filesOf('gamma')).toEqual({});
});

test('a tenant that is split from then on loses what moved, and others are as they were', async () => {
  writeApp('info', `{ name: 'shop' }`);
  await app.hks('synth');
  const beta = filesOf('beta');
  writeApp('info', `{ name: 'shop', split: true }`);
  expect(await app.hks('synth', '--tenant', 'acme')).toMatchObject({ code: 0, err: '' });
  expect(filesOf('beta')).toEqual(beta);
  const paths = Object.keys(filesOf('acme'));
  expect(paths).toContain('platform/acme/acme-shop/namespace.acme-shop.yaml');
  expect(paths).not.toContain('tenants/acme/acme-shop/namespace.acme-shop.yaml');
});

test('another app in the same folder keeps its tenants, and its own tenant is none of this one’s', async () => {
  app.writeApp(`new Project(app, 'blog', { tenant: 'press' });`, `{ name: 'blog' }`);
  await app.hks('synth');
  const press = filesOf('press');
  writeApp('info', `{ name: 'shop' }`);
  expect(await app.hks('synth', '--tenant', 'acme')).toMatchObject({ code: 0, err: '' });
  expect(Object.keys(filesOf('beta'))).toEqual([]);
  expect(filesOf('press')).toEqual(press);
  const { code, err } = await app.hks('synth', '--tenant', 'press');
  expect(code).toBe(1);
  expect(err).toContain(
    `'HKS_TENANTS' of HksApp must name tenants of the app's Projects, with commas between them, received 'press'. Known are 'acme', 'beta', 'gamma'; give one of them to 'hks synth --tenant', or leave it out for all.`,
  );
});

test('what is wrong with another tenant is none of its business; what is wrong with its own is', async () => {
  const secret = `new ApiObject(project, 's', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } });`;
  app.writeApp(`for (const tenant of ['acme', 'beta']) {
    const project = new Project(app, tenant + '-shop', { tenant });
    if (tenant === 'beta') ${secret}
  }`);
  expect(await app.hks('synth', '--tenant', 'acme')).toMatchObject({ code: 0, err: '' });
  expect(await app.hks('synth', '--tenant', 'beta')).toMatchObject({ code: 1 });
  expect(await app.hks('synth', '--tenant', 'acme', '--tenant', 'beta')).toMatchObject({ code: 1 });
  expect(Object.keys(filesOf('beta'))).toEqual([]);
});

test('a file that was changed or deleted by hand is put right for the tenant only', async () => {
  writeApp('info', `{ name: 'shop' }`);
  await app.hks('synth');
  const file = (tenant: string) => join(dist, `tenants/${tenant}/${tenant}-shop/configmap.a.yaml`);
  const right = readFileSync(file('acme'), 'utf8');
  writeFileSync(file('acme'), 'mine: true');
  rmSync(file('beta'));
  expect((await app.hks('synth', '--tenant', 'acme')).code).toBe(0);
  expect(readFileSync(file('acme'), 'utf8')).toBe(right);
  expect(Object.keys(filesOf('beta'))).not.toContain('tenants/beta/beta-shop/configmap.a.yaml');
});

test('given twice is once', async () => {
  writeApp('info', `{ name: 'shop' }`);
  const { code, out } = await app.hks('synth', '--tenant', 'acme', '--tenant', 'acme');
  expect([code, out]).toEqual([0, expect.stringMatching(/\n1 tenant, 9 objects in dist\n$/)]);
});
