/** @module `hks releases`: the pins of what the host platform is installed from, for an admin and for who bumps them. */
import { CommanderError } from 'commander';
import { COMPONENTS } from '../../stacks/releases/pins';
import { GITHUB } from '../../stacks/releases/upstream';
import { collected, commandOn, type ExitCode, type Terminal } from './main';
import { NotUnderstood } from './not-understood';
import { images } from './releases/images';
import { mirror } from './releases/mirror';
import type { SettingOptions } from './releases/settings';
import { type UpdateOptions, update } from './releases/update';
import { type VerifyOptions, verify } from './releases/verify';

/** Runs one of its commands; writes to the terminal only. */
export async function releases(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = 0;
  const ended = async (action: Promise<ExitCode>) => {
    code = await action;
  };
  const program = commandOn(terminal, 'hks releases').description(
    'Look after the pinned releases that the host platform is installed from.',
  );
  program
    .command('verify')
    .description(
      'Fetch every pinned file again, or read those of a mirror: sha256, images, and that every image is pinned.',
    )
    .option('--mirror <folder-or-url>', 'read the files of a mirror, <component>/<asset>')
    .option('--file <path>', 'other pins than those of this hks')
    .option(...CONFIG)
    .action((options: VerifyOptions) => ended(verify(options, terminal)));
  program
    .command('update')
    .description('Pin the newest version of each component, in a checkout of the repository.')
    .option('--component <name>', `only this one: ${COMPONENTS.join(', ')}`)
    .option('--to <version>', 'with --component: this version')
    .option(
      '--kubernetes <minor>',
      'the oldest Kubernetes that it runs on (default: what upstream says)',
    )
    .option('--file <path>', `the file of pins (default: the checkout's stacks/releases.json)`)
    .option('--upstream <url>', 'ask this instead of GitHub, in the same paths', GITHUB)
    .action((options: UpdateOptions) => ended(update(options, terminal)));
  program
    .command('images')
    .description(
      'Print every image that a host without network must have: NAME, and with imageMirror NAME and NAME-IN-MIRROR.',
    )
    .option(...CONFIG)
    .action((options: SettingOptions) => ended(images(options, terminal)));
  program
    .command('mirror')
    .description('Write all release files to a folder that releaseMirror can name.')
    .argument('<folder>', 'the folder; what is right in it stays')
    .option(...CONFIG)
    .action((folder: string, options: SettingOptions) => ended(mirror(folder, options, terminal)));
  program.addHelpText('after', EXAMPLES);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    for (const line of (error as Error).message.split('\n'))
      terminal.stderr.write(`error: ${line}\n`);
    return error instanceof NotUnderstood ? 2 : 1;
  }
}

const EXAMPLES = `
Examples:
  hks releases mirror /srv/hks/releases
  hks releases verify --mirror /srv/hks/releases
  hks releases images --config imageMirror=mirror.example.com/hks | xargs -n 2 crane copy
  hks releases update --component knative-serving --to 1.23.1`;

const CONFIG = [
  '--config <key=value>',
  'a setting of the platform; can be given again',
  collected,
  [] as readonly string[],
] as const;
