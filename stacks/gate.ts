/** @module The gate between Knative's webhooks and what they admit: the engine goes on when they answer, not when they run. */
import * as pulumi from '@pulumi/pulumi';
import { KNATIVE_EVENTING_NAMESPACE, KNATIVE_SERVING_NAMESPACE } from '../constructs/system';

/** Which of Knative's webhooks. */
export type KnativeWebhook = 'serving' | 'eventing';

/**
 * Asks a webhook until it answers.
 *
 * @throws Error that names what was asked and what came, when it does not in time
 */
export type WebhookGate = (webhook: KnativeWebhook) => Promise<void>;

export interface WebhookAnswersArgs {
  readonly webhook: KnativeWebhook;
  readonly gate: WebhookGate;
  /** The webhook's configurations, and the Services and Deployments that serve it. */
  readonly after: readonly pulumi.CustomResource[];
}

/**
 * Resolves when the webhook answers. What depends on the promise is asked of the engine only then; let it depend
 * on all of `after` too, so that it is deleted before them.
 *
 * A preview asks nothing: there is no webhook to ask. Neither does an update that goes on although one of
 * `after` failed: its identifier is unknown then, and the engine skips what depends on it.
 *
 * The program must await this before it ends. The engine takes what a program that ended well did not ask for
 * as removed from it, and deletes it: here all that waits for a webhook that no longer answers.
 *
 * @throws pulumi.ResourceError of the component when the webhook does not answer
 */
export async function webhookAnswers(
  component: pulumi.ComponentResource,
  { webhook, gate, after }: WebhookAnswersArgs,
): Promise<void> {
  const identifiers = pulumi.all(after.map(({ id }) => id));
  const known = await pulumi.runtime.serializeProperty(webhook, identifiers);
  if (known === pulumi.runtime.unknownValue || pulumi.runtime.isDryRun()) {
    return;
  }
  await gate(webhook).catch((error: unknown) => {
    throw new pulumi.ResourceError(noAnswer(webhook, error), component, true);
  });
}

function noAnswer(webhook: KnativeWebhook, error: unknown): string {
  const { title, namespace, deployment } = WEBHOOKS[webhook];
  const came = error instanceof Error ? error.message : String(error);
  return (
    `The webhook of ${title} does not answer, so nothing that it admits can be made. ` +
    `Look at 'kubectl -n ${namespace} logs deployment/${deployment}', then run the update again. ${came}`
  );
}

const WEBHOOKS: Readonly<
  Record<KnativeWebhook, { title: string; namespace: string; deployment: string }>
> = {
  serving: {
    title: 'Knative Serving',
    namespace: KNATIVE_SERVING_NAMESPACE,
    deployment: 'webhook',
  },
  eventing: {
    title: 'Knative Eventing',
    namespace: KNATIVE_EVENTING_NAMESPACE,
    deployment: 'eventing-webhook',
  },
};
