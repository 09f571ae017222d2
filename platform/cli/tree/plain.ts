/** @module The files of an app without tenants: whole documents by file, as cdk8s writes them. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Sides } from './compare';
import { type Difference, keyOf, subjectOf } from './difference';
import { documentsOf, nameOf, shownTexts, type YamlDocument } from './documents';
import { textOf } from './index-file';
import { plainFiles } from './plain-files';

/** What differs in the files that the app has rendered; a file that it did not render is not its own. */
export function plainDifferences({ rendered, disk }: Sides): readonly Difference[] {
  return plainFiles(rendered).flatMap((file) => {
    const before = textOf(join(disk, file));
    const after = textOf(join(rendered, file));
    if (before === after) return [];
    const differences = documentDifferences(file, before ?? '', after ?? '');
    if (differences.length > 0) return differences;
    // The objects are the same, and their order or how they are written is not.
    return [{ change: before === undefined ? 'added' : 'changed', subject: file, file } as const];
  });
}

interface Named {
  readonly key: string;
  readonly subject: string;
  readonly document: YamlDocument;
}

function documentDifferences(file: string, before: string, after: string): readonly Difference[] {
  const old = new Map(namedDocuments(file, before).map((named) => [named.key, named]));
  const now = new Map(namedDocuments(file, after).map((named) => [named.key, named]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): readonly Difference[] => {
    const [mine, theirs] = [now.get(key), old.get(key)];
    const subject = (mine ?? theirs)?.subject ?? file;
    const texts = shownTexts(theirs?.document.text, mine?.document.text);
    if (!theirs) return [{ change: 'added', subject, file, ...texts }];
    if (!mine) return [{ change: 'removed', subject, file, ...texts }];
    return isSame(theirs.document, mine.document)
      ? []
      : [{ change: 'changed', subject, file, ...texts }];
  });
}

/** Where two documents have one name, or one has none, its place in the file tells them apart. */
function namedDocuments(file: string, text: string): readonly Named[] {
  const seen = new Map<string, number>();
  return documentsOf(text).map((document) => {
    const name = nameOf(document.value);
    const key = name ? keyOf(name) : '';
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { key: `${key}\n${count}`, subject: name ? subjectOf(name) : file, document };
  });
}

function isSame(a: YamlDocument, b: YamlDocument): boolean {
  return a.text === b.text || (a.value !== undefined && isDeepStrictEqual(a.value, b.value));
}
