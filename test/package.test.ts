/** @module The package as a tenant installs it: built, resolved by its name, and run by cdk8s's own command. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const TENANT_APP = `
import { HksApp, HksCronJob, Project, Schedule, TemplateApp } from '@hexabase/hks';

const app = new HksApp({ name: 'shop' });
const shop = new Project(app, 'shop', { tenant: 'acme', plan: 'small' });
const api = new TemplateApp(shop, 'api', { image: 'ghcr.io/acme/shop-api:1.4.2', ports: [8080] });
new HksCronJob(shop, 'nightly', { template: api, schedule: Schedule.daily({ hour: 3 }) });
app.synth();
`;
const PLAIN_APP = (App: string, from: string) => `
import { ApiObject, Chart } from 'cdk8s';
import { ${App} } from '${from}';

const app = new ${App}();
new ApiObject(new Chart(app, 'plain'), 'config', { apiVersion: 'v1', kind: 'ConfigMap', data: { on: 'yes' } });
app.synth();
`;

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hks-package-'));
  const installed = join(home, 'node_modules', '@hexabase', 'hks');
  mkdirSync(installed, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  run('tsc', ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(installed, 'lib')]);
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest();
  const optional = Object.keys(peerDependenciesMeta);
  // A tenant who only synthesizes installs nothing of the platform's.
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (optional.includes(name)) continue;
    symlinkSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name));
  }
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(home, 'node_modules', '@types'));
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('main, types, bin and exports point at files that the build writes', () => {
  const { main, types, bin, exports: map } = manifest();
  const targets = [
    main,
    types,
    ...Object.values(bin),
    ...Object.values(map['.']),
    ...Object.values(map['./app']),
    ...Object.values(map['./stacks']),
  ] as string[];
  const written = tree(join(home, 'node_modules', '@hexabase', 'hks'));
  expect(targets.filter((target) => !written.includes(target.replace(/^\.\//, '')))).toEqual([]);
});

test('the types of the package check in a project of its own, libraries included', () => {
  writeFileSync(join(home, 'main.ts'), TENANT_APP);
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'node20',
    '--types',
    'node',
    '--target',
    'es2022',
  ];
  expect(run('tsc', [...options, 'main.ts'])).toBe('');
}, 120_000);

test('npx cdk8s synth and hks synth write the same tree', () => {
  writeFileSync(join(home, 'main.ts'), TENANT_APP);
  writeFileSync(
    join(home, 'cdk8s.yaml'),
    `language: typescript\napp: ${join(BIN, 'tsx')} main.ts\noutput: dist\n`,
  );
  run('cdk8s', ['synth', '--no-check-upgrade']);
  const first = contents(join(home, 'dist'));
  expect(Object.keys(first)).toContain('tenants/acme/shop/cronjob.nightly.yaml');
  rmSync(join(home, 'dist'), { recursive: true });
  const cli = join(home, 'node_modules', '@hexabase', 'hks', manifest().bin.hks);
  execFileSync(process.execPath, [cli, 'synth'], { cwd: home, stdio: 'pipe' });
  expect(contents(join(home, 'dist'))).toEqual(first);
}, 120_000);

test('a plain cdk8s app needs no more than the other class', () => {
  const render = (App: string, from: string) => {
    writeFileSync(join(home, 'plain.ts'), PLAIN_APP(App, from));
    const env = { ...process.env, CDK8S_OUTDIR: join(home, App) };
    execFileSync(join(BIN, 'tsx'), ['plain.ts'], { cwd: home, env });
    return contents(join(home, App));
  };
  const plain = render('App', 'cdk8s');
  expect(Object.keys(plain)).toEqual(['plain.k8s.yaml']);
  expect(render('HksApp', '@hexabase/hks')).toEqual(plain);
}, 60_000);

function manifest() {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(join(BIN, command), args, { cwd: home, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

function tree(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    tree(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}
