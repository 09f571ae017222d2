/** @module What is kept from run to run, and that nothing of it outlives what it was made from. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

const APP = `import { name } from './name';
  import { price } from 'priced';
  class Base { field = 'own'; }
  class Child extends Base { declare field: string; other: unknown; }
  const loaded = Object.keys(require.cache).some((file) => file.includes('/node_modules/esbuild/lib'));
  console.log(name, price, 'other' in new Child(), loaded ? 'transpiler' : 'no transpiler');`;

function write(): void {
  project.write({
    'main.ts': APP,
    'name.ts': `export const name: string = 'first';`,
    'node_modules/priced/index.js': `exports.price = 1;`,
    'tsconfig.json': '{}',
  });
}

function entries(ending: string): readonly string[] {
  return readdirSync(project.cache).filter((name) => name.endsWith(ending));
}

test('a file is transpiled once, and again when it, its options or the cache changes', () => {
  write();
  expect(project.run('tsx main.ts').out).toBe('first 1 true transpiler\n');
  expect(entries('.js').length).toBe(2);
  expect(entries('.map').length).toBe(2);
  expect(project.run('tsx main.ts').out).toBe('first 1 true no transpiler\n');

  project.write({ 'name.ts': `export const name: string = 'other';` });
  expect(project.run('tsx main.ts').out).toBe('other 1 true transpiler\n');
  expect(project.run('tsx main.ts').out).toBe('other 1 true no transpiler\n');

  project.write({ 'tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": false } }' });
  expect(project.run('tsx main.ts').out).toBe('other 1 false transpiler\n');
  expect(project.run('tsx main.ts').out).toBe('other 1 false no transpiler\n');

  for (const name of entries('.js')) {
    writeFileSync(join(project.cache, name), 'console.log("not what was stored");');
  }
  expect(project.run('tsx main.ts').out).toBe('other 1 false transpiler\n');
  expect(project.run('tsx main.ts').out).toBe('other 1 false no transpiler\n');
});

test('a file that is moved is transpiled anew: its stack traces name it', () => {
  project.write({ 'a.ts': `const a: string = new Error('x').stack ?? ''; console.log(a);` });
  expect(project.run('tsx a.ts').out).toContain(`(${project.path}/a.ts:1:19)`);
  project.write({ 'b.ts': project.read('a.ts') });
  expect(project.run('tsx b.ts').out).toContain(`(${project.path}/b.ts:1:19)`);
});

test('packages are compiled once; one that changes is compiled anew, and a pack that is damaged is none', () => {
  write();
  project.write({
    'main.ts': `import 'cdk8s';\n${APP}`,
    'node_modules/priced/index.js': `exports.price = 1;`,
  });
  expect(project.run('tsx main.ts').out).toBe('first 1 true transpiler\n');
  const [pack = ''] = entries('.pack');
  const path = join(project.cache, pack);
  const { ino } = statSync(path);
  expect(project.run('tsx main.ts').out).toBe('first 1 true no transpiler\n');

  project.write({ 'node_modules/priced/index.js': `exports.price = 2;` });
  expect(project.run('tsx main.ts').out).toBe('first 2 true no transpiler\n');
  // One file more is no reason to write all again.
  expect(statSync(path).ino).toBe(ino);

  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, bytes.length / 2));
  expect(project.run('tsx main.ts').out).toBe('first 2 true no transpiler\n');
  expect(statSync(path).ino).not.toBe(ino);
  expect(project.run('tsx main.ts')).toMatchObject({
    out: 'first 2 true no transpiler\n',
    err: '',
  });
});

test('what is compiled already is the same program: its stack traces, require, and what is no CommonJS', () => {
  project.write({
    'main.ts': `import 'cdk8s';
      const { report } = require('reporting');
      report(require.resolve.paths('x')?.[0], module.paths[0], require.main === module);
      import('modern').then(({ modern }) => console.log(modern));`,
    'node_modules/reporting/index.js': `exports.report = (...args) => {
        console.log(...args, require.main.filename, module.parent.filename, require.resolve('modern'));
        console.log(new Error('x').stack.split('\\n')[1]);
        return import('modern').then(({ modern }) => console.log('imported', modern, this === exports));
      };`,
    'node_modules/modern/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/modern/index.js': `export const modern = 'modern';`,
  });
  const first = project.run('tsx main.ts');
  expect(first).toMatchObject({ end: '0', err: expect.not.stringContaining('Error') });
  const { path } = project;
  expect(first.out.split('\n').slice(0, 2)).toEqual([
    `${path}/node_modules ${path}/node_modules true ${path}/main.ts ${path}/main.ts ${path}/node_modules/modern/index.js`,
    `    at exports.report (${path}/node_modules/reporting/index.js:3:21)`,
  ]);
  expect(first.out.split('\n').slice(2).sort()).toEqual(['', 'imported modern true', 'modern']);
  const second = project.run('tsx main.ts');
  expect(second.out).toBe(first.out);
});
