/** @module Where imports of TypeScript lead, and what tsconfig.json says of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOwn, isTypeScript, requestsFor } from '../../../../platform/cli/app/resolve';
import { readTsOptions } from '../../../../platform/cli/app/tsconfig';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-resolve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

function requests(request: string, from = 'main.ts', paths: readonly string[] = []) {
  return requestsFor(request, join(folder, from), () =>
    paths.map((path) => join(folder, path)),
  ).map((path) => path.replace(`${folder}/`, ''));
}

test.each([
  ['./a.js', ['a.ts', 'a.js'], 'main.ts', ['a.ts']],
  ['./a.js', ['a.tsx'], 'main.ts', ['a.tsx']],
  ['./a.jsx', ['a.tsx', 'a.ts'], 'main.ts', ['a.tsx', 'a.ts']],
  ['./a.mjs', ['a.mts', 'a.ts'], 'main.ts', ['a.mts']],
  ['./a.cjs', ['a.cts'], 'main.ts', ['a.cts']],
  ['../a.js', ['a.ts'], 'src/main.ts', ['a.ts']],
  ['./a.js', ['a.ts'], 'main.js', ['a.ts']],
  ['./a.js', ['a.ts', 'a.js'], 'main.js', []],
  ['./a.js', ['a.js'], 'main.ts', []],
  ['./a', ['a.ts'], 'main.ts', []],
  ['./a.json', ['a.json', 'a.ts'], 'main.ts', []],
  ['a.js', ['a.ts'], 'main.ts', []],
])('%s beside %j from %s asks for %j first', (request, files, from, expected) => {
  write(...files);
  expect(requests(request, from)).toEqual(expected);
});

test('what tsconfig.json makes of it, as TypeScript where that is there; never of what Node has', () => {
  write('lib/a.ts');
  expect(requests('@lib/a.js', 'main.ts', ['lib/a.js'])).toEqual(['lib/a.ts', 'lib/a.js']);
  expect(requests('fs', 'main.ts', ['lib/fs'])).toEqual([]);
  expect(requests('node:fs', 'main.ts', ['lib/fs'])).toEqual([]);
  expect(requests('#own', 'main.ts', ['lib/own'])).toEqual([]);
});

test('a URL leads to its file', () => {
  expect(requests(pathToFileURL(join(folder, 'a b.ts')).href)).toEqual(['a b.ts']);
});

test('a file of a package is not the own, and TypeScript is known by its name', () => {
  expect(['/p/main.ts', '/p/node_modules/x/main.ts', '/p/node_modules.ts'].map(isOwn)).toEqual([
    true,
    false,
    true,
  ]);
  expect(['a.ts', 'a.tsx', 'a.mts', 'a.cts', 'a.js', 'a.ts.js', 'a.jsx'].map(isTypeScript)).toEqual(
    [true, true, true, true, false, false, false],
  );
});

describe('tsconfig.json', () => {
  function config(path: string, content: unknown): void {
    write(path);
    writeFileSync(join(folder, path), JSON.stringify(content));
  }

  test('gives what esbuild heeds, and paths, over what it extends; the nearest above counts', () => {
    config('base.json', { compilerOptions: { strict: true, jsx: 'react', jsxFactory: 'h' } });
    config('tsconfig.json', {
      extends: './base.json',
      compilerOptions: {
        experimentalDecorators: true,
        outDir: 'x',
        jsxFactory: 'j',
        paths: { '@/*': ['./src/*'] },
      },
    });
    write('src/main.ts');
    const options = readTsOptions(join(folder, 'src'));
    expect(options.file).toBe(join(folder, 'tsconfig.json'));
    expect(JSON.parse(options.raw)).toEqual({
      compilerOptions: {
        experimentalDecorators: true,
        jsx: 'react',
        jsxFactory: 'j',
        alwaysStrict: true,
        strict: true,
      },
    });
    expect(options.paths('@/a')).toEqual([join(folder, 'src/a')]);
    expect(options.paths('cdk8s')).toEqual([]);
    expect(options.needsTsNode).toBe(false);
  });

  test('is not needed, and can be another one', () => {
    expect(readTsOptions('/')).toMatchObject({
      file: undefined,
      raw: '{"compilerOptions":{}}',
      needsTsNode: false,
    });
    expect(readTsOptions('/').paths('@/a')).toEqual([]);
    config('other.json', { compilerOptions: { target: 'ES2018' } });
    expect(readTsOptions('/', join(folder, 'other.json')).raw).toBe(
      '{"compilerOptions":{"target":"es2018"}}',
    );
  });

  test.each([
    [{ compilerOptions: { emitDecoratorMetadata: true } }, true],
    [{ 'ts-node': { esm: true } }, true],
    [{ 'ts-node': { require: ['x'] } }, true],
    [{ 'ts-node': { transpileOnly: true } }, false],
    [{ 'ts-node': null }, false],
  ])('%j: only ts-node does what it asks for: %s', (content, needed) => {
    config('tsconfig.json', content);
    expect(readTsOptions(folder).needsTsNode).toBe(needed);
  });

  test('that extends what is not there is refused', () => {
    config('tsconfig.json', { extends: './nowhere.json' });
    expect(() => readTsOptions(folder)).toThrow("File './nowhere.json' not found.");
  });
});
