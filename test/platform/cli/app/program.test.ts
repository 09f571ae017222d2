/** @module Which programs can run in the process of hks: CommonJS that its runner would run as it is. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Runner } from '../../../../platform/cli/app/command';
import { programOf } from '../../../../platform/cli/app/program';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-program-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function found(runner: Runner, program: string, env: Readonly<Record<string, string>> = {}) {
  return programOf({ runner, program, args: ['x'] }, folder, env);
}

/** The file from the folder on. */
function file(runner: Runner, program: string): string | undefined {
  return found(runner, program)?.file.replace(`${folder}/`, '');
}

test('the file, as Node finds one, and the path as it was written', () => {
  write({
    'main.ts': '',
    'both.js': '',
    'both.ts': '',
    'src/index.ts': '',
    'a.tsx': '',
    'b.cts': '',
  });
  symlinkSync(join(folder, 'main.ts'), join(folder, 'linked.ts'));
  expect(file('tsx', 'main.ts')).toBe('main.ts');
  expect(file('tsx', 'main')).toBe('main.ts');
  expect(file('tsx', 'both')).toBe('both.js');
  expect(file('tsx', './src')).toBe('src/index.ts');
  expect(file('tsx', join(folder, 'a.tsx'))).toBe('a.tsx');
  expect(file('node', 'b.cts')).toBe('b.cts');
  expect(found('tsx', 'linked.ts')).toMatchObject({
    path: join(folder, 'linked.ts'),
    file: join(folder, 'main.ts'),
    args: ['x'],
    javascript: true,
  });
  expect(found('node', 'main.ts')).toMatchObject({ javascript: false });
});

test('none where there is none, or no program, or a package that says which', () => {
  write({
    'data.json': '{}',
    'text.txt': '',
    'p/package.json': '{ "main": "other.js" }',
    'p/index.js': '',
  });
  for (const program of ['nothing.ts', 'data.json', 'text.txt', 'p', '.']) {
    expect(file('node', program)).toBeUndefined();
  }
});

test.each<[string, Runner, Readonly<Record<string, string>>, boolean]>([
  ['main.mts', 'tsx', {}, false],
  ['main.mjs', 'node', {}, false],
  ['main.cts', 'tsx', { 'package.json': '{ "type": "module" }' }, true],
  ['main.cjs', 'node', { 'package.json': '{ "type": "module" }' }, true],
  ['main.ts', 'tsx', { 'package.json': '{ "type": "module" }' }, false],
  ['main.ts', 'tsx', { 'package.json': '{ "type": "commonjs" }' }, true],
  ['main.ts', 'tsx', { 'package.json': '{}' }, true],
  ['main.ts', 'tsx', { 'package.json': '[]' }, true],
  ['src/main.ts', 'tsx', { 'package.json': '{ "type": "module" }' }, false],
  [
    'src/main.ts',
    'tsx',
    { 'package.json': '{ "type": "module" }', 'src/package.json': '{}' },
    true,
  ],
])('%s by %s with %j: %s', (program, runner, files, expected) => {
  write({ [program]: '', ...files });
  expect(found(runner, program) !== undefined).toBe(expected);
});

test('JavaScript that Node takes for a module by what is in it; tsx takes it as it takes TypeScript', () => {
  write({ 'main.js': `\n  import 'x';`, 'plain.js': `// import 'x';\nimport('x');` });
  expect(file('node', 'main.js')).toBeUndefined();
  expect(file('node', 'plain.js')).toBe('plain.js');
  expect(file('tsx', 'main.js')).toBe('main.js');
});

test('what only ts-node does', () => {
  write({ 'main.ts': '', 'tsconfig.json': '{ "ts-node": { "esm": true } }' });
  expect(file('ts-node', 'main.ts')).toBeUndefined();
  expect(file('tsx', 'main.ts')).toBe('main.ts');
  write({ 'tsconfig.json': '{}' });
  expect(file('ts-node', 'main.ts')).toBe('main.ts');
  expect(found('ts-node', 'main.ts', { TS_NODE_ESM: '1' })).toBeUndefined();
  expect(found('tsx', 'main.ts', { TS_NODE_ESM: '1' })).toBeDefined();
});

test('tsconfig.json where each runner looks for it; one that cannot be read is left to the runner', () => {
  const target = (runner: Runner, env = {}) => found(runner, 'src/main.ts', env)?.options.raw;
  write({
    'src/main.ts': '',
    'src/tsconfig.json': '{ "compilerOptions": { "target": "ES2018" } }',
    'tsconfig.json': '{ "compilerOptions": { "target": "ES2020" } }',
    'other.json': '{ "compilerOptions": { "target": "ES2021" } }',
  });
  expect(target('tsx')).toContain('es2020');
  expect(target('ts-node')).toContain('es2018');
  expect(target('tsx', { TSX_TSCONFIG_PATH: 'other.json' })).toContain('es2021');
  expect(target('node', { TSX_TSCONFIG_PATH: 'other.json' })).toContain('es2020');
  expect(target('tsx', { TSX_TSCONFIG_PATH: 'nothing.json' })).toBeUndefined();
  write({ 'tsconfig.json': '{ "extends": "./nothing.json" }' });
  expect(target('tsx')).toBeUndefined();
});
