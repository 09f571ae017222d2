/** @module hks synth --stdout: all objects, in one order, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { contentsOf } from '../../constructs/synth/folder';
import { AppFolder } from './app-folder';

const ROOT = resolve(__dirname, '../../..');

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `Kind namespace/name` of each document, which all have to be YAML. */
function namesIn(text: string): readonly string[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    const { kind, metadata } = document.toJS() as Named;
    return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  });
}

const PROJECTS = `
  const shop = new Project(app, 'shop', { tenant: 'acme' });
  new ApiObject(shop, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { text: 'a\\n---\\nb' } });
  new Project(app, 'blog', { tenant: 'beta' });`;

test('tenant by tenant, each namespace before what is in it, and what the app prints on stderr', async () => {
  app.writeApp(`console.log('hello'); ${PROJECTS}`, `{ name: 'shop', split: true }`);
  const { code, out, err } = await app.hks('synth', '--stdout');
  expect({ code, err }).toEqual({ code: 0, err: 'hello\n' });
  const names = namesIn(out);
  expect(names).toEqual([
    'Namespace /shop',
    'ResourceQuota shop/quota',
    'LimitRange shop/limits',
    'Role shop/hks-admin',
    'Role shop/hks-developer',
    'Role shop/hks-viewer',
    'NetworkPolicy shop/allow-dns',
    'NetworkPolicy shop/default-deny',
    'ConfigMap shop/a',
    'Namespace /blog',
    ...names.slice(10),
  ]);
  expect(names).toHaveLength(17);
  expect(existsSync(join(app.path, 'dist'))).toBe(false);
  expect((await app.hks('synth', '-p')).out).toBe(out);
});

test('the folder on disk stays as it is, and is not looked at', async () => {
  app.writeApp(PROJECTS);
  await app.hks('synth');
  const before = contentsOf(join(app.path, 'dist'));
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`, `{ name: 'other' }`);
  const { code, out } = await app.hks('synth', '--stdout');
  expect({ code, count: namesIn(out).length }).toEqual({ code: 0, count: 8 });
  expect(contentsOf(join(app.path, 'dist'))).toEqual(before);
});

test('files for Argo CD and Flux come last', async () => {
  app.writeApp(
    PROJECTS,
    `{ name: 'shop', argocd: { repoUrl: 'https://git.example.com/x.git' }, flux: { source: { name: 'x' } } }`,
  );
  const { out } = await app.hks('synth', '--stdout');
  expect(namesIn(out).slice(-6)).toEqual([
    'ApplicationSet argocd/hks-tenant-acme',
    'ApplicationSet argocd/hks-tenant-beta',
    'AppProject argocd/hks-tenant-acme',
    'AppProject argocd/hks-tenant-beta',
    'Kustomization flux-system/hks-tenant-acme',
    'Kustomization flux-system/hks-tenant-beta',
  ]);
});

test('an app without tenants: all of its files, those without an end of line too', async () => {
  app.writeProgram(`
    const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    for (const name of ['one', 'two']) {
      const chart = new Chart(app, name);
      new ApiObject(chart, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    }
    app.synth();
    require('node:fs').writeFileSync(app.outdir + '/zero.yaml', 'kind: Mine\\nmetadata: {name: x}');`);
  const { code, out } = await app.hks('synth', '--stdout');
  expect(code).toBe(0);
  expect(namesIn(out)).toEqual(['Mine /x', 'ConfigMap /one', 'ConfigMap /two']);
});

test.each([
  [
    'fails',
    `console.error('broken'); process.exit(3);`,
    "broken\nerror: 'app' of hks synth must end with exit code 0, and it ended with 3, received 'node app.js'. Its own message is above.\n",
  ],
  [
    'writes nothing',
    '',
    "error: 'app' of hks synth must write to the folder 'dist', and it wrote nothing there, received 'node app.js'. Let it end with app.synth(), and do not set 'outdir' in the app.\n",
  ],
])('an app that %s: nothing on stdout, exit code 1', async (_, program, err) => {
  app.writeProgram(program);
  expect(await app.hks('synth', '--stdout')).toEqual({ code: 1, out: '', err });
});

describe('into a pipe', () => {
  const PROGRAM = join(ROOT, 'platform/cli/hks.ts');

  /** What comes out at the other end, and the exit code of hks. */
  function piped(reader: string, output = 'pipe'): string {
    app.writeProgram(`
      const app = new App();
      const chart = new Chart(app, 'x');
      for (let i = 0; i < 100; i++)
        new ApiObject(chart, 'm' + i, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' + i }, data: { x: 'y'.repeat(10000) } });
      app.synth();`);
    const hks = `'${process.execPath}' --import '${require.resolve('tsx')}' '${PROGRAM}' synth --stdout`;
    return execFileSync(
      'sh',
      ['-c', `{ ${hks}; echo "ended with $?" >&2; } 2>&1 >${output} & ${reader}; wait`],
      {
        cwd: app.path,
        encoding: 'utf8',
        env: {
          ...process.env,
          NODE_PATH: join(ROOT, 'node_modules'),
          TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
        },
      },
    );
  }

  beforeEach(() => execFileSync('mkfifo', [join(app.path, 'pipe')]));

  test('all comes out, however late it is read', () => {
    const out = piped('{ sleep 1; grep -c yyyy; } <pipe');
    expect(out.trim().split('\n').sort()).toEqual(['100', 'ended with 0']);
  });

  test('a reader that has seen enough is no fault', () => {
    const out = piped('head -n 1 <pipe');
    expect(out.trim().split('\n').sort()).toEqual(['apiVersion: v1', 'ended with 0']);
  });

  test('what cannot be written is a fault', () => {
    expect(piped('true', '/dev/full')).toBe(
      'error: ENOSPC: no space left on device, write\nended with 1\n',
    );
  });
});
