/** @module Knative's admission webhooks, asked until they answer: pods that are ready are not enough. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KNATIVE_EVENTING_NAMESPACE, KNATIVE_SERVING_NAMESPACE } from '../../constructs/system';
import type { KnativeWebhook } from '../gate';
import { ApiError, type ApiRequest, type Cluster, ClusterUnreachable } from './client';

export interface WebhookWait {
  /** @default 300 */
  readonly timeoutSeconds?: number;
  /** Milliseconds between two questions. @default 1000 */
  readonly interval?: number;
}

/** A request without effect that the webhook must refuse: only its refusal proves that it was asked. */
interface Question {
  /** The webhook that must refuse. */
  readonly webhook: string;
  readonly path: string;
  readonly request: ApiRequest;
}

/**
 * Waits until the webhooks of Knative Serving or Eventing answer: those of settings, of defaults and of validation.
 * The configurations of some come without rules, which the webhook itself writes; until then the API server asks
 * nobody and allows everything, so that an allowed request tells nothing.
 *
 * @throws after the time, with what was asked and the last answer; at once where the user may not ask
 */
export async function untilWebhookAnswers(
  cluster: Cluster,
  webhook: KnativeWebhook,
  { timeoutSeconds = 300, interval = 1_000 }: WebhookWait = {},
): Promise<void> {
  const end = Date.now() + timeoutSeconds * 1_000;
  for (const question of QUESTIONS[webhook]) {
    for (;;) {
      const answer = await ask(cluster, question);
      if (answer === undefined) break;
      if (Date.now() + interval > end) {
        throw new Error(
          `The webhook ${question.webhook} did not answer in ${timeoutSeconds} seconds. Asked: ${question.request.method} ${question.path}. The last answer: ${answer}`,
        );
      }
      await sleep(interval);
    }
  }
}

/** Nothing when the webhook answered, else what came instead. */
async function ask(cluster: Cluster, { webhook, path, request }: Question) {
  try {
    await cluster.ask(path, { ...request, timeoutSeconds: 30 });
    return 'the API server allowed it without asking the webhook.';
  } catch (error) {
    if (error instanceof ClusterUnreachable) return error.message;
    if (!(error instanceof ApiError)) throw error;
    if (error.message.includes(`admission webhook "${webhook}" denied the request`))
      return undefined;
    if (error.status === 403) throw error;
    return error.message;
  }
}

const DRY_RUN = 'dryRun=All&fieldManager=hks';

/** A setting's example that does not fit its checksum: the webhook of settings refuses it, whatever the rest says. */
function changedExample(webhook: string, namespace: string): Question {
  return {
    webhook,
    path: `/api/v1/namespaces/${namespace}/configmaps/config-logging?${DRY_RUN}`,
    request: {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: {
        metadata: { annotations: { 'knative.dev/example-checksum': '00000000' } },
        data: { _example: 'Does the webhook look at this?' },
      },
    },
  };
}

/** Objects that the schema takes and the webhook does not; the defaults are asked for before. */
const QUESTIONS: Readonly<Record<KnativeWebhook, readonly Question[]>> = {
  serving: [
    changedExample('config.webhook.serving.knative.dev', KNATIVE_SERVING_NAMESPACE),
    {
      webhook: 'validation.webhook.serving.knative.dev',
      path: `/apis/serving.knative.dev/v1/namespaces/${KNATIVE_SERVING_NAMESPACE}/services?${DRY_RUN}`,
      request: {
        method: 'POST',
        body: {
          apiVersion: 'serving.knative.dev/v1',
          kind: 'Service',
          metadata: { name: 'does-the-webhook-answer', namespace: KNATIVE_SERVING_NAMESPACE },
          spec: { template: { spec: { containers: [] } } },
        },
      },
    },
  ],
  eventing: [
    changedExample('config.webhook.eventing.knative.dev', KNATIVE_EVENTING_NAMESPACE),
    {
      webhook: 'validation.webhook.eventing.knative.dev',
      path: `/apis/eventing.knative.dev/v1/namespaces/${KNATIVE_EVENTING_NAMESPACE}/brokers?${DRY_RUN}`,
      request: {
        method: 'POST',
        body: {
          apiVersion: 'eventing.knative.dev/v1',
          kind: 'Broker',
          metadata: { name: 'does-the-webhook-answer', namespace: KNATIVE_EVENTING_NAMESPACE },
          spec: { delivery: { retry: -1 } },
        },
      },
    },
  ],
};
