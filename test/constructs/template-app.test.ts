/** @module TemplateApp from props: what is rendered, and what is refused. */
import { ApiObject, App, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { podViolations } from '../../constructs/pod-security';
import { Project } from '../../constructs/project';
import { TemplateApp, type TemplateAppProps } from '../../constructs/template-app';
import { warningsOf } from '../../constructs/warnings';

const IMAGE = 'registry.example.com/shop/api:1.4.2';

function project(props = {}): Project {
  return new Project(new App(), 'shop', { tenant: 'acme', ...props });
}

function appOf(props: Partial<TemplateAppProps> = {}, id = 'api'): TemplateApp {
  return new TemplateApp(project(), id, { image: IMAGE, ...props });
}

/** The objects of the construct itself. */
function rendered(app: TemplateApp): Obj[] {
  return app.node.findAll().flatMap((node) => (ApiObject.isApiObject(node) ? [node.toJson()] : []));
}
function objects(app: TemplateApp): string[] {
  return rendered(app).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}
interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const EVERYTHING: TemplateAppProps = {
  image: IMAGE,
  command: ['node', 'server.js'],
  args: ['--port', '8080'],
  env: {
    LOG_LEVEL: 'info',
    DATABASE_PASSWORD: { secret: 'db', key: 'password' },
    REGION: { configMap: 'shop', key: 'region' },
  },
  envFrom: [
    { secret: 'shop-secrets', prefix: 'S_', optional: true },
    { configMap: 'shop-config', optional: true },
  ],
  resources: {
    cpu: { request: Cpu.millis(200), limit: Cpu.units(1) },
    memory: { request: Size.mebibytes(128), limit: Size.gibibytes(1) },
    ephemeralStorage: { request: Size.mebibytes(100), limit: Size.gibibytes(1) },
  },
  ports: [8080, 9090, { port: 53, name: 'dns', protocol: 'UDP', servicePort: 5353 }],
  probes: {
    readiness: { http: '/ready', timeout: Duration.seconds(2) },
    liveness: { http: '/live', port: 'port-9090', failureThreshold: 5 },
    startup: { tcp: 8080, initialDelay: Duration.seconds(3), period: Duration.seconds(5) },
  },
  volumes: {
    cache: { emptyDir: { size: Size.mebibytes(100) }, mountPath: '/cache' },
    memory: { emptyDir: { memory: true }, mountPath: '/memory' },
    config: { configMap: 'shop-config', mountPath: '/etc/shop', mode: 0o400 },
    keys: { secret: 'shop-keys', mountPath: '/keys' },
    data: { claim: 'shop-data', mountPath: '/data', readOnly: true, subPath: 'api' },
  },
  imagePullSecrets: ['pull'],
  identity: { user: 1000, group: 2000, fsGroup: 3000 },
  serviceAccountName: 'shop',
  ingress: {
    host: 'shop.example.com',
    path: '/api',
    pathType: 'Exact',
    tlsSecret: 'shop-tls',
    className: 'nginx',
    port: 9090,
    annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
    controller: { namespace: 'ingress-nginx' },
  },
  autoscaling: { minReplicas: 3, maxReplicas: 9, cpuPercent: 70, memoryPercent: 90 },
  disruptionBudget: { minAvailable: '50%' },
  clients: [{ pods: { role: 'front' } }, { namespace: 'monitoring' }, { pods: {} }],
  egress: [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }],
  metadata: { name: 'shop-api', labels: { team: 'shop' }, annotations: { note: 'x' } },
};

test('the defaults: two replicas apart, restricted pods, one Service, its policies and a disruption budget', () => {
  const app = appOf({ ports: [8080] });
  expect(rendered(app)).toMatchSnapshot();
});

test('everything set', () => {
  const app = appOf(EVERYTHING);
  expect(rendered(app)).toMatchSnapshot();
  expect(app.name).toBe('shop-api');
});

test('the pod is under the restricted profile', () => {
  expect(podViolations(appOf(EVERYTHING).pod)).toEqual([]);
  expect(podViolations(appOf().pod)).toEqual([]);
});

test('without ports there is neither Service nor readiness probe nor a policy for clients', () => {
  const app = appOf();
  expect(objects(app)).toEqual(['Deployment/api', 'PodDisruptionBudget/api']);
  expect(app.pod.containers[0]?.readinessProbe).toBeUndefined();
  expect(app.service).toBeUndefined();
});

test('one replica needs no disruption budget and no distance', () => {
  const app = appOf({ replicas: 1 });
  expect(objects(app)).toEqual(['Deployment/api']);
  expect(app.deployment?.toJson().spec.template.spec.affinity).toBeUndefined();
});

test('a disruption budget can be left out or set', () => {
  expect(objects(appOf({ disruptionBudget: false }))).toEqual(['Deployment/api']);
  const one = appOf({ replicas: 1, disruptionBudget: { maxUnavailable: 0 } });
  expect(one.disruptionBudget?.toJson().spec.maxUnavailable).toBe(0);
});

test('an autoscaler takes the place of replicas, and aims at CPU by itself', () => {
  const app = appOf({ autoscaling: { maxReplicas: 5 } });
  expect(app.deployment?.toJson().spec).not.toHaveProperty('replicas');
  expect(app.autoscaler?.toJson().spec).toMatchObject({
    minReplicas: 2,
    maxReplicas: 5,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
    metrics: [
      {
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  });
  const memory = appOf({ autoscaling: { maxReplicas: 5, memoryPercent: 70 } });
  expect(memory.autoscaler?.toJson().spec.metrics).toHaveLength(1);
  expect(objects(appOf({ autoscaling: { minReplicas: 1, maxReplicas: 2 } }))).not.toContain(
    'PodDisruptionBudget/api',
  );
});

test('zero replicas are a choice, not a default', () => {
  expect(appOf({ replicas: 0 }).deployment?.toJson().spec.replicas).toBe(0);
});

test('a template that is not deployed renders nothing', () => {
  const app = appOf({ ports: [8080], deploy: false, egress: EVERYTHING.egress });
  expect(objects(app)).toEqual([]);
  expect(app.deployment).toBeUndefined();
  expect(app.pod.containers).toHaveLength(1);
});

test('the Deployment is the default child, and takes a patch', () => {
  const app = appOf();
  expect(app.node.defaultChild).toBe(app.deployment);
});

test('an Ingress goes to Traefik of K3s, whose pods alone are let in besides the project', () => {
  const app = appOf({ ports: [8080], ingress: { host: 'shop.example.com' } });
  expect(app.ingress?.toJson().spec).toEqual({
    ingressClassName: 'traefik',
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'api', port: { number: 8080 } } },
            },
          ],
        },
      },
    ],
  });
  const policy = app.node.findChild('allow-api-from-ingress') as ApiObject;
  expect(policy.toJson().spec).toEqual({
    podSelector: { matchLabels: { 'hks.io/app': 'api', 'hks.io/kind': 'app' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
          },
        ],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ],
  });
});

test('nobody may connect when there are no clients', () => {
  const app = appOf({ ports: [8080], clients: [] });
  expect(objects(app)).toEqual(['Deployment/api', 'Service/api', 'PodDisruptionBudget/api']);
});

test('the readiness probe can be left out, and be of any kind', () => {
  const of = (probes: TemplateAppProps['probes']) =>
    appOf({ ports: [8080], probes }).pod.containers[0];
  expect(of({ readiness: false })?.readinessProbe).toBeUndefined();
  expect(of({ readiness: { grpc: 9000 } })?.readinessProbe).toEqual({
    grpc: { port: 9000 },
    periodSeconds: 10,
  });
  expect(of({ liveness: { command: ['true'] } })?.livenessProbe).toEqual({
    exec: { command: ['true'] },
    periodSeconds: 10,
  });
});

test('a volume may take the place of /tmp', () => {
  const { pod } = appOf({
    volumes: { scratch: { emptyDir: { size: Size.mebibytes(10) }, mountPath: '/tmp' } },
  });
  expect(pod.volumes).toEqual([{ name: 'scratch', emptyDir: { sizeLimit: '10Mi' } }]);
  expect(pod.containers[0]?.volumeMounts).toEqual([{ name: 'scratch', mountPath: '/tmp' }]);
});

test('names at the limit give policies whose names fit labels', () => {
  const name = 'a'.repeat(63);
  const app = appOf({ ports: [80], metadata: { name } });
  const names = objects(app).map((object) => object.split('/')[1] ?? '');
  expect(Math.max(...names.map(({ length }) => length))).toBe(63);
  expect(new Set(names).size).toBe(3);
});

test('an image without a version is a warning', () => {
  const shop = project();
  new TemplateApp(shop, 'api', { image: 'registry.example.com/shop/api' });
  expect(warningsOf(shop)).toHaveLength(1);
});

test('an image without a digest is an error where the project asks for one', () => {
  expect(() => new TemplateApp(project({ requireDigest: true }), 'api', { image: IMAGE })).toThrow(
    `'image' of TemplateApp 'shop/api' must name its image by digest, since the project sets 'requireDigest', received '${IMAGE}'. Append the digest that the registry shows: '${IMAGE}@sha256:…'.`,
  );
});

test('it must be inside a Project', () => {
  expect(() => new TemplateApp(new App(), 'api', { image: IMAGE })).toThrow(
    `TemplateApp 'api' is not inside a Project. Create it with a Project as its scope: new TemplateApp(project, 'api', …).`,
  );
});

/** Props as a caller in JavaScript may give them. */
type Wrong = Record<string, unknown>;

const REFUSED: readonly (readonly [Wrong, string])[] = [
  [
    { prots: [80] },
    `'prots' of TemplateApp 'shop/api' is not a known prop, received [80]. Did you mean 'ports'.`,
  ],
  [
    { image: 'No Image' },
    `'image' of TemplateApp 'shop/api' must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received 'No Image'. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { image: undefined },
    `'image' of TemplateApp 'shop/api' must be an image reference [HOST/]PATH[:TAG][@sha256:DIGEST], received nothing. Write it like 'registry.example.com/shop/api:1.4.2'.`,
  ],
  [
    { command: 'node server.js' },
    `'command' of TemplateApp 'shop/api' must be an array of strings, one for each argument, received 'node server.js'. Write ['node', 'server.js'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { args: '--verbose' },
    `'args' of TemplateApp 'shop/api' must be an array of strings, one for each argument, received '--verbose'. Write ['--verbose'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { env: { DB_PASSWORD: 'hunter2' } },
    `'env.DB_PASSWORD' of TemplateApp 'shop/api' must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'DB_PASSWORD' }.`,
  ],
  [
    { envFrom: 'shop' },
    `'envFrom' of TemplateApp 'shop/api' must be an array of { secret } or { configMap }, received 'shop'. Write [{ secret: 'shop-secrets' }].`,
  ],
  [
    { envFrom: [null] },
    `'envFrom[0]' of TemplateApp 'shop/api' must have exactly one of 'secret', 'configMap', received null. Write { secret: 'shop-secrets' }.`,
  ],
  [
    { envFrom: [{ secret: 'a', configMap: 'b' }] },
    `'envFrom[0]' of TemplateApp 'shop/api' must have exactly one of 'secret', 'configMap', received {"secret":"a","configMap":"b"}. Write { secret: 'shop-secrets' }.`,
  ],
  [
    { envFrom: [{ secret: 'A B' }] },
    `'envFrom[0].secret' of TemplateApp 'shop/api' must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'A B'. Use a name like 'shop-config'.`,
  ],
  [
    { resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(1) } } },
    `'resources.cpu.request' of TemplateApp 'shop/api' must not be above the limit of 1, received '2'. Raise the limit or lower the request.`,
  ],
  [
    { volumes: [] },
    `'volumes' of TemplateApp 'shop/api' must be an object, received []. Write { cache: { emptyDir: {}, mountPath: '/cache' } }.`,
  ],
  [
    { volumes: { Cache: { emptyDir: {}, mountPath: '/cache' } } },
    `'volumes.Cache' of TemplateApp 'shop/api' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'Cache'. Use a name like 'nightly-report'.`,
  ],
  [
    { volumes: { cache: { mountPath: '/cache' } } },
    `'volumes.cache' of TemplateApp 'shop/api' must have exactly one of 'emptyDir', 'configMap', 'secret', 'claim', received {"mountPath":"/cache"}. Write { emptyDir: {}, mountPath: '/cache' } or { claim: 'data', mountPath: '/data' }.`,
  ],
  [
    { volumes: { cache: '/cache' } },
    `'volumes.cache' of TemplateApp 'shop/api' must have exactly one of 'emptyDir', 'configMap', 'secret', 'claim', received '/cache'. Write { emptyDir: {}, mountPath: '/cache' } or { claim: 'data', mountPath: '/data' }.`,
  ],
  [
    { volumes: { cache: { emptyDir: true, mountPath: '/cache' } } },
    `'volumes.cache.emptyDir' of TemplateApp 'shop/api' must be an object, received true. Write { size: Size.mebibytes(256) }.`,
  ],
  [
    { volumes: { cache: { emptyDir: { size: '1Gi' }, mountPath: '/cache' } } },
    `'volumes.cache.emptyDir.size' of TemplateApp 'shop/api' must be a Size, received '1Gi'. Write Size.mebibytes(128).`,
  ],
  [
    { volumes: { data: { claim: 'data', mountPath: 'data' } } },
    `'volumes.data.mountPath' of TemplateApp 'shop/api' must be an absolute path below '/' without ':', '..', '//' and '/' at its end, received 'data'. Write a path like '/data'.`,
  ],
  [
    { volumes: { keys: { secret: 'keys', mountPath: '/keys', mode: 512 } } },
    `'volumes.keys.mode' of TemplateApp 'shop/api' must be a whole number from 0 to 511, received 512. Give a number in that range, or leave 'volumes.keys.mode' out for the default.`,
  ],
  [
    {
      volumes: {
        a: { emptyDir: {}, mountPath: '/data' },
        b: { emptyDir: {}, mountPath: '/data' },
      },
    },
    `'volumes.b.mountPath' of TemplateApp 'shop/api' must not be the path of the volume 'a', received '/data'. Give each volume its own path.`,
  ],
  [
    { volumes: { tmp: { emptyDir: {}, mountPath: '/scratch' } } },
    `'volumes.tmp' of TemplateApp 'shop/api' must be mounted at '/tmp', since every pod has a volume of that name there, received '/scratch'. Choose another name for the volume, or mount it at '/tmp'.`,
  ],
  [
    { imagePullSecrets: 'pull' },
    `'imagePullSecrets' of TemplateApp 'shop/api' must be an array of strings, one for each argument, received 'pull'. Write ['pull'], or ['sh', '-c', '…'] for a shell line.`,
  ],
  [
    { imagePullSecrets: ['Pull'] },
    `'imagePullSecrets[0]' of TemplateApp 'shop/api' must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'Pull'. Use a name like 'shop-config'.`,
  ],
  [
    { identity: { user: 0 } },
    `'identity.user' of TemplateApp 'shop/api' must be a whole number from 1 to 2147483647, received 0. Give a number in that range, or leave 'identity.user' out for the default.`,
  ],
  [
    { serviceAccountName: 'My Account' },
    `'serviceAccountName' of TemplateApp 'shop/api' must be the name of an object of the project: lower-case letters, digits, '-' and '.', at most 253 characters, received 'My Account'. Use a name like 'shop-config'.`,
  ],
  [
    { ports: 8080 },
    `'ports' of TemplateApp 'shop/api' must be an array of numbers or { port, name, servicePort, protocol }, received 8080. Write [8080].`,
  ],
  [
    { ports: '8080' },
    `'ports' of TemplateApp 'shop/api' must be an array of numbers or { port, name, servicePort, protocol }, received '8080'. Write [8080].`,
  ],
  [
    { ports: ['8080'] },
    `'ports[0].port' of TemplateApp 'shop/api' must be a whole number from 1 to 65535, received '8080'. Give a number in that range, or leave 'ports[0].port' out for the default.`,
  ],
  [
    { ports: [{ port: 80, servicePort: 70000 }] },
    `'ports[0].servicePort' of TemplateApp 'shop/api' must be a whole number from 1 to 65535, received 70000. Give a number in that range, or leave 'ports[0].servicePort' out for the default.`,
  ],
  [
    { ports: [{ port: 80, name: 'The Port' }] },
    `'ports[0].name' of TemplateApp 'shop/api' must be lower-case letters, digits and single '-', at most 15 characters, with a letter, received 'The Port'. Use a name like 'http' or 'metrics'.`,
  ],
  [
    { ports: [{ port: 80, protocol: 'tcp' }] },
    `'ports[0].protocol' of TemplateApp 'shop/api' must be one of 'TCP', 'UDP', received 'tcp'. Did you mean 'TCP'.`,
  ],
  [
    { ports: [80, 80] },
    `'ports[1].port' of TemplateApp 'shop/api' must not come twice, received 80. Remove one of the two, or give it another port.`,
  ],
  [
    { probes: { readyness: {} } },
    `'probes.readyness' of TemplateApp 'shop/api' is not a known prop, received {}. Did you mean 'probes.readiness'.`,
  ],
  [
    { probes: { readiness: null } },
    `'probes.readiness' of TemplateApp 'shop/api' must have exactly one of 'http', 'tcp', 'grpc', 'command', received null. Write { http: '/healthz' }.`,
  ],
  [
    { metadata: null },
    `'metadata' of TemplateApp 'shop/api' must be an object, received null. Write { labels: { team: 'shop' } }.`,
  ],
  [
    { probes: { liveness: {} } },
    `'probes.liveness' of TemplateApp 'shop/api' must have exactly one of 'http', 'tcp', 'grpc', 'command', received {}. Write { http: '/healthz' }.`,
  ],
  [
    { probes: { liveness: true } },
    `'probes.liveness' of TemplateApp 'shop/api' must have exactly one of 'http', 'tcp', 'grpc', 'command', received true. Write { http: '/healthz' }.`,
  ],
  [
    { probes: { liveness: { http: 'healthz', port: 80 } } },
    `'probes.liveness.http' of TemplateApp 'shop/api' must be a path that begins with '/', received 'healthz'. Write '/healthz'.`,
  ],
  [
    { probes: { liveness: { http: '/healthz' } } },
    `'probes.liveness.port' of TemplateApp 'shop/api' must be a port from 1 to 65535 or the name of one of 'ports', received nothing. Write the number, like 8080.`,
  ],
  [
    { probes: { liveness: { tcp: 80, period: 5 } } },
    `'probes.liveness.period' of TemplateApp 'shop/api' must be a Duration, received 5. Write Duration.seconds(10).`,
  ],
  [
    { replicas: -1 },
    `'replicas' of TemplateApp 'shop/api' must be a whole number from 0 to 2147483647, received -1. Give a number in that range, or leave 'replicas' out for the default.`,
  ],
  [
    { replicas: 3, autoscaling: { maxReplicas: 5 } },
    `'replicas' of TemplateApp 'shop/api' must not be given beside 'autoscaling', which sets them, received 3. Write autoscaling: { minReplicas: 3, … } and leave 'replicas' out.`,
  ],
  [
    { autoscaling: {} },
    `'autoscaling.maxReplicas' of TemplateApp 'shop/api' must be a whole number from 2 to 2147483647, received null. Give a number in that range, or leave 'autoscaling.maxReplicas' out for the default.`,
  ],
  [
    { autoscaling: { minReplicas: 4, maxReplicas: 3 } },
    `'autoscaling.maxReplicas' of TemplateApp 'shop/api' must be a whole number from 4 to 2147483647, received 3. Give a number in that range, or leave 'autoscaling.maxReplicas' out for the default.`,
  ],
  [
    { autoscaling: { maxReplicas: 3, cpuPercent: 0 } },
    `'autoscaling.cpuPercent' of TemplateApp 'shop/api' must be a whole number from 1 to 1000, received 0. Give a number in that range, or leave 'autoscaling.cpuPercent' out for the default.`,
  ],
  [
    { disruptionBudget: { maxUnavailable: 1, minAvailable: 1 } },
    `'disruptionBudget' of TemplateApp 'shop/api' must have 'maxUnavailable' or 'minAvailable', not both, received {"maxUnavailable":1,"minAvailable":1}. Write { maxUnavailable: 1 }.`,
  ],
  [
    { disruptionBudget: { maxUnavailable: 'one' } },
    `'disruptionBudget.maxUnavailable' of TemplateApp 'shop/api' must be a whole number, or a percentage like '50%', received 'one'. Write 1.`,
  ],
  [
    { disruptionBudget: { minAvailable: 0.5 } },
    `'disruptionBudget.minAvailable' of TemplateApp 'shop/api' must be a whole number, or a percentage like '50%', received 0.5. Write 1.`,
  ],
  [
    { ingress: { host: 'shop.example.com' } },
    `'ingress' of TemplateApp 'shop/api' needs a port of TCP to lead to, and 'ports' has none, received nothing. Add ports: [8080].`,
  ],
  [
    { ports: [80], ingress: { host: 'https://shop.example.com/' } },
    `'ingress.host' of TemplateApp 'shop/api' must be a host name in lower case, without scheme, port and path, received 'https://shop.example.com/'. Write it like 'shop.example.com'.`,
  ],
  [
    { ports: [80], ingress: { host: 'shop.example.com', path: 'api' } },
    `'ingress.path' of TemplateApp 'shop/api' must begin with '/' and be without '//', '/./', '/../' and '%2f', which Kubernetes refuses, received 'api'. Write '/'.`,
  ],
  [
    { ports: [80], ingress: { host: 'shop.example.com', pathType: 'Regex' } },
    `'ingress.pathType' of TemplateApp 'shop/api' must be one of 'Prefix', 'Exact', received 'Regex'. Choose one of them.`,
  ],
  [
    { ports: [80], ingress: { host: 'shop.example.com', port: 81 } },
    `'ingress.port' of TemplateApp 'shop/api' must be one of the Service, of TCP, received 81. Known are 80 ('http').`,
  ],
  [
    { ports: [80], ingress: { host: 'shop.example.com', controller: 'traefik' } },
    `'ingress.controller' of TemplateApp 'shop/api' must be an object, received 'traefik'. Write { namespace: 'monitoring' }.`,
  ],
  [
    { ports: [80], clients: { namespace: 'monitoring' } },
    `'clients' of TemplateApp 'shop/api' must be an array with at least one item, received {"namespace":"monitoring"}. Write [{ namespace: 'monitoring' }], or leave it out where it is optional.`,
  ],
  [
    { clients: [{ namespace: 'monitoring' }] },
    `'clients' of TemplateApp 'shop/api' needs ports to connect to, and 'ports' has none, received [{"namespace":"monitoring"}]. Add ports: [8080], or leave 'clients' out.`,
  ],
  [
    { egress: { name: 'database' } },
    `'egress' of TemplateApp 'shop/api' must be an array of { name, peers, ports }, received {"name":"database"}. Write [{ name: 'database', peers: [{ cidrs: ['10.0.0.5/32'] }], ports: [{ port: 5432 }] }].`,
  ],
  [
    { egress: [{ name: 'database', peers: [] }] },
    `'egress[0].peers' of TemplateApp 'shop/api' must be an array with at least one item, received []. Write [{ namespace: 'monitoring' }], or leave it out where it is optional.`,
  ],
  [
    {
      egress: [
        { name: 'database', peers: [{ pods: {} }] },
        { name: 'database', peers: [{ pods: {} }] },
      ],
    },
    `'egress[1].name' of TemplateApp 'shop/api' must not come twice, received 'database'. Give each rule its own name.`,
  ],
  [
    { deploy: false, replicas: 3 },
    `'replicas' of TemplateApp 'shop/api' must not be given for an application that is not rendered, received 3. Leave out 'replicas', or 'deploy: false'.`,
  ],
  [
    { metadata: { name: 'a'.repeat(64) } },
    `'metadata.name' of TemplateApp 'shop/api' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received '${'a'.repeat(64)}'. Shorten it by 1 characters.`,
  ],
  [
    { ports: [80], metadata: { name: '1api' } },
    `'metadata.name' of TemplateApp 'shop/api' must begin with a letter, since it is the name of the Service too, received '1api'. Write 'app-1api'.`,
  ],
];

test.each(REFUSED.map(([props, message]) => [JSON.stringify(props), props, message] as const))(
  'refused: %s',
  (_, props, message) => {
    const given = { image: IMAGE, ...props } as unknown as TemplateAppProps;
    let thrown: unknown;
    try {
      new TemplateApp(project(), 'api', given);
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error | undefined)?.message).toBe(message);
  },
);

test('its id must be a name', () => {
  expect(() => appOf({}, 'My_App')).toThrow(
    `'id' of TemplateApp 'shop/My_App' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'My_App'. Use a name like 'nightly-report'.`,
  );
});
