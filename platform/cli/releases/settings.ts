/** @module The settings that `--config key=value` gives, and what of a command line is not understood. */
import { readSettings } from '../../../stacks/config/load';
import type { HostPlatformConfig } from '../../../stacks/config/schema';
import { changed, changesOf } from '../platform/changes';

export interface SettingOptions {
  readonly config: readonly string[];
}

/** The command line is not understood. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

/** @throws Misuse with every fault */
export function settingsOf({ config }: SettingOptions, cwd: string): HostPlatformConfig {
  try {
    return readSettings(changed({}, changesOf({ config }, cwd)));
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}
