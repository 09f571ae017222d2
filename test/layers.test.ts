/** @module Who may import whom: the table of CONTRIBUTING.md, read from the imports themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const ROOMS = ['constructs', 'stacks', 'platform', 'examples'] as const;

/** A room's imports of our own code: what they may begin with, longest room first. */
const ALLOWED: Record<string, readonly string[]> = {
  constructs: ['constructs'],
  'platform/contract': ['platform/contract'],
  'platform/cli/platform': ['platform/cli', 'stacks', 'constructs'],
  'platform/cli/releases': ['platform/cli', 'stacks', 'constructs'],
  'platform/cli': ['platform/cli', 'platform/contract', 'constructs'],
  platform: ['platform', 'constructs'],
  stacks: ['stacks', 'constructs', 'platform/contract'],
  examples: ['examples'],
};

/** Files of `constructs` that may touch files or the environment, and what for. */
const IMPURE: Record<string, string> = {
  'constructs/project/cidr.ts': 'asks node:net whether a text is an address',
  'constructs/template-app/from-manifest.ts': 'reads the manifest that the tenant names',
  'constructs/synth': 'writes the tree',
  'constructs/schedule.ts': 'fromEnv reads the environment',
  'constructs/schedule/reference.ts': 'fromEnv reads the environment',
};

/** Client verbs of the CLI load their room only when they run. */
const CLI_MAIN = 'platform/cli/main.ts';

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

const files = ROOMS.flatMap((room) => sources(join(ROOT, room)));
const imports = files.flatMap(importsOf);

test('the rooms hold files', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(imports.length).toBeGreaterThan(50);
});

test('a room imports only the rooms below it', () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((found) => ({ ...found, target: targetOf(found) }))
    .filter(({ file, target }) => !allowed(file, target))
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(wrong).toEqual([]);
});

test('examples know the package by its name', () => {
  const wrong = imports.filter(
    ({ file, specifier }) =>
      file.startsWith('examples/') && /constructs\/|platform\/|stacks\//.test(specifier),
  );
  expect(wrong).toEqual([]);
  expect(imports.some(({ specifier }) => specifier === '@hexabase/hks')).toBe(true);
});

test('only examples import the package by its name', () => {
  const wrong = imports.filter(
    ({ file, specifier }) => !file.startsWith('examples/') && specifier.startsWith('@hexabase/hks'),
  );
  expect(wrong).toEqual([]);
});

test('constructs reach no network, no process and no file, but for the named ones', () => {
  const outside =
    /^(node:)?(fs|fs\/promises|child_process|http|https|net|dns|tls|os|worker_threads)$/;
  const wrong = imports
    .filter(({ file, specifier }) => file.startsWith('constructs/') && outside.test(specifier))
    .filter(({ file }) => !Object.keys(IMPURE).some((room) => file.startsWith(room)))
    .map(({ file, specifier }) => `${file} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('constructs know no clock, no chance and no environment, but for the named ones', () => {
  const wrong = files
    .map((file) => relative(ROOT, file))
    .filter((file) => file.startsWith('constructs/') && !file.startsWith('constructs/imports/'))
    .filter((file) => !Object.keys(IMPURE).some((room) => file.startsWith(room)))
    .filter((file) =>
      /\bprocess\.env\b|\bDate\.now\(|new Date\(\)|Math\.random\(/.test(withoutComments(file)),
    );
  expect(wrong).toEqual([]);
});

test('what is imported is declared', () => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  const wrong = imports
    .filter(({ file }) => /^(constructs|platform|stacks)\//.test(file))
    .filter(({ specifier }) => !/^(\.|node:)/.test(specifier))
    .filter(({ specifier }) => !declared.includes(packageOf(specifier)))
    .map(({ file, specifier }) => `${file} imports ${specifier}`);
  expect(wrong).toEqual([]);
  const used = new Set(imports.map(({ specifier }) => packageOf(specifier)));
  expect(declared.filter((name) => !used.has(name))).toEqual([]);
});

test('a verb of the CLI is loaded when it runs, not before', () => {
  const early = imports.filter(
    ({ file, specifier, dynamic, typeOnly }) =>
      file === CLI_MAIN && specifier.startsWith('./') && !dynamic && !typeOnly,
  );
  expect(early.map(({ specifier }) => specifier)).toEqual([]);
});

test('no room is called by a name that says nothing, and no file is longer than 300 lines', () => {
  const own = files
    .map((file) => relative(ROOT, file))
    .filter((file) => !file.includes('/imports/'));
  expect(own.filter((file) => /\b(utils?|helpers?|common|shared|misc)\b/.test(file))).toEqual([]);
  expect(
    own.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301),
  ).toEqual([]);
});

function sources(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function importsOf(path: string): Import[] {
  const file = relative(ROOT, path);
  const source = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const literal = node.moduleSpecifier;
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      if (literal && ts.isStringLiteral(literal)) {
        found.push({ file, specifier: literal.text, dynamic: false, typeOnly });
      }
    } else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const callee = node.expression.getText(source);
      const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      if ((dynamic || callee === 'require') && argument && ts.isStringLiteral(argument)) {
        found.push({ file, specifier: argument.text, dynamic, typeOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function targetOf({ file, specifier }: Import): string {
  return relative(ROOT, resolve(ROOT, dirname(file), specifier));
}

function allowed(file: string, target: string): boolean {
  if (target === 'package.json') return file.startsWith('platform/cli/');
  const room = Object.keys(ALLOWED)
    .sort((a, b) => b.length - a.length)
    .find((name) => file === `${name}.ts` || file.startsWith(`${name}/`));
  return (ALLOWED[room ?? ''] ?? []).some(
    (name) => target === name || target.startsWith(`${name}/`),
  );
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function withoutComments(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
