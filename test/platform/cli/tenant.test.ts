/** @module hks synth --tenant: what is rendered, written, compared and printed is that of the tenants only. */
import { readFileSync } from 'node:fs';
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

/** Three tenants, each with a ConfigMap. */
function writeApp(level: string, tenants = ['acme', 'beta', 'gamma']): void {
  app.writeApp(`for (const tenant of ${JSON.stringify(tenants)}) {
    const project = new Project(app, tenant + '-shop', { tenant });
    new ApiObject(project, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { level: '${level}' } });
  }`);
}

function level(tenant: string): string {
  return readFileSync(join(dist, `tenants/${tenant}/${tenant}-shop/configmap.a.yaml`), 'utf8');
}

test('only their folders are written, and told', async () => {
  writeApp('info');
  await app.hks('synth');
  writeApp('debug');
  const { code, out } = await app.hks('synth', '--tenant', 'acme', '--tenant', 'gamma');
  expect(code).toBe(0);
  expect(out).toBe(
    'dist/tenants/acme: 9 objects of shop, written\ndist/tenants/gamma: 9 objects of shop, written\n2 tenants, 18 objects in dist\n',
  );
  expect(level('acme')).toContain('debug');
  expect(level('beta')).toContain('info');
});

test('only they are checked, and shown', async () => {
  writeApp('info');
  await app.hks('synth');
  writeApp('debug');
  await app.hks('synth', '--tenant', 'acme');
  const before = contentsOf(dist);
  expect(await app.hks('synth', '--check', '--tenant', 'acme')).toMatchObject({
    code: 0,
    out: 'dist is as the app renders it: 1 tenant, 9 objects\n',
  });
  const { code, out } = await app.hks('synth', '--diff', '--tenant', 'acme', '--tenant', 'beta');
  expect(code).toBe(1);
  expect(out).toMatch(/^~ changed ConfigMap beta-shop\/a .*\n/);
  expect(out).toMatch(/\ndist: 1 changed\n$/);
  expect((await app.hks('synth', '--check')).out).toMatch(/: 2 changed\. Run hks synth\.\n$/);
  expect(contentsOf(dist)).toEqual(before);
});

test('only their objects are printed', async () => {
  writeApp('info');
  const { out } = await app.hks('synth', '--stdout', '--tenant', 'beta');
  expect(out).toContain('namespace: beta-shop');
  expect(out).not.toMatch(/acme|gamma/);
});

test.each([[[]], [['--check']], [['--diff']], [['--stdout']]])(
  'with %j, a tenant that the app does not have is refused and nothing is written',
  async (args) => {
    writeApp('info');
    const { code, out, err } = await app.hks('synth', ...args, '--tenant', 'acne');
    expect({ code, out }).toEqual({ code: /check|diff/.test(String(args)) ? 2 : 1, out: '' });
    expect(err).toContain("received 'acne'. Did you mean 'acme'.");
    expect(() => contentsOf(dist)).toThrow();
  },
);

const PLAIN = `
  new ApiObject(new Chart(app, 'x'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  app.synth();`;

test.each([[[]], [['--check']], [['--diff']], [['--stdout']]])(
  'with %j, an app without tenants is refused',
  async (args) => {
    app.writeProgram(`const app = new App(); ${PLAIN}`);
    const { code, out, err } = await app.hks('synth', ...args, '--tenant', 'acme');
    expect({ code, out }).toEqual({ code: /check|diff/.test(String(args)) ? 2 : 1, out: '' });
    expect(err).toBe(
      "error: '--tenant' of hks synth must be used with an app that is a HksApp and holds Projects, received 'acme'. Leave it out, and all of the app is rendered.\n",
    );
    app.writeProgram(`const app = new HksApp(); ${PLAIN}`);
    expect((await app.hks('synth', ...args, '--tenant', 'acme')).err).toContain(
      'The app has no Project',
    );
  },
);
