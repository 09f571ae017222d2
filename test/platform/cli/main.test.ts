/** @module The hks command: its help, its version, what it does not understand, and a whole run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../../platform/cli/main';
import { testTerminal } from './terminal';
import { verbs } from './verbs';

const ROOT = resolve(__dirname, '../../..');

async function run(...args: readonly string[]) {
  const terminal = testTerminal(ROOT);
  const code = await main(args, terminal, verbs);
  return { code, out: terminal.out(), err: terminal.err() };
}

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([[['--help']], [['synth', '--help']], [['help', 'synth']]])(
  '%j tells what there is',
  async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: hks /);
    expect(out).toContain('synth');
  },
);

test('nothing at all: the help, and that it was not understood', async () => {
  const { code, err } = await run();
  expect(code).toBe(2);
  expect(err).toMatch(/^Usage: hks /);
});

test.each([
  [
    ['synht'],
    "error: unknown command 'synht'\n(Did you mean synth?)\nRun 'hks --help' for what there is.\n",
  ],
  [
    ['synth', '--outptu', 'x'],
    "error: unknown option '--outptu'\n(Did you mean --output?)\nRun 'hks --help' for what there is.\n",
  ],
  [
    ['synth', '--app'],
    "error: option '-a, --app <command>' argument missing\nRun 'hks --help' for what there is.\n",
  ],
  [
    ['synth', 'dist'],
    "error: too many arguments for 'synth'. Expected 0 arguments but got 1.\nRun 'hks --help' for what there is.\n",
  ],
])('%j is not understood', async (args, message) => {
  expect(await run(...args)).toEqual({ code: 2, out: '', err: message });
});

test('synth is given its options, and tells how it ended', async () => {
  expect(await run('synth', '--app', 'exit 5', '-o', 'nowhere')).toMatchObject({
    code: 1,
    err: "error: 'app' of hks synth must end with exit code 0, and it ended with 5, received 'exit 5'. Its own message is above.\n",
  });
  expect(await run('synth', '--app', '')).toMatchObject({ code: 2 });
});

describe('as a process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hks-main-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function hks(...args: readonly string[]) {
    const tsx = require.resolve('tsx');
    const program = join(ROOT, 'platform/cli/hks.ts');
    return spawnSync(process.execPath, ['--import', tsx, program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_PATH: join(ROOT, 'node_modules'),
        TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
      },
    });
  }

  test('synth runs an app and tells what it wrote; a second time nothing has changed', () => {
    const constructs = join(ROOT, 'constructs');
    writeFileSync(
      join(folder, 'main.js'),
      `const { HksApp } = require(${JSON.stringify(`${constructs}/synth/app.ts`)});
       const { Project } = require(${JSON.stringify(`${constructs}/project.ts`)});
       const app = new HksApp();
       new Project(app, 'shop', { tenant: 'acme' });
       app.synth();`,
    );
    writeFileSync(
      join(folder, 'cdk8s.yaml'),
      `app: node --import ${require.resolve('tsx')} main.js\n`,
    );
    const first = hks('synth');
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(
      /^dist\/tenants\/acme: \d+ objects of main, written\n1 tenant, \d+ objects in dist\n$/,
    );
    expect(first.status).toBe(0);
    expect(hks('synthesize').stdout).toMatch(/of main, unchanged\n/);
  }, 30_000);

  test('an app that fails: exit code 1; a command line that is none: 2', () => {
    expect(hks('synth', '--app', 'exit 7')).toMatchObject({
      status: 1,
      stderr:
        "error: 'app' of hks synth must end with exit code 0, and it ended with 7, received 'exit 7'. Its own message is above.\n",
    });
    expect(hks('synth')).toMatchObject({ status: 2, stdout: '' });
  }, 30_000);
});
