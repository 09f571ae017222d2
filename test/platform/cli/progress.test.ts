/** @module The bar of a synthesis that takes its time: on a terminal, in its width, and gone at the end. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { progressLine } from '../../../constructs/synth/progress';
import { AppFolder } from './app-folder';
import { ESCAPE, hasPython, onTerminal } from './pseudo-terminal';

const ROOT = resolve(__dirname, '../../..');
const NODE_PATH = join(ROOT, 'node_modules');

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
});
afterEach(() => app.remove());

/** An app whose objects take as long as that, each; the one at `end` does what is said. */
function writeApp(milliseconds: number, end = ''): void {
  app.writeApp(`
    const { Lazy } = require('cdk8s');
    const shop = new Project(app, 'shop', { tenant: 'acme' });
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds});
    for (let i = 0; i < 12; i++) {
      const produce = () => { wait(); if (i === 11) { ${end} } return 'b'; };
      new ApiObject(shop, 'a' + i, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' + i }, data: { a: Lazy.any({ produce }) } });
    }
    new ApiObject(shop, 'mark', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mark' } });`);
}

const CLEAR = `${ESCAPE}[K`;
const FRAME = /\r(rendering|comparing|writing) \[(#*\.*)\] (\d+)\/(\d+)/g;
const ASKED = { NODE_PATH, HKS_PROGRESS: '1' };
const terminal = hasPython ? describe : describe.skip;

terminal('an app on a terminal', () => {
  const run = (env: NodeJS.ProcessEnv = ASKED, columns?: number) =>
    onTerminal(['app.js'], app.path, env, columns);

  test('that is slow shows how far it is, and leaves nothing', async () => {
    writeApp(150);
    const { code, text, screen } = await run();
    const frames = [...text.matchAll(FRAME)].map(([, name, , done, total]) => ({
      name,
      done,
      total,
    }));
    expect(frames.length).toBeGreaterThan(2);
    expect(frames[0]).toMatchObject({ name: 'rendering', total: '21' });
    const counts = frames
      .filter(({ name }) => name === 'rendering')
      .map(({ done }) => Number(done));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect([code, screen]).toEqual([0, '']);
  });

  test('without tenants that is slow shows it too', async () => {
    app.writeProgram(`
      const { Lazy } = require('cdk8s');
      const app = new HksApp();
      const chart = new Chart(app, 'web');
      const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
      for (let i = 0; i < 12; i++)
        new ApiObject(chart, 'a' + i, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' + i }, data: { a: Lazy.any({ produce: () => (wait(), 'b') }) } });
      app.synth();`);
    const { code, text, screen } = await run();
    expect([...text.matchAll(FRAME)].map(([, name, , , total]) => [name, total])).toContainEqual([
      'rendering',
      '12',
    ]);
    expect([code, screen]).toEqual([0, '']);
  });

  test('keeps to the width of the terminal', async () => {
    writeApp(150);
    const widths = [20, 34, 200];
    const runs = widths.map((columns) =>
      run({ ...ASKED, CDK8S_OUTDIR: `dist${columns}` }, columns),
    );
    for (const [index, { text, screen }] of (await Promise.all(runs)).entries()) {
      const lengths = text.split('\r').map((frame) => frame.replace(CLEAR, '').length);
      expect(Math.max(...lengths)).toBeGreaterThan(10);
      expect(Math.max(...lengths)).toBeLessThan(widths[index] ?? 0);
      expect(screen).toBe('');
    }
  });

  test('that is fast shows nothing', async () => {
    writeApp(0);
    expect(await run()).toEqual({ code: 0, text: '', screen: '' });
  });

  test('that is slow shows nothing when nobody asks, when it is asked not to, and where no line can be cleared', async () => {
    writeApp(150);
    const runs = [{ NODE_PATH }, { NODE_PATH, HKS_PROGRESS: '0' }, { ...ASKED, TERM: 'dumb' }].map(
      (env, index) => run({ ...env, CDK8S_OUTDIR: `dist${index}` }),
    );
    for (const shown of await Promise.all(runs))
      expect(shown).toEqual({ code: 0, text: '', screen: '' });
  });

  test('that throws leaves its error and no half line', async () => {
    writeApp(150, `throw new Error('out of order');`);
    const { code, text, screen } = await run();
    expect(text).toMatch(FRAME);
    expect(screen).toMatch(/^[\s\S]*Error: out of order\n/);
    expect(screen).not.toMatch(/\[#/);
    expect(code).toBe(1);
  });

  test('that exits leaves no half line either', async () => {
    writeApp(150, 'process.exit(3);');
    const { code, text, screen } = await run();
    expect(text).toMatch(FRAME);
    expect([code, screen]).toEqual([3, '']);
  });
});

test('an app that is not on a terminal shows nothing', () => {
  writeApp(150);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['app.js'], {
    cwd: app.path,
    env: { ...process.env, ...ASKED },
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});

terminal('hks synth on a terminal', () => {
  const hks = (...args: readonly string[]) => {
    const program = join(ROOT, 'platform/cli/hks.ts');
    const TSX_TSCONFIG_PATH = join(ROOT, 'tsconfig.json');
    const tsx = ['--import', require.resolve('tsx'), program, 'synth', ...args];
    return onTerminal(tsx, app.path, { NODE_PATH, TSX_TSCONFIG_PATH });
  };

  test.each([
    ['in its own process', 'node app.js'],
    ['in a shell', 'true && node app.js'],
  ])('asks for the bar of an app %s, and reports on a clear line', async (_, command) => {
    writeApp(150);
    const { code, text, screen } = await hks('--app', command);
    expect(text).toMatch(FRAME);
    expect(screen).toMatch(
      /^dist\/tenants\/acme: 21 objects of shop, written\n1 tenant, 21 objects in dist\ndone in [\d.]+ s\n$/,
    );
    expect(code).toBe(0);
  });
});

describe('the line', () => {
  test.each([
    [0, 80, 'writing [........................................] 0/4000'],
    [1000, 80, 'writing [##########..............................] 1000/4000'],
    [4000, 80, 'writing [########################################] 4000/4000'],
    [5000, 80, 'writing [########################################] 4000/4000'],
    [1000, 30, 'writing [##.......] 1000/4000'],
    [1000, 18, 'writing 25%'],
    [1000, 8, 'writing'],
    [1000, 1, ''],
  ])('%d of 4000 in %d columns', (done, columns, line) => {
    expect(progressLine('writing', done, 4000, columns)).toBe(line);
  });

  test('of a phase without steps is full', () => {
    expect(progressLine('writing', 0, 0, 24)).toBe('writing [#########] 0/0');
  });
});
