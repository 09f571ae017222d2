/** @module What TypeScript an app may be written in, and what it finds of its process: as under tsx, in the process of hks. */
import { Project } from './project';

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

test('all of TypeScript that runs, and every way to name a file; the same as under tsx', () => {
  project.write({
    'ts/tsconfig.json': '{ "compilerOptions": { "strict": true } }',
    'tsconfig.json': JSON.stringify({
      extends: './ts/tsconfig.json',
      compilerOptions: {
        experimentalDecorators: true,
        jsxFactory: 'h',
        paths: { '@lib/*': ['./src/lib/*'], exact: ['./src/exact.ts'] },
      },
    }),
    'src/main.ts': `
      import path = require('node:path');
      import { Colour, Space, type Only } from './types.js';
      import folder, { named } from './folder';
      import { plain } from './plain';
      import { common } from './common.cjs';
      import { byPath } from '@lib/by-path';
      import { exact } from 'exact';
      import data from './data.json';
      import { view } from './view';
      const enum Local { A = 1, B }
      function mark(target: object, key: string) { Reflect.set(target, key + 'Marked', true); }
      class Sum { @mark field = 1; constructor(private readonly z: number) {} get value() { return this.z + Local.B; } }
      const only: Only = 'only';
      console.log(Colour.Red, Space.inner, folder, named, plain, common, byPath, exact, data.k, view(), only);
      console.log(new Sum(1).value, 'fieldMarked' in Sum.prototype, Sum.name);
      console.log(require.main === module, module.children.length, path.basename(__dirname), path.basename(__filename));
      console.log(require.resolve('./types.js') === path.join(__dirname, 'types.ts'), Object.keys(require.extensions).includes('.ts'));
      console.log(process.argv.slice(2), process.argv[1] === __filename, process.env.CDK8S_OUTDIR);
      console.log(path.basename(import.meta.url), import.meta.filename === __filename, import.meta.dirname === __dirname);
      import('./lazy').then(async (lazy) => {
        const again = await import(require('node:url').pathToFileURL(__dirname + '/lazy.ts').href);
        console.log(lazy.default, again.object === lazy.object);
        setTimeout(() => console.log('later'), 5);
      });
      process.once('beforeExit', () => setTimeout(() => console.log('after beforeExit'), 5));
      process.on('exit', (code) => console.log('exit', code));
    `,
    'src/types.ts':
      'export enum Colour { Red = "red" } export namespace Space { export const inner = 1 } export type Only = "only";',
    'src/folder/index.ts': 'export default "folder"; export const named = "named";',
    'src/plain.js': 'export const plain = "plain";',
    'src/common.cts': 'export const common: string = "common";',
    'src/lib/by-path.ts': 'export const byPath: string = "by path";',
    'src/exact.ts': 'export const exact: string = "exact";',
    'src/data.json': '{ "k": "json" }',
    'src/view.tsx':
      'const h = (name: string, _: unknown, ...inner: string[]) => name + inner; export const view = () => <b>x</b>;',
    'src/lazy.ts': 'export const object = {}; export default 3;',
  });
  const here = project.run(`tsx src/main.ts --a 'b c'`);
  expect(here).toMatchObject({ end: '0', err: '' });
  const there = project.node(['--import', 'tsx', 'src/main.ts', '--a', 'b c'], {
    CDK8S_OUTDIR: 'dist',
  });
  expect(here.out).toBe(there.out);
  expect(there).toMatchObject({ code: 0, err: '' });
  expect(there.out).toContain(
    'red 1 folder named plain common by path exact json bx only\n3 true Sum\ntrue',
  );
});

test('import() of the own files, of packages of every kind and of Node, as under tsx', () => {
  project.write({
    'lazy/main.ts': `
      async function main() {
        const own = await import(await Promise.resolve('./own'));
        const [modern, only, common, json, builtin] = await Promise.all([
          import('modern'), import('only'), import('common'), import('./data.json'), import('node:path'),
        ]);
        console.log(own.default, own.named, modern.modern, only.default, common.named, json.default.k, typeof builtin.join);
        await import('nowhere').catch((error) => console.log(error.code));
        await import('./nowhere').catch((error) => console.log(error instanceof Error));
        const text = "import('own')";
        console.log(text, import.meta.url.endsWith('/lazy/main.ts'));
      }
      main();`,
    'lazy/own.ts': `export default 'own'; export const named: string = 'named';`,
    'lazy/data.json': '{ "k": "json" }',
    'node_modules/modern/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/modern/index.js': `export const modern = await Promise.resolve('modern');`,
    'node_modules/only/package.json': '{ "exports": { "import": "./index.mjs" } }',
    'node_modules/only/index.mjs': `export default 'only';`,
    'node_modules/common/index.js': `exports.named = 'common';`,
  });
  const there = project.node(['--import', 'tsx', 'lazy/main.ts']);
  expect(project.run('tsx lazy/main.ts')).toMatchObject({ out: there.out, err: '', end: '0' });
  expect(there.out).toBe(
    `own named modern only common json function\nERR_MODULE_NOT_FOUND\ntrue\nimport('own') true\n`,
  );
});

test('the app has the name that it has under its runner', () => {
  project.write({
    'src/shop.ts': `import { HksApp, Project } from '@hexabase/hks';
      const app = new HksApp();
      new Project(app, 'shop', { tenant: 'acme' });
      app.synth();`,
  });
  const first = project.hks(['synth', '--app', 'npx tsx src/shop.ts', '--output', 'tree']);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/^tree\/tenants\/acme: \d+ objects of src\/shop, written\n/);
  const text = project.read('tree/tenants/acme/hks-index.json');
  const there = 'node --import tsx src/shop.ts && true';
  const spawned = project.hks(['synth', '--app', there, '--output', 'tree']);
  expect(spawned.out).toMatch(/objects of src\/shop, unchanged\n/);
  expect(project.read('tree/tenants/acme/hks-index.json')).toBe(text);
});

test('what the app changes of the process is not seen after it', () => {
  project.write({
    'change.ts': `process.chdir('/');
      process.argv.push('more');
      process.env.MORE = 'more';
      delete process.env.CDK8S_OUTDIR;
      process.on('SIGUSR2', () => {});
      Error.prepareStackTrace = () => 'mine';
      process.stdout.write = () => true;
      process.exitCode = 3;`,
  });
  project.write({
    'twice.js': `const { runApp } = require('./node_modules/@hexabase/hks/lib/platform/cli/app/run.js');
      const { stdout, stderr, env } = process;
      const state = () => JSON.stringify([process.cwd(), process.argv, env.MORE, env.CDK8S_OUTDIR, process.exitCode,
        process.listenerCount('SIGUSR2'), process.listenerCount('beforeExit'), String(Error.prepareStackTrace),
        process.mainModule.filename, Object.keys(require.extensions), require.cache[__dirname + '/change.ts'] === undefined]);
      const before = state();
      const run = () => runApp('tsx change.ts', { output: 'dist' }, { cwd: process.cwd(), env, stdout, stderr });
      run().then(async (end) => console.log(end, state().replace('false]', 'true]') === before, await run()));`,
  });
  expect(project.node(['twice.js'])).toEqual({ code: 0, out: '3 true 3\n', err: '' });
});

test('what a run has left behind does not end the next one', () => {
  project.write({
    'left.ts': `setTimeout(() => { throw new Error('late'); }, 20);
      setTimeout(() => process.exit(4), 30);
      throw new Error('first');`,
    'next.ts': `setTimeout(() => console.log('done'), 60);`,
    'both.js': `const { runApp } = require('./node_modules/@hexabase/hks/lib/platform/cli/app/run.js');
      const { stdout, stderr, env } = process;
      const run = (app) => runApp(app, { output: 'dist' }, { cwd: process.cwd(), env, stdout, stderr });
      run('tsx left.ts').then(async (end) => console.log(end, await run('tsx next.ts')));`,
  });
  const { out, err } = project.node(['both.js']);
  expect(out).toBe('done\n1 0\n');
  expect(err).toMatch(/^Error: first\n[^\n]*left\.ts:3:13\)\n$/);
});

test('an interrupt ends the process as it would end the app', async () => {
  project.write({ 'wait.ts': `console.log('waits'); setTimeout(() => {}, 60_000);` });
  const child = project.start(['synth', '--app', 'tsx wait.ts']);
  child.stdout?.once('data', () => child.kill('SIGINT'));
  const [code, signal] = await new Promise<unknown[]>((done) =>
    child.once('close', (...end) => done(end)),
  );
  // A shell tells of it as 130.
  expect([code, signal]).toEqual([null, 'SIGINT']);
});
