/** @module The settings that a command line gives: `--config key=value`, `--config-file`, `--kubeconfig`, `--context`. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { invalid } from '../../../constructs/invalid';
import { coerced } from '../../../stacks/config/coerce';
import { settingAt } from '../../../stacks/config/tree';
import { isRecord } from '../tree/index-file';
import { PROJECT } from './state-folder';

/** Names, and places in lists. */
export type SettingPath = readonly (string | number)[];

/** One setting; without a value it is taken away, and its default holds. */
export interface Change {
  readonly path: SettingPath;
  readonly value: unknown;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** Whether all settings that are not named go, but for secret ones. */
  readonly isWhole: boolean;
}

/** What the command line says of settings. */
export interface SettingOptions {
  readonly config: readonly string[];
  readonly configFile?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Reads them; later ones go over earlier ones. @throws for what is no setting, and for a file that cannot be read */
export function changesOf(options: SettingOptions, cwd: string): Changes {
  const { config, configFile, kubeconfig, context } = options;
  const file = configFile === undefined ? [] : ofFile(resolve(cwd, configFile));
  const given = config.flatMap(ofOption);
  const named = [
    ...(kubeconfig === undefined ? [] : [{ path: ['kubeconfig'], value: kubeconfig }]),
    ...(context === undefined ? [] : [{ path: ['context'], value: context }]),
  ];
  return {
    changes: [...file, ...[...given, ...named].map((change) => absolute(change, cwd))],
    isWhole: configFile !== undefined,
  };
}

/** Puts changes over settings. */
export function changed(
  settings: Readonly<Record<string, unknown>>,
  { changes }: Pick<Changes, 'changes'>,
): Record<string, unknown> {
  const result = structuredClone(settings) as Record<string, unknown>;
  for (const { path, value } of changes) put(result, path, value);
  return result;
}

/** Each setting of a document by itself, so that it goes over what is there. */
function leavesOf(value: unknown, path: SettingPath = []): readonly Change[] {
  if (!isRecord(value)) return [{ path, value: value ?? undefined }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function ofOption(text: string): readonly Change[] {
  const [, key = '', value] = /^(.+?)=(.*)$/s.exec(text) ?? [];
  const path = pathOf(withoutProject(key));
  if (value === undefined || path.length === 0) {
    // The text may be a secret by mistake.
    throw invalid(OWNER, {
      prop: '--config',
      rule: 'must be a key and a value with = between them',
      received: text.includes('=') ? key : '***',
      fix: 'Write --config registry.size=5Gi; --config registry.size= takes a setting away',
    });
  }
  if (value === '') return [{ path, value: undefined }];
  const setting = settingAt(path);
  return leavesOf(setting ? coerced(setting, value) : value, path);
}

function withoutProject(key: string): string {
  return key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key;
}

/** As Pulumi writes paths: `registry.size`, `resolvers[0]`, `features["a.b"]`; a map's keys may have dots without that, too. */
function pathOf(key: string): SettingPath {
  const path: (string | number)[] = [];
  for (const { 0: all, 1: name, 2: place, 3: quoted, index } of key.matchAll(STEP)) {
    if (settingAt(path)?.kind === 'record' && name !== undefined) {
      return [...path, key.slice(index).replace(/^\./, '')];
    }
    if (all === '') continue;
    path.push(name ?? quoted ?? placeOf(place));
  }
  return path;
}

/** A list has every place before one that is named. */
function placeOf(text = ''): number {
  const place = Number(text);
  if (place < 100) return place;
  throw invalid(OWNER, {
    prop: '--config',
    rule: 'must name a place of a list from 0 to 99',
    received: text,
    fix: 'Count the entries from 0, without gaps',
  });
}

const STEP = /\.?([^.[\]]+)|\[(\d+)\]|\["([^"]+)"\]/g;

function ofFile(file: string): readonly Change[] {
  let content: unknown;
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw fault;
    content = document.toJS() ?? {};
  } catch (error) {
    // A message of the YAML library shows the lines of the file, which may hold secrets.
    const [reason] = (error as Error).message.split(/ at line| at position|:\n/);
    throw refusedFile(file, `must be a file with YAML (${reason})`);
  }
  if (!isRecord(content)) throw refusedFile(file, 'must hold a map of settings');
  return Object.entries(content)
    .flatMap(([key, value]) => leavesOf(value, pathOf(withoutProject(key))))
    .map((change) => absolute(change, dirname(file)));
}

function refusedFile(file: string, rule: string): Error {
  return invalid(OWNER, {
    prop: '--config-file',
    rule,
    received: file,
    fix: 'Name a file of settings such as registry: { size: 5Gi }',
  });
}

/** Paths are kept for later runs from other folders. */
function absolute({ path, value }: Change, folder: string): Change {
  const isPath =
    path.length === 1 &&
    typeof value === 'string' &&
    (path[0] === 'kubeconfig' || (path[0] === 'releaseMirror' && !value.includes('://')));
  if (!isPath) return { path, value };
  // A shell leaves the tilde in `kubeconfig=~/.kube/config` as it is.
  const atHome = value.startsWith('~/') ? resolve(homedir(), value.slice(2)) : value;
  return { path, value: resolve(folder, atHome) };
}

function put(target: object, [first = '', ...rest]: SettingPath, value: unknown): void {
  const holder = target as Record<string | number, unknown>;
  const [second] = rest;
  if (second !== undefined) {
    const inner = Object.hasOwn(holder, first) ? holder[first] : undefined;
    const isThere = typeof inner === 'object' && inner !== null;
    if (value === undefined && !isThere) return;
    const next = isThere ? inner : typeof second === 'number' ? [] : {};
    own(holder, first, next);
    put(next, rest, value);
  } else if (value !== undefined) own(holder, first, value);
  else if (Array.isArray(target)) target.splice(Number(first), 1);
  else delete holder[first];
}

/** Also where the name is `__proto__`, which an assignment takes for another thing. */
function own(holder: object, name: string | number, value: unknown): void {
  Object.defineProperty(holder, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

const OWNER = 'hks platform';
