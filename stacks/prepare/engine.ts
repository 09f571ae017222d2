/** @module What the engine is told about an object: whether to await it, whose word counts, and which fields are Knative's. */
import type { KubeObject } from '../kube-object';
import { annotated, fields } from './fields';

const SKIP_AWAIT = 'pulumi.com/skipAwait';

/** The gateway's Service, by which the platform is reached: the engine waits until it has what its type promises. */
const AWAITED_SERVICE = 'kourier-system/kourier';
/** Started and told its settings by Eventing's controller once there is a PingSource. */
const PING_ADAPTER = 'knative-eventing/pingsource-mt-adapter';

const WEBHOOKS = /^(Mutating|Validating)WebhookConfiguration$/;

/**
 * The object with the annotations that the provider reads:
 * - Services are not awaited: pods need them before they are ready themselves; what counts is that Deployments are.
 * - Webhook configurations and the ping adapter are written by Knative too, so an upgrade takes back what it changes.
 */
export function forEngine(object: KubeObject): KubeObject {
  const { kind, metadata } = object;
  const name = `${metadata.namespace}/${metadata.name}`;
  if (WEBHOOKS.test(kind)) return takenOver(object);
  if (kind === 'Service' && name !== AWAITED_SERVICE) return withoutAwait(object);
  if (kind === 'Deployment' && name === PING_ADAPTER) {
    return takenOver(withoutAwait(object));
  }
  return object;
}

/** The object, for which the engine does not wait until it is ready. */
export function withoutAwait(object: KubeObject): KubeObject {
  return annotated(object, { [SKIP_AWAIT]: 'true' });
}

/** Whether the engine waits until the object is ready. */
export function isAwaited({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[SKIP_AWAIT] !== 'true';
}

/** The object, whose fields are the engine's again whoever wrote them. */
export function takenOver(object: KubeObject): KubeObject {
  return annotated(object, { 'pulumi.com/patchForce': 'true' });
}

/** Fields, as paths for `ignoreChanges`, that are left as Knative or the cluster wrote them. */
export function ignoredFields(object: KubeObject): string[] {
  const { kind, metadata } = object;
  if (WEBHOOKS.test(kind)) return ['webhooks[*].rules', 'webhooks[*].namespaceSelector'];
  if (kind === 'Secret' && isEmpty(object)) return ['data'];
  if (kind !== 'Deployment') return [];
  const isPing = `${metadata.namespace}/${metadata.name}` === PING_ADAPTER;
  return isPing || fields(object.spec).replicas === undefined ? ['spec.replicas'] : [];
}

function isEmpty({ data, stringData }: KubeObject): boolean {
  return Object.keys({ ...fields(data), ...fields(stringData) }).length === 0;
}
