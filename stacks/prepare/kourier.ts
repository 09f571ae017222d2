/** @module Kourier, Knative's ingress, as this platform runs it, from its release file. */
import { assembled } from './assemble';
import { type ConfigMapSettings, configured } from './config-maps';
import { type Release, releaseObjects } from './documents';
import { exposed, withGatewayImage } from './gateway';
import type { PreparedRelease, PrepareOptions, ReleaseAssets } from './release';

const SETTINGS: ConfigMapSettings = {
  'config-kourier': {
    /** Every request's path and query would be written to the node's disk, secrets of tenants among them. */
    'enable-service-access-logging': 'false',
    'disable-envoy-server-header': 'true',
  },
};

/**
 * The objects of Kourier. Most of them live in Serving's namespace, which comes with Serving.
 *
 * @param assets `kourier.yaml`
 */
export function prepareKourier(assets: ReleaseAssets, options: PrepareOptions): PreparedRelease {
  const { version, platform } = options;
  const release: Release = { name: 'Kourier', version, needs: ['kourier.yaml'] };
  const objects = configured(release, releaseObjects(release, assets), SETTINGS);
  const prepared = assembled(exposed(objects, platform), options);
  const envoy = platform.pinned('envoy');
  return {
    ...prepared,
    objects: prepared.objects.map((object) => withGatewayImage(object, envoy)),
  };
}
