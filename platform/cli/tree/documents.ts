/** @module The YAML documents of a file: their text, and the object in each. */
import { parseDocument } from 'yaml';
import type { ObjectName } from './difference';
import { isRecord } from './index-file';
import { holdsSecret, type Shown, withoutSecrets } from './secrets';

/** One document. */
export interface YamlDocument {
  /** Ends in a newline. */
  readonly text: string;
  /** The value; undefined when the text is not YAML. */
  readonly value: unknown;
}

/** The documents that are not empty. */
export function documentsOf(text: string): readonly YamlDocument[] {
  return textsOf(text).map((document) => ({ text: document, value: parsedValue(document) }));
}

/** The texts of the documents that are not empty: no content of YAML begins a line with `---`. */
export function textsOf(text: string): readonly string[] {
  return text
    .split(/^---(?=\s|$)[ \t]*\r?\n?/m)
    .filter((document) => document.trim() !== '')
    .map((document) => (document.endsWith('\n') ? document : `${document}\n`));
}

/** The value of one document, as Kubernetes reads it; undefined when it is not YAML. */
export function parsedValue(text: string): unknown {
  // An alias cannot stand for more than a file holds by itself.
  try {
    const document = parseDocument(text, { version: '1.1', logLevel: 'silent' });
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** What names the object in the document; undefined when it holds none. */
export function nameOf(value: unknown): ObjectName | undefined {
  if (!isRecord(value) || !isRecord(value.metadata)) return undefined;
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : '';
  return { group, kind, namespace, name: String(metadata.name ?? metadata.generateName ?? '') };
}

/** Both sides as they may be shown: a Secret without its values, and nothing of what cannot be read for one. */
export function shownTexts(before: string | undefined, after: string | undefined): Shown {
  if (!mayHoldSecret(before) && !mayHoldSecret(after)) return { before, after };
  const values = [before, after].map((text) =>
    text === undefined ? undefined : parsedValue(text),
  );
  const isUnreadable = values.some((value, side) => value === undefined && [before, after][side]);
  if (isUnreadable) return {};
  return values.some(holdsSecret) ? withoutSecrets(values[0], values[1]) : { before, after };
}

/** A kind may be written with escapes, with a tag or as an alias. */
function mayHoldSecret(text: string | undefined): boolean {
  return text !== undefined && /Secret|\\|kind["']?\s*:\s*[*!&]/.test(text);
}
