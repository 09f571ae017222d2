/** @module cdk8s.yaml as cdk8s users know it, with what `hks` reads of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../../constructs/invalid';
import { VERSION } from '../../constructs/synth/version';
import { cacheFolder, keyOf, readEntry, writeEntry } from './app/cache';
import type { Cdk8sConfig } from './config/schema';

export type { Cdk8sConfig } from './config/schema';

export const CONFIG_FILE: typeof import('./config/schema').CONFIG_FILE = 'cdk8s.yaml';

/** What `hks synth` reads of cdk8s.yaml. */
export interface SynthConfig {
  readonly app: string;
  readonly output: string;
  /** The folder as cdk8s.yaml has it. */
  readonly configured: string | undefined;
  /** All of cdk8s.yaml; nothing where there is none. */
  readonly config: Cdk8sConfig;
}

/** The command and the folder, as given, else from cdk8s.yaml. @throws with every fault of the file */
export function readConfig(
  given: { readonly app?: string; readonly output?: string },
  cwd: string,
): SynthConfig {
  for (const option of ['app', 'output'] as const) {
    if (given[option]?.trim() !== '') continue;
    throw invalid('hks synth', {
      prop: `--${option}`,
      rule: 'must not be empty',
      received: given[option],
      fix: `Leave it out to use '${option}' of ${CONFIG_FILE}`,
    });
  }
  const config = readCdk8sYaml(cwd);
  refuseHelm(config?.synthConfig?.format);
  const app = given.app ?? config?.app;
  const configured = config?.output;
  if (app !== undefined) {
    return { app, output: given.output ?? configured ?? 'dist', configured, config: config ?? {} };
  }
  throw invalid(config ? CONFIG_FILE : 'hks synth', {
    prop: 'app',
    rule: config
      ? 'must be the command that runs your app'
      : `must be given where there is no ${CONFIG_FILE}, as in '${cwd}'`,
    received: undefined,
    fix: `Write app: npx tsx main.ts in ${CONFIG_FILE}, or use --app 'npx tsx main.ts'`,
  });
}

/** The file in the folder; undefined where there is none. @throws with every fault of it */
export function readCdk8sYaml(cwd: string): Cdk8sConfig | undefined {
  const text = fileText(join(cwd, CONFIG_FILE));
  if (text === undefined) return undefined;
  const folder = cacheFolder(cwd);
  const key = keyOf([CONFIG_FILE, VERSION ?? '', text]);
  const known = folder && readEntry(folder, key);
  if (known) return JSON.parse(known);
  // Loading what reads YAML and checks it takes longer than all the rest: a text that was sound once is sound.
  const { parseCdk8sYaml }: typeof import('./config/schema') = require('./config/schema');
  const config = parseCdk8sYaml(text);
  if (folder) writeEntry(folder, key, JSON.stringify(config));
  return config;
}

function refuseHelm(format: string | null | undefined): void {
  if (format === undefined || format === null || format === 'plain') return;
  throw invalid(CONFIG_FILE, {
    prop: 'synthConfig.format',
    rule: 'must be plain for hks synth, which writes manifests and no Helm chart',
    received: format,
    fix: 'Leave it out, or run cdk8s synth',
  });
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid(CONFIG_FILE, {
      prop: 'file',
      rule: 'must be a file that can be read',
      received: path,
      fix: (error as Error).message,
    });
  }
}
