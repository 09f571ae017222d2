/** @module `hks releases images`: what a host without network must have. */
import { allImages } from '../../../stacks/images';
import { chosenReleases } from '../../../stacks/releases/choice';
import type { ExitCode, Terminal } from '../main';
import { type SettingOptions, settingsOf } from './settings';

/** Prints a line for each image: its name, and the one in the mirror where there is one. */
export async function images(options: SettingOptions, terminal: Terminal): Promise<ExitCode> {
  const settings = settingsOf(options, terminal.cwd);
  const hasMirror = settings.imageMirror !== undefined;
  for (const { reference, pulled } of allImages(settings, { ...chosenReleases(settings) })) {
    terminal.stdout.write(`${hasMirror ? `${reference} ${pulled}` : reference}\n`);
  }
  return 0;
}
