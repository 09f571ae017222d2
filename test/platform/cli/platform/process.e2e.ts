/** @module hks platform as a process: the program under the engine, questions on a terminal, and interrupts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeWithReleases, releases } from '../../../stacks/release-files';
import { hasPython } from '../pseudo-terminal';
import { ClusterHost } from './host';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../../..');
const HKS = ['--import', require.resolve('tsx'), join(ROOT, 'platform/cli/hks.ts'), 'platform'];

let host: ClusterHost;
beforeEach(async () => {
  host = (await ClusterHost.start()).withStack();
});
afterEach(() => host.remove());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program; `onText` is told all of its output until then. */
function run(
  program: string,
  args: readonly string[],
  onText: (text: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((done) => {
    const env = { ...process.env, ...host.environment(), PATH: undefined };
    const child = spawn(program, args, {
      cwd: host.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env,
        PATH: `${join(host.folder, 'bin')}:${process.env['PATH']}`,
        NODE_PATH: join(ROOT, 'node_modules'),
        TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
        TERM: 'xterm',
      },
    });
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      onText(out, child);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.once('close', (code, signal) => done({ code, signal, out, err }));
  });
}

const hks = (args: readonly string[], onText?: (text: string, child: ChildProcess) => void) =>
  run(process.execPath, [...HKS, ...args], onText);

/** On a terminal on which something is typed when a text is seen. */
const typing = (script: readonly (readonly [string, string])[], ...args: readonly string[]) =>
  run('python3', [
    join(__dirname, 'terminal.py'),
    JSON.stringify(script),
    process.execPath,
    ...HKS,
    ...args,
  ]);

const verbs = () => host.calls().map(({ args }) => args[0]);

describe('an interrupt', () => {
  /** Sends one signal at each of the texts. */
  const interruptedAt = (signal: NodeJS.Signals, ...texts: readonly string[]) => {
    const left = [...texts];
    return (out: string, child: ChildProcess) => {
      const [next] = left;
      if (next === undefined || !out.includes(next)) return;
      left.shift();
      child.kill(signal);
    };
  };

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s lets the engine end by itself', async (name) => {
    host.env = { FAKE_WAIT: '1' };
    const { code, out, err } = await hks(['up', '--yes'], interruptedAt(name, 'waiting\n'));
    expect(out).toMatch(/waiting\ninterrupt 1\n$/);
    expect(err).toBe(
      'interrupted: the engine ends what it has begun, and begins nothing else. A second interrupt ends it at once.\nerror: update canceled\n',
    );
    expect(code).toBe(130);
  });

  test('a second time ends the engine', async () => {
    host.env = { FAKE_WAIT: '2' };
    const onText = interruptedAt('SIGINT', 'waiting\n', 'interrupt 1\n');
    const { code, out, err } = await hks(['destroy', '--yes'], onText);
    expect(out).toMatch(/interrupt 1\ninterrupt 2\n$/);
    expect(err).toContain(
      'interrupted again: the engine is ended; what it was doing may be half done.\n',
    );
    expect(code).toBe(130);
  });

  test('a third time ends us', async () => {
    host.env = { FAKE_WAIT: '3' };
    const onText = interruptedAt('SIGINT', 'waiting\n', 'interrupt 1\n', 'interrupt 2\n');
    const { code, signal } = await hks(['up', '--yes'], onText);
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });

  (hasPython ? test : test.skip)('by Ctrl-C reaches the engine once', async () => {
    host.env = { FAKE_WAIT: '1' };
    const { code, out } = await typing([['waiting', '\u0003']], 'up', '--yes');
    expect(out).toContain('interrupt 1');
    expect(out).not.toContain('interrupt 2');
    expect(out).toContain('interrupted: the engine ends what it has begun');
    expect(code).toBe(130);
  });
});

(hasPython ? describe : describe.skip)('on a terminal', () => {
  const QUESTION = 'Do you want to perform this update? (yes/no) ';

  test('yes after the preview makes the update, and stores what was given', async () => {
    const { code, out } = await typing([[QUESTION, 'yes\r']], 'up', '-c', 'registry.size=5Gi');
    expect(code).toBe(0);
    expect(out.replaceAll('\r', '')).toMatch(/Previewing preview[\s\S]*yes\nDoing up/);
    expect(host.settings()).toEqual({ 'hks:registry': { size: '5Gi' } });
  });

  test('Ctrl-C instead of an answer changes nothing', async () => {
    const given = ['up', '-c', 'registry.size=5Gi'];
    const { code, out } = await typing([[QUESTION, '\u0003']], ...given);
    expect(out).toContain('not confirmed; nothing was changed.');
    expect(code).toBe(130);
    expect(host.settings()).toEqual({});
    expect(verbs()).not.toContain('up');
  });
});

describeWithReleases('the program', () => {
  test('runs in this process, with the stack’s settings, and its outputs are the stack’s', async () => {
    host.env = { FAKE_PROGRAM: '1' };
    const given = [`releaseMirror=${releases}`, 'domain=on.example.com'];
    const config = given.flatMap((setting) => ['-c', setting]);
    const { code, out, err } = await hks(['up', '--yes', ...config]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Resources:\n {4}\+ \d\d+ up\n/);
    const { resources, outputs } = JSON.parse(readFileSync(host.stackFile, 'utf8'));
    expect(outputs.domain).toBe('on.example.com');
    const types = resources.map(({ type }: { type: string }) => type);
    expect(types).toContain('pulumi:providers:kubernetes');
    expect(types).toContain('hks:platform:HostPlatform');
    const shown = await host.hks('outputs');
    expect(shown.out).toMatch(/^domain += on\.example\.com$/m);
  });

  test('its faults are the engine’s to tell', async () => {
    host.env = { FAKE_PROGRAM: '1' };
    const { code, err } = await hks(['preview', '-c', `releaseMirror=${host.folder}/none`]);
    expect(code).toBe(1);
    expect(err).toContain(`'serving-core.yaml' of knative-serving`);
    expect(err).not.toContain('    at ');
    expect(existsSync(host.settingsFile)).toBe(true);
  });
});
