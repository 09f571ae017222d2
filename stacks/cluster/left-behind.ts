/** @module Objects of tenants that Knative's controllers must let go of: without these, their namespaces could never be deleted. */
import type { Listed, Reader } from './lists';

/** What has finalizers beside functions, by group, version and plural. */
export const LET_GO_BY_CONTROLLERS: readonly string[] = [
  'serving.knative.dev/v1beta1/domainmappings',
  'eventing.knative.dev/v1/brokers',
  'eventing.knative.dev/v1/triggers',
  'messaging.knative.dev/v1/channels',
  'messaging.knative.dev/v1/subscriptions',
  'sources.knative.dev/v1/apiserversources',
  'sources.knative.dev/v1/containersources',
  'sources.knative.dev/v1/pingsources',
  'sources.knative.dev/v1/sinkbindings',
];

/** Each as `brokers shop/default`, sorted; none of a kind that the cluster does not know. */
export async function leftBehind(reader: Reader, crds: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    LET_GO_BY_CONTROLLERS.map(async (path) => {
      const [group, , plural] = path.split('/');
      if (!crds.includes(`${plural}.${group}`)) return [];
      const objects: readonly Listed[] = await reader.list(`/apis/${path}`, { metadataOnly: true });
      return objects.map(({ metadata }) => `${plural} ${metadata?.namespace}/${metadata?.name}`);
    }),
  );
  return found.flat().sort();
}
