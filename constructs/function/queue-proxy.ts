/** @module The resources of the proxy that Knative puts beside every function: it ships without limits, which a quota refuses. */
import type { ContainerResources } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { type Resources, resolveResources } from '../resources';

/** What the proxy of every function's pod gets, unless `queueProxy` says otherwise; plans count it. */
export const QUEUE_PROXY_RESOURCES: Resources = {
  requests: { cpu: '25m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
  limits: { cpu: '500m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
};

const PREFIX = 'queue.sidecar.serving.knative.dev';

/** The annotations of the revision's template that size its proxy. */
export function queueProxyAnnotations(
  owner: IConstruct,
  given: ContainerResources | undefined,
): Record<string, string> {
  const { requests, limits } = resolveResources(owner, 'queueProxy', given, QUEUE_PROXY_RESOURCES);
  return Object.fromEntries(
    (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((key) => [
      [`${PREFIX}/${key}-resource-request`, requests[key]],
      [`${PREFIX}/${key}-resource-limit`, limits[key]],
    ]),
  );
}
