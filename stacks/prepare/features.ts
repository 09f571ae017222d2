/** @module Flags of Knative Serving: what the platform decides, and what its admin may set besides. */
import { invalid } from '../../constructs/invalid';
import type { HostPlatformConfig } from '../config/schema';
import { shownPath } from '../config/tree';
import type { KubeObject } from '../kube-object';
import { exampleKeys } from './config-maps';

/**
 * Flags that the platform sets whatever their default will be. A function of the constructs needs none but `emptyDir`.
 * - Services that someone else wrote get the defaults that the restricted profile of a project asks for.
 * - What reaches beyond its own pod on the node stays off: it is never a tenant's to ask for.
 * The rest stays as shipped, which is off: each of these is a prop that a construct names in `features`.
 */
export const PLATFORM_FEATURES: Readonly<Record<string, string>> = {
  'secure-pod-defaults': 'enabled',
  'kubernetes.podspec-volumes-emptydir': 'enabled',
  'kubernetes.containerspec-addcapabilities': 'disabled',
  'kubernetes.podspec-hostipc': 'disabled',
  'kubernetes.podspec-hostnetwork': 'disabled',
  'kubernetes.podspec-hostpid': 'disabled',
  'kubernetes.podspec-volumes-hostpath': 'disabled',
};

/**
 * The data of `config-features`.
 *
 * @throws for a flag of the settings that the release does not know
 */
export function featureSettings(
  given: HostPlatformConfig['knative']['features'],
  configMap: KubeObject,
): Record<string, string> {
  const known = exampleKeys(configMap);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw invalid('the settings', {
      prop: shownPath(['knative', 'features', unknown]),
      rule: `must be a flag that this version of Knative Serving knows`,
      received: given[unknown],
      fix: `Use one of ${[...known].sort().join(', ')}`,
    });
  }
  return { ...PLATFORM_FEATURES, ...given };
}
