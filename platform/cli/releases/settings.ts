/** @module The settings that `--config key=value` gives. */
import { readSettings } from '../../../stacks/config/load';
import type { HostPlatformConfig } from '../../../stacks/config/schema';
import { understood } from '../not-understood';
import { changed, changesOf } from '../platform/changes';

export interface SettingOptions {
  readonly config: readonly string[];
}

/** @throws NotUnderstood with every fault */
export function settingsOf({ config }: SettingOptions, cwd: string): HostPlatformConfig {
  return understood(() => readSettings(changed({}, changesOf({ config }, cwd))));
}
