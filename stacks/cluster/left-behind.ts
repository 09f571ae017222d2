/** @module Objects of tenants that Knative's controllers must let go of: without these, their namespaces could never be deleted. */
import type { Listed, Reader } from './lists';

/** What has finalizers beside functions: plurals by kind. */
export const LET_GO_BY_CONTROLLERS: Readonly<Record<string, string>> = {
  'serving.knative.dev/v1beta1/DomainMapping': 'domainmappings',
  'eventing.knative.dev/v1/Broker': 'brokers',
  'eventing.knative.dev/v1/Trigger': 'triggers',
  'messaging.knative.dev/v1/Channel': 'channels',
  'messaging.knative.dev/v1/Subscription': 'subscriptions',
  'sources.knative.dev/v1/ApiServerSource': 'apiserversources',
  'sources.knative.dev/v1/ContainerSource': 'containersources',
  'sources.knative.dev/v1/PingSource': 'pingsources',
  'sources.knative.dev/v1/SinkBinding': 'sinkbindings',
};

/** Each as `brokers shop/default`, sorted; none of a kind that the cluster does not know. */
export async function leftBehind(reader: Reader, crds: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(LET_GO_BY_CONTROLLERS).map(async ([kind, plural]) => {
      const [group, version] = kind.split('/');
      if (!crds.includes(`${plural}.${group}`)) return [];
      const path = `/apis/${group}/${version}/${plural}`;
      const objects: readonly Listed[] = await reader.list(path, { metadataOnly: true });
      return objects.map(({ metadata }) => `${plural} ${metadata?.namespace}/${metadata?.name}`);
    }),
  );
  return found.flat().sort();
}
