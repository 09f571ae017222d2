/** @module A stack's settings as the engine keeps them: the file `Pulumi.<stack>.yaml` of its project. */
import { type Document, isMap, type Node, parseDocument, visit } from 'yaml';
import type { Change, Changes, SettingPath } from './changes';
import { PROJECT } from './state-folder';

/** The file's name. A stack's name may say its organisation and project before it. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack.split('/').at(-1)}.yaml`;
}

/** The file's text with the changes of settings that are no secrets; nothing else in it is touched. */
export function withChanges(
  text: string,
  { changes, isWhole }: Changes,
  secrets: readonly string[],
): string {
  const document: Document = parseDocument(text);
  if (isWhole) clear(document, secrets);
  for (const change of changes) set(document, change, secrets);
  return document.contents === null ? '{}\n' : document.toString();
}

/** Takes all settings away but the secret ones: a file of settings has none of those. */
function clear(document: Document, secrets: readonly string[]): void {
  const kept = secrets
    .map((path) => inFile(path.split('.')))
    .map((path) => [path, document.getIn(path, true)] as const);
  const config = document.get('config');
  if (!isMap(config)) return;
  const keys = config.items.map(({ key }) => String(key));
  for (const key of keys.filter((name) => name.startsWith(`${PROJECT}:`))) config.delete(key);
  for (const [path, node] of kept) if (node !== undefined) document.setIn(path, node);
}

function set(document: Document, { path, value }: Change, secrets: readonly string[]): void {
  if (value === undefined) document.deleteIn(inFile(path));
  else if (!secrets.includes(path.join('.'))) {
    // The engine keeps what is not inside of an object as text.
    document.setIn(inFile(path), quoted(document, path.length === 1 ? String(value) : value));
  }
}

/** Text in quotes: the engine's YAML may take `on` and `1:30` for something else. */
function quoted(document: Document, value: unknown): unknown {
  const node: Node = document.createNode(value);
  visit(node, {
    Scalar(key, scalar) {
      if (key !== 'key' && typeof scalar.value === 'string') scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return node;
}

function inFile([first, ...rest]: SettingPath): SettingPath {
  return ['config', `${PROJECT}:${first}`, ...rest];
}
