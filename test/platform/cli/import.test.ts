/** @module hks import: what cdk8s-cli is given, what is refused, and the hint for those who forgot it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppFolder } from './app-folder';

const ROOT = resolve(__dirname, '../../..');

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder();
  app.write('widget.yaml', crd('Widget'));
  app.write('gadget.yaml', crd('Gadget'));
});
afterEach(() => app.remove());

function crd(kind: string): string {
  const group = `${kind.toLowerCase()}.example`;
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.${group} }
spec:
  group: ${group}
  names: { kind: ${kind}, plural: things }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;
}

/** Lets the project have cdk8s-cli. */
function install(): void {
  mkdirSync(join(app.path, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules/cdk8s-cli'), join(app.path, 'node_modules/cdk8s-cli'));
}

const config = (...lines: readonly string[]) =>
  app.write('cdk8s.yaml', ['# mine', 'language: typescript', ...lines, ''].join('\n'));
const read = (path: string) => readFileSync(join(app.path, path), 'utf8');

describe('with cdk8s-cli in the project', () => {
  beforeEach(install);

  test('all that cdk8s.yaml lists, to the folder that it names; the file stays as it is', async () => {
    config('importDirectory: made', 'imports: [widget.yaml, "mine:=gadget.yaml"]');
    expect(await app.hks('import')).toMatchObject({ code: 0 });
    expect(readdirSync(join(app.path, 'made')).sort()).toEqual([
      'mine-gadget.example.ts',
      'widget.example.ts',
    ]);
    expect(read('cdk8s.yaml')).toContain('# mine');
  });

  test('what is given, each of several, and cdk8s.yaml lists it from then on', async () => {
    config();
    expect(await app.hks('import', 'widget.yaml', 'gadget.yaml')).toMatchObject({ code: 0 });
    expect(readdirSync(join(app.path, 'imports')).sort()).toEqual([
      'gadget.example.ts',
      'widget.example.ts',
    ]);
    expect(read('imports/widget.example.ts')).toContain('export class Widget extends ApiObject');
    expect(read('cdk8s.yaml')).toContain('imports:\n  - widget.yaml\n  - gadget.yaml\n');
  });

  test('options are cdk8s-cli’s', async () => {
    config();
    const options = ['--output', 'made', '--class-prefix', 'My', '--no-save', '--exclude', 'x'];
    expect(await app.hks('gen', 'widget.yaml', ...options)).toMatchObject({ code: 0 });
    expect(read('made/widget.example.ts')).toContain('export class MyWidget extends ApiObject');
    expect(read('cdk8s.yaml')).not.toContain('widget.yaml');
    const none = ['--language', 'typescript', '--no-class-prefix', '-o', 'bare'];
    expect(await app.hks('import', 'widget.yaml', ...none)).toMatchObject({ code: 0 });
    expect(read('bare/widget.example.ts')).toContain('export class Widget extends ApiObject');
  });

  test('one that fails ends it', async () => {
    config('imports: [no.yaml, widget.yaml]');
    const { code, err } = await app.hks('import');
    expect(code).toBe(1);
    expect(err).toContain('ENOENT');
    expect(err).toMatch(
      /\nerror: 'spec' of hks import must be one that cdk8s can import, and it ended with 1, received 'no.yaml'. Its own message is above.\n$/,
    );
    expect(existsSync(join(app.path, 'imports'))).toBe(false);
  });
});

test('refused without cdk8s-cli', async () => {
  config('imports: [widget.yaml]');
  expect(await app.hks('import')).toEqual({
    code: 1,
    out: '',
    err: `error: 'cdk8s-cli' of hks import must be installed in the project, as it makes the constructs, received '${app.path}'. Run npm install --save-dev cdk8s-cli.\n`,
  });
});

test.each([
  [
    'imports: []',
    "'spec' of hks import must be given where 'imports' of cdk8s.yaml lists none, received nothing. Write hks import k8s, or hks import crd.yaml.",
  ],
  [
    'imports: k8s',
    "'imports' of cdk8s.yaml must be a list of what to import, received 'k8s'. Write - k8s or - crd.yaml below it.",
  ],
  [
    'imports: [k8s, 7]\nimportDirectory: []',
    "'imports[1]' of cdk8s.yaml must be a text that is not empty, received 7. Write - k8s or - crd.yaml below it.\n'importDirectory' of cdk8s.yaml must be the folder of what is imported, received []. Write importDirectory: imports.",
  ],
])('refused: %s', async (lines, message) => {
  config(lines);
  expect(await app.hks('import')).toEqual({ code: 2, out: '', err: `error: ${message}\n` });
});

describe('an app that fails', () => {
  const failed = `'app' of hks synth must end with exit code 0, and it ended with 3, received 'exit 3'. Its own message is above`;

  test('is told what it may lack: imports that nobody has made', async () => {
    app.write('cdk8s.yaml', 'app: exit 3\nimports: [k8s, widget.yaml]\n');
    expect((await app.hks('synth')).err).toBe(
      `error: ${failed}. 'imports' of cdk8s.yaml lists k8s, widget.yaml, and there is nothing in the folder 'imports'. Run hks import.\n`,
    );
  });

  test('is not told so when they are there, or none are listed', async () => {
    mkdirSync(join(app.path, 'made'));
    app.write('made/k8s.ts', '');
    app.write('cdk8s.yaml', 'app: exit 3\nimports: [k8s]\nimportDirectory: made\n');
    expect((await app.hks('synth')).err).toBe(`error: ${failed}.\n`);
    app.write('cdk8s.yaml', 'app: exit 3\nimports: []\n');
    expect((await app.hks('synth')).err).toBe(`error: ${failed}.\n`);
  });
});
