/** @module cdk8s.yaml as cdk8s users know it, with what `hks` reads of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../constructs/invalid';

export const CONFIG_FILE = 'cdk8s.yaml';

/** The keys that `hks` reads; `language`, `imports` and all others are cdk8s's own. */
export const Cdk8sConfig = z.looseObject({
  app: z.string().trim().min(1).optional(),
  output: z.string().trim().min(1).optional(),
});
export type Cdk8sConfig = z.infer<typeof Cdk8sConfig>;

/** The command and the folder, as given, else from cdk8s.yaml; and the folder as `configured` there. @throws with every fault of the file */
export function readConfig(
  given: { readonly app?: string; readonly output?: string },
  cwd: string,
): { readonly app: string; readonly output: string; readonly configured: string | undefined } {
  for (const option of ['app', 'output'] as const) {
    if (given[option]?.trim() !== '') continue;
    throw invalid('hks synth', {
      prop: `--${option}`,
      rule: 'must not be empty',
      received: given[option],
      fix: `Leave it out to use '${option}' of ${CONFIG_FILE}`,
    });
  }
  const config = parsed(fileText(join(cwd, CONFIG_FILE)));
  const app = given.app ?? config?.app;
  const configured = config?.output;
  if (app !== undefined) return { app, output: given.output ?? configured ?? 'dist', configured };
  throw invalid(config ? CONFIG_FILE : 'hks synth', {
    prop: 'app',
    rule: config
      ? 'must be the command that runs your app'
      : `must be given where there is no ${CONFIG_FILE}, as in '${cwd}'`,
    received: undefined,
    fix: `Write app: npx tsx main.ts in ${CONFIG_FILE}, or use --app 'npx tsx main.ts'`,
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
  throw new Error(
    result.error.issues
      .map(({ path }) => {
        const key = path.map(String).join('.');
        return invalid(CONFIG_FILE, {
          prop: key || 'file',
          rule: key ? 'must be a text that is not empty' : 'must hold keys and values',
          received: key ? (content as Record<string, unknown>)[key] : content,
          fix: `Write ${key || 'app'}: ${key === 'output' ? 'dist' : 'npx tsx main.ts'}`,
        }).message;
      })
      .join('\n'),
  );
}
