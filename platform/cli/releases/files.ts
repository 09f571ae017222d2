/** @module The files of pinned releases, fetched or read together. */

import type { HostPlatformConfig } from '../../../stacks/config/schema';
import { type ChosenRelease, chosenReleases } from '../../../stacks/releases/choice';
import type { Pins } from '../../../stacks/releases/pins';
import type { Source } from '../../../stacks/releases/source';

/** A file that came, or why it did not. */
export type ReleaseFile = { readonly release: ChosenRelease; readonly name: string } & (
  | { readonly bytes: Buffer }
  | { readonly fault: string }
);

/** One release of each component, Eventing too: what a mirror holds. */
export function mirroredReleases(settings: HostPlatformConfig, pins?: Pins): ChosenRelease[] {
  return Object.values(chosenReleases({ ...settings, eventing: { enabled: true } }, pins));
}

/** All files of the releases, in their order. */
export function filesOf(
  releases: readonly ChosenRelease[],
  source: Source,
): Promise<ReleaseFile[]> {
  return Promise.all(
    releases.flatMap((release) =>
      release.assets.map(async (asset): Promise<ReleaseFile> => {
        const [{ component, version }, { name }] = [release, asset];
        try {
          return { release, name, bytes: await source({ component, version, ...asset }) };
        } catch (error) {
          return { release, name, fault: (error as Error).message };
        }
      }),
    ),
  );
}
