/** @module A platform to test components with: settings with their defaults, on a K3s host of one node. */
import { choose } from '../../stacks/cluster/choices';
import { HostPlatformConfig, type HostPlatformSettings } from '../../stacks/config/schema';
import type { ClusterFacts } from '../../stacks/facts';
import type { Choices, Platform } from '../../stacks/platform';

/** A K3s host with K3s's own load balancer, storage and DNS, and Traefik on its ports 80 and 443. */
export const K3S_HOST: ClusterFacts = {
  context: 'default',
  server: 'https://192.0.2.10:6443',
  clusterId: '5f0c0f0e-7d36-4a3c-9a63-1f1f4d1f9d10',
  version: 'v1.34.1+k3s1',
  nodes: [
    {
      name: 'host',
      internalAddress: '192.0.2.10',
      isControlPlane: true,
      runtimeHandlers: ['runc'],
      architecture: 'amd64',
      cpu: 4,
      memory: 8 * 1024 ** 3,
    },
  ],
  storageClasses: [{ name: 'local-path', isDefault: true }],
  loadBalancer: 'servicelb',
  heldPorts: [
    { port: 80, service: 'kube-system/traefik', kind: 'loadBalancer', managedBy: 'Helm' },
    { port: 443, service: 'kube-system/traefik', kind: 'loadBalancer', managedBy: 'Helm' },
  ],
  apis: ['traefik.io/v1alpha1/IngressRoute', 'metrics.k8s.io/v1beta1/PodMetrics'],
  crds: [{ name: 'ingressroutes.traefik.io', managedBy: 'Helm', storedVersions: ['v1alpha1'] }],
  namespaces: [{ name: 'default' }, { name: 'kube-system' }],
  runtimeClasses: [],
  functions: [],
  dns: { pods: true },
  nodeCidrs: ['192.0.2.10/32'],
  apiServer: { cidrs: ['10.43.0.1/32', '192.0.2.10/32'], ports: [443, 6443] },
};

/** Facts of the host, some of them others. */
export function factsOf(facts: Partial<ClusterFacts> = {}): ClusterFacts {
  return { ...K3S_HOST, ...facts };
}

/** Images as `pinned` tells them here; a digest, as a pin has. */
export const PINNED_DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** A platform by settings as they are written and facts, with choices over those that follow; with `imageMirror` before each image. */
export function platformOf(
  settings: HostPlatformSettings = {},
  facts: Partial<ClusterFacts> = {},
  choices: Partial<Choices> = {},
): Platform {
  const config = HostPlatformConfig.parse(settings);
  const { imageMirror } = config;
  const found = factsOf(facts);
  const image = (reference: string) =>
    imageMirror === undefined ? reference : reference.replace(/^[^/]+/, imageMirror);
  return {
    config,
    facts: found,
    choices: { ...choose(config, found).choices, off: {}, ...choices },
    image,
    pinned: (name) => image(config.images[name] ?? `docker.io/pinned/${name}@${PINNED_DIGEST}`),
  };
}
