/** @module The settings of the host platform: their shape, rules, defaults and what each is for. */
import { z } from 'zod';
import { Knative } from './knative';
import { Builder, ControlPlane, PackageProxy, Postgres, Registry } from './parts';
import { domain, image, imageMirror, releaseMirror } from './places';
import { nodePort, objectName, version } from './values';

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
  releaseMirror: releaseMirror
    .optional()
    .describe('A folder or URL that holds the release files as <component>/<asset>.'),
  imageMirror: imageMirror.optional().describe(`What every image's registry is replaced by.`),
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
