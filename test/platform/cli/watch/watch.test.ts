/** @module The watch around what it renders: what it tells, what it survives, and how it ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../../../../platform/cli/main';
import { watch } from '../../../../platform/cli/watch';
import { survivable } from '../../../../platform/cli/watch/survival';
import { type TestTerminal, testTerminal } from '../terminal';

let folder: string;
let terminal: TestTerminal;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hks-watch-')));
  terminal = testTerminal(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, name), String(Math.random()));
}

/** Watches while each of the renders is followed by what happens then. */
async function watched(
  ...renders: readonly [() => ExitCode, () => void][]
): Promise<{ code: ExitCode; out: string }> {
  let at = 0;
  const render = async () => {
    const [code, then] = renders[at++] ?? [() => 130 as const, () => {}];
    setTimeout(then, 1);
    return code();
  };
  const code = await watch({ render, outputs: () => ['out'] }, terminal);
  return { code, out: terminal.out().replace(/\d+ ms/g, 'x ms') };
}

const fine = (): ExitCode => 0;
const interrupt = (): void => {
  process.emit('SIGINT');
};

test('tells what was saved, how it went, and goes on whatever it is', async () => {
  const thrown = (): ExitCode => {
    throw new Error('a fault');
  };
  const { code, out } = await watched(
    [fine, () => write('a.ts')],
    [() => 1, () => write('a.ts', 'b.ts')],
    [() => 2, () => write('a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts')],
    [thrown, () => write('a.ts')],
    [fine, interrupt],
  );
  expect(code).toBe(130);
  expect(out).toBe(
    [
      'all: rendered in x ms, watching',
      'a.ts: failed in x ms, watching',
      'a.ts, b.ts: failed in x ms, watching',
      'a.ts, b.ts, c.ts and 2 more: failed in x ms, watching',
      'a.ts: rendered in x ms, watching',
      '',
    ].join('\n'),
  );
  expect(terminal.err()).toBe('error: a fault\n');
});

test('a file that goes is a change, be it saved before or not; one that comes and goes is none', async () => {
  write('a.ts');
  const { out } = await watched(
    [fine, () => rmSync(join(folder, 'a.ts'))],
    [
      fine,
      () => {
        write('passing.ts', 'b.ts');
        rmSync(join(folder, 'passing.ts'));
      },
    ],
    [fine, () => rmSync(join(folder, 'b.ts'))],
    [fine, interrupt],
  );
  expect(out.split('\n').slice(1, 4)).toEqual([
    'a.ts: rendered in x ms, watching',
    'b.ts: rendered in x ms, watching',
    'b.ts: rendered in x ms, watching',
  ]);
});

test('leaves out packages, outputs, what begins with a dot, logs, and what editors keep; not .env', async () => {
  for (const name of ['node_modules', 'out', '.git']) mkdirSync(join(folder, name));
  const others = [
    'node_modules/a.js',
    'out/a.yaml',
    '.git/a',
    '.a.ts.swp',
    'a.ts~',
    '#a.ts#',
    '4913',
    'a.log',
    'a.tmp',
  ];
  const { out } = await watched([fine, () => write(...others, '.env')], [fine, interrupt]);
  expect(out).toBe('all: rendered in x ms, watching\n.env: rendered in x ms, watching\n');
});

test('a render that is interrupted ends the watch', async () => {
  expect(await watched([() => 130, () => {}])).toEqual({ code: 130, out: '' });
  expect(process.listenerCount('SIGINT')).toBe(0);
});

test('what a run has left behind may fail or exit: the process goes on', () => {
  const { exit } = process;
  const count = process.listenerCount('uncaughtException');
  const undo = survivable(terminal.stderr);
  expect(() => process.exit(3)).toThrow('process.exit was called after the run had ended');
  process.emit('uncaughtException', new Error('late'));
  expect(terminal.err()).toBe('error: left from an earlier run: Error: late\n');
  undo();
  expect(process.exit).toBe(exit);
  expect(process.listenerCount('uncaughtException')).toBe(count);
});
