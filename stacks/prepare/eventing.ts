/** @module Knative Eventing with its in-memory channel and broker as this platform runs it, from its release files. */
import { identityOf } from '../kube-object';
import { assembled } from './assemble';
import { type Release, releaseObjects } from './documents';
import type { PreparedRelease, PrepareOptions, ReleaseAssets } from './release';

/** Parts of Eventing that the platform does not run, by identity; their CRDs stay, since the controller watches them. */
const LEFT_OUT: readonly string[] = [
  // It starts Jobs in every namespace on behalf of whoever sends it an event; tenants have HksCronJob and functions.
  'serviceaccount/knative-eventing/job-sink',
  'clusterrole.rbac.authorization.k8s.io/knative-eventing-job-sink',
  'clusterrolebinding.rbac.authorization.k8s.io/knative-eventing-job-sink',
  'service/knative-eventing/job-sink',
  'deployment.apps/knative-eventing/job-sink',
  // Its pod ships without limits and without a security context; tenants call functions by HTTP.
  'serviceaccount/knative-eventing/request-reply',
  'clusterrole.rbac.authorization.k8s.io/knative-eventing-request-reply',
  'clusterrolebinding.rbac.authorization.k8s.io/knative-eventing-request-reply',
  'secret/knative-eventing/request-reply-keys',
  'service/knative-eventing/request-reply',
  'statefulset.apps/knative-eventing/request-reply',
];

/**
 * The objects of Knative Eventing.
 *
 * @param assets `eventing-crds.yaml`, `eventing-core.yaml`, `in-memory-channel.yaml` and `mt-channel-broker.yaml`
 */
export function prepareEventing(assets: ReleaseAssets, options: PrepareOptions): PreparedRelease {
  const release: Release = {
    name: 'Knative Eventing',
    version: options.version,
    needs: [
      'eventing-crds.yaml',
      'eventing-core.yaml',
      'in-memory-channel.yaml',
      'mt-channel-broker.yaml',
    ],
  };
  const objects = releaseObjects(release, assets).filter(
    (object) => !LEFT_OUT.includes(identityOf(object)),
  );
  return assembled(objects, options);
}
