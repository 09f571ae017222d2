/** @module `hks import`: lets the project's own cdk8s-cli make constructs of what cdk8s.yaml lists. */
import { invalid } from '../../constructs/invalid';
import { CONFIG_FILE, readCdk8sYaml } from './config';
import { cdk8sOf, runCdk8s } from './imports/cdk8s';
import type { ExitCode, Terminal } from './main';

/** The options of `hks import`, as cdk8s-cli knows them. */
export interface ImportOptions {
  /** Folder of the constructs. @default - `importDirectory` of cdk8s.yaml, or imports */
  readonly output?: string;
  /** Language of the constructs. @default - `language` of cdk8s.yaml */
  readonly language?: string;
  /** Types of k8s that are left out, as regular expressions. @default - none */
  readonly exclude?: readonly string[];
  /** What the names of classes begin with; false for nothing. @default - Kube for k8s */
  readonly classPrefix?: string | false;
  /** Whether what is given is added to cdk8s.yaml. @default true */
  readonly save?: boolean;
}

/** Imports what is given, else all that cdk8s.yaml lists; one after the other, as cdk8s-cli takes one from its arguments. */
export async function importSpecs(
  given: readonly string[],
  options: ImportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const specs = understood(given, terminal);
  if (!specs) return 2;
  const program = cdk8sOf(terminal.cwd);
  for (const spec of specs) {
    const end = await runCdk8s(program, ['import', spec, ...argumentsOf(options)], terminal);
    if (end === 0) continue;
    throw invalid('hks import', {
      prop: 'spec',
      rule: `must be one that cdk8s can import, and it ended with ${end}`,
      received: spec,
      fix: 'Its own message is above',
    });
  }
  return 0;
}

/** The specifications, or the message on the terminal when there are none. */
function understood(
  given: readonly string[],
  { cwd, stderr }: Terminal,
): readonly string[] | undefined {
  try {
    const config = readCdk8sYaml(cwd);
    const specs = given.length > 0 ? given : (config?.imports ?? []);
    if (specs.length > 0) return specs;
    throw invalid('hks import', {
      prop: 'spec',
      rule: `must be given where ${config ? `'imports' of ${CONFIG_FILE} lists none` : `there is no ${CONFIG_FILE}`}`,
      received: undefined,
      fix: 'Write hks import k8s, or hks import crd.yaml',
    });
  } catch (error) {
    stderr.write(`error: ${(error as Error).message}\n`);
    return undefined;
  }
}

function argumentsOf({
  output,
  language,
  exclude = [],
  classPrefix,
  save,
}: ImportOptions): readonly string[] {
  return [
    ...(output === undefined ? [] : [`--output=${output}`]),
    ...(language === undefined ? [] : [`--language=${language}`]),
    ...exclude.map((pattern) => `--exclude=${pattern}`),
    ...(typeof classPrefix === 'string' ? [`--class-prefix=${classPrefix}`] : []),
    ...(classPrefix === false ? ['--no-class-prefix'] : []),
    ...(save === false ? ['--no-save'] : []),
  ];
}
