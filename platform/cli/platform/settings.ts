/** @module A stack's settings: those that are stored, with those that are given over them, checked before they are stored. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coerced } from '../../../stacks/config/coerce';
import { readSettings } from '../../../stacks/config/load';
import { type HostPlatformConfig, SECRET_SETTINGS } from '../../../stacks/config/schema';
import { SETTINGS } from '../../../stacks/config/tree';
import type { Terminal } from '../main';
import { NotUnderstood } from '../not-understood';
import { type Changes, changed } from './changes';
import type { OpenedStack } from './opened';
import type { PlatformRequest } from './request';
import { stackFile, withChanges } from './stack-file';
import { PROJECT, stateFolderOf } from './state-folder';

/** What the platform would be with the settings that are given. @throws NotUnderstood with every fault */
export async function settingsFor(opened: OpenedStack): Promise<HostPlatformConfig> {
  const { engine, exists, request } = opened;
  const stored = exists ? asTree(await engine.settings()) : {};
  const { changes } = request;
  const base = changes.isWhole ? secretsOf(stored) : stored;
  return checked(changed(base, changes));
}

/** Refuses what is given before anything is made for a stack, where none of its settings are stored. */
export function checkAlone({ stack, changes }: PlatformRequest, terminal: Terminal): void {
  if (!hasSettings(stack, terminal)) checked(changed({}, changes));
}

/** @throws NotUnderstood with every fault, in the words of this command */
function checked(settings: unknown): HostPlatformConfig {
  try {
    return readSettings(settings);
  } catch (error) {
    throw new NotUnderstood(inOurWords((error as Error).message));
  }
}

/** A file with the stack's settings as they are to be. */
export interface NextSettings {
  readonly file: string;
  /** Makes them the stack's own. */
  readonly store: () => void;
  readonly discard: () => void;
}

/** Writes what is given to a file beside the stack's own; secrets are encrypted by the engine. */
export async function nextSettings(opened: OpenedStack): Promise<NextSettings | undefined> {
  const { engine, request, settingsFile, state } = opened;
  const { changes } = request;
  if (changes.changes.length === 0 && !changes.isWhole) return undefined;
  const file = join(state.project, `next.${process.pid}.yaml`);
  const discard = () => rmSync(file, { force: true });
  try {
    const text = existsSync(settingsFile) ? readFileSync(settingsFile, 'utf8') : '';
    writeFileSync(file, withChanges(text, changes, SECRET_SETTINGS), { mode: 0o600 });
    for (const [path, value] of secretChanges(changes)) {
      await engine.storeSecret(path, value, file);
    }
  } catch (error) {
    discard();
    throw error;
  }
  return { file, store: () => renameSync(file, settingsFile), discard };
}

/** A backend that others use may have settings which this machine does not. */
function hasSettings(stack: string, terminal: Terminal): boolean {
  const { isOwn, project } = stateFolderOf(terminal);
  return !isOwn || existsSync(join(project, stackFile(stack)));
}

function secretChanges({ changes }: Changes): readonly (readonly [string, string])[] {
  const secrets = new Map(changes.map(({ path, value }) => [path.join('.'), value]));
  return SECRET_SETTINGS.flatMap((path) => {
    const value = secrets.get(path);
    return value === undefined ? [] : [[path, String(value)]];
  });
}

/** The engine gives objects as JSON, and all else as text. */
function asTree(settings: ReadonlyMap<string, string>): Record<string, unknown> {
  const own = [...settings]
    .filter(([key]) => key.startsWith(`${PROJECT}:`))
    .map(([key, text]) => [key.slice(PROJECT.length + 1), text]);
  return coerced(SETTINGS, Object.fromEntries(own)) as Record<string, unknown>;
}

function secretsOf(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return SECRET_SETTINGS.reduce<Record<string, unknown>>((kept, name) => {
    const path = name.split('.');
    const value = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      settings,
    );
    return changed(kept, { changes: [{ path, value }] });
  }, {});
}

const SET =
  /pulumi config set (?:--path )?(--secret )?('?)hks:([^\s']*[^\s'.])\2(?: ('[^']*'|[^\s']*[^\s'.,]))?/g;
const REMOVE = /pulumi config rm (?:--path )?('?)hks:([^\s']*[^\s'.,])\1/g;

/** Faults of settings say what to run with the Pulumi CLI; here it is an option. */
function inOurWords(message: string): string {
  return message
    .replace(REMOVE, (_, _quote, path) => option(`${path}=`))
    .replace(SET, (_, secret, _quote, path, value = 'VALUE') =>
      // A secret has no place on a command line.
      secret
        ? `hks platform up --config-file FILE with all settings, ${path} among them`
        : option(`${path}=${value.replace(/^'|'$/g, '')}`),
    );
}

function option(setting: string): string {
  const text = /^[\w.:/@=-]*$/.test(setting) ? setting : `'${setting}'`;
  return `hks platform up --config ${text}`;
}
