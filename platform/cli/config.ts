/** @module cdk8s.yaml as cdk8s users know it, with what `hks` reads of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../constructs/invalid';
import { ValidationConfig, validationsOf } from './validations/schema';

export const CONFIG_FILE = 'cdk8s.yaml';

const Text = z.string().trim().min(1);

/** The keys that `hks` reads; `language` and all others are cdk8s's own. */
export const Cdk8sConfig = z.looseObject({
  app: Text.optional(),
  output: Text.optional(),
  imports: z.array(Text).nullish(),
  importDirectory: Text.nullish(),
  validations: z.union([Text, z.array(ValidationConfig)]).nullish(),
  pluginsDirectory: Text.nullish(),
  synthConfig: z.looseObject({ format: Text.nullish() }).nullish(),
});
export type Cdk8sConfig = z.infer<typeof Cdk8sConfig>;

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
  return parsed(fileText(join(cwd, CONFIG_FILE)));
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

function parsed(text: string | undefined): Cdk8sConfig | undefined {
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) {
    throw invalid(CONFIG_FILE, {
      prop: 'file',
      rule: 'must be YAML',
      received: fault.message.split('\n')[0]?.replace(/:$/, ''),
      fix: `Write lines like app: npx tsx main.ts`,
    });
  }
  const content: unknown = document.toJS() ?? {};
  const result = Cdk8sConfig.safeParse(content);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap(({ path }) => faultsOf(path, content));
  throw new Error([...new Set(faults)].join('\n'));
}

const RULES: Readonly<Record<string, readonly [rule: string, fix: string]>> = {
  '': ['must hold keys and values', 'Write app: npx tsx main.ts'],
  app: ['must be a text that is not empty', 'Write app: npx tsx main.ts'],
  output: ['must be a text that is not empty', 'Write output: dist'],
  imports: ['must be a list of what to import', 'Write - k8s or - crd.yaml below it'],
  importDirectory: ['must be the folder of what is imported', 'Write importDirectory: imports'],
  pluginsDirectory: ['must be the folder of plugins', 'Write pluginsDirectory: .plugins'],
  synthConfig: ['must hold how cdk8s synth writes', 'Write format: plain below it'],
};

function faultsOf(path: readonly PropertyKey[], content: unknown): readonly string[] {
  const [key = '', index] = path.map(String);
  const received = isRecord(content) && key !== '' ? content[key] : content;
  if (key === 'validations') return validationsOf(CONFIG_FILE, key, received).faults;
  const [rule, fix] = RULES[key] ?? ['', ''];
  const isItem = index !== undefined && Array.isArray(received);
  return [
    invalid(CONFIG_FILE, {
      prop: isItem ? `${key}[${index}]` : key || 'file',
      rule: isItem ? 'must be a text that is not empty' : rule,
      received: isItem ? received[Number(index)] : received,
      fix,
    }).message,
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
