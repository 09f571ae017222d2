/** @module A program is lent the process, and how it ends is told by the events of the process. */
import { EventEmitter } from 'node:events';
import { runInProcess } from '../../../../platform/cli/app/in-process';
import { type NodeLoader, nodeLoader, type Teaching } from '../../../../platform/cli/app/loader';
import {
  addedListeners,
  lendProcess,
  mute,
  processListeners,
} from '../../../../platform/cli/app/own-process';
import type { Program } from '../../../../platform/cli/app/program';
import { Scripts } from '../../../../platform/cli/app/scripts';
import { mappedStacks } from '../../../../platform/cli/app/stack';
import { Transpiler } from '../../../../platform/cli/app/transpile';
import { readTsOptions } from '../../../../platform/cli/app/tsconfig';

const program: Program = {
  path: '/project/main.ts',
  file: '/project/main.ts',
  args: ['--a'],
  options: readTsOptions('/'),
  javascript: true,
};

test('arguments and environment are the program’s, and what it changes is undone', () => {
  const { argv, exitCode } = process;
  const environment = { ...process.env };
  const cwd = process.cwd();
  const giveBack = lendProcess(program, { CDK8S_OUTDIR: 'out' });
  expect(process.argv).toEqual([process.execPath, '/project/main.ts', '--a']);
  expect(process.env['CDK8S_OUTDIR']).toBe('out');
  process.env['MORE'] = 'more';
  delete process.env['PATH'];
  process.chdir('/');
  process.exitCode = 3;
  const listener = () => {};
  process.on('SIGUSR2', listener);
  giveBack();
  expect(process.argv).toBe(argv);
  expect(process.exitCode).toBe(exitCode);
  expect({ ...process.env }).toEqual(environment);
  expect(process.cwd()).toBe(cwd);
  expect(process.listeners('SIGUSR2')).toEqual([]);
});

test('listeners that have come are known with their events, those of once too', () => {
  const before = processListeners();
  const once = () => {};
  process.once('SIGUSR2', once);
  const [added] = addedListeners(before);
  expect(added?.[0]).toBe('SIGUSR2');
  process.off('SIGUSR2', once);
  expect(addedListeners(before)).toEqual([]);
});

test('what is written while it is mute is gone', () => {
  const written: unknown[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: unknown) => written.push(text) > 0;
  const unmute = mute();
  process.stdout.write('nobody');
  unmute();
  process.stdout.write('somebody');
  process.stdout.write = write;
  expect(written).toEqual(['somebody']);
});

describe('the end', () => {
  const teaching: Teaching = {
    transpiler: new Transpiler({ raw: '{}', cache: undefined }),
    scripts: new Scripts(undefined),
    paths: () => [],
    javascript: true,
  };
  let written: string;
  let write: typeof process.stderr.write;
  beforeEach(() => {
    written = '';
    write = process.stderr.write;
    process.stderr.write = (text: unknown) => {
      written += text;
      return true;
    };
  });
  afterEach(() => {
    process.stderr.write = write;
  });

  /** Runs what a program does when it is loaded; the loader's other parts are Node's. */
  function run(load: () => unknown): Promise<number> {
    const native = nodeLoader();
    const loader: unknown = Object.defineProperty(
      class extends (native as NodeLoader) {},
      '_load',
      { value: load },
    );
    return runInProcess(nodeLoader(loader) as NodeLoader, program, teaching, {});
  }
  /** As Node tells a process of it. */
  const emit = (event: string, ...args: unknown[]) =>
    EventEmitter.prototype.emit.call(process, event, ...args);
  const drained = () => emit('beforeExit', 0);

  test('is that nothing is left to wait for: the exit code is the one that was set', async () => {
    expect(await run(() => setImmediate(drained))).toBe(0);
    expect(
      await run(() => {
        process.exitCode = 4;
        setImmediate(drained);
      }),
    ).toBe(4);
  });

  test('is not yet, when a listener of the program has begun something', async () => {
    let rounds = 0;
    const code = await run(() => {
      process.on('beforeExit', () => {
        rounds++;
        if (rounds < 3) setTimeout(() => setImmediate(drained), 1);
      });
      process.on('exit', (given) => {
        process.exitCode = Number(given) + rounds;
      });
      setImmediate(drained);
    });
    expect([rounds, code]).toEqual([3, 3]);
  });

  test('is process.exit, which does not come back; what is written and thrown after it is gone', async () => {
    const { exit } = process;
    const code = await run(() => {
      try {
        process.exit(5);
      } catch (error) {
        process.stderr.write('after the end');
        emit('uncaughtException', error);
      }
    });
    expect(code).toBe(5);
    expect(written).toBe('');
    expect(process.exit).toBe(exit);
  });

  test('is an error that nobody catches, told on stderr; one that the program catches is none', async () => {
    expect(await run(() => emit('uncaughtException', new TypeError('a fault')))).toBe(1);
    expect(written).toMatch(/^TypeError: a fault\n/);
    written = '';
    expect(await run(() => emit('uncaughtException', 'text'))).toBe(1);
    expect(written).toBe("Uncaught 'text'\n");
    written = '';
    const caught: unknown[] = [];
    const code = await run(() => {
      process.on('uncaughtException', (error) => caught.push(error));
      emit('uncaughtException', 'mine');
      setImmediate(drained);
    });
    expect([code, caught, written]).toEqual([0, ['mine'], '']);
  });

  test('is changed by a listener of exit: by its exit code, by process.exit, by a fault', async () => {
    const end = (listener: () => void) =>
      run(() => {
        process.on('exit', listener);
        setImmediate(drained);
      });
    expect(await end(() => process.exit(8))).toBe(8);
    expect(
      await end(() => {
        throw new Error('in exit');
      }),
    ).toBe(1);
    expect(written).toMatch(/^Error: in exit\n/);
  });
});

describe('a stack trace', () => {
  const { prepareStackTrace } = Error;
  afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
  });

  test('has the places of the source map, and those of the file where there is none', () => {
    const native = new Error('native').stack ?? '';
    const [, line] = /own-process\.test\.ts:(\d+):\d+/.exec(native) ?? [];
    expect(line).toBeDefined();

    const transpiler = new Transpiler({ raw: '{}', cache: undefined });
    transpiler.code('/a.ts', 'type A = {\n  a: 1;\n};\nconst a: number = 1;\nthrow new Error();\n');
    Error.prepareStackTrace = mappedStacks((file) =>
      file === __filename ? undefined : transpiler.map(file),
    );
    const { stack = '' } = new RangeError('mine');
    expect(stack).toMatch(/^RangeError: mine\n {4}at .*own-process\.test\.ts:\d+:\d+\)?\n/);
    expect(stack).not.toContain('node:internal');
  });

  test('of what is no error has a header all the same', () => {
    const holder: { stack?: string } = {};
    Error.prepareStackTrace = mappedStacks(() => undefined);
    Error.captureStackTrace(holder);
    expect(holder.stack).toMatch(/^Error\n {4}at /);
  });
});
