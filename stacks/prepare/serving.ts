/** @module Knative Serving as this platform runs it, from its release files. */

import { assembled } from './assemble';
import { configMapOf, configured } from './config-maps';
import { type Release, releaseObjects } from './documents';
import { featureSettings } from './features';
import type { PreparedRelease, PrepareOptions, ReleaseAssets } from './release';
import { servingSettings } from './serving-settings';

/**
 * The objects of Knative Serving.
 *
 * @param assets `serving-crds.yaml` and `serving-core.yaml`, which repeats the former; `serving-post-install-jobs.yaml` as well when it is wanted
 */
export function prepareServing(assets: ReleaseAssets, options: PrepareOptions): PreparedRelease {
  const { version, platform } = options;
  const release: Release = {
    name: 'Knative Serving',
    version,
    needs: ['serving-crds.yaml', 'serving-core.yaml'],
  };
  const objects = releaseObjects(release, assets);
  const features = configMapOf(release, objects, 'config-features');
  const settings = {
    ...servingSettings(platform),
    'config-features': featureSettings(platform.config.knative.features, features),
  };
  return assembled(configured(release, objects, settings), options);
}
