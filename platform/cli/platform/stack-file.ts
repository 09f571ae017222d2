/** @module A stack's settings as the engine keeps them: the file `Pulumi.<stack>.yaml` of its project. */
import { type Document, isMap, parseDocument } from 'yaml';
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
  // What the engine's YAML 1.1 would take for a boolean or a number is quoted.
  const document: Document = parseDocument(text, { version: '1.1' });
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
    document.setIn(inFile(path), path.length === 1 ? String(value) : value);
  }
}

function inFile([first, ...rest]: SettingPath): SettingPath {
  return ['config', `${PROJECT}:${first}`, ...rest];
}
