/** @module Where the engine keeps stacks: the backend that the user chose, else a folder of this machine. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Terminal } from '../main';

/** Where stacks are, and what is kept of them on this machine. */
export interface StateFolder {
  /** The backend's URL. */
  readonly backend: string;
  /** Whether the backend is the folder itself, because nobody chose another one. */
  readonly isOwn: boolean;
  /** Whether the backend is a service that encrypts secrets by itself. */
  readonly isService: boolean;
  /** The folder; only its owner can read it. */
  readonly folder: string;
  /** The engine's project: stacks' settings are in it, and stay. */
  readonly project: string;
  /** Environment of the engine over that of the terminal. */
  readonly env: Readonly<Record<string, string>>;
}

/** The engine's project, and what the keys of its settings begin with. */
export const PROJECT = 'hks';

/** Makes the folders of this machine. */
export function openStateFolder(terminal: Pick<Terminal, 'cwd' | 'env'>): StateFolder {
  const state = stateFolderOf(terminal);
  mkdirSync(state.project, { recursive: true, mode: 0o700 });
  chmodSync(state.folder, 0o700);
  return state;
}

/** Chooses the backend. */
export function stateFolderOf({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>): StateFolder {
  const folder = join(stateHome(env), 'hks', 'pulumi');
  const own = pathToFileURL(folder).href;
  const chosen = chosenBackend(env, cwd);
  const backend = chosen ?? own;
  const isOwn = chosen === undefined || chosen === own;
  const project = join(folder, 'projects', isOwn ? PROJECT : `${PROJECT}-${digest(backend)}`);
  return {
    backend,
    isOwn,
    isService: /^https?:/.test(backend),
    folder,
    project,
    env: {
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      ...paths(env, cwd),
      // What one is logged in to needs no variable, and a token of the environment goes with it.
      ...(isOwn || env['PULUMI_BACKEND_URL'] ? { PULUMI_BACKEND_URL: backend } : {}),
    },
  };
}

/** XDG says that a relative path counts as none. */
function stateHome(env: Terminal['env']): string {
  const { XDG_STATE_HOME: state } = env;
  return state && isAbsolute(state) ? state : join(home(env), '.local', 'state');
}

function home({ HOME: folder }: Terminal['env']): string {
  return folder || homedir();
}

const SERVICE = 'https://api.pulumi.com';

/** By the environment, by `pulumi login`, or by a token of Pulumi's service. */
function chosenBackend(env: Terminal['env'], cwd: string): string | undefined {
  const { PULUMI_BACKEND_URL: url, PULUMI_ACCESS_TOKEN: token } = env;
  if (url) return absoluteUrl(url, cwd);
  return loggedIn(env, cwd) ?? (token ? SERVICE : undefined);
}

function loggedIn(env: Terminal['env'], cwd: string): string | undefined {
  const { PULUMI_CREDENTIALS_PATH: credentials, PULUMI_HOME: pulumi } = env;
  const folder = resolve(cwd, credentials || pulumi || join(home(env), '.pulumi'));
  try {
    const { current } = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'));
    return typeof current === 'string' && current !== '' ? current : undefined;
  } catch {
    // Not logged in; of a file that it cannot read, the engine tells itself.
    return undefined;
  }
}

const FILE = 'file://';

/** The engine runs in its project's folder, and would take a relative path from there. */
function absoluteUrl(url: string, cwd: string): string {
  if (!url.startsWith(FILE)) return url;
  const path = url.slice(FILE.length);
  return path.startsWith('/') || path.startsWith('~') ? url : `${FILE}${resolve(cwd, path)}`;
}

/** Paths of the environment that the engine, and its plugins, would take from its project's folder. */
function paths(env: Terminal['env'], cwd: string): Record<string, string> {
  const absolute = (paths: string) =>
    paths
      .split(delimiter)
      .map((path) => (path === '' || path.startsWith('~') ? path : resolve(cwd, path)))
      .join(delimiter);
  return Object.fromEntries(
    PATHS.flatMap((name) => (env[name] ? [[name, absolute(env[name])]] : [])),
  );
}

const PATHS = [
  'PULUMI_HOME',
  'PULUMI_CREDENTIALS_PATH',
  'PULUMI_CONFIG_PASSPHRASE_FILE',
  'KUBECONFIG',
];

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
