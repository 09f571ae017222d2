import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { type WebhookGate, webhookAnswers } from '../../stacks/gate';
import { type WiringOptions, wiringOfComponents } from './wiring';

/** A component whose map `last` waits for a webhook that two other maps stand for; what happened, in order. */
async function asked(gate: WebhookGate, options: WiringOptions = {}) {
  const events: string[] = [];
  let answered: Promise<void> | undefined;
  const wiring = await wiringOfComponents(
    (part) => {
      const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
      const map = (name: string, dependsOn: pulumi.Input<pulumi.Resource>[] = []) =>
        new k8s.core.v1.ConfigMap(name, {}, { parent: component, dependsOn });
      const after = [map('configuration'), map('server')] as const;
      answered = webhookAnswers(component, {
        webhook: 'serving',
        gate: async (webhook) => {
          events.push(`asked ${webhook}`);
          await gate(webhook);
          events.push('answered');
        },
        after,
      });
      map('last', [answered.then(() => after[0]), ...after]);
    },
    {
      ...options,
      outputs: ({ name, custom }) => {
        if (custom && !['cluster'].includes(name)) events.push(name);
        return undefined;
      },
    },
  );
  await answered;
  return { events, wiring };
}

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 10));

test('the webhook is asked when what serves it is made, and what depends on it waits for the answer', async () => {
  const { events, wiring } = await asked(later);
  expect(events).toEqual(['configuration', 'server', 'asked serving', 'answered', 'last']);
  expect(wiring.named('last').dependencies).toEqual(['configuration', 'server']);
});

test('a preview asks nothing and keeps the edges, also where everything is there already', async () => {
  for (const known of [undefined, () => true]) {
    const { events, wiring } = await asked(later, { preview: true, ...(known && { known }) });
    expect(events).toEqual(['configuration', 'server', 'last']);
    expect(wiring.named('last').dependencies).toEqual(['configuration', 'server']);
  }
});

test('an update that goes on although the server failed does not ask', async () => {
  const { events, wiring } = await asked(later, { known: ({ name }) => name !== 'server' });
  expect(events).toEqual(['configuration', 'server', 'last']);
  expect(wiring.named('last').dependencies).toEqual(['configuration', 'server']);
});

describe('a webhook that does not answer', () => {
  async function refusal(webhook: 'serving' | 'eventing', came: unknown) {
    let component: pulumi.Resource | undefined;
    let answered: Promise<unknown> | undefined;
    await wiringOfComponents((part) => {
      const owner = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
      const after = [new k8s.core.v1.ConfigMap('server', {}, { parent: owner })];
      component = owner;
      const gate = () => Promise.reject(came);
      answered = webhookAnswers(owner, { webhook, gate, after }).catch((error) => error);
    });
    return { error: await answered, component };
  }

  test('is an error of the component that says where to look and what came', async () => {
    const came = new Error('The webhook did not answer in 300 seconds. Asked: POST /apis/x.');
    const { error, component } = await refusal('serving', came);
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ resource: component, hideStack: true });
    expect(String(error)).toBe(
      "Error: The webhook of Knative Serving does not answer, so nothing that it admits can be made. Look at 'kubectl -n knative-serving logs deployment/webhook', then run the update again. The webhook did not answer in 300 seconds. Asked: POST /apis/x.",
    );
  });

  test('of Eventing is looked for in its own namespace', async () => {
    const { error } = await refusal('eventing', 'no route');
    expect(String(error)).toBe(
      "Error: The webhook of Knative Eventing does not answer, so nothing that it admits can be made. Look at 'kubectl -n knative-eventing logs deployment/eventing-webhook', then run the update again. no route",
    );
  });
});
