/** @module What cdk8s.yaml holds: its text as keys and values, or every fault of it. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../constructs/invalid';
import { ValidationConfig, validationsOf } from '../validations/schema';

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

/** The keys and values of the text. @throws with every fault of it */
export function parseCdk8sYaml(text: string): Cdk8sConfig {
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
