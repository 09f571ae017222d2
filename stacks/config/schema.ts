/** @module The settings of the host platform: their shape, rules, defaults and what each is for. */
import { z } from 'zod';
import { isInterval, neverComes, parse } from '../../constructs/schedule/dialect';
import { parseDuration } from '../../constructs/schedule/go-duration';

/** A Kubernetes quantity of storage or memory. */
const size = z.string().regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, `must be a size such as '20Gi'`);
const cores = z
  .string()
  .regex(/^([1-9]\d*m|[1-9]\d*)$/, `must be a number of cores such as '4' or '500m'`);
const nodePort = z.number().int().min(30000).max(32767);
/** Knative refuses shorter ones, and fractions of a second. */
const duration = z
  .string()
  .regex(/^[1-9]\d*(s|m|h)$/, `must be a duration such as '30s' or '5m'`)
  .refine((text) => isDuration(text, '6s'), `must be a duration of 6s or more such as '30s'`);
const cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, `must be a cron expression of five fields such as '30 3 * * *'`)
  .refine(comes, `must be a cron expression of five fields such as '30 3 * * *'`);
const image = z
  .string()
  .regex(
    /^[a-z0-9][^\s]*(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/,
    `must be an image with a tag or digest such as 'registry.example.com/team/name:1.4.2'`,
  );
const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: lower case letters, digits and dashes, at most 63',
  );
const domain = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    `must be a domain name without a port such as 'functions.example.com'`,
  );
const url = z
  .string()
  .regex(
    /^https?:\/\/[^\s/]+/,
    `must be a URL of http or https such as 'https://mirror.example.com/packages'`,
  );

/** Settings of the autoscaler; each is one key of Knative's ConfigMap `config-autoscaler`. */
const Autoscaler = z.strictObject({
  scaleToZero: z.boolean().default(true).describe('Functions without requests have no pod.'),
  scaleToZeroGracePeriod: duration
    .default('30s')
    .describe('How long the last pod waits for the network to forget it.'),
  stableWindow: duration
    .refine(
      (text) => isDuration(text, '6s', '1h'),
      `must be a duration from 6s to 1h such as '60s'`,
    )
    .default('60s')
    .describe('The time over which requests are averaged.'),
  scaleDownDelay: z
    .string()
    .regex(/^(0s|[1-9]\d*(s|m|h))$/, `must be a duration such as '0s' or '5m'`)
    .default('0s')
    .describe('How long a function keeps its pods when requests go down.'),
  initialScale: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe('Pods that a new revision starts with; 0 starts none.'),
  maxScale: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe('The most pods of a function that says nothing else.'),
  maxScaleLimit: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('The most pods that a function may ask for.'),
  containerConcurrencyTarget: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('Requests at a time that a pod of a function is meant to have.'),
  targetBurstCapacity: z
    .int()
    .min(-1)
    .max(100000)
    .default(211)
    .describe(
      'Requests that may come at once before the activator buffers them; -1 buffers always.',
    ),
});

const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+$/, `must be a version such as '1.23.0'`)
  .optional();

const Knative = z.strictObject({
  autoscaler: Autoscaler.prefault({}).describe('How functions scale.'),
  features: z
    .record(
      z
        .string()
        .regex(/^[-.\w]+$/, 'must be a name of letters, digits, dots, dashes and underscores'),
      z.enum(['enabled', 'disabled', 'allowed']),
    )
    .default({})
    .describe(`Keys of Knative's ConfigMap config-features, over those of the platform.`),
  skipTagResolving: z
    .array(z.string().min(1))
    .default([])
    .describe('Registries, with their ports, whose tags Knative does not turn into digests.'),
});

const Registry = z.strictObject({
  size: size.default('20Gi').describe('The size of its volume.'),
  storageClass: objectName
    .optional()
    .describe(`The volume's StorageClass; the cluster's default without it.`),
  nodePort: nodePort
    .default(30500)
    .describe('The port of every node that the registry is pulled from.'),
  htpasswdSecret: objectName
    .optional()
    .describe(
      `A Secret of hks-system with the key htpasswd (bcrypt): who may push and pull. Anyone inside the cluster that policies let through without it.`,
    ),
  garbageCollection: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Layers that no image has are removed.'),
      schedule: cron.default('30 3 * * 0').describe('When, in UTC.'),
    })
    .prefault({})
    .describe('Removal of what no image has.'),
  writeNodeConfig: z
    .boolean()
    .default(false)
    .describe(
      `A DaemonSet writes K3s's registries.yaml on every node that has none; K3s reads it at its next start.`,
    ),
});

const Builder = z.strictObject({
  namespace: objectName.default('hks-build').describe('Where the platform builds images.'),
  cpu: cores.default('4').describe('The most CPU that builds have together.'),
  memory: size.default('8Gi').describe('The most memory that builds have together.'),
  builds: z.int().min(1).max(100).default(4).describe('Builds at a time.'),
  cacheSize: size.default('10Gi').describe('The size of the cache of base images and layers.'),
  storageClass: objectName
    .optional()
    .describe(`The cache's StorageClass; the cluster's default without it.`),
  pushSecret: objectName
    .optional()
    .describe(
      `A Secret of the builder's namespace, of the type kubernetes.io/dockerconfigjson: builds push with it. Needed where the registry asks for a password.`,
    ),
  pullSecret: objectName
    .optional()
    .describe(
      `Such a Secret that builds pull base images with. Code that is built can read it. Needed where the registry asks for a password.`,
    ),
});

const PackageProxy = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Builds reach packages of pip, npm and Go through a proxy with a cache, and nothing else outside.',
    ),
  size: size.default('20Gi').describe('The size of its cache.'),
  storageClass: objectName
    .optional()
    .describe(`The cache's StorageClass; the cluster's default without it.`),
  upstreams: z
    .strictObject({
      pip: url.optional().describe('The index or mirror that pip asks: its root, above simple/.'),
      pipFiles: url
        .optional()
        .describe(`Where the index keeps its files, when that is another host.`),
      npm: url.optional().describe('The registry or mirror that npm asks.'),
      go: url.optional().describe('The module proxy or mirror that Go asks.'),
    })
    .prefault({})
    .describe('Where it fetches from; what is not named is not served.'),
  resolvers: z
    .array(z.string().min(1))
    .default([])
    .describe(`DNS servers that it asks; the cluster's without them.`),
});

const Postgres = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a URL that begins with postgres:// or postgresql://')
    .optional()
    .describe('A database of yours, with user and password: a secret. None is installed then.'),
  size: size.default('10Gi').describe('The size of its volume.'),
  storageClass: objectName
    .optional()
    .describe(`The volume's StorageClass; the cluster's default without it.`),
  backup: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Dumps are written to a volume of their own.'),
      schedule: cron.default('15 2 * * *').describe('When, in UTC.'),
      keep: z.int().min(1).max(365).default(7).describe('Dumps that are kept.'),
      size: size.default('10Gi').describe(`The size of the dumps' volume.`),
    })
    .prefault({})
    .describe('Backups of the database.'),
});

const ControlPlane = z.strictObject({
  image: image.optional().describe('Its image. Control plane and PostgreSQL are off without it.'),
  replicas: z.int().min(1).max(10).default(1).describe('Pods.'),
  host: domain
    .optional()
    .describe('The name that it is reached by from outside; an Ingress is made for it.'),
  tlsSecret: objectName
    .optional()
    .describe(
      `A Secret of hks-system with tls.crt and tls.key for that name; the ingress controller's own certificate without it.`,
    ),
});

/** Names of the images that the platform runs, beyond those that the releases name by digest. */
export const IMAGE_NAMES = [
  'envoy',
  'registry',
  'kaniko',
  'client',
  'postgres',
  'packageProxy',
] as const;
export type ImageName = (typeof IMAGE_NAMES)[number];

export const HostPlatformConfig = z.strictObject({
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe('The path of the kubeconfig; KUBECONFIG, else ~/.kube/config, without it.'),
  context: z
    .string()
    .min(1)
    .optional()
    .describe(`The kubeconfig's context; its current one without it.`),
  domain: domain
    .optional()
    .describe(
      'The domain of functions: NAME.NAMESPACE.DOMAIN. Without it, sslip.io of the address that the gateway is reached at.',
    ),
  exposure: z
    .enum(['loadBalancer', 'nodePort', 'hostPort'])
    .optional()
    .describe(
      'How the gateway is reached from outside. Without it as it is, else loadBalancer where the cluster has one with free ports, else nodePort.',
    ),
  nodePorts: z
    .strictObject({
      http: nodePort.default(31080).describe('HTTP.'),
      https: nodePort.default(31443).describe('HTTPS.'),
    })
    .prefault({})
    .describe('The gateway on every node, with exposure nodePort.'),
  loadBalancerIP: z
    .union([z.ipv4(), z.ipv6()], `must be an IPv4 or IPv6 address such as '203.0.113.7'`)
    .optional()
    .describe('The address to ask the load balancer for, with exposure loadBalancer.'),
  singleNode: z
    .boolean()
    .optional()
    .describe(
      'Leaves out what needs several nodes: autoscalers and disruption budgets of the platform itself. Without it, whether the cluster has one node.',
    ),
  versions: z
    .strictObject({
      serving: version.describe('Knative Serving.'),
      kourier: version.describe('Kourier.'),
      eventing: version.describe('Knative Eventing.'),
    })
    .prefault({})
    .describe('Another pinned version than the newest.'),
  releaseMirror: z
    .string()
    .min(1)
    .optional()
    .describe('A folder or URL that holds the release files as <component>/<asset>.'),
  imageMirror: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.:/_-]*[a-z0-9]$/,
      `must be what image names begin with, such as 'mirror.example.com:5000/hks'`,
    )
    .optional()
    .describe(`What every image's registry is replaced by.`),
  images: z
    .strictObject({
      envoy: image.optional().describe(`Kourier's gateway.`),
      registry: image.optional().describe('The internal registry.'),
      kaniko: image.optional().describe('What builds images.'),
      client: image.optional().describe('What calls functions on a schedule, and writes files.'),
      postgres: image.optional().describe('The database, and its dumps.'),
      packageProxy: image.optional().describe('The proxy of packages.'),
    } satisfies Record<ImageName, z.ZodType>)
    .prefault({})
    .describe('Other images than the pinned ones.'),
  knative: Knative.prefault({}).describe('Knative Serving.'),
  eventing: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Knative Eventing with its in-memory channel and broker.'),
    })
    .prefault({})
    .describe('Knative Eventing.'),
  registry: Registry.prefault({}).describe('The internal registry.'),
  builder: Builder.prefault({}).describe('Where images are built.'),
  packageProxy: PackageProxy.prefault({}).describe('Packages for builds.'),
  postgres: Postgres.prefault({}).describe('The database of the control plane.'),
  sandbox: z
    .strictObject({
      runtime: z
        .enum(['auto', 'gvisor', 'none'])
        .default('auto')
        .describe(
          'What isolates functions and sandboxes: gvisor must be on every node, auto takes it where it is, none never.',
        ),
      handler: objectName
        .optional()
        .describe(
          'The name of runsc in the configuration of containerd; gvisor or runsc, as the nodes report it, without it.',
        ),
    })
    .prefault({})
    .describe('The sandbox runtime.'),
  controlPlane: ControlPlane.prefault({}).describe('The control plane.'),
  monitoring: z
    .enum(['auto', 'enabled', 'disabled'])
    .default('auto')
    .describe(
      'ServiceMonitor and PrometheusRule: auto makes them where the cluster knows these kinds.',
    ),
  monitoringLabels: z
    .record(
      z
        .string()
        .regex(
          /^([a-z0-9][-.a-z0-9]*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
          'must be the name of a label',
        ),
      z
        .string()
        .regex(
          /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/,
          `must be the value of a label such as 'kube-prometheus-stack'`,
        ),
    )
    .default({})
    .describe(
      'Labels of ServiceMonitor and PrometheusRule that a Prometheus selects them by, such as release: kube-prometheus-stack.',
    ),
  protectData: z
    .boolean()
    .default(true)
    .describe('Volumes with data cannot be destroyed until this is false.'),
});
/** The settings as checked, with all defaults. */
export type HostPlatformConfig = z.infer<typeof HostPlatformConfig>;
/** The settings as they are written. */
export type HostPlatformSettings = z.input<typeof HostPlatformConfig>;

/** Settings, as paths, whose values are secrets. */
export const SECRET_SETTINGS: readonly string[] = ['postgres.url'];

/** Whether a duration is within bounds; the regular expression refuses what is none. */
function isDuration(text: string, from: string, to?: string): boolean {
  try {
    const length = parseDuration(text);
    return length >= parseDuration(from) && (to === undefined || length <= parseDuration(to));
  } catch {
    return false;
  }
}

/** Whether Kubernetes takes an expression, and its time comes. */
function comes(expression: string): boolean {
  try {
    const rule = parse(expression);
    return isInterval(rule) || !neverComes(rule);
  } catch {
    return false;
  }
}
