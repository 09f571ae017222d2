/** @module hks synth --diff: what it shows of the folder on disk, in which colours, and never a Secret's values. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf } from '../../constructs/synth/folder';
import { AppFolder } from './app-folder';

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

const settings = (data: string, name = 'settings') =>
  `new ApiObject(shop, '${name}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: ${data} });`;
const SHOP = `const shop = new Project(app, 'shop', { tenant: 'acme' });`;
const SETTINGS = 'tenants/acme/shop/configmap.settings.yaml';

/** Runs --diff, and holds that it has not touched the output folder. */
async function diff(env: Record<string, string> = {}) {
  const before = contentsOf(app.path);
  const run = await app.hksWith(env, 'synth', '--diff');
  expect(contentsOf(app.path)).toEqual(before);
  return run;
}

test('the lines that changed with three around them, what came and what went', async () => {
  app.writeApp(
    `${SHOP} ${settings(`{ a: '1', b: '2', c: '3', d: '4', e: '5', f: '6', g: '7', h: '8' }`)} ${settings(`{ x: 'w' }`, 'old')}`,
  );
  await app.hks('synth');
  app.writeApp(
    `${SHOP} ${settings(`{ a: '1', b: '2', c: '3', d: 'four', e: '5', f: '6', g: '7', h: '8' }`)} ${settings(`{ x: 'w' }`, 'new')}`,
  );
  const { code, out, err } = await diff();
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toBe(`+ added ConfigMap shop/new (shop/new) in tenants/acme/shop/configmap.new.yaml
    +apiVersion: v1
    +kind: ConfigMap
    +metadata:
    +  name: new
    +  namespace: shop
    +data:
    +  x: w
- removed ConfigMap shop/old (shop/old) in tenants/acme/shop/configmap.old.yaml
    -apiVersion: v1
    -kind: ConfigMap
    -metadata:
    -  name: old
    -  namespace: shop
    -data:
    -  x: w
~ changed ConfigMap shop/settings (shop/settings) in ${SETTINGS}
    @@ -7,7 +7,7 @@
       a: "1"
       b: "2"
       c: "3"
    -  d: "4"
    +  d: four
       e: "5"
       f: "6"
       g: "7"
dist: 1 added, 1 changed, 1 removed
`);
});

test('no differences: exit code 0', async () => {
  app.writeApp(SHOP);
  await app.hks('synth');
  expect(await diff()).toEqual({ code: 0, out: 'dist: no differences\n', err: '' });
});

test('a fault of the app: exit code 2', async () => {
  app.writeProgram('process.exit(1)');
  expect(await diff()).toMatchObject({ code: 2, out: '' });
});

describe('colours', () => {
  beforeEach(async () => {
    app.writeApp(`${SHOP} ${settings(`{ a: '1' }`)}`);
    await app.hks('synth');
    app.writeApp(`${SHOP} ${settings(`{ a: '2' }`)}`);
  });

  test('none where nobody looks', async () => {
    expect((await diff()).out).not.toContain('\u001b');
  });

  test('with FORCE_COLOR, over NO_COLOR', async () => {
    const { out } = await diff({ FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(out).toContain('\u001b[33m~ changed ConfigMap shop/settings\u001b[39m');
    expect(out).toContain('\u001b[31m-  a: "1"\u001b[39m\n');
    expect(out).toContain('\u001b[32m+  a: "2"\u001b[39m\n');
  });

  test('not with FORCE_COLOR=0', async () => {
    expect((await diff({ FORCE_COLOR: '0' })).out).not.toContain('\u001b');
  });

  test('what a file holds gives no orders to the terminal', async () => {
    const file = join(app.path, 'dist', SETTINGS);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"1"', '\u001b[2J\u202e'));
    const { out } = await diff();
    expect(out).toContain('-  a: \\u001b[2J\\u202e\n');
    expect(out).not.toContain('\u001b');
  });
});

test('a file of yours where an object will be', async () => {
  app.writeApp(SHOP);
  await app.hks('synth');
  writeFileSync(join(app.path, 'dist', SETTINGS), 'mine: true\n');
  app.writeApp(`${SHOP} ${settings(`{ a: '1' }`)}`);
  const { out } = await diff();
  expect(out).toContain(
    `~ changed ConfigMap shop/settings (shop/settings) in ${SETTINGS} - a file of yours, which hks synth does not overwrite\n`,
  );
  expect((await app.hks('synth')).err).toMatch(/must not hold a file of yours/);
});

describe('Secrets', () => {
  const secret = (values: string) => `
    const app = new App();
    const chart = new Chart(app, 'plain');
    new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData: ${values} });
    app.synth();`;

  test('show their keys and which values changed, and no value', async () => {
    app.writeProgram(secret(`{ kept: 'hunter1', changed: 'hunter2', gone: 'hunter3' }`));
    await app.hks('synth');
    app.writeProgram(secret(`{ kept: 'hunter1', changed: 'hunter4', came: 'hunter5' }`));
    const { code, out } = await diff();
    expect(code).toBe(1);
    expect(out).not.toContain('hunter');
    expect(out).toBe(`~ changed Secret x in plain.k8s.yaml
    @@ -3,6 +3,6 @@
     metadata:
       name: x
     stringData:
    -  changed: "*** (before)"
    -  gone: "***"
    +  came: "***"
    +  changed: "*** (after)"
       kept: "***"
dist: 1 changed
`);
  });

  test('a file that is not YAML is not shown when it may hold one', async () => {
    app.writeProgram(secret(`{ a: 'hunter1' }`));
    await app.hks('synth');
    const file = join(app.path, 'dist/plain.k8s.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}: [\n`);
    const { code, out } = await diff();
    expect(code).toBe(1);
    expect(out).not.toContain('hunter');
  });
});
