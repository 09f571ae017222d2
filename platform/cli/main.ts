/** @module The `hks` command: reads its arguments and loads the verb that was asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import type { ImportOptions } from './import';
import type { SynthOptions } from './options';
import type { PlatformOptions, PlatformVerb } from './platform';

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
  readonly platform: () => Promise<typeof import('./platform.js')>;
  readonly releases: () => Promise<typeof import('./releases.js')>;
}
const VERBS: Verbs = {
  synth: () => import('./synth.js'),
  stdout: () => import('./stdout.js'),
  check: () => import('./check.js'),
  diff: () => import('./diff.js'),
  import: () => import('./import.js'),
  platform: () => import('./platform.js'),
  releases: () => import('./releases.js'),
};

/** Runs the command line and tells how it ended; writes to the terminal only. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  verbs: Verbs = VERBS,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = commandOn(terminal, 'hks')
    .description('Turns tenants in TypeScript into a GitOps tree.')
    .version(version(), '-V, --version', 'print the version');
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
  addPlatform(program, async (verb, options) => {
    code = await (await verbs.platform()).platform(verb, options, terminal);
  });
  addReleases(program, async (rest) => {
    code = await (await verbs.releases()).releases(rest, terminal);
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

/** A command that writes to the terminal, and throws a CommanderError where it would end the process. */
export function commandOn({ stdout, stderr }: Terminal, name: string): Command {
  return new Command(name)
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(`Run '${name} --help' for what there is.`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });
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

/** It has commands of its own, and reads its arguments by itself. */
function addReleases(program: Command, action: (rest: readonly string[]) => Promise<void>): void {
  program
    .command('releases')
    .description('Look after the pinned releases that the host platform is installed from.')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[args...]')
    .action(action);
}

function addPlatform(
  program: Command,
  action: (verb: PlatformVerb, options: PlatformOptions) => Promise<void>,
): void {
  const platform = program
    .command('platform')
    .description('Make a K3s host an HKS platform, by Pulumi; see docs/hks-platform.md.');
  const add = (verb: PlatformVerb, description: string) =>
    platform
      .command(verb)
      .description(description)
      .option('--stack <name>', 'which platform, where there are several', 'host')
      .action((options: PlatformOptions) => action(verb, options));
  for (const command of [
    add(
      'up',
      'Make the platform, or change it to the settings. They are kept for the next time.',
    ).option('-y, --yes', 'do not show a preview, and do not ask'),
    add('preview', 'Show what up would do; nothing is changed, and no setting is kept.'),
  ]) {
    command
      .option('-c, --config <key=value>', 'a setting; can be given again', collected, [])
      .option('--config-file <file>', 'YAML with all settings, but for secret ones that are kept')
      .option('--kubeconfig <file>', 'the setting kubeconfig (default: KUBECONFIG)')
      .option('--context <name>', `the setting context (default: the kubeconfig's current one)`)
      .option('--parallel <number>', `resources at a time (default: 64)`);
  }
  add('destroy', 'Remove the platform. Refused while there are functions.')
    .option('-y, --yes', 'do not show a preview, and do not ask')
    .option('--parallel <number>', `resources at a time (default: 64)`);
  add('outputs', 'Print what the platform tells: domain, addresses, what is off and why.')
    .option('--json', 'as JSON')
    .option('--show-secrets', 'print secrets, which are [secret] otherwise');
}

const EXAMPLES = `
Examples:
  hks synth --app 'npx tsx src/main.ts' --output dist
  hks synth --watch
  hks synth --stdout | kubectl apply --server-side -f -
  hks synth --check
  hks synth --diff --tenant acme --tenant beta
  hks synth --diff --cluster --context production --field-manager argocd-controller`;

/** The values of an option that can be given again. */
export function collected(value: string, values: readonly string[]): readonly string[] {
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
