/** @module Which workloads of a release are behind a Service, and behind a webhook. */
import type { KubeObject } from '../kube-object';
import type { PreparedRelease } from '../prepare/release';

/** The Services that a webhook configuration calls, and the workloads behind them. */
export function serversOf(webhook: KubeObject, { objects }: PreparedRelease): KubeObject[] {
  const called = (webhook as unknown as WebhookConfiguration).webhooks.map(
    ({ clientConfig }) => clientConfig.service,
  );
  const services = objects.filter(
    ({ kind, metadata }) =>
      kind === 'Service' &&
      called.some((one) => one?.name === metadata.name && one.namespace === metadata.namespace),
  );
  const workloads = services.flatMap((service) => workloadsOf(service, objects));
  return [...services, ...workloads];
}

interface WebhookConfiguration {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly service?: { name: string; namespace: string } };
  }[];
}

/** Whether the object has pods that run until it is deleted. */
export function isWorkload({ kind }: KubeObject): boolean {
  return WORKLOADS.includes(kind);
}

/** The workloads whose pods a Service selects. */
export function workloadsOf(service: KubeObject, objects: readonly KubeObject[]): KubeObject[] {
  const { selector } = service['spec'] as { selector?: Record<string, string> };
  return objects.filter((other) => {
    const { template } = (other['spec'] ?? {}) as {
      template?: { metadata?: { labels?: Record<string, string> } };
    };
    return (
      isWorkload(other) &&
      other.metadata.namespace === service.metadata.namespace &&
      selector !== undefined &&
      selects(selector, template?.metadata?.labels)
    );
  });
}

/** Whether labels have all that a selector asks for. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
