/** @module What Node's loader is taught, in Node's own loader: TypeScript, what was compiled, and to forget. */
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importOf, withImports } from '../../../../platform/cli/app/importing';
import { type NodeLoader, nodeLoader, teach } from '../../../../platform/cli/app/loader';
import { forget, holdsModule, ownModules } from '../../../../platform/cli/app/modules';
import { Scripts } from '../../../../platform/cli/app/scripts';
import { Transpiler } from '../../../../platform/cli/app/transpile';

/** Jest hands out a copy of it. */
const loader = nodeLoader(Object.getPrototypeOf(Module)) as NodeLoader;

let folder: string;
let transpiler: Transpiler;
let scripts: Scripts;
let untaught: () => void;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-loader-')));
  begin();
});
afterEach(() => {
  untaught();
  rmSync(folder, { recursive: true, force: true });
});

/** As a process begins: with nothing but what is on disk. */
function begin(javascript = true): void {
  untaught?.();
  const cache = join(folder, 'cache');
  transpiler = new Transpiler({ raw: '{}', cache });
  scripts = new Scripts(cache);
  const paths = (name: string) => (name.startsWith('@/') ? [join(folder, name.slice(2))] : []);
  untaught = teach(loader, { transpiler, scripts, paths, javascript });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
}

/** What the program exports. */
function load(name: string): unknown {
  const before = new Set(Object.keys(loader._cache));
  try {
    return loader._load(join(folder, name), null, false);
  } finally {
    forget(loader, ownModules(loader, before));
  }
}

test('there is none in another runtime', () => {
  expect(loader).toBeDefined();
  expect(nodeLoader({})).toBeUndefined();
  expect(nodeLoader(class {})).toBeUndefined();
});

test('TypeScript is loaded while it is taught, and not before or after', () => {
  const extensions = Object.keys(loader._extensions);
  untaught();
  const native = Object.keys(loader._extensions);
  write({ 'a.ts': 'export const a: number = 1;', 'b.ts': `export { a as b } from './a.js';` });
  begin();
  expect(load('b.ts')).toMatchObject({ b: 1 });
  // Node tries these on an import without an extension, its own first.
  expect(extensions).toEqual([...native, '.ts', '.tsx', '.jsx']);
  untaught();
  expect(Object.keys(loader._extensions)).toEqual(native);
  expect(() => load('b.ts')).toThrow();
});

test('JavaScript with import and export is loaded where it may be, natively where not', () => {
  write({
    'a.js': `export const a = 'a';`,
    'b.ts': `import { a } from '@/a'; export const b: string = a;`,
  });
  expect(load('b.ts')).toMatchObject({ b: 'a' });
  write({ 'c.js': `exports.c = typeof require;` });
  expect(load('c.js')).toEqual({ c: 'function' });
  begin(false);
  write({ 'd.js': `exports.d = require('./e');`, 'e.ts': `export = 'e' as string;` });
  expect(load('d.js')).toEqual({ d: 'e' });
});

test('a byte order mark, and a file that no longer is what it was', () => {
  write({ 'a.ts': '\ufeffexport const a: string = "a";' });
  expect(load('a.ts')).toMatchObject({ a: 'a' });
  write({ 'a.ts': 'export const a: string = "b";' });
  expect(load('a.ts')).toMatchObject({ a: 'b' });
  rmSync(join(folder, 'a.ts'));
  write({ 'a.tsx': 'export const a: string = "c";' });
  expect(load('a')).toMatchObject({ a: 'c' });
});

test('what was transpiled and compiled is used again, in this process and the next', () => {
  const files = Array.from({ length: 12 }, (_, i) => `m${i}.ts`);
  for (const file of files) write({ [file]: `export const name: string = '${file}';` });
  const main = files.map((file, i) => `export { name as n${i} } from './${file}';`).join('\n');
  write({ 'main.ts': main });
  expect(load('main.ts')).toMatchObject({ n0: 'm0.ts', n11: 'm11.ts' });
  scripts.save();
  const stored = () => readdirSync(join(folder, 'cache')).sort().join();
  const first = stored();
  expect(first).toMatch(/\.pack/);
  expect(load('main.ts')).toMatchObject({ n11: 'm11.ts' });
  scripts.save();
  begin();
  expect(load('main.ts')).toMatchObject({ n11: 'm11.ts' });
  scripts.save();
  expect(stored()).toBe(first);

  transpiler.settle([]);
  scripts.settle([]);
  expect(transpiler.map(join(folder, 'main.ts'))).toBeUndefined();
  expect(load('main.ts')).toMatchObject({ n11: 'm11.ts' });
  expect(transpiler.map(join(folder, 'main.ts'))).toContain('"mappings"');
});

test('without a cache nothing is stored', () => {
  const none = new Scripts(undefined);
  expect(none.runnable('/a.js', 'exports.a = 1;')).toBeDefined();
  none.save();
  expect(none.runnable('/a.mjs', 'export const a = 1;')).toBeUndefined();
});

test('a source that is no TypeScript is told with its place', () => {
  write({ 'a.ts': 'const a = 1;\nconst = 2;\n' });
  let error: unknown;
  try {
    load('a.ts');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    name: 'SyntaxError',
    message: 'Expected identifier but found "="',
    stack: expect.stringContaining(`${folder}/a.ts:2:7\nconst = 2;\n      ^\n\nSyntaxError: `),
  });
});

test('an ES module is known, and the modules of packages and of Node are none of the own', () => {
  write({ 'a.mjs': `export const a = 1;`, 'b.js': `require('./a.mjs'); require('node:fs');` });
  begin(false);
  const before = new Set(Object.keys(loader._cache));
  loader._load(join(folder, 'b.js'), null, false);
  const own = ownModules(loader, before);
  expect(own).toEqual([join(folder, 'b.js'), join(folder, 'a.mjs')]);
  expect(holdsModule(loader, own)).toBe(true);
  expect(holdsModule(loader, [join(folder, 'b.js')])).toBe(false);
  forget(loader, own);
  expect(ownModules(loader, before)).toEqual([]);
});

test('import() of the own files is a namespace; the text of it keeps its length', async () => {
  const text = 'x = Promise.resolve().then(() => __toESM(require("./a")));';
  expect(withImports(text)).toHaveLength(text.length);
  expect(withImports(text)).toMatch(/^x = \(Promise\.resolve\(require\.import\( *"\.\/a"\)\)\);$/);

  write({
    'main.ts': `export const all = Promise.all([import('./es'), import('./common.cjs'), import('./data.json')]);`,
    'es.ts': `export const a: number = 1; export default 2;`,
    'common.cjs': `module.exports = Object.assign(() => 3, { b: 4 });`,
    'data.json': '{ "c": 5 }',
  });
  const { all } = load('main.ts') as { all: Promise<Record<string, unknown>[]> };
  const [es, common, data] = await all;
  expect(es).toMatchObject({ a: 1, default: 2 });
  expect(common).toMatchObject({ b: 4, default: expect.any(Function) });
  expect(data).toMatchObject({ c: 5, default: { c: 5 } });
  const module = new loader(join(folder, 'main.ts'));
  await expect(importOf(loader, module)('./nothing')).rejects.toThrow();
});
