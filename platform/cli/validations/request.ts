/** @module Whether manifests are to be validated, and by what; the plugins' room is loaded only when they are. */
import type { Cdk8sConfig } from '../config';
import type { Terminal } from '../main';
import type { ValidationConfig } from './schema';

/** The options that say how manifests are validated. */
export interface ValidationOptions {
  /** False with `--no-validate`. @default true */
  readonly validate?: boolean;
  /** Folder that plugins are installed in. @default - `pluginsDirectory` of cdk8s.yaml */
  readonly pluginsDir?: string;
  /** File for the reports. @default - none */
  readonly validationReportsOutputFile?: string;
  /** Prints the objects instead of writing them. @default false */
  readonly stdout?: boolean;
}

/** What is asked for, from the options and cdk8s.yaml. */
export interface ValidationRequest {
  /** The list, or where it is. */
  readonly validations: string | readonly ValidationConfig[];
  /** @default - `.cdk8s/plugins` in the user's home */
  readonly pluginsDir?: string | undefined;
  /** File for the reports as JSON. @default - none */
  readonly reportsFile?: string | undefined;
  /** Whether standard output is the objects' own. */
  readonly stdout: boolean;
}

/** Judges the manifests in a folder, of these tenants or of all: whether no plugin has failed them. */
export type Validator = (folder: string, tenants: readonly string[]) => Promise<boolean>;

/** Undefined when nothing is to be validated. */
export function validationRequest(
  { validate, pluginsDir, validationReportsOutputFile, stdout }: ValidationOptions,
  { validations, pluginsDirectory }: Pick<Cdk8sConfig, 'validations' | 'pluginsDirectory'>,
): ValidationRequest | undefined {
  if (validate === false || !validations?.length) return undefined;
  return {
    validations,
    pluginsDir: pluginsDir ?? pluginsDirectory ?? undefined,
    reportsFile: validationReportsOutputFile,
    stdout: stdout ?? false,
  };
}

/** Has every plugin at hand before the app runs; is content with all when there is none. */
export async function validatorOf(
  request: ValidationRequest | undefined,
  terminal: Terminal,
): Promise<Validator> {
  if (!request) return async () => true;
  const { prepareValidations }: typeof import('./validate') = require('./validate');
  return prepareValidations(request, terminal);
}
