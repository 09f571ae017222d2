/** @module What runs in the process of `hks`, and what does not. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** Prints whether it runs in the process of `hks`. */
const WHERE = `console.log(process.env.PID_OF_HKS === String(process.pid) ? 'here' : 'there', process.env.GIVEN);`;
const TYPED = `const typed: string = 'typed';\n${WHERE}`;

test('programs run here', () => {
  project.write({
    'main.ts': TYPED,
    'main.js': WHERE,
    'folder/index.ts': TYPED,
    'common.cts': TYPED,
    'module/package.json': '{ "type": "module" }',
    'module/common.cjs': WHERE,
    'esm.js': `import { sep } from 'node:path';\n${WHERE}`,
  });
  for (const app of [
    'node main.js',
    'node main',
    'npx tsx main.ts',
    'npx ts-node main.ts',
    'node --import tsx ./main.ts',
    'tsx folder',
    'tsx common.cts',
    'node module/common.cjs',
    'tsx esm.js',
    'ts-node main.ts',
  ]) {
    expect({ app, ...project.run(app) }).toMatchObject({
      app,
      out: 'here given\n',
      end: '0',
      err: '',
    });
  }
});

test('what is no CommonJS program, or more than one, runs in a process of its own', () => {
  project.write({
    'main.ts': TYPED,
    'main.js': WHERE,
    'main.mjs': `import 'node:path';\nawait null;\n${WHERE}`,
    'main.mts': `import 'node:path';\nawait null;\n${TYPED}`,
    'esm.js': `import 'node:path';\n${WHERE}`,
    'module/package.json': '{ "type": "module" }',
    'module/main.ts': `await null;\n${TYPED}`,
    'module/main.js': `await null;\n${WHERE}`,
  });
  for (const app of [
    'node main.js && true',
    'X=1 node main.js',
    'node --no-warnings main.js',
    'node main.mjs',
    'node esm.js',
    'node module/main.js',
    'node --import tsx main.mts',
    'node --import tsx module/main.ts',
  ]) {
    expect({ app, ...project.run(app) }).toMatchObject({
      app,
      out: 'there given\n',
      end: '0',
      err: '',
    });
  }
  expect(project.run('node nothing.js').err).toContain('Cannot find module');
  expect(project.run('tsx nothing.ts').end).not.toBe('0');
});

test('a folder’s program is that of its package', () => {
  const index = `console.log('index');`;
  project.write({
    'bare/index.js': index,
    'pack/index.js': index,
    'pack/x.js': `console.log('x');`,
  });
  project.write({ 'pack/package.json': '{ "main": "x.js" }' });
  expect(project.run('node bare').out).toBe('index\n');
  expect(project.run('node pack').out).toBe('x\n');
});

test('what only ts-node does, ts-node does', () => {
  project.write({
    'main.ts': TYPED,
    'tsconfig.json': `{ "compilerOptions": { "emitDecoratorMetadata": true, "module": "commonjs", "types": [] }, "ts-node": { "transpileOnly": true } }`,
  });
  const command = `ts-node main.ts`;
  const binary = { PATH: `${join(project.path, 'bin')}:${process.env['PATH']}` };
  project.write({ 'bin/ts-node': `#!/bin/sh\necho "ts-node $*"\n` });
  chmodSync(join(project.path, 'bin/ts-node'), 0o755);
  expect(project.run(command, binary).out).toBe('ts-node main.ts\n');
  project.write({ 'tsconfig.json': '{ "extends": "./nowhere.json" }' });
  expect(project.run(command, binary).out).toBe('ts-node main.ts\n');
  project.write({ 'tsconfig.json': '{}' });
  expect(project.run(command, { ...binary, TS_NODE_PROJECT: 'x' }).out).toBe('ts-node main.ts\n');
  expect(project.run(command, binary).out).toBe('here given\n');
});
