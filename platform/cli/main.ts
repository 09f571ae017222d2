/** @module The `hks` command: reads its arguments and loads the verb that was asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import type { ImportOptions } from './import';
import type { SynthOptions } from './options';

/** What a verb sees of the process that it runs in. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** 0 done or no differences, 1 failed or differences, 2 not understood or not compared, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Each verb's file is loaded when the verb runs, so that one does not need what another imports. */
export interface Verbs {
  readonly synth: () => Promise<typeof import('./synth.js')>;
  readonly stdout: () => Promise<typeof import('./stdout.js')>;
  readonly check: () => Promise<typeof import('./check.js')>;
  readonly diff: () => Promise<typeof import('./diff.js')>;
  readonly import: () => Promise<typeof import('./import.js')>;
}
const VERBS: Verbs = {
  synth: () => import('./synth.js'),
  stdout: () => import('./stdout.js'),
  check: () => import('./check.js'),
  diff: () => import('./diff.js'),
  import: () => import('./import.js'),
};

/** Runs the command line and tells how it ended; writes to the terminal only. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  verbs: Verbs = VERBS,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command('hks')
    .description('Turns tenants in TypeScript into a GitOps tree.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(`Run 'hks --help' for what there is.`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  program
    .command('synth')
    .alias('synthesize')
    .description(
      'Run the app that cdk8s.yaml names. What it writes is swapped in at once; nothing else in the folder is touched.',
    )
    .option('-a, --app <command>', `command that runs the app (default: 'app' of cdk8s.yaml)`)
    .option(
      '-o, --output <folder>',
      `folder to write to (default: 'output' of cdk8s.yaml, or dist)`,
    )
    .option('-p, --stdout', 'print all objects as YAML, and write nothing')
    .option('--watch', 'render again each time that a file is saved')
    .option('--check', 'write nothing, and fail when the folder is not as the app renders it')
    .option('--diff', 'write nothing, and show what would change in the folder')
    .option('--cluster', 'with --diff: show what would change in the cluster, by kubectl')
    .option('--context <name>', `with --cluster: the cluster's context (default: kubeconfig's)`)
    .option('--field-manager <name>', 'with --cluster: who applies the objects')
    .option('--no-validate', `leave out the 'validations' of cdk8s.yaml`)
    .option(
      '--validation-reports-output-file <file>',
      'file to write the reports of validations to, as JSON',
    )
    .option(
      '--plugins-dir <folder>',
      `where plugins are installed (default: 'pluginsDirectory' of cdk8s.yaml, or ~/.cdk8s/plugins)`,
    )
    .option('--tenant <id>', 'only this tenant; can be given again', collected, [])
    .addHelpText('after', EXAMPLES)
    .action(async (options: SynthOptions) => {
      code = await run(options, terminal, verbs);
    });
  addImport(program, async (specs, options) => {
    code = await (await verbs.import()).importSpecs(specs, options, terminal);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.stderr.write(`error: ${(error as Error).message}\n`);
    return 1;
  }
}

function addImport(
  program: Command,
  action: (specs: readonly string[], options: ImportOptions) => Promise<void>,
): void {
  program
    .command('import')
    .aliases(['gen', 'generate'])
    .description(`Make constructs of Kubernetes's API, of CRDs or of Helm charts, by cdk8s-cli.`)
    .argument('[spec...]', `[NAME:=]SPEC as of cdk8s import (default: 'imports' of cdk8s.yaml)`)
    .option(
      '-o, --output <folder>',
      `folder of the constructs (default: 'importDirectory' of cdk8s.yaml, or imports)`,
    )
    .option('-l, --language <name>', `their language (default: 'language' of cdk8s.yaml)`)
    .option('--exclude <pattern>', 'types of k8s to leave out; can be given again', collected, [])
    .option('--class-prefix <prefix>', 'what names of classes begin with')
    .option('--no-class-prefix', 'let them begin with nothing')
    .option('--no-save', 'do not add the specs to cdk8s.yaml')
    .action(action);
}

const EXAMPLES = `
Examples:
  hks synth --app 'npx tsx src/main.ts' --output dist
  hks synth --watch
  hks synth --stdout | kubectl apply --server-side -f -
  hks synth --check
  hks synth --diff --tenant acme --tenant beta
  hks synth --diff --cluster --context production --field-manager argocd-controller`;

function collected(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

async function run(options: SynthOptions, terminal: Terminal, verbs: Verbs): Promise<ExitCode> {
  if (options.check) return (await verbs.check()).check(options, terminal);
  if (options.diff) return (await verbs.diff()).diff(options, terminal);
  if (options.stdout) return (await verbs.stdout()).stdout(options, terminal);
  return (await verbs.synth()).synth(options, terminal);
}

/** Of the package that this file is in, whether it runs from `lib/` or from the sources. */
function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).version;
  }
  return 'unknown';
}
