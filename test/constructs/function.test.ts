/** @module HksFunction: what it renders, and what it refuses. */
import { ApiObject, App, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-28';
import { EventBroker, HksFunction, MAX_FUNCTION_NAME } from '../../constructs/function';
import { Project } from '../../constructs/project';
import { Schedule } from '../../constructs/schedule';
import {
  container,
  DIGEST,
  IMAGE,
  makeFunction,
  makeProject,
  one,
  refusal,
  rendered,
} from './function/fixture';

const template = (fn: HksFunction) => one(fn, 'Service').spec.template;

test('the defaults', () => {
  expect(rendered(makeFunction())).toMatchSnapshot();
});

test('with everything set', () => {
  const project = makeProject();
  const broker = new EventBroker(project, 'orders', {
    delivery: {
      retries: 3,
      backoff: 'linear',
      backoffDelay: Duration.seconds(2),
      timeout: Duration.seconds(30),
      deadLetter: 'http://dead.example.com/',
    },
    metadata: { labels: { team: 'shop' } },
  });
  const sink = new HksFunction(project, 'dead', { image: IMAGE });
  const fn = new HksFunction(project, 'echo', {
    image: { image: 'registry.example.com/shop/echo:3', digest: DIGEST, runtime: 'python' },
    handler: 'main.handle',
    command: ['supervisor'],
    args: ['--verbose'],
    env: {
      LOG_LEVEL: 'info',
      API_KEY: { secret: 'keys', key: 'api' },
      MODE: { configMap: 'modes', key: 'mode' },
    },
    envFrom: [{ secret: 'all', prefix: 'ALL_' }, { configMap: 'settings' }],
    volumes: {
      keys: { secret: 'keys', mountPath: '/etc/keys' },
      settings: { configMap: 'settings', mountPath: '/etc/settings' },
      cache: { emptyDir: { size: Size.mebibytes(128) }, mountPath: '/cache' },
      data: { claim: 'data', mountPath: '/data', readOnly: true },
    },
    imagePullSecrets: ['pull'],
    serviceAccountName: 'runner',
    identity: { user: 1000, group: 2000, fsGroup: 3000 },
    resources: {
      cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
      memory: { request: Size.mebibytes(128), limit: Size.mebibytes(512) },
    },
    queueProxy: { cpu: { request: Cpu.millis(10) } },
    port: 3000,
    protocol: 'h2c',
    probes: {
      readiness: { http: '/health/readiness' },
      liveness: { http: '/health/liveness', period: Duration.seconds(20) },
      startup: { tcp: 3000, failureThreshold: 30 },
    },
    pod: {
      nodeSelector: { disk: 'fast' },
      tolerations: [{ key: 'disk', operator: 'Exists' }],
      initContainers: [{ name: 'warm', image: IMAGE }],
    },
    features: [
      'kubernetes.podspec-nodeselector',
      'kubernetes.podspec-tolerations',
      'kubernetes.podspec-init-containers',
      'kubernetes.podspec-persistent-volume-claim',
      'kubernetes.podspec-securitycontext',
      'allow-zero-initial-scale',
    ],
    concurrency: 20,
    timeout: Duration.minutes(10),
    progressDeadline: Duration.minutes(2),
    rolloutDuration: Duration.minutes(5),
    isolation: 'gvisor',
    scale: {
      min: 1,
      max: 5,
      initial: 0,
      activation: 2,
      metric: 'concurrency',
      target: 10.5,
      utilization: 80,
      window: Duration.seconds(30),
      downDelay: Duration.minutes(15),
      lastPodRetention: Duration.minutes(1),
      burstCapacity: -1,
    },
    traffic: [
      { percent: 90, revision: 'echo-0123456789', tag: 'before' },
      { percent: 10 },
      { tag: 'next' },
    ],
    triggers: [
      { type: 'http', visibility: 'public', domains: ['echo.example.com', 'www.example.com'] },
      {
        type: 'schedule',
        name: 'nightly',
        schedule: Schedule.cron('0 3 * * *', { timeZone: 'Europe/Berlin' }),
        method: 'PUT',
        path: '/run?full=1',
        payload: '{"full": "$(HKS_TOKEN)"}',
        headers: { 'X-Source': 'a $(X)', 'X-Api-Key': { secret: 'keys', key: 'api' } },
        token: { secret: 'keys', key: 'token' },
        retries: 3,
        timeout: Duration.seconds(20),
        suspend: true,
        image: 'registry.example.com/python:3.12',
      },
      {
        type: 'event',
        name: 'paid',
        broker,
        attributes: { type: 'com.example.paid' },
        path: '/paid',
        delivery: { deadLetter: sink, retries: 0 },
      },
      {
        type: 'event',
        name: 'other',
        filters: [
          {
            not: {
              any: [
                { prefix: { type: 'com.' } },
                { all: [{ suffix: { source: '/a' } }, { cesql: 'EXISTS customer' }] },
              ],
            },
          },
        ],
      },
    ],
    publishesTo: broker,
    egress: [{ name: 'database', peers: [{ cidrs: ['10.1.2.3/32'] }], ports: [{ port: 5432 }] }],
    metadata: { labels: { team: 'shop' }, annotations: { note: 'kept' } },
  });
  expect(rendered(fn)).toMatchSnapshot();
  expect(broker.broker.toJson()).toMatchSnapshot();
});

test('without a trigger the gateway answers within the cluster only', () => {
  const fn = makeFunction();
  expect(one(fn, 'Service').metadata.labels['networking.knative.dev/visibility']).toBe(
    'cluster-local',
  );
  expect(fn.url).toBe('http://echo.shop.svc.cluster.local');
  const open = makeFunction({ triggers: [{ type: 'http', visibility: 'public' }] });
  expect(one(open, 'Service').metadata.labels).not.toHaveProperty(
    'networking.knative.dev/visibility',
  );
});

test('the policies let in activator, gateway and autoscaler, each at its port, and nobody else', () => {
  const policies = rendered(makeFunction()).filter(({ kind }) => kind === 'NetworkPolicy');
  expect(
    policies.map(({ metadata, spec }) => [metadata.name, spec.policyTypes, spec.ingress]),
  ).toEqual([
    [
      'echo-requests',
      ['Ingress'],
      [
        {
          from: [
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': 'knative-serving' },
              },
              podSelector: { matchLabels: { app: 'activator' } },
            },
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': 'kourier-system' },
              },
              podSelector: { matchLabels: { app: '3scale-kourier-gateway' } },
            },
          ],
          ports: [{ port: 8012, protocol: 'TCP' }],
        },
      ],
    ],
    [
      'echo-metrics',
      ['Ingress'],
      [
        {
          from: [
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': 'knative-serving' },
              },
              podSelector: { matchLabels: { app: 'autoscaler' } },
            },
          ],
          ports: [{ port: 9090, protocol: 'TCP' }],
        },
      ],
    ],
  ]);
  expect(policies[0]?.spec.podSelector).toEqual({
    matchLabels: { 'hks.io/app': 'echo', 'hks.io/kind': 'function' },
  });
});

test('each container is restricted by itself, since Serving admits no context of the pod', () => {
  const { spec } = template(makeFunction());
  expect(spec).not.toHaveProperty('securityContext');
  expect(container(makeFunction()).securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsGroup: 65532,
    runAsNonRoot: true,
    runAsUser: 65532,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('the same template has the same revision name in every app; another template has another', () => {
  const name = makeFunction({ env: { A: '1' } }).revisionName;
  expect(name).toMatch(/^echo-[0-9a-f]{10}$/);
  expect(makeFunction({ env: { A: '1' } }).revisionName).toBe(name);
  expect(template(makeFunction({ env: { A: '1' } })).metadata.name).toBe(name);
  expect(makeFunction({ env: { A: '2' } }).revisionName).not.toBe(name);
  expect(makeFunction({ env: { A: '1' }, scale: { min: 1 } }).revisionName).not.toBe(name);
});

test('traffic, triggers and the metadata of the Service leave the revision as it is', () => {
  const plain = makeFunction().revisionName;
  const { revisionName } = makeFunction({
    traffic: [{ revision: 'echo-old', percent: 100 }],
    triggers: [{ type: 'http', visibility: 'public' }, { type: 'event' }],
    metadata: { annotations: { note: 'x' } },
  });
  expect(revisionName).toBe(plain);
});

test('a JSON patch reaches plain values, quantities too', () => {
  const fn = makeFunction();
  fn.service.addJsonPatch(
    JsonPatch.replace('/spec/template/spec/containers/0/resources/limits/cpu', '2'),
  );
  expect(container(fn).resources).toMatchObject({ limits: { cpu: '2' } });
  expect(fn.node.defaultChild).toBe(fn.service);
});

test('a built function is named by its digest and carries runtime and handler', () => {
  const fn = makeFunction({
    image: {
      image: 'r.example.com/echo:1',
      digest: DIGEST,
      runtime: 'node',
      handler: 'index.handle',
    },
  });
  expect(container(fn).image).toBe(`r.example.com/echo:1@${DIGEST}`);
  expect(container(fn).env).toEqual([
    { name: 'HKS_RUNTIME', value: 'node' },
    { name: 'HKS_HANDLER', value: 'index.handle' },
  ]);
  expect([fn.runtime, fn.handler]).toEqual(['node', 'index.handle']);
  expect(template(fn).metadata.labels['hks.io/runtime']).toBe('node');
  const own = makeFunction({
    handler: 'a/b.other',
    image: { image: 'r.example.com/echo', digest: DIGEST, runtime: 'node', handler: 'x.y' },
  });
  expect(own.handler).toBe('a/b.other');
});

test('the mode of a Secret lets the container read it without an fsGroup', () => {
  const volumes = { keys: { secret: 'keys', mountPath: '/keys' } };
  const mode = (fn: HksFunction) =>
    (template(fn).spec.volumes as { secret?: { defaultMode: number } }[])[0]?.secret?.defaultMode;
  expect(mode(makeFunction({ volumes }))).toBe(0o444);
  expect(mode(makeFunction({ volumes: { keys: { ...volumes.keys, mode: 0o400 } } }))).toBe(0o400);
  const features = ['kubernetes.podspec-securitycontext' as const];
  expect(mode(makeFunction({ volumes, features, identity: { fsGroup: 7 } }))).toBe(0o440);
});

test('a readiness without timing is asked at once and again, one with timing by it; what Serving would fill in is there', () => {
  const probes = (given: object) => container(makeFunction({ probes: given }));
  const http = { httpGet: { path: '/up', port: 8080 }, successThreshold: 1 };
  expect(probes({ readiness: { http: '/up' } }).readinessProbe).toEqual(http);
  const timed = probes({ readiness: { http: '/up', timeout: Duration.seconds(3) } });
  expect(timed.readinessProbe).toEqual({
    ...http,
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
  });
  expect(probes({}).readinessProbe).toEqual({ tcpSocket: { port: 8080 }, successThreshold: 1 });
  expect(probes({ readiness: false }).readinessProbe).toEqual({
    tcpSocket: { port: 8080 },
    successThreshold: 1,
  });
  expect(probes({ liveness: { grpc: 8080 } }).livenessProbe).toEqual({
    grpc: { port: 8080, service: '' },
    periodSeconds: 10,
  });
});

test('the claims of domains are listed for the platform, of a whole app', () => {
  const app = new App();
  const project = new Project(app, 'shop', { tenant: 'acme' });
  const fn = new HksFunction(project, 'echo', {
    image: IMAGE,
    triggers: [{ type: 'http', visibility: 'public', domains: ['a.example.com', 'b.example.com'] }],
  });
  new HksFunction(project, 'plain', { image: IMAGE });
  expect(HksFunction.domainClaims(app)).toEqual(fn.domainClaims);
  expect(fn.domainClaims.map(({ kind, metadata, spec }) => [kind, metadata.name, spec])).toEqual([
    ['ClusterDomainClaim', 'a.example.com', { namespace: 'shop' }],
    ['ClusterDomainClaim', 'b.example.com', { namespace: 'shop' }],
  ]);
  expect(fn.domainMappings).toHaveLength(2);
  expect(
    project.toJson().some((object) => (object as { kind: string }).kind === 'ClusterDomainClaim'),
  ).toBe(false);
});

test('sources of the user send to its reference', () => {
  const fn = makeFunction();
  const source = new ApiObject(fn, 'ping', {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'PingSource',
    metadata: { name: 'ping' },
    spec: { schedule: '* * * * *', data: '{}', sink: { ref: fn.sinkRef() } },
  });
  expect(source.toJson().spec.sink.ref).toEqual({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    name: 'echo',
    namespace: 'shop',
  });
});

test('pods of the project may be let through the gateway', () => {
  const fn = makeFunction();
  const policy = fn.allowCallsFrom('api', { 'hks.io/app': 'api' }).toJson();
  expect([policy.metadata.name, policy.spec.podSelector, policy.spec.egress[0].ports]).toEqual([
    'api-calls-echo',
    { matchLabels: { 'hks.io/app': 'api' } },
    [{ port: 8081, protocol: 'TCP' }],
  ]);
  expect(fn.tagUrl('next')).toBe('http://next-echo.shop.svc.cluster.local');
});

test('variables may come from the pod once the platform has switched that on', () => {
  const env = { NODE: EnvValue.fromFieldRef('spec.nodeName' as never) };
  const fn = makeFunction({ env, features: ['kubernetes.podspec-fieldref'] });
  expect(container(fn).env[0]?.valueFrom).toEqual({ fieldRef: { fieldPath: 'spec.nodeName' } });
});

test('a name of the longest length', () => {
  const name = `a${'b'.repeat(MAX_FUNCTION_NAME - 1)}`;
  expect(makeFunction({}, name).revisionName).toHaveLength(63);
});

test('outside of a Project', () => {
  expect(() => new HksFunction(Testing.chart(), 'echo', { image: IMAGE })).toThrow(
    "HksFunction 'test/echo' is not inside a Project.",
  );
});

const of = `of HksFunction 'shop/echo'`;
const cases: readonly (readonly [object, string])[] = [
  [{ imag: 'x' }, `'imag' ${of} is not a known prop, received 'x'. Did you mean 'image'.`],
  [
    { image: undefined },
    `'image' ${of} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received nothing. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { image: null },
    `'image' ${of} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received null. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { image: { image: 'x y', digest: DIGEST, runtime: 'go' } },
    `'image.image' ${of} must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'x y@${DIGEST}'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { image: { image: 'x', digest: 'latest', runtime: 'go' } },
    `'image.digest' ${of} must be 'sha256:' and 64 hexadecimal digits, received 'latest'. Copy the digest that the build printed.`,
  ],
  [
    { image: { image: 'x', digest: DIGEST } },
    `'image.runtime' ${of} must be one of 'python', 'node', 'go', received null. Choose one of them.`,
  ],
  [
    { image: { image: 'x', digest: DIGEST, runtime: 'go', tag: 1 } },
    `'image.tag' ${of} is not a known prop, received 1. Known are 'image', 'digest', 'runtime', 'handler'.`,
  ],
  [
    { image: { image: 'x', digest: DIGEST, runtime: 'go' }, runtime: 'node' },
    `'runtime' ${of} must be that of the built function, 'go', received 'node'. Leave out 'runtime'.`,
  ],
  [
    { runtime: 'pyhton' },
    `'runtime' ${of} must be one of 'python', 'node', 'go', received 'pyhton'. Did you mean 'python'.`,
  ],
  [
    { handler: 'main.handle' },
    `'handler' ${of} must come with a 'runtime', which is what loads it, received 'main.handle'. Add runtime: 'python', 'node' or 'go', or leave out 'handler'.`,
  ],
  [
    { runtime: 'python', handler: 'handle' },
    `'handler' ${of} must be MODULE.FUNCTION for the runtime 'python', received 'handle'. Write 'main.handle'.`,
  ],
  [
    { runtime: 'node', handler: 'index.js:handle' },
    `'handler' ${of} must be MODULE.EXPORT, the module without its extension for the runtime 'node', received 'index.js:handle'. Write 'index.handle'.`,
  ],
  [
    { runtime: 'go', handler: 'handle' },
    `'handler' ${of} must be the name of an exported function for the runtime 'go', received 'handle'. Write 'Handle'.`,
  ],
  [
    { image: { image: 'x', digest: DIGEST, runtime: 'go', handler: 'x' } },
    `'image.handler' ${of} must be the name of an exported function for the runtime 'go', received 'x'. Write 'Handle'.`,
  ],
  [
    { command: 'python main.py' },
    `'command' ${of} must be an array of strings, one for each argument, received 'python main.py'. Write ['python', 'main.py'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { env: { PORT: '1' } },
    `'env.PORT' ${of} must not be given, since Knative sets it, received '1'. Give the number as 'port'.`,
  ],
  [
    { env: { K_SERVICE: '1' } },
    `'env.K_SERVICE' ${of} must not be given, since Knative sets it, received '1'. Choose another name.`,
  ],
  [
    { env: { HKS_RUNTIME: 'go' } },
    `'env.HKS_RUNTIME' ${of} must not be given as a variable, received 'go'. Give it as 'runtime'.`,
  ],
  [
    { env: { HKS_HANDLER: 'x' } },
    `'env.HKS_HANDLER' ${of} must not be given as a variable, received 'x'. Give it as 'handler'.`,
  ],
  [
    { env: { API_TOKEN: 'abc' } },
    `'env.API_TOKEN' ${of} must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'API_TOKEN' }.`,
  ],
  [
    { env: { N: EnvValue.fromFieldRef('spec.nodeName' as never) } },
    `'env.N' ${of} must not be given while 'kubernetes.podspec-fieldref' of config-features is off, as Knative Serving ships it, received {"fieldRef":{"fieldPath":"spec.nodeName"}}. Leave it out, or list 'kubernetes.podspec-fieldref' in 'features' once the platform has switched it on.`,
  ],
  [
    { volumes: { d: { claim: 'data', mountPath: '/d' } } },
    `'volumes.d' ${of} must not be given while 'kubernetes.podspec-persistent-volume-claim' of config-features is off, as Knative Serving ships it, received {"claim":"data","mountPath":"/d"}. Leave it out, or list 'kubernetes.podspec-persistent-volume-claim' in 'features' once the platform has switched it on.`,
  ],
  [
    {
      volumes: { d: { claim: 'data', mountPath: '/d' } },
      features: ['kubernetes.podspec-persistent-volume-claim'],
    },
    `'volumes.d' ${of} must not be given while 'kubernetes.podspec-persistent-volume-write' of config-features is off, as Knative Serving ships it, received {"claim":"data","mountPath":"/d"}. Leave it out, or list 'kubernetes.podspec-persistent-volume-write' in 'features' once the platform has switched it on.`,
  ],
  [
    { volumes: { d: { secret: 'x', mountPath: '/d', readOnly: false } } },
    `'volumes.d.readOnly' ${of} must be true for a Secret or a ConfigMap, which Knative mounts for reading only, received false. Leave out 'readOnly'.`,
  ],
  [
    { volumes: { d: { secret: 'x', mountPath: '/dev' } } },
    `'volumes.d.mountPath' ${of} must not be a path that Knative reserves: /, /dev, /dev/log, received '/dev'. Write a path like '/data'.`,
  ],
  [
    { identity: { fsGroup: 5 } },
    `'identity.fsGroup' ${of} must not be given while 'kubernetes.podspec-securitycontext' of config-features is off, as Knative Serving ships it, received 5. Leave it out, or list 'kubernetes.podspec-securitycontext' in 'features' once the platform has switched it on.`,
  ],
  [
    { identity: { user: 0 } },
    `'identity.user' ${of} must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'identity.user' out for the default.`,
  ],
  [
    { port: 0 },
    `'port' ${of} must be a whole number from 1 to 65535, received 0. Give a number in that range, or leave 'port' out for the default.`,
  ],
  [
    { port: 9090 },
    `'port' ${of} must not be one of Knative's own: 8008, 8012, 8013, 8022, 8112, 9090, 9091, received 9090. Use 8080.`,
  ],
  [
    { protocol: 'http2' },
    `'protocol' ${of} must be one of 'http1', 'h2c', received 'http2'. Did you mean 'http1'.`,
  ],
  [
    { probes: { liveness: { http: '/up', port: 81 } } },
    `'probes.liveness' ${of} must ask the function's port 8080, the only one that Knative probes, received 81. Leave out the port, or write 8080.`,
  ],
  [
    { pod: { nodeSelector: { a: 'b' } } },
    `'pod.nodeSelector' ${of} must not be given while 'kubernetes.podspec-nodeselector' of config-features is off, as Knative Serving ships it, received {"a":"b"}. Leave it out, or list 'kubernetes.podspec-nodeselector' in 'features' once the platform has switched it on.`,
  ],
  [
    { pod: { hostNetwork: true } },
    `'pod.hostNetwork' ${of} is not a known prop, received true. Known are 'affinity', 'dnsConfig', 'dnsPolicy', 'hostAliases', 'initContainers', 'nodeSelector', 'priorityClassName', 'runtimeClassName', 'schedulerName', 'shareProcessNamespace', 'tolerations', 'topologySpreadConstraints'.`,
  ],
  [
    { pod: [] },
    `'pod' ${of} must be an object, received []. Write { nodeSelector: { 'example.com/gpu': 'true' } }.`,
  ],
  [
    {
      pod: { initContainers: [{ name: 'a', image: 'a:1', securityContext: { privileged: true } }] },
      features: ['kubernetes.podspec-init-containers'],
    },
    `'pod' ${of} must be admitted by the restricted profile: container 'a' is privileged, received ["a","user-container"]. Leave out what it forbids.`,
  ],
  [
    { features: 'x' },
    `'features' ${of} must be an array of names of flags, received 'x'. Write ['kubernetes.podspec-nodeselector'].`,
  ],
  [
    { isolation: 'kata' },
    `'isolation' ${of} must be one of 'gvisor', received 'kata'. Choose one of them.`,
  ],
  [
    { isolation: 'gvisor', pod: { runtimeClassName: 'x' } },
    `'pod.runtimeClassName' ${of} must not come with 'isolation', by which the platform chooses the class, received 'x'. Leave out one of the two.`,
  ],
  [
    { concurrency: 1001 },
    `'concurrency' ${of} must be a whole number from 0 to 1000, received 1001. Give a number in that range, or leave 'concurrency' out for the default.`,
  ],
  [
    { timeout: Duration.minutes(11) },
    `'timeout' ${of} must be whole seconds from 1 to 600, received '660 s'. Write Duration.seconds(30).`,
  ],
  [
    { timeout: Duration.millis(1500) },
    `'timeout' ${of} must be whole seconds from 1 to 600, received '1.5 s'. Write Duration.seconds(30).`,
  ],
  [{ timeout: 30 }, `'timeout' ${of} must be a Duration, received 30. Write Duration.seconds(30).`],
  [
    { progressDeadline: Duration.seconds(0) },
    `'progressDeadline' ${of} must be whole seconds from 1 to 2147483647, received '0 s'. Write Duration.seconds(30).`,
  ],
  [
    { rolloutDuration: '5m' },
    `'rolloutDuration' ${of} must be a Duration, received '5m'. Write Duration.seconds(30).`,
  ],
  [
    { queueProxy: { cpu: { request: Cpu.units(2), limit: Cpu.units(1) } } },
    `'queueProxy.cpu.request' ${of} must not be above the limit of 1, received '2'. Raise the limit or lower the request.`,
  ],
  [
    { publishesTo: 'No' },
    `'publishesTo' ${of} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'No'. Use a name like 'nightly-report'.`,
  ],
  [
    { egress: {} },
    `'egress' ${of} must be an array of { name, peers, ports }, received {}. Write [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }].`,
  ],
  [{ metadata: [] }, `'metadata' ${of} must be an object, received []. Write { name: 'echo' }.`],
  [
    { metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1' } } },
    `'metadata.annotations.autoscaling.knative.dev/min-scale' ${of} must not be given, since 'scale' decides it, received '1'. Use 'scale'.`,
  ],
  [
    { metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } },
    `'metadata.labels.networking.knative.dev/visibility' ${of} must not be given, since 'triggers' decides it, received 'cluster-local'. Use 'triggers'.`,
  ],
  [
    { metadata: { name: '1st' } },
    `'metadata.name' ${of} must begin with a letter, since Knative makes a Service of it, received '1st'. Write 'fn-1st'.`,
  ],
];

test.each(cases)('refuses %j', (props, message) => {
  expect(refusal(props)).toBe(message);
});

test('refuses a name that leaves no room for the hash', () => {
  const name = 'a'.repeat(53);
  expect(refusal({}, name)).toBe(
    `'id' of HksFunction 'shop/${name}' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 52 characters, received '${name}'. Shorten it by 1 characters.`,
  );
});

test('refuses a tag where the project asks for digests, also for the image of a scheduled call', () => {
  const project = makeProject({ requireDigest: true });
  expect(() => new HksFunction(project, 'tagged', { image: 'r.example.com/a:1' })).toThrow(
    `'image' of HksFunction 'shop/tagged' must name its image by digest, since the project sets 'requireDigest', received 'r.example.com/a:1'.`,
  );
  const triggers = [{ type: 'schedule' as const, schedule: Schedule.daily() }];
  expect(() => new HksFunction(project, 'called', { image: IMAGE, triggers })).toThrow(
    `'triggers[0].image' of HksFunction 'shop/called' must name its image by digest`,
  );
});
