/** @module An app in this process, run twice: the second run is as the first, with what has changed since. */
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOfLastRun, runApp } from '../../../../platform/cli/app/run';
import { testTerminal } from '../terminal';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-here-')));
const cwd = process.cwd();
beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(cwd);
  rmSync(folder, { recursive: true, force: true });
});

/** The terminal that a process has of its own. */
const own = { cwd: folder, env: process.env, stdout: process.stdout, stderr: process.stderr };

async function run(app: string) {
  // Only a process that has nothing left to do is told so by Node; jest's has.
  const drained = setInterval(() => EventEmitter.prototype.emit.call(process, 'beforeExit', 0), 5);
  const end = await runApp(app, { output: 'out', env: { GIVEN: 'given' } }, own);
  clearInterval(drained);
  return end;
}

/** What the last program has written. */
function seen(): string {
  return readFileSync(join(folder, 'seen'), 'utf8');
}

test('with its own modules evaluated anew', async () => {
  const files = {
    'main.ts': `import { a } from './a'; import { writeFileSync } from 'node:fs'; writeFileSync("seen", "a is " + a);`,
    'a.ts': `export const a: number = 1;`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const paths = Object.keys(files).map((name) => join(folder, name));
  expect(await run('tsx main.ts')).toBe(0);
  expect(filesOfLastRun()).toEqual(paths);
  expect(seen()).toBe('a is 1');
  writeFileSync(join(folder, 'a.ts'), `export const a: number = 2;`);
  expect(await run('tsx main.ts')).toBe(0);
  expect(filesOfLastRun()).toEqual(paths);
  expect(seen()).toBe('a is 2');
  expect(await run('tsx a.ts')).toBe(0);
  expect(filesOfLastRun()).toEqual([join(folder, 'a.ts')]);
});

test('in a process of its own when the terminal is another one, whatever the command', async () => {
  writeFileSync(
    join(folder, 'say.js'),
    `console.log(process.env.CDK8S_OUTDIR, process.env.GIVEN, process.cwd());`,
  );
  const terminal = testTerminal(folder);
  const end = await runApp('node say.js', { output: 'out', env: { GIVEN: 'given' } }, terminal);
  expect([end, terminal.out(), terminal.err()]).toEqual([0, `out given ${folder}\n`, '']);
  expect(filesOfLastRun()).toEqual([]);
});

test('in a process of its own from then on, when it has an ES module: Node evaluates that once', async () => {
  writeFileSync(join(folder, 'main.js'), `require('./es.mjs');`);
  writeFileSync(join(folder, 'es.mjs'), `export const a = 1;`);
  expect(await run('node main.js')).toBe(0);
  expect(filesOfLastRun()).toEqual([join(folder, 'main.js'), join(folder, 'es.mjs')]);
  expect(await runApp('node main.js', { output: 'out' }, own)).toBe(0);
  expect(filesOfLastRun()).toEqual([]);
});
