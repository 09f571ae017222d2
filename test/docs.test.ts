/** @module Every TypeScript block of the README and of docs/ type-checks and runs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import * as hks from '../constructs';

interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

const ROOT = resolve(__dirname, '..');
const PAGES = ['README.md', ...pagesOf('docs/constructs')];
const blocks = PAGES.flatMap(blocksOf);
const programs = blocks.filter(({ language }) => language === 'ts');

test('every page of a construct shows how to use it', () => {
  const shown = new Set(programs.map(({ page }) => page));
  expect(PAGES.filter((page) => !shown.has(page))).toEqual([]);
});

test('the blocks type-check', () => {
  const names = new Map(
    programs.map((block, index) => [join(ROOT, `docs-block-${index}.ts`), block]),
  );
  const { options } = ts.convertCompilerOptionsFromJson(
    JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')).compilerOptions,
    ROOT,
  );
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => names.has(name) || fileExists(name);
  host.readFile = (name) => names.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const block = names.get(name);
    return block
      ? ts.createSourceFile(name, block.code, { languageVersion: ts.ScriptTarget.ES2022 }, true)
      : getSourceFile(name, ...rest);
  };
  const faults = ts
    .getPreEmitDiagnostics(ts.createProgram([...names.keys()], options, host))
    .map(({ file, start, messageText }) => {
      const block = file && names.get(file.fileName);
      const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line : 0;
      const where = block ? `${block.page}:${block.line + line + 1}` : (file?.fileName ?? '');
      return `${where} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  expect(faults).toEqual([]);
}, 120_000);

describe('the blocks run', () => {
  const cwd = process.cwd();
  const outdir = process.env.CDK8S_OUTDIR;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hks-docs-'));
    process.chdir(folder);
    process.env.CDK8S_OUTDIR = join(folder, 'dist');
    jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.chdir(cwd);
    if (outdir === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = outdir;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(programs.map((block) => [`${block.page}:${block.line}`, block] as const))(
    '%s',
    (_, { code }) => {
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      });
      const load = (name: string) => (name === '@hexabase/hks' ? hks : require(name));
      new Function('require', 'exports', '__dirname', outputText)(load, {}, folder);
      expect(readdirSync(join(folder, 'dist')).length).toBeGreaterThan(0);
    },
  );
});

test('the commands of the README are the ones that CI runs', () => {
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  const commands = blocksOf('README.md')
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split(/\n|&&/))
    .map((command) => command.trim().replace(/\s+#.*$/, ''))
    .filter((command) => command !== '' && !/^(git clone|cd) /.test(command));
  expect(commands.length).toBeGreaterThan(2);
  expect(commands.filter((command) => !ci.includes(command))).toEqual([]);
});

test('the map of the README names rooms that exist', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, target]) => target ?? '');
  expect(links.length).toBeGreaterThan(5);
  const missing = links.filter(
    (target) =>
      !ts.sys.fileExists(join(ROOT, target)) && !ts.sys.directoryExists(join(ROOT, target)),
  );
  expect(missing).toEqual([]);
});

function pagesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => join(folder, name));
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => ({
    page: relative(ROOT, join(ROOT, page)),
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  }));
}
