/** @module What holds for every prop of every construct: readonly, a sentence, a default, and a wrong value refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');

interface Prop {
  readonly owner: string;
  readonly name: string;
  readonly file: string;
  readonly optional: boolean;
  readonly readonly: boolean;
  readonly documented: boolean;
  readonly hasDefault: boolean;
}

const props = sources(join(ROOT, 'constructs')).flatMap(propsOf);

test('there are props to look at', () => {
  expect(new Set(props.map(({ owner }) => owner)).size).toBeGreaterThan(6);
});

test('every prop is readonly', () => {
  expect(names(props.filter((prop) => !prop.readonly))).toEqual([]);
});

test('every prop of a construct has its sentence', () => {
  expect(
    names(props.filter(({ owner, documented }) => owner.endsWith('Props') && !documented)),
  ).toEqual([]);
});

test('every optional prop of a construct names its default', () => {
  const bare = props.filter(
    ({ owner, optional, hasDefault }) => owner.endsWith('Props') && optional && !hasDefault,
  );
  expect(names(bare)).toEqual([]);
});

function names(found: readonly Prop[]): string[] {
  return found.map(({ file, owner, name }) => `${file} ${owner}.${name}`);
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/imports/'))
    .sort();
}

/** Members of the exported interfaces, which are what a user hands in. */
function propsOf(path: string): Prop[] {
  const file = relative(ROOT, path);
  const source = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap((declaration) =>
      declaration.members.filter(ts.isPropertySignature).map((member) => {
        const tags = ts.getJSDocTags(member).map(({ tagName }) => tagName.text);
        return {
          owner: declaration.name.text,
          name: member.name.getText(source),
          file,
          optional: member.questionToken !== undefined,
          readonly:
            member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) ?? false,
          documented: ts.getJSDocCommentsAndTags(member).length > 0,
          hasDefault: tags.includes('default'),
        };
      }),
    );
}
