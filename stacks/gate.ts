/** @module The gate between Knative's webhooks and what they admit: the engine goes on when they answer, not when they run. */
import * as pulumi from '@pulumi/pulumi';

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
  /** The webhook's configurations, and the Services and Deployments that serve it; at least one. */
  readonly after: readonly [pulumi.CustomResource, ...pulumi.CustomResource[]];
}

/**
 * What depends on this is made when the webhook answers, and deleted before anything that serves it.
 *
 * It is the first of `after`, told only then. A preview asks nothing: there is no webhook to ask. Neither does
 * an update in which one of `after` failed, since its identifier is then unknown.
 *
 * @throws pulumi.ResourceError of the component, which ends the update, when the webhook does not answer
 */
export function webhookAnswers(
  component: pulumi.ComponentResource,
  { webhook, gate, after }: WebhookAnswersArgs,
): pulumi.Output<pulumi.Resource> {
  const identifiers = pulumi.all(after.map(({ id }) => id));
  return identifiers.apply(async () => {
    if (!pulumi.runtime.isDryRun()) {
      await gate(webhook).catch((error: unknown) => {
        throw new pulumi.ResourceError(noAnswer(webhook, error), component, true);
      });
    }
    return after[0];
  });
}

function noAnswer(webhook: KnativeWebhook, error: unknown): string {
  const { title, namespace, deployment } = WEBHOOKS[webhook];
  const came = error instanceof Error ? error.message : String(error);
  return (
    `The webhook of ${title} does not answer, so nothing that it admits can be made: ${came} ` +
    `Look at 'kubectl -n ${namespace} logs deployment/${deployment}', then run the update again.`
  );
}

const WEBHOOKS: Readonly<
  Record<KnativeWebhook, { title: string; namespace: string; deployment: string }>
> = {
  serving: { title: 'Knative Serving', namespace: 'knative-serving', deployment: 'webhook' },
  eventing: {
    title: 'Knative Eventing',
    namespace: 'knative-eventing',
    deployment: 'eventing-webhook',
  },
};
