/** @module The package proxy's objects: configuration, cache, Deployment, Service, and who may talk to it. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { hardenPod } from '../../constructs/pod-security';
import { quantity } from '../../constructs/resources';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import { buildPeers } from '../builder/peers';
import { blocks, toDns } from '../egress';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { withoutAwait } from '../prepare/engine';
import { claim } from '../registry/volume';
import { PACKAGE_PROXY_LABELS, PACKAGE_PROXY_PORT } from './builds';
import { nginxConfig, type Places } from './nginx';
import { resolverOf, upstreamOf } from './upstream';

const NAME = 'package-proxy';
const CONFIG_PATH = '/etc/hks-package-proxy';
const metadata = { name: NAME, namespace: SYSTEM_NAMESPACE, labels: PACKAGE_PROXY_LABELS };

/** Part of the volume that the cache may fill; nginx removes what is beyond a little later. */
const FULL = 0.8;

/** Asks the DNS servers of the pod, as nginx does not by itself. */
const START = `awk '$1 == "nameserver" { s = s " " ($2 ~ /:/ ? "[" $2 "]" : $2) } END { print "resolver" s " valid=60s;" }' /etc/resolv.conf >/tmp/resolver.conf && exec nginx -e stderr -c ${CONFIG_PATH}/nginx.conf`;

export function proxyPlaces(size: string): Places {
  return {
    listen: String(PACKAGE_PROXY_PORT),
    cache: '/cache',
    temporary: '/tmp',
    log: '/dev/stdout',
    authorities: '/etc/ssl/certs/ca-certificates.crt',
    cacheBytes: quantity(size) * FULL,
    indexTime: '10m',
    fileTime: '30d',
    missingTime: '1m',
  };
}

/** What the pod finds when it starts; nothing where the proxy is off. */
export function proxyGround(platform: Platform): KubeObject[] {
  const { enabled, size, storageClass } = platform.config.packageProxy;
  if (!enabled) return [];
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'nginx.conf': text(platform) } },
    claim({ name: 'package-proxy-cache', namespace: SYSTEM_NAMESPACE, size, storageClass }),
    proxyPolicy(platform),
  ];
}

export function proxyServer(platform: Platform): KubeObject[] {
  if (!platform.config.packageProxy.enabled) return [];
  const port = PACKAGE_PROXY_PORT;
  return [
    withoutAwait({
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: PACKAGE_PROXY_LABELS,
        ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }],
      },
    }),
    deployment(platform),
  ];
}

function deployment(platform: Platform): KubeObject {
  const probe = { httpGet: { path: '/healthz', port: PACKAGE_PROXY_PORT } };
  const spec = hardenPod({
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'nginx',
        image: platform.pinned('packageProxy'),
        command: ['sh', '-c', START],
        ports: [{ name: 'http', containerPort: PACKAGE_PROXY_PORT }],
        readinessProbe: { ...probe, periodSeconds: 5 },
        livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
        resources: {
          requests: { cpu: '25m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
          limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '256Mi' },
        },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG_PATH, readOnly: true },
          { name: 'cache', mountPath: '/cache' },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: NAME } },
      { name: 'cache', persistentVolumeClaim: { claimName: 'package-proxy-cache' } },
    ],
  });
  const digest = createHash('sha256').update(text(platform)).digest('hex');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      // The cache's volume can be one node's alone.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: PACKAGE_PROXY_LABELS },
      template: {
        metadata: {
          labels: PACKAGE_PROXY_LABELS,
          annotations: { 'hks.io/files-sha256': digest },
        },
        spec,
      },
    },
  };
}

function text({ config }: Platform): string {
  return nginxConfig(config.packageProxy, proxyPlaces(config.packageProxy.size));
}

/** Builds come in; out go DNS and the upstreams' ports: to their addresses where they are named by address. */
export function proxyPolicy(platform: Platform): KubeObject {
  const { upstreams } = platform.config.packageProxy;
  const urls = Object.values(upstreams).filter((url) => url !== undefined);
  const out = new Map(
    urls.map((url) => {
      const { hostname, port } = upstreamOf(url);
      const rule = { to: addresses(hostname), ports: [{ port, protocol: 'TCP' }] };
      return [JSON.stringify(rule), rule];
    }),
  );
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: PACKAGE_PROXY_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: buildPeers(platform), ports: [{ port: PACKAGE_PROXY_PORT, protocol: 'TCP' }] },
      ],
      egress: [...dns(platform), ...out.values()],
    },
  };
}

/** A policy knows no names: any address, but for what a cloud tells of its machines. */
function addresses(hostname: string): object[] {
  if (isIP(hostname) !== 0) return at(hostname);
  return [
    { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
    { ipBlock: { cidr: '::/0', except: ['fe80::/10'] } },
  ];
}

function dns({ config, facts }: Platform): object[] {
  const { resolvers } = config.packageProxy;
  if (resolvers.length === 0) return [toDns(facts)];
  return resolvers.map(resolverOf).map(({ address, port }) => ({
    to: at(address),
    ports: ['UDP', 'TCP'].map((protocol) => ({ port, protocol })),
  }));
}

function at(address: string): object[] {
  return blocks([`${address}/${isIP(address) === 6 ? 128 : 32}`]);
}
