/** @module Tests of the wait for Knative's webhooks, against a small API server. */
import { ApiError, connect } from '../../../stacks/cluster/client';
import { untilWebhookAnswers } from '../../../stacks/cluster/webhook';
import { type Answer, ApiServer, type Asked, failure } from './api-server';

let server: ApiServer | undefined;
afterEach(() => server?.stop());

const WAIT = { timeoutSeconds: 5, interval: 1 };
const SETTINGS = '/api/v1/namespaces/knative-serving/configmaps/config-logging';
const SERVICES = '/apis/serving.knative.dev/v1/namespaces/knative-serving/services';
const denied = (webhook: string, why = 'validation failed') =>
  failure(400, `admission webhook "${webhook}" denied the request: ${why}`);
/** What the webhooks answer when they do. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  [SETTINGS]: denied('config.webhook.serving.knative.dev'),
  [SERVICES]: denied('validation.webhook.serving.knative.dev'),
  '/api/v1/namespaces/knative-eventing/configmaps/config-logging': denied(
    'config.webhook.eventing.knative.dev',
  ),
  '/apis/eventing.knative.dev/v1/namespaces/knative-eventing/brokers': denied(
    'validation.webhook.eventing.knative.dev',
  ),
};

async function serve(answers: (asked: Asked) => Answer | undefined = () => undefined) {
  server = await ApiServer.start((asked) => answers(asked) ?? ANSWERS[asked.path]);
  return server;
}

test.each(['serving', 'eventing'] as const)(
  '%s: a refusal of each webhook ends it, without effect',
  async (webhook) => {
    const { asked } = await serve();
    await untilWebhookAnswers((server as ApiServer).cluster(), webhook, WAIT);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Object.keys(ANSWERS)
        .filter((path) => path.includes(webhook))
        .map((path) => `${path.includes('configmaps') ? 'PATCH' : 'POST'} ${path}`),
    );
    expect(asked.map(({ query }) => query.get('dryRun'))).toEqual(['All', 'All']);
  },
);

const NOT_YET: [string, Answer][] = [
  [
    'no pod serves it',
    failure(
      500,
      'Internal error occurred: failed calling webhook "x": no endpoints available for service "webhook"',
    ),
  ],
  [
    'its certificate is not known',
    failure(500, 'failed calling webhook "x": x509: certificate signed by unknown authority'),
  ],
  ['another webhook refuses', denied('policy.example.com')],
  ['the API server asks nobody', { kind: 'ConfigMap' }],
  ['its kinds are not served', failure(404, 'the server could not find the requested resource')],
];
test.each(NOT_YET)('it is asked again while %s', async (_, answer) => {
  let times = 0;
  const { asked } = await serve(() => {
    times += 1;
    return times <= 3 ? answer : undefined;
  });
  await untilWebhookAnswers((server as ApiServer).cluster(), 'serving', WAIT);
  expect(asked).toHaveLength(5);
});

test('the second webhook is waited for as the first is', async () => {
  let times = 0;
  const { asked } = await serve(({ path }) => {
    if (path !== SERVICES) return undefined;
    times += 1;
    return times === 1 ? { kind: 'Service' } : undefined;
  });
  await untilWebhookAnswers((server as ApiServer).cluster(), 'serving', WAIT);
  expect(asked.map(({ path }) => path)).toEqual([SETTINGS, SERVICES, SERVICES]);
});

test('the time ends it, with what was asked and answered', async () => {
  const [[, answer] = ['', {}]] = NOT_YET;
  const cluster = (await serve(() => answer)).cluster();
  await expect(
    untilWebhookAnswers(cluster, 'serving', { timeoutSeconds: 0.05, interval: 10 }),
  ).rejects.toThrow(
    new Error(
      `The webhook config.webhook.serving.knative.dev did not answer in 0.05 seconds. Asked: PATCH ${SETTINGS}?dryRun=All&fieldManager=hks. The last answer: Internal error occurred: failed calling webhook "x": no endpoints available for service "webhook"`,
    ),
  );
});

test('an API server that is away for a moment is asked again', async () => {
  const first = await ApiServer.start(() => ({}));
  const cluster = connect({ kubeconfig: first.kubeconfig() }, {});
  await first.stop();
  await expect(
    untilWebhookAnswers(cluster, 'eventing', { timeoutSeconds: 0.05, interval: 10 }),
  ).rejects.toThrow(/did not answer in 0.05 seconds.*ECONNREFUSED/);
});

test('a user who may not ask is told at once', async () => {
  const forbidden = failure(
    403,
    'configmaps "config-logging" is forbidden: User "ci" cannot patch',
  );
  const { asked } = await serve(() => forbidden);
  const asking = untilWebhookAnswers((server as ApiServer).cluster(), 'serving', WAIT);
  await expect(asking).rejects.toThrow(ApiError);
  expect(asked).toHaveLength(1);
});
