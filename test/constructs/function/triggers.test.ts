/** @module The triggers of functions: what each renders, and what it refuses. */
import { Duration } from 'cdk8s';
import {
  EventBroker,
  type EventBrokerProps,
  HksFunction,
  type HksFunctionProps,
} from '../../../constructs/function';
import { Schedule } from '../../../constructs/schedule';
import { warningsOf } from '../../../constructs/warnings';
import { IMAGE, makeFunction, makeProject, one, refusal, rendered } from './fixture';

const schedule = Schedule.daily();
const call = (trigger: object) =>
  makeFunction({
    triggers: [{ type: 'schedule', schedule, ...trigger }],
  } as Partial<HksFunctionProps>);
const caller = (fn: HksFunction) => {
  const [first] = one(fn, 'CronJob').spec.jobTemplate.spec.template.spec.containers;
  if (!first) throw new Error('no container');
  return first;
};
const variables = (fn: HksFunction): Record<string, string | undefined> =>
  Object.fromEntries(caller(fn).env.map(({ name, value }) => [name, value]));

test('a scheduled call posts to the function, through the gateway', () => {
  const fn = call({});
  expect(variables(fn)).toEqual({
    HKS_URL: 'http://echo.shop.svc.cluster.local/',
    HKS_METHOD: 'POST',
    HKS_HEADERS: '{"User-Agent":"hks-schedule"}',
    HKS_SECRET_HEADERS: '{}',
    HKS_TIMEOUT: '300',
    HKS_RETRIES: '0',
  });
  const policy = rendered(fn).find(
    ({ metadata }) => metadata.name === 'echo-schedule-job-to-gateway',
  );
  expect(policy?.spec).toEqual({
    podSelector: { matchLabels: { 'hks.io/app': 'echo-schedule', 'hks.io/kind': 'cronjob' } },
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kourier-system' } },
            podSelector: { matchLabels: { app: '3scale-kourier-gateway' } },
          },
        ],
        ports: [{ port: 8081, protocol: 'TCP' }],
      },
    ],
  });
  expect(fn.cronJobs.map(({ name }) => name)).toEqual(['echo-schedule']);
});

test('the job has time for all attempts and the waits between them', () => {
  const { spec } = one(call({ retries: 6, timeout: Duration.seconds(10) }), 'CronJob');
  expect(spec.jobTemplate.spec).toMatchObject({
    activeDeadlineSeconds: 30 + 70 + 1 + 2 + 4 + 8 + 16 + 30,
    backoffLimit: 0,
  });
});

test('calls are short where the runs lie close, and nobody is warned', () => {
  const close = makeFunction({
    triggers: [{ type: 'schedule', schedule: Schedule.cron('*/2 * * * *'), retries: 1 }],
  });
  expect(variables(close).HKS_TIMEOUT).toBe('38');
  expect(warningsOf(close)).toEqual([]);
  const closest = makeFunction({
    triggers: [{ type: 'schedule', schedule: Schedule.cron('* * * * *'), retries: 9 }],
  });
  expect(variables(closest).HKS_TIMEOUT).toBe('1');
});

test('a payload reaches the program unchanged: no variable is replaced in it', () => {
  expect(variables(call({ payload: 'a $(HKS_TOKEN) $$ "b"\n' })).HKS_PAYLOAD).toBe(
    'a $$(HKS_TOKEN) $$$$ "b"\n',
  );
  expect(variables(call({ payload: '' })).HKS_PAYLOAD).toBe('');
  expect(variables(call({ payload: 'a\r\n' })).HKS_PAYLOAD_BASE64).toBe('YQ0K');
  expect(variables(call({ payload: new Uint8Array([0, 255]) })).HKS_PAYLOAD_BASE64).toBe('AP8=');
});

test('the content type fits the payload unless it is given', () => {
  const type = (trigger: object) =>
    JSON.parse(variables(call(trigger)).HKS_HEADERS ?? '')['Content-Type'];
  expect(type({ payload: '{"a":1}' })).toBe('application/json');
  expect(type({ payload: 'text' })).toBe('text/plain; charset=utf-8');
  expect(type({ payload: 'a\u0000' })).toBe('text/plain; charset=utf-8');
  expect(type({ payload: new Uint8Array() })).toBe('application/octet-stream');
  const headers = JSON.parse(
    variables(call({ payload: 'x', headers: { 'content-type': 'text/csv', 'user-agent': 'me' } }))
      .HKS_HEADERS ?? '',
  );
  expect(headers).toEqual({ 'content-type': 'text/csv', 'user-agent': 'me' });
});

test('a payload from a Secret or ConfigMap is a file of one key, the token a variable', () => {
  const fn = call({
    payload: { configMap: 'bodies', key: 'run.json' },
    token: { secret: 'call', key: 'token' },
  });
  expect(caller(fn).volumeMounts).toContainEqual({
    name: 'payload',
    mountPath: '/run/hks/payload',
    subPath: 'run.json',
    readOnly: true,
  });
  expect(caller(fn).env).toContainEqual({
    name: 'HKS_TOKEN',
    valueFrom: { secretKeyRef: { name: 'call', key: 'token' } },
  });
  expect(variables(fn).HKS_PAYLOAD_FILE).toBe('/run/hks/payload');
  const secret = call({ payload: { secret: 'bodies', key: 'run' } });
  expect(one(secret, 'CronJob').spec.jobTemplate.spec.template.spec.volumes).toContainEqual({
    name: 'payload',
    secret: { secretName: 'bodies', defaultMode: 0o440 },
  });
});

test('the program is the same for every call', () => {
  expect(caller(call({ payload: `'; import os #` })).command).toEqual(caller(call({})).command);
});

test('events of the default broker, all of them', () => {
  const fn = makeFunction({ triggers: [{ type: 'event' }] });
  expect(fn.eventTriggers.map((trigger) => trigger.toJson().spec)).toEqual([
    { broker: 'default', subscriber: { ref: fn.sinkRef() } },
  ]);
});

test('a function that publishes has the broker as K_SINK and the way to it', () => {
  const fn = makeFunction({ publishesTo: 'orders' });
  expect(one(fn, 'Service').spec.template.spec.containers[0]?.env).toEqual([
    {
      name: 'K_SINK',
      value: 'http://broker-ingress.knative-eventing.svc.cluster.local/shop/orders',
    },
  ]);
  const policy = rendered(fn).find(({ metadata }) => metadata.name === 'echo-to-knative-broker');
  expect(policy?.spec.egress).toEqual([
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'knative-eventing' } },
          podSelector: { matchLabels: { 'eventing.knative.dev/brokerRole': 'ingress' } },
        },
      ],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ]);
});

const of = `of HksFunction 'shop/echo'`;
const http = (trigger: object) => ({ triggers: [{ type: 'http', ...trigger }] });
const timed = (trigger: object) => ({ triggers: [{ type: 'schedule', schedule, ...trigger }] });
const event = (trigger: object) => ({ triggers: [{ type: 'event', ...trigger }] });
const long = 'a'.repeat(60);
const cases: readonly (readonly [string, object, string])[] = [
  [
    'no list',
    { triggers: 'http' },
    `'triggers' ${of} must be an array of triggers, received 'http'. Write [{ type: 'http', visibility: 'public' }].`,
  ],
  [
    'no trigger',
    { triggers: ['http'] },
    `'triggers[0]' ${of} must be an object, received 'http'. Write { type: 'http' }.`,
  ],
  [
    'an unknown type',
    { triggers: [{ type: 'cron' }] },
    `'triggers[0].type' ${of} must be one of 'http', 'schedule', 'event', received 'cron'. Choose one of them.`,
  ],
  [
    'no type',
    { triggers: [{}] },
    `'triggers[0].type' ${of} must be one of 'http', 'schedule', 'event', received null. Choose one of them.`,
  ],
  [
    'two http',
    { triggers: [{ type: 'http' }, { type: 'http' }] },
    `'triggers[1]' ${of} must be the only one of its type, received {"type":"http"}. Join the two.`,
  ],
  [
    'two events of one name',
    { triggers: [{ type: 'event' }, { type: 'event' }] },
    `'triggers[1].name' ${of} must be its own among those of its type, received nothing. Give each a name, like name: 'nightly'.`,
  ],
  [
    'an unknown prop of http',
    http({ domain: 'x' }),
    `'triggers[0].domain' ${of} is not a known prop, received 'x'. Did you mean 'triggers[0].domains'.`,
  ],
  [
    'visibility',
    http({ visibility: 'private' }),
    `'triggers[0].visibility' ${of} must be one of 'public', 'cluster-local', received 'private'. Choose one of them.`,
  ],
  [
    'domains of a local function',
    http({ domains: ['a.example.com'] }),
    `'triggers[0].domains' ${of} must not be given for a function that is 'cluster-local', since a domain makes it public, received ["a.example.com"]. Add visibility: 'public', or leave out the domains.`,
  ],
  [
    'one domain as string',
    http({ domains: 'a.example.com' }),
    `'triggers[0].domains' ${of} must be an array of strings, one for each argument, received 'a.example.com'. Write ['a.example.com'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    'a URL as domain',
    http({ visibility: 'public', domains: ['https://a.example.com'] }),
    `'triggers[0].domains[0]' ${of} must be a full domain name in lower case, without scheme, port, path or wildcard, and no address, received 'https://a.example.com'. Write it like 'api.example.com'.`,
  ],
  [
    'a domain of the cluster',
    http({ visibility: 'public', domains: ['a.b.svc.cluster.local'] }),
    `'triggers[0].domains[0]' ${of} must not be below 'cluster.local', where the cluster names its own Services, received 'a.b.svc.cluster.local'. Use a domain of yours, like 'api.example.com'.`,
  ],
  [
    'a domain twice',
    http({ visibility: 'public', domains: ['a.example.com', 'a.example.com'] }),
    `'triggers[0].domains[1]' ${of} must not come twice, received 'a.example.com'. Leave out the second one.`,
  ],
  [
    'an unknown prop of schedule',
    timed({ body: 'x' }),
    `'triggers[0].body' ${of} is not a known prop, received 'x'. Known are 'type', 'name', 'schedule', 'method', 'path', 'payload', 'headers', 'token', 'retries', 'timeout', 'suspend', 'image'.`,
  ],
  [
    'no schedule',
    timed({ schedule: undefined }),
    `'triggers[0].schedule' ${of} must be a Schedule, received null. Write Schedule.daily({ hour: 3 }).`,
  ],
  [
    'a cron expression',
    timed({ schedule: '0 3 * * *' }),
    `'triggers[0].schedule' ${of} must be a Schedule, received '0 3 * * *'. Write Schedule.daily({ hour: 3 }).`,
  ],
  [
    'a long name',
    timed({ name: long }),
    `'triggers[0].name' ${of} must leave 'echo-NAME' within 52 characters, received '${long}'. Shorten it, or the function's name, by 13 characters.`,
  ],
  [
    'a bad name',
    timed({ name: 'No' }),
    `'triggers[0].name' ${of} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'No'. Use a name like 'nightly-report'.`,
  ],
  [
    'method',
    timed({ method: 'post' }),
    `'triggers[0].method' ${of} must be one of 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', received 'post'. Did you mean 'POST'.`,
  ],
  [
    'path',
    timed({ path: 'run' }),
    `'triggers[0].path' ${of} must be a path that begins with one '/', in the characters of a URL, received 'run'. Write '/orders', other characters as encodeURIComponent gives them.`,
  ],
  [
    'a path to elsewhere',
    timed({ path: '//evil.example.com' }),
    `'triggers[0].path' ${of} must be a path that begins with one '/', in the characters of a URL, received '//evil.example.com'. Write '/orders', other characters as encodeURIComponent gives them.`,
  ],
  [
    'a payload without body',
    timed({ method: 'GET', payload: 'x' }),
    `'triggers[0].payload' ${of} must not come with the method GET, which has no body, received 'x'. Use method: 'POST', or put the values into the query of 'path'.`,
  ],
  [
    'bytes without body',
    timed({ method: 'HEAD', payload: new Uint8Array([1]) }),
    `'triggers[0].payload' ${of} must not come with the method HEAD, which has no body, received 'a payload'. Use method: 'POST', or put the values into the query of 'path'.`,
  ],
  [
    'an object as payload',
    timed({ payload: { a: 1 } }),
    `'triggers[0].payload' ${of} must be a string, a Uint8Array, { configMap, key } or { secret, key }, received {"a":1}. Write JSON.stringify(…) around an object.`,
  ],
  [
    'null as payload',
    timed({ payload: null }),
    `'triggers[0].payload' ${of} must be a string, a Uint8Array, { configMap, key } or { secret, key }, received null. Write JSON.stringify(…) around an object.`,
  ],
  [
    'a huge payload',
    timed({ payload: 'ä'.repeat(32_769) }),
    `'triggers[0].payload' ${of} must not be above 65536 bytes when it is written here, received '65538 bytes'. Put it in a ConfigMap and write { configMap: 'NAME', key: 'KEY' }.`,
  ],
  [
    'half a character',
    timed({ payload: '\ud800' }),
    `'triggers[0].payload' ${of} must be text that UTF-8 can carry, without half a surrogate pair, received '\ud800'. Give bytes as a Uint8Array.`,
  ],
  [
    'a token as literal',
    timed({ token: 'abc' }),
    `'triggers[0].token' ${of} must be a reference { secret, key }, received '***'. Put the token in a Secret and write { secret: 'NAME', key: 'token' }.`,
  ],
  [
    'headers as list',
    timed({ headers: ['a'] }),
    `'triggers[0].headers' ${of} must be an object, received ["a"]. Write { 'X-Source': 'schedule' }.`,
  ],
  [
    'a bad header name',
    timed({ headers: { 'a b': 'x' } }),
    `'triggers[0].headers.a b' ${of} must be named by letters, digits and the marks that HTTP allows, received 'a b'. Write it like 'X-Source'.`,
  ],
  [
    'Authorization',
    timed({ headers: { authorization: 'Bearer x' } }),
    `'triggers[0].headers.authorization' ${of} must not be given as a header, received 'authorization'. Give the token as 'token', which keeps it in a Secret.`,
  ],
  [
    'Host',
    timed({ headers: { Host: 'x' } }),
    `'triggers[0].headers.Host' ${of} must not be given, since the call sets it, received 'Host'. Leave it out.`,
  ],
  [
    'a header twice',
    timed({ headers: { 'X-A': '1', 'x-a': '2' } }),
    `'triggers[0].headers.x-a' ${of} must not come twice, received 'x-a'. Leave out one of them.`,
  ],
  [
    'a header of two lines',
    timed({ headers: { 'X-A': 'a\r\nB: c' } }),
    `'triggers[0].headers.X-A' ${of} must be a string of printable ASCII in one line, or { secret, key }, received 'a\r\nB: c'. Write 'text', other characters as encodeURIComponent gives them.`,
  ],
  [
    'a secret header as literal',
    timed({ headers: { 'X-Api-Key': 'abc' } }),
    `'triggers[0].headers.X-Api-Key' ${of} must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'X_Api_Key' }.`,
  ],
  [
    'retries',
    timed({ retries: 21 }),
    `'triggers[0].retries' ${of} must be a whole number from 0 to 20, received 21. Give a number in that range, or leave 'triggers[0].retries' out for the default.`,
  ],
  [
    'timeout',
    timed({ timeout: Duration.hours(2) }),
    `'triggers[0].timeout' ${of} must be whole seconds from 1 to 3600, received '7200 s'. Write Duration.seconds(30).`,
  ],
  [
    'suspend',
    timed({ suspend: 'yes' }),
    `'triggers[0].suspend' ${of} must be true or false, received 'yes'. Write true without quotes, or leave it out for the default.`,
  ],
  [
    'image',
    timed({ image: 'A B' }),
    `'triggers[0].image' ${of} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'A B'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    'an unknown prop of event',
    event({ filter: {} }),
    `'triggers[0].filter' ${of} is not a known prop, received {}. Did you mean 'triggers[0].filters'.`,
  ],
  [
    'broker',
    event({ broker: '9' }),
    `'triggers[0].broker' ${of} must begin with a letter, since Knative makes a Service of it, received '9'. Write 'fn-9'.`,
  ],
  [
    'attributes with filters',
    event({ attributes: { type: 'a' }, filters: [] }),
    `'triggers[0].attributes' ${of} must not come with 'filters', which would override it, received {"type":"a"}. Write it as one of the filters: { exact: … }.`,
  ],
  [
    'an attribute in capitals',
    event({ attributes: { Type: 'a' } }),
    `'triggers[0].attributes.Type' ${of} must be a string under a name of lower-case letters and digits that begins with a letter, received 'a'. Write { type: 'com.example.order' }.`,
  ],
  [
    'attributes as list',
    event({ attributes: ['a'] }),
    `'triggers[0].attributes' ${of} must be an object, received ["a"]. Write { type: 'com.example.order' }.`,
  ],
  [
    'no filters',
    event({ filters: [] }),
    `'triggers[0].filters' ${of} must be an array with at least one item, received []. Write [{ prefix: { type: 'com.example.' } }], or leave it out where it is optional.`,
  ],
  [
    'a filter of two dialects',
    event({ filters: [{ exact: { a: 'b' }, prefix: { a: 'b' } }] }),
    `'triggers[0].filters[0]' ${of} must have exactly one of 'exact', 'prefix', 'suffix', 'cesql', 'all', 'any', 'not', received {"exact":{"a":"b"},"prefix":{"a":"b"}}. Write { exact: { type: 'com.example.order' } }; several together as { all: [ … ] }.`,
  ],
  [
    'an unknown dialect',
    event({ filters: [{ regex: 'x' }] }),
    `'triggers[0].filters[0].regex' ${of} is not a known prop, received 'x'. Known are 'exact', 'prefix', 'suffix', 'cesql', 'all', 'any', 'not'.`,
  ],
  [
    'an empty filter',
    event({ filters: [{ not: { exact: {} } }] }),
    `'triggers[0].filters[0].not.exact' ${of} must name at least one attribute, in lower-case letters and digits, each with a string that is not empty, received {}. Write { type: 'com.example.order' }.`,
  ],
  [
    'an empty expression',
    event({ filters: [{ cesql: ' ' }] }),
    `'triggers[0].filters[0].cesql' ${of} must be an expression of CloudEvents SQL, received ' '. Write one like "type = 'com.example.order'".`,
  ],
  [
    'a path of events',
    event({ path: 'a b' }),
    `'triggers[0].path' ${of} must be a path that begins with one '/', in the characters of a URL, received 'a b'. Write '/orders', other characters as encodeURIComponent gives them.`,
  ],
  [
    'delivery',
    event({ delivery: { retry: 1 } }),
    `'triggers[0].delivery.retry' ${of} is not a known prop, received 1. Known are 'retries', 'backoff', 'backoffDelay', 'timeout', 'deadLetter'.`,
  ],
  [
    'backoff',
    event({ delivery: { backoff: 'fast' } }),
    `'triggers[0].delivery.backoff' ${of} must be one of 'linear', 'exponential', received 'fast'. Choose one of them.`,
  ],
  [
    'a timeout of nothing',
    event({ delivery: { timeout: Duration.seconds(0) } }),
    `'triggers[0].delivery.timeout' ${of} must be whole seconds from 1 to 2147483647, received '0 s'. Write Duration.seconds(30).`,
  ],
  [
    'a dead letter to nowhere',
    event({ delivery: { deadLetter: 'dead' } }),
    `'triggers[0].delivery.deadLetter' ${of} must be an HksFunction or a URL without user and password, received 'dead'. Write the function's variable, or 'http://NAME.NAMESPACE.svc.cluster.local'.`,
  ],
];

test.each(cases)('refuses %s', (_, props, message) => {
  expect(refusal(props)).toBe(message);
});

test('a broker refuses what it does not know, and a name that is none', () => {
  const broker = (id: string, props: object) => () =>
    new EventBroker(makeProject(), id, props as EventBrokerProps);
  expect(broker('orders', { config: {} })).toThrow(
    `'config' of EventBroker 'shop/orders' is not a known prop, received {}. Known are 'delivery', 'metadata'.`,
  );
  expect(broker('1st', {})).toThrow(
    `'id' of EventBroker 'shop/1st' must begin with a letter, since Knative makes a Service of it, received '1st'. Write 'fn-1st'.`,
  );
  expect(broker('orders', { metadata: { name: 'A' } })).toThrow(
    `'metadata.name' of EventBroker 'shop/orders' must be a DNS label`,
  );
  expect(new EventBroker(makeProject(), 'default').broker.toJson().spec).toEqual({});
});

test('a name that the egress of the function has already', () => {
  const egress = [{ name: 'knative-broker', peers: [{ pods: {} }], ports: [{ port: 1 }] }];
  expect(refusal({ publishesTo: 'default', egress })).toBe(
    `'egress[1].name' ${of} must not come twice, received 'knative-broker'. Give each rule its own name.`,
  );
});

test('several triggers of one type go by their names', () => {
  const fn = new HksFunction(makeProject(), 'echo', {
    image: IMAGE,
    triggers: [
      { type: 'schedule', schedule },
      { type: 'schedule', name: 'second', schedule },
      { type: 'event' },
      { type: 'event', name: 'second' },
    ],
  });
  expect(fn.cronJobs.map(({ name }) => name)).toEqual(['echo-schedule', 'echo-second']);
  expect(fn.eventTriggers.map(({ name }) => name)).toEqual(['echo-event', 'echo-second']);
});
