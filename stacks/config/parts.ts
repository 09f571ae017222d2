/** @module Settings of the platform's own parts: registry, builder, package proxy, database, control plane. */
import { z } from 'zod';
import { domain, image, url } from './places';
import { cores, cron, dottedName, nodePort, objectName, size, volumeSize } from './values';

const storageClassOf = (what: string) =>
  dottedName.optional().describe(`The ${what}'s StorageClass; the cluster's default without it.`);

export const Registry = z.strictObject({
  size: volumeSize.default('20Gi').describe('The size of its volume.'),
  storageClass: storageClassOf('volume'),
  nodePort: nodePort
    .default(30500)
    .describe('The port of every node that the registry is pulled from.'),
  htpasswdSecret: dottedName
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

export const Builder = z.strictObject({
  namespace: objectName.default('hks-build').describe('Where the platform builds images.'),
  cpu: cores.default('4').describe('The most CPU that builds have together.'),
  memory: size.default('8Gi').describe('The most memory that builds have together.'),
  builds: z.int().min(1).max(100).default(4).describe('Builds at a time.'),
  cacheSize: volumeSize
    .default('10Gi')
    .describe('The size of the cache of base images and layers.'),
  storageClass: storageClassOf('cache'),
  pushSecret: dottedName
    .optional()
    .describe(
      `A Secret of the builder's namespace, of the type kubernetes.io/dockerconfigjson: builds push with it. Needed where the registry asks for a password.`,
    ),
  pullSecret: dottedName
    .optional()
    .describe(
      `Such a Secret that builds pull base images with. Code that is built can read it. Needed where the registry asks for a password.`,
    ),
});

export const PackageProxy = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Builds reach packages of pip, npm and Go through a proxy with a cache, and nothing else outside.',
    ),
  size: volumeSize.default('20Gi').describe('The size of its cache.'),
  storageClass: storageClassOf('cache'),
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

export const Postgres = z.strictObject({
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a URL that begins with postgres:// or postgresql://')
    .optional()
    .describe('A database of yours, with user and password: a secret. None is installed then.'),
  size: volumeSize.default('10Gi').describe('The size of its volume.'),
  storageClass: storageClassOf('volume'),
  backup: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Dumps are written to a volume of their own.'),
      schedule: cron.default('15 2 * * *').describe('When, in UTC.'),
      keep: z.int().min(1).max(365).default(7).describe('Dumps that are kept.'),
      size: volumeSize.default('10Gi').describe(`The size of the dumps' volume.`),
    })
    .prefault({})
    .describe('Backups of the database.'),
});

export const ControlPlane = z.strictObject({
  image: image.optional().describe('Its image. Control plane and PostgreSQL are off without it.'),
  replicas: z.int().min(1).max(10).default(1).describe('Pods.'),
  host: domain
    .optional()
    .describe('The name that it is reached by from outside; an Ingress is made for it.'),
  tlsSecret: dottedName
    .optional()
    .describe(
      `A Secret of hks-system with tls.crt and tls.key for that name; the ingress controller's own certificate without it.`,
    ),
});
