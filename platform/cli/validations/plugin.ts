/** @module Finds a plugin's class: in a folder of the user's, or in the plugins folder, where npm puts it first. */
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import type { Terminal } from '../main';
import type { Validation } from './context';
import { install, isInstalled, packageFolder } from './install';
import type { ValidationConfig } from './schema';

/** A plugin that is ready to be made. */
export interface Plugin {
  /** Name of the package, or the absolute path of the folder. */
  readonly pkg: string;
  readonly version: string;
  /** A fresh instance. @throws when it is no validation */
  readonly make: () => Validation;
}

type Class = new (properties: unknown) => unknown;

/** Loads the plugin; `log` is told when it has to be installed. @throws when it cannot be */
export async function loadPlugin(
  validation: ValidationConfig,
  pluginsDir: string,
  terminal: Terminal,
  log: (message: string) => void,
): Promise<Plugin> {
  const { package: name, version } = validation;
  const isLocal = /^\.{0,2}\//.test(name);
  const folder = isLocal ? resolve(terminal.cwd, name) : packageFolder(pluginsDir, validation);
  const load = createRequire(join(terminal.cwd, 'cdk8s.yaml'));
  if (!isLocal && !isInstalled(pluginsDir, validation)) {
    log(
      `Installing validation plugin: ${name}@${version} (this may take a while the first time around)`,
    );
    await install(pluginsDir, validation, terminal);
  }
  const file = found(load, folder);
  if (file === undefined) {
    throw refused(validation, 'package', {
      rule: 'must have a main file',
      received: folder,
      fix: isLocal ? `Build it first, or correct the path` : `Set its 'main', or delete the folder`,
    });
  }
  // While an app is watched, its plugin may be written too.
  if (isLocal) forget(load, folder);
  const exports = load(file);
  const Found: unknown = exports?.[validation.class];
  if (!isClass(Found)) {
    throw refused(validation, 'class', {
      rule: 'must be a class that the package exports',
      received: validation.class,
      fix: `It exports ${Object.keys(exports ?? {}).join(', ') || 'nothing'}`,
    });
  }
  const make = () => {
    const instance = made(Found, validation);
    if (isValidation(instance)) return instance;
    throw refused(validation, 'class', {
      rule: `must have a method 'validate'`,
      received: validation.class,
      fix: 'Name the class that is the validation',
    });
  };
  return { pkg: isLocal ? folder : name, version, make };
}

/** The file that stands for the folder; undefined when there is none. */
function found(load: NodeJS.Require, folder: string): string | undefined {
  try {
    return load.resolve(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Lets the folder's own files be read anew. */
function forget(load: NodeJS.Require, folder: string): void {
  const own = join(folder, sep);
  for (const file of Object.keys(load.cache)) {
    if (file.startsWith(own) && !file.slice(own.length).includes('node_modules')) {
      delete load.cache[file];
    }
  }
}

/** The values are not told: one may be a secret. */
function made(Found: Class, validation: ValidationConfig): unknown {
  const properties = validation.properties ?? {};
  try {
    return new Found(properties);
  } catch (error) {
    throw refused(validation, 'properties', {
      rule: `must suit ${validation.class}`,
      received: Object.keys(properties),
      fix: error instanceof Error ? error.message : String(error),
    });
  }
}

function refused(
  { package: name, version }: ValidationConfig,
  prop: string,
  refusal: { readonly rule: string; readonly received: unknown; readonly fix: string },
): Error {
  return invalid(`validation '${name}@${version}'`, { prop, ...refusal });
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function' && value.prototype !== undefined;
}

function isValidation(value: unknown): value is Validation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'validate' in value &&
    typeof value.validate === 'function'
  );
}
