/** @module A second run writes what an input of the app has changed, and no other file: every kind of input. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, type IResolver, JsonPatch, Lazy } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import { contentsOf, thrownBy, watched } from './folder';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-changes-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true, force: true });
});

/** Values of inputs; each is one of a kind. */
interface Inputs {
  readonly prop?: unknown;
  readonly label?: string;
  readonly annotation?: string;
  readonly patch?: unknown;
  readonly patches?: readonly JsonPatch[];
  readonly lazy?: unknown;
  readonly token?: unknown;
  readonly resolved?: unknown;
  readonly key?: string;
  readonly extra?: readonly string[];
  readonly gone?: boolean;
  readonly tenant?: string;
  readonly reversed?: boolean;
  readonly app?: HksAppProps;
}

/** Two tenants: one with a ConfigMap that takes the inputs and one that does not, the other with one. */
function synth(inputs: Inputs = {}): void {
  const resolver: IResolver = {
    resolve: (context) => {
      if (context.value === '<resolved>') context.replaceValue(inputs.resolved ?? 'one');
    },
  };
  const app = new HksApp({ name: 'test', outdir, resolvers: [resolver], ...inputs.app });
  const parts = [
    () => {
      const shop = new Project(app, 'shop', { tenant: 'acme' });
      const objects = [
        () => makeSettings(shop, inputs),
        () => configMap(shop, 'other', { a: '1' }),
        ...(inputs.extra ?? []).map((name) => () => configMap(shop, name, {})),
      ];
      for (const make of inputs.reversed ? objects.reverse() : objects) make();
    },
    () =>
      configMap(new Project(app, 'blog', { tenant: inputs.tenant ?? 'beta' }), 'other', { a: '1' }),
  ];
  for (const make of inputs.reversed ? parts.reverse() : parts) make();
  app.synth();
}

function configMap(scope: Project, name: string, data: object): ApiObject {
  return new ApiObject(scope, name, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });
}

function makeSettings(shop: Project, inputs: Inputs): void {
  const settings = configMap(shop, inputs.gone ? 'gone' : 'settings', {
    [inputs.key ?? 'z']: 'key',
    prop: inputs.prop ?? 'one',
    lazy: Lazy.any({ produce: () => inputs.lazy ?? 'one' }),
    token: { resolve: () => inputs.token ?? 'one' },
    resolved: '<resolved>',
    env: process.env.HKS_TEST_LEVEL ?? 'one',
    text: 'one\ntwo\n',
  });
  settings.metadata.addLabel('label', inputs.label ?? 'one');
  settings.metadata.addAnnotation('annotation', inputs.annotation ?? 'one');
  settings.addJsonPatch(JsonPatch.add('/data/patch', inputs.patch ?? 'one'));
  settings.addJsonPatch(...(inputs.patches ?? []));
}

const SETTINGS = 'tenants/acme/shop/configmap.settings.yaml';
const INDEX = 'tenants/acme/hks-index.json';
const KUSTOMIZATION = 'tenants/acme/kustomization.yaml';

/** What the second run writes, and that the tree is then what a first run would have written. */
function secondRun(inputs: Inputs, env: NodeJS.ProcessEnv = {}): readonly string[] {
  synth();
  const changed = watched(outdir);
  jest.replaceProperty(process, 'env', { ...process.env, ...env });
  synth(inputs);
  const files = changed();
  const tree = contentsOf(outdir);
  rmSync(outdir, { recursive: true });
  synth(inputs);
  expect(tree).toEqual(contentsOf(outdir));
  return files;
}

test.each<[string, Inputs]>([
  ['nothing', {}],
  ['the order of construction', { reversed: true }],
  ['a patch that adds what is there', { patches: [JsonPatch.replace('/data/prop', 'one')] }],
])('%s: no file is written', (_, inputs) => {
  expect(secondRun(inputs)).toEqual([]);
});

test.each<[string, Inputs]>([
  ['a prop', { prop: 'two' }],
  ['the type of a prop: a string that looks like a number', { prop: 1 }],
  ['the type of a prop: a boolean', { prop: true }],
  ['a prop that becomes a list', { prop: [] }],
  ['a prop that becomes empty', { prop: '' }],
  ['a prop with a trailing space', { prop: 'one ' }],
  ['a prop whose text is escaped in JSON', { prop: '"one"' }],
  ['the name of a key', { key: 'zz' }],
  ['a label', { label: 'two' }],
  ['an annotation', { annotation: 'two' }],
  ['the value of a JsonPatch', { patch: 'two' }],
  ['one JsonPatch more', { patches: [JsonPatch.remove('/data/prop')] }],
  ["a Lazy's value", { lazy: 'two' }],
  ["a token's value", { token: 'two' }],
  ["a resolver's result", { resolved: 'two' }],
])('%s: its object and the index are written', (_, inputs) => {
  expect(secondRun(inputs)).toEqual([INDEX, SETTINGS]);
});

test('a variable of the environment that the app reads', () => {
  expect(secondRun({}, { HKS_TEST_LEVEL: 'two' })).toEqual([INDEX, SETTINGS]);
});

test('CDK8S_DISABLE_SORT: what stands in another order then', () => {
  const files = secondRun({}, { CDK8S_DISABLE_SORT: '1' });
  expect(files).toContain(SETTINGS);
  expect(files).not.toContain('tenants/acme/shop/configmap.other.yaml');
});

test('an object more, an object less, and one of another name', () => {
  const listed = [INDEX, KUSTOMIZATION];
  const added = 'tenants/acme/shop/configmap.new.yaml';
  expect(secondRun({ extra: ['new'] })).toEqual([...listed, added].sort());
  synth({ extra: ['new'] });
  const changed = watched(outdir);
  synth();
  expect(changed()).toEqual([...listed, added].sort());
  const renamed = ['tenants/acme/shop/configmap.gone.yaml', SETTINGS];
  expect(secondRun({ gone: true })).toEqual([...listed, ...renamed].sort());
});

test("a Project's other tenant: the folders of both", () => {
  const files = secondRun({ tenant: 'gamma' });
  expect(files).toContain('tenants/beta/hks-index.json');
  expect(files).toContain('tenants/gamma/hks-index.json');
  expect(files.filter((file) => file.startsWith('tenants/acme'))).toEqual([]);
});

describe('props of the app', () => {
  const repoUrl = 'https://git.example.com/gitops.git';
  const none = { argocd: [], flux: [], platform: [], tenants: [] };
  const counted = (files: readonly string[]) => {
    const roots = Object.keys(none).map((root) => [
      root,
      files.filter((file) => file.startsWith(`${root}/`)).map((file) => file.split('/').pop()),
    ]);
    return Object.fromEntries(roots);
  };

  test('split: the platform gets its folder, and what stays the tenant’s is not written', () => {
    const { platform, tenants } = counted(secondRun({ app: { split: true } }));
    expect(platform).toContain('resourcequota.quota.yaml');
    expect(tenants).toContain('resourcequota.quota.yaml');
    expect(tenants).not.toContain('configmap.settings.yaml');
  });

  test('argocd: its files, and the objects that get a wave', () => {
    const { argocd, tenants, flux } = counted(secondRun({ app: { argocd: { repoUrl } } }));
    expect(argocd).toHaveLength(4);
    expect(flux).toEqual([]);
    expect(tenants).toContain('resourcequota.quota.yaml');
    expect(tenants).not.toContain('configmap.settings.yaml');
  });

  test('a prop of argocd: its files and the indexes that list them, and no object', () => {
    synth({ app: { argocd: { repoUrl } } });
    const changed = watched(outdir);
    synth({ app: { argocd: { repoUrl, revision: 'main' } } });
    const { argocd, tenants } = counted(changed());
    expect(argocd).toEqual([
      'applicationset.hks-tenant-acme.yaml',
      'applicationset.hks-tenant-beta.yaml',
    ]);
    expect(tenants).toEqual(['hks-index.json', 'hks-index.json']);
  });

  test('flux: its files and the indexes that list them, and no object', () => {
    const source = { name: 'platform' };
    const { flux, tenants } = counted(secondRun({ app: { flux: { source } } }));
    expect(flux).toHaveLength(2);
    expect(tenants).toEqual(['hks-index.json', 'hks-index.json']);
  });

  test('name: refused, as the folder is that of another app', () => {
    synth();
    const changed = watched(outdir);
    expect(thrownBy(() => synth({ app: { name: 'other' } })).message).toContain(
      "belongs to the app 'test'",
    );
    expect(changed()).toEqual([]);
  });
});

describe('a value that JSON does not hold', () => {
  /** A construct as users write them, whose manifest is what they say. */
  class Thing extends ApiObject {
    constructor(
      scope: Project,
      private readonly value: unknown,
    ) {
      super(scope, 'thing', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'thing' } });
    }

    override toJson() {
      return { ...super.toJson(), data: { value: this.value } };
    }
  }
  const withThing = (value: unknown, props: HksAppProps = {}) => {
    const app = new HksApp({ name: 'test', outdir, ...props });
    new Thing(new Project(app, 'shop', { tenant: 'acme' }), value);
    app.synth();
  };

  test.each([
    ['NaN', Number.NaN],
    ['a Date', new Date(0)],
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a list with a hole', new Array(1)],
  ])('%s is refused also where JSON would have the same text as before', (_, value) => {
    withThing(JSON.parse(JSON.stringify([value]))[0]);
    const before = contentsOf(outdir);
    expect(thrownBy(() => withThing(value)).message).toMatch(
      /^'data\.value.*' of ConfigMap 'shop\/thing' /,
    );
    expect(contentsOf(outdir)).toEqual(before);
  });

  test('is refused before there is a folder', () => {
    const inner = join(outdir, 'dist');
    expect(thrownBy(() => withThing(Number.NaN, { outdir: inner })).message).toContain('NaN');
    expect(existsSync(inner)).toBe(false);
    withThing(0, { outdir: inner });
    expect(readdirSync(inner)).toEqual(['tenants']);
  });

  test('undefined is null, and written where it was nothing', () => {
    withThing('text');
    withThing(undefined);
    const file = 'tenants/acme/shop/configmap.thing.yaml';
    expect(contentsOf(outdir)[file]).toContain('  value: null\n');
    const changed = watched(outdir);
    const folder = statSync(join(outdir, 'tenants/acme')).ino;
    withThing(undefined);
    expect(changed()).toEqual([]);
    expect(statSync(join(outdir, 'tenants/acme')).ino).toBe(folder);
  });
});
