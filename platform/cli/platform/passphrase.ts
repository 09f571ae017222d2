/** @module The passphrase that secrets of stacks are encrypted with: the user's, else one that is made once. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { invalid } from '../../../constructs/invalid';
import type { Terminal } from '../main';
import { stackFile } from './stack-file';
import type { StateFolder } from './state-folder';

/** What the engine is told. */
export interface Passphrase {
  readonly env: Readonly<Record<string, string>>;
  /** The file, when it was made now. */
  readonly made?: string;
}

/**
 * @param mayMake whether one is made where there is none, and nothing was encrypted yet
 * @throws where the file is lost, empty, or can be read by others
 */
export function passphraseOf(
  state: StateFolder,
  stack: string,
  { env }: Pick<Terminal, 'env'>,
  mayMake: boolean,
): Passphrase {
  // The engine takes an empty one too.
  if (env['PULUMI_CONFIG_PASSPHRASE'] !== undefined) return { env: {} };
  if (env['PULUMI_CONFIG_PASSPHRASE_FILE']) return { env: {} };
  if (state.isService || hasOtherProvider(state, stack)) return { env: {} };
  const file = join(state.folder, 'passphrase');
  const made = !existsSync(file);
  if (made) {
    refuseLost(file, state);
    if (!mayMake) return { env: {} };
    make(file);
  }
  check(file);
  return { env: { PULUMI_CONFIG_PASSPHRASE_FILE: file }, ...(made && { made: file }) };
}

function refuseLost(file: string, state: StateFolder): void {
  const encrypted = encryptedStacks(state);
  if (encrypted.length === 0) return;
  throw invalid(OWNER, {
    prop: 'PULUMI_CONFIG_PASSPHRASE',
    rule: `must be set, as ${file} is lost, and secrets of ${encrypted.join(', ')} were encrypted with it`,
    received: undefined,
    fix: 'Bring the file back from a copy with mode 0600, or set the passphrase or PULUMI_CONFIG_PASSPHRASE_FILE',
  });
}

function make(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another run was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function check(file: string): void {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw invalid(OWNER, {
      prop: 'passphrase',
      rule: `must be in a file that only its owner can read`,
      received: `${file} with mode 0${mode.toString(8)}`,
      fix: `Run chmod 600 ${file}; whoever could read it may know the passphrase`,
    });
  }
  if (readFileSync(file, 'utf8').trim() !== '') return;
  throw invalid(OWNER, {
    prop: 'passphrase',
    rule: 'must not be empty',
    received: file,
    fix: 'Bring the file back from a copy; where no stack was made yet, remove it, and one is made',
  });
}

const OWNER = 'hks platform';

/** Whether the stack's secrets are encrypted by a key service. */
function hasOtherProvider({ project }: StateFolder, stack: string): boolean {
  const provider = read(join(project, stackFile(stack)))?.secretsprovider;
  return typeof provider === 'string' && provider !== '' && provider !== 'passphrase';
}

/** Stacks whose settings have a passphrase's salt, and stacks of this machine's own backend. */
function encryptedStacks({ folder }: StateFolder): readonly string[] {
  const projects = join(folder, 'projects');
  const settings = files(projects).filter((path) => read(join(projects, path))?.encryptionsalt);
  const stacks = join(folder, '.pulumi', 'stacks');
  return [
    ...settings.map((path) => join(projects, path)),
    ...files(stacks)
      .filter((path) => /\.json(\.gz)?$/.test(path))
      .map((path) => join(stacks, path)),
  ];
}

function files(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

function read(path: string): Readonly<Record<string, unknown>> | undefined {
  if (!/\.yaml$/.test(path) || !existsSync(path)) return undefined;
  const document = parseDocument(readFileSync(path, 'utf8'), { logLevel: 'error' });
  if (document.errors.length > 0) {
    throw invalid(OWNER, {
      prop: 'settings',
      rule: 'must be a file with YAML',
      received: path,
      fix: 'Repair it, or bring it back from a copy',
    });
  }
  const content: unknown = document.toJS();
  return typeof content === 'object' && content !== null
    ? (content as Record<string, unknown>)
    : undefined;
}
