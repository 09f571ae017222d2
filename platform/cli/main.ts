#!/usr/bin/env node
/** @module The `hks` command: reads its arguments and loads the verb that was asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';

/** What a verb sees of the process that it runs in. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** 0 done, 1 failed, 2 not understood, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Each verb's file is loaded when the verb runs, so that one does not need what another imports. */
export interface Verbs {
  readonly synth: () => Promise<typeof import('./synth.js')>;
}
const VERBS: Verbs = { synth: () => import('./synth.js') };

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
    .addHelpText('after', `\nExample: hks synth --app 'npx tsx src/main.ts' --output dist`)
    .action(async (options: { readonly app?: string; readonly output?: string }) => {
      const { synth } = await verbs.synth();
      code = await synth(options, terminal);
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

/** Of the package that this file is in, whether it runs from `lib/` or from the sources. */
function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).version;
  }
  return 'unknown';
}

if (require.main === module) {
  const { stdout, stderr, env } = process;
  main(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr }).then((code) => {
    process.exitCode = code;
  });
}
