/** @module An app without Projects: written in one pass, whole or not at all, and only what changes. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, type App, Chart, JsonPatch, YamlOutputType } from 'cdk8s';
import type { Construct } from 'constructs';
import { Project } from '../../../constructs/project';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import { contentsOf, thrownBy } from './folder';

let folder: string;
let outdir: string;
let told: jest.SpyInstance;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-plain-'));
  outdir = join(folder, 'dist');
  told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function newApp(props: HksAppProps = {}): HksApp {
  return new HksApp({ name: 'test', outdir, ...props });
}

function object(scope: Construct, name: string, data: Record<string, unknown> = {}): ApiObject {
  const metadata = { name };
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

/** Two charts with an object each. */
function synth(data: Record<string, unknown>, props: HksAppProps = {}): void {
  const app = newApp(props);
  object(new Chart(app, 'first'), 'a', { fixed: 'yes' });
  object(new Chart(app, 'second'), 'b', data);
  app.synth();
}

describe('one pass', () => {
  test('objects are rendered once, constructs validated once, and no dependency is added', () => {
    const app = newApp({ recordConstructMetadata: true });
    let validations = 0;
    const charts = ['a', 'b', 'c', 'd'].map((id) => new Chart(app, id));
    const objects = charts.flatMap((chart) => ['x', 'y'].map((name) => object(chart, name)));
    for (const chart of charts)
      chart.node.addValidation({
        validate: () => {
          validations++;
          return [];
        },
      });
    const rendered = objects.map((one) => jest.spyOn(one, 'toJson'));
    charts[0]?.addDependency(...charts.slice(1));
    objects[0]?.addDependency(objects[1] ?? app);
    app.synth();
    expect(validations).toBe(4);
    for (const render of rendered) expect(render).toHaveBeenCalledTimes(1);
    expect(objects.flatMap(({ node }) => node.dependencies)).toEqual([objects[1]]);
    expect(charts.flatMap(({ node }) => node.dependencies)).toEqual(charts.slice(1));
  });

  test('synthYaml and charts are in the order of the files, and add no dependency either', () => {
    const app = newApp();
    const [first, second] = ['first', 'second'].map((id) => new Chart(app, id));
    const one = object(first ?? app, 'a');
    one.addDependency(object(second ?? app, 'b'));
    expect(app.charts).toEqual([second, first]);
    expect(app.synthYaml()).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata: {}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {}\n',
    );
    expect(first?.node.dependencies).toEqual([]);
    one.node.addValidation({ validate: () => ['no'] });
    expect(thrownBy(() => app.synthYaml()).message).toBe(
      'Validation failed with the following errors:\n  [first/a] no',
    );
  });

  test('synthYaml takes the objects of Projects too', () => {
    const app = newApp();
    object(new Project(app, 'shop', { tenant: 'acme' }), 'settings');
    expect(app.synthYaml()).toContain('\n  name: settings\n  namespace: shop\n');
  });
});

describe('what is in the folder', () => {
  const LONG_AGO = new Date('2020-01-01T00:00:00Z');

  test('stays where it does not change', () => {
    synth({ a: '1' });
    for (const name of readdirSync(outdir)) utimesSync(join(outdir, name), LONG_AGO, LONG_AGO);
    utimesSync(outdir, LONG_AGO, LONG_AGO);
    const before = contentsOf(outdir);
    synth({ a: '1' });
    expect(contentsOf(outdir)).toEqual(before);
    expect(statSync(outdir).mtime).toEqual(LONG_AGO);
    synth({ a: '2' });
    expect(statSync(join(outdir, 'first.k8s.yaml')).mtime).toEqual(LONG_AGO);
    expect(statSync(join(outdir, 'second.k8s.yaml')).mtime).not.toEqual(LONG_AGO);
    expect(readdirSync(outdir)).toEqual(['first.k8s.yaml', 'second.k8s.yaml']);
  });

  test('stays as cdk8s leaves it: other files, and those of charts that are gone', () => {
    mkdirSync(outdir);
    writeFileSync(join(outdir, 'mine.txt'), 'mine');
    synth({});
    const app = newApp();
    new Chart(app, 'third');
    app.synth();
    expect(readdirSync(outdir)).toEqual([
      'first.k8s.yaml',
      'mine.txt',
      'second.k8s.yaml',
      'third.k8s.yaml',
    ]);
  });

  test.each([
    ['is told by a construct', (app: App) => app.node.addValidation({ validate: () => ['no'] })],
    ['is in the last object', (app: App) => object(new Chart(app, 'z'), 'z', { at: Number.NaN })],
  ])('stays whole when a fault %s', (_, spoil) => {
    synth({ a: '1' });
    const before = contentsOf(outdir);
    const app = newApp();
    object(new Chart(app, 'first'), 'a', { changed: 'yes' });
    spoil(app);
    expect(() => app.synth()).toThrow();
    expect(contentsOf(outdir)).toEqual(before);
    expect(readdirSync(outdir)).toEqual(['first.k8s.yaml', 'second.k8s.yaml']);
  });

  test('is not made when there is a fault', () => {
    const app = newApp();
    for (const id of ['a', 'b']) object(new Chart(app, id), id, id === 'b' ? { at: Infinity } : {});
    expect(thrownBy(() => app.synth()).message).toBe(
      "'data.at' of ConfigMap 'b/b' must be a finite number, received Infinity. Write a number, or leave it out.",
    );
    expect(existsSync(outdir)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('loses the drafts of processes that are gone, and no others', () => {
    mkdirSync(join(outdir, '.hks-plain-999999999/x'), { recursive: true });
    mkdirSync(join(outdir, `.hks-plain-${process.ppid}`));
    mkdirSync(join(outdir, `.hks-plain-${process.pid}`));
    synth({});
    expect(readdirSync(outdir)).toEqual([
      `.hks-plain-${process.ppid}`,
      'first.k8s.yaml',
      'second.k8s.yaml',
    ]);
  });

  test('of tenants goes when the app has no Project any more, but not when it fails', () => {
    const withProject = newApp();
    new Project(withProject, 'shop', { tenant: 'acme' });
    withProject.synth();
    const before = contentsOf(outdir);
    const broken = newApp();
    object(new Chart(broken, 'a'), 'a', { at: Number.NaN });
    expect(() => broken.synth()).toThrow('must be a finite number');
    expect(contentsOf(outdir)).toEqual(before);
    synth({});
    expect(Object.keys(contentsOf(outdir))).toEqual(['first.k8s.yaml', 'second.k8s.yaml']);
  });
});

test('nothing is written where the index of a tenant cannot be read', () => {
  const tenant = join(outdir, 'tenants/acme');
  mkdirSync(tenant, { recursive: true });
  writeFileSync(join(tenant, 'hks-index.json'), '{');
  expect(() => synth({})).toThrow('hks-index.json');
  expect(readdirSync(outdir)).toEqual(['tenants']);
});

test('a chart of thousands of objects is one file that parses, changed in its middle too', () => {
  const write = (middle: string) => {
    const app = newApp();
    const chart = new Chart(app, 'big');
    for (let i = 0; i < 3000; i++)
      object(chart, `o${i}`, { text: i === 1500 ? middle : 'x'.repeat(300) });
    app.synth();
    return readFileSync(join(outdir, 'big.k8s.yaml'), 'utf8');
  };
  const [first, second, third] = [write('a'), write('b'), write('a')];
  expect(first.split('---\n')).toHaveLength(3000);
  expect(second).toBe(first.replace('text: a\n', 'text: b\n'));
  expect(third).toBe(first);
});

describe('a file for each object', () => {
  const props = { yamlOutputType: YamlOutputType.FILE_PER_RESOURCE };

  test('holds the last of those that are named alike, as in cdk8s, and it is told', () => {
    const app = newApp(props);
    for (const id of ['one', 'two']) {
      const chart = new Chart(app, id, { namespace: id });
      object(chart, 'settings');
      object(chart, id);
    }
    app.synth();
    expect(readdirSync(outdir)).toEqual([
      'ConfigMap.one.k8s.yaml',
      'ConfigMap.settings.k8s.yaml',
      'ConfigMap.two.k8s.yaml',
    ]);
    expect(readFileSync(join(outdir, 'ConfigMap.settings.k8s.yaml'), 'utf8')).toContain(
      'namespace: two',
    );
    expect(told.mock.calls).toEqual([
      [
        "warning: [one/settings] 'ConfigMap.settings.k8s.yaml' holds ConfigMap 'two/settings' instead of ConfigMap 'one/settings', as cdk8s names the files of both alike. Rename one of the two, or choose another yamlOutputType.\n",
      ],
    ]);
  });

  test('in the folders of their charts are not named alike', () => {
    const app = newApp({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    for (const id of ['one', 'two']) object(new Chart(app, id), 'settings');
    new Chart(app, 'empty');
    app.synth();
    expect(Object.keys(contentsOf(outdir))).toEqual([
      'one/ConfigMap.settings.k8s.yaml',
      'two/ConfigMap.settings.k8s.yaml',
    ]);
    expect(readdirSync(outdir)).toEqual(['empty', 'one', 'two']);
    expect(told).not.toHaveBeenCalled();
  });

  test('a second file of one name that is as before replaces the first all the same', () => {
    const write = (first: string) => {
      const app = newApp(props);
      for (const id of ['one', 'two'])
        object(new Chart(app, id), 'settings', { of: id === 'one' ? first : id });
      app.synth();
    };
    write('a');
    write('b');
    expect(readFileSync(join(outdir, 'ConfigMap.settings.k8s.yaml'), 'utf8')).toContain('of: two');
  });

  test('needs the metadata that it is named by', () => {
    const app = newApp(props);
    object(new Chart(app, 'one'), 'settings').addJsonPatch(JsonPatch.remove('/metadata'));
    expect(thrownBy(() => app.synth()).message).toBe(
      "'metadata' of ConfigMap 'one/settings' must be there for the name of the object's file, received nothing. Leave it as it is, or choose another yamlOutputType.",
    );
    synth({});
    expect(existsSync(outdir)).toBe(true);
  });
});
