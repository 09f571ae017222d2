/** @module hks synth: configuration, the app's end, interrupts, and what is told about the tree. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synth } from '../../../platform/cli/synth';
import { type TestTerminal, testTerminal } from './terminal';

let folder: string;
let terminal: TestTerminal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-cli-'));
  terminal = testTerminal(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An app that writes nothing but an index, which is all that the command reads. */
function writeApp(tenants: Readonly<Record<string, number>>): void {
  writeFileSync(
    join(folder, 'app.js'),
    `const fs = require('node:fs');
     console.log('hello from the app');
     console.error('a warning of the app');
     for (const [tenant, count] of Object.entries(${JSON.stringify(tenants)})) {
       const folder = process.env.CDK8S_OUTDIR + '/tenants/' + tenant;
       fs.mkdirSync(folder, { recursive: true });
       const object = { group: '', kind: 'ConfigMap', namespace: 'x', sha256: '', path: 'x/Default' };
       const objects = Array.from({ length: count }, (_, i) => ({ ...object, name: 'a' + i, file: 'x/' + i + '.yaml' }));
       const index = { version: 1, app: 'shop', objects, gitops: [] };
       fs.writeFileSync(folder + '/hks-index.json', JSON.stringify(index));
     }`,
  );
}

function config(text: string): void {
  writeFileSync(join(folder, 'cdk8s.yaml'), text);
}

async function errorOf(options: { app?: string; output?: string } = {}): Promise<string> {
  try {
    const code = await synth(options, terminal);
    expect(code).toBe(2);
    return terminal
      .err()
      .replace(/^error: /, '')
      .trimEnd();
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the app runs', () => {
  test('as cdk8s.yaml says, with what cdk8s alone reads beside it', async () => {
    config(
      'language: typescript\napp: node app.js\noutput: out\nimports:\n  - k8s\nsynthConfig:\n  format: plain\n',
    );
    writeApp({ acme: 3, beta: 1 });
    expect(await synth({}, terminal)).toBe(0);
    expect(terminal.out()).toBe(
      'hello from the app\nout/tenants/acme: 3 objects of shop, written\nout/tenants/beta: 1 object of shop, written\n2 tenants, 4 objects in out\n',
    );
    expect(terminal.err()).toBe('a warning of the app\n');
  });

  test('as the options say, over cdk8s.yaml, and with the environment of the terminal', async () => {
    config('app: node nothing.js\n');
    writeFileSync(
      join(folder, 'other.js'),
      `require('node:fs').mkdirSync(process.env.CDK8S_OUTDIR, { recursive: true });
       require('node:fs').writeFileSync(process.env.CDK8S_OUTDIR + '/x.k8s.yaml', process.env.MINE);`,
    );
    terminal = testTerminal(folder, { ...process.env, MINE: 'a: b' });
    expect(await synth({ app: 'node other.js', output: 'a b' }, terminal)).toBe(0);
    expect(readFileSync(join(folder, 'a b/x.k8s.yaml'), 'utf8')).toBe('a: b');
    expect(terminal.out()).toBe('no tenants, 1 file in a b\n');
  });

  test('without emptying the folder, and tells what changed, what did not and what went', async () => {
    config('app: node app.js\n');
    writeApp({ acme: 1, beta: 1, gamma: 1 });
    await synth({}, terminal);
    writeFileSync(join(folder, 'dist/mine'), '');
    writeApp({ acme: 1, beta: 2 });
    const drop = `require('node:fs').rmSync('dist/tenants/gamma', { recursive: true });`;
    writeFileSync(join(folder, 'app.js'), drop + readFileSync(join(folder, 'app.js'), 'utf8'));
    terminal = testTerminal(folder);
    expect(await synth({}, terminal)).toBe(0);
    expect(terminal.out().split('\n').slice(1)).toEqual([
      'dist/tenants/acme: 1 object of shop, unchanged',
      'dist/tenants/beta: 2 objects of shop, written',
      'dist/tenants/gamma: removed',
      '2 tenants, 3 objects in dist',
      '',
    ]);
    expect(existsSync(join(folder, 'dist/mine'))).toBe(true);
  });
});

describe('refused', () => {
  test('no cdk8s.yaml and no --app', async () => {
    expect(await errorOf()).toBe(
      `'app' of hks synth must be given where there is no cdk8s.yaml, as in '${folder}', received nothing. Write app: npx tsx main.ts in cdk8s.yaml, or use --app 'npx tsx main.ts'.`,
    );
  });

  test.each([
    [
      'output: dist\n',
      "'app' of cdk8s.yaml must be the command that runs your app, received nothing. Write app: npx tsx main.ts in cdk8s.yaml, or use --app 'npx tsx main.ts'.",
    ],
    [
      '',
      "'app' of cdk8s.yaml must be the command that runs your app, received nothing. Write app: npx tsx main.ts in cdk8s.yaml, or use --app 'npx tsx main.ts'.",
    ],
    [
      'app: ""\noutput: 7\n',
      "'app' of cdk8s.yaml must be a text that is not empty, received ''. Write app: npx tsx main.ts.\n'output' of cdk8s.yaml must be a text that is not empty, received 7. Write output: dist.",
    ],
    [
      '- app\n',
      `'file' of cdk8s.yaml must hold keys and values, received ["app"]. Write app: npx tsx main.ts.`,
    ],
    [
      'app: [x\n',
      "'file' of cdk8s.yaml must be YAML, received 'Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1'. Write lines like app: npx tsx main.ts.",
    ],
  ])('a cdk8s.yaml of %j', async (text, message) => {
    config(text);
    expect(await errorOf()).toBe(message);
  });

  test('a cdk8s.yaml that is a folder', async () => {
    mkdirSync(join(folder, 'cdk8s.yaml'));
    expect(await errorOf()).toBe(
      `'file' of cdk8s.yaml must be a file that can be read, received '${join(folder, 'cdk8s.yaml')}'. EISDIR: illegal operation on a directory, read.`,
    );
  });

  test.each([
    [
      { app: ' ' },
      "'--app' of hks synth must not be empty, received ' '. Leave it out to use 'app' of cdk8s.yaml.",
    ],
    [
      { app: 'x', output: '' },
      "'--output' of hks synth must not be empty, received ''. Leave it out to use 'output' of cdk8s.yaml.",
    ],
  ])('%j', async (options, message) => {
    expect(await errorOf(options)).toBe(message);
  });

  test('an output that is a file, before the app has run', async () => {
    writeFileSync(join(folder, 'dist'), 'mine');
    expect(await errorOf({ app: 'touch ran' })).toBe(
      "'output' of hks synth must be a folder, received 'dist'. Name another folder, or move the file away.",
    );
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('an app that fails, and one that is not there', async () => {
    expect(await errorOf({ app: 'echo broken >&2; exit 3' })).toBe(
      "'app' of hks synth must end with exit code 0, and it ended with 3, received 'echo broken >&2; exit 3'. Its own message is above.",
    );
    expect(terminal.err()).toBe('broken\n');
    expect(await errorOf({ app: 'no-such-command-here' })).toMatch(/it ended with 127/);
    expect(await errorOf({ app: 'kill -KILL $$' })).toMatch(/it ended with SIGKILL/);
  });

  test('an app that writes nothing', async () => {
    expect(await errorOf({ app: 'true' })).toBe(
      "'app' of hks synth must write to the folder 'dist', and it wrote nothing there, received 'true'. Let it end with app.synth(), and do not set 'outdir' in the app.",
    );
  });
});

test.each([['SIGINT'], ['SIGTERM']] as const)(
  '%s ends the app and all that it has started',
  async (signal) => {
    const sleeper = `require('node:fs').writeFileSync('started', ''); setTimeout(() => require('node:fs').writeFileSync('late', ''), 3000)`;
    const running = synth({ app: `node -e "${sleeper}"; true` }, terminal);
    while (!existsSync(join(folder, 'started'))) await new Promise((next) => setTimeout(next, 20));
    process.emit(signal, signal);
    expect(await running).toBe(130);
    expect(terminal.err()).toBe('error: interrupted; the output folder is as the app left it.\n');
    expect(existsSync(join(folder, 'late'))).toBe(false);
  },
);
