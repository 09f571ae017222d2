/** @module The control plane's pods, and the names that they are reached by. */
import type * as pulumi from '@pulumi/pulumi';
import { compact } from '../../constructs/manifest';
import { hardenPod } from '../../constructs/pod-security';
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import type { DatabaseReference } from '../postgres';
import { withoutAwait } from '../prepare/engine';
import { API_PORT, CONTROL_PLANE, controlPlaneEnv, DATA_PATH, METRICS_PORT } from './settings';

const PORTS = { http: API_PORT, metrics: METRICS_PORT } as const;

/** The Deployment, its Service and, as the settings ask, a disruption budget and an Ingress; none without an image. */
export function workloadObjects(
  platform: Pick<Platform, 'config' | 'choices' | 'image'>,
  database: DatabaseReference,
): KubeObject[] {
  const { image, replicas, host, tlsSecret } = platform.config.controlPlane;
  if (image === undefined) return [];
  return [
    service(),
    deployment(platform, platform.image(image), database),
    ...(replicas > 1 ? [disruptionBudget()] : []),
    ...(host === undefined ? [] : [ingress(host, tlsSecret)]),
  ];
}

function service(): KubeObject {
  const ports = Object.entries(PORTS).map(([name, port]) => ({
    name,
    port: name === 'http' ? 80 : port,
    targetPort: name,
    protocol: 'TCP',
  }));
  return withoutAwait({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE, labels: CONTROL_PLANE_LABELS },
    spec: { selector: CONTROL_PLANE_LABELS, ports },
  });
}

function deployment(
  platform: Pick<Platform, 'config' | 'choices'>,
  image: string,
  { secretName, version }: DatabaseReference,
): KubeObject {
  const { replicas } = platform.config.controlPlane;
  // What was read from the Secret at the start is read again when it changes.
  const annotations: Readonly<Record<string, pulumi.Input<string>>> = {
    'hks.io/database-version': version,
  };
  const env = controlPlaneEnv(platform, secretName);
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: CONTROL_PLANE_LABELS },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE, labels: CONTROL_PLANE_LABELS },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: CONTROL_PLANE_LABELS },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: CONTROL_PLANE_LABELS, annotations },
        spec: compact({
          ...pod(image, env),
          topologySpreadConstraints: replicas > 1 ? [spread] : undefined,
        }),
      },
    },
  };
}

/** It watches the cluster, so it is the one pod of the platform's own namespace with a token. */
function pod(image: string, env: ReturnType<typeof controlPlaneEnv>) {
  const probe = (path: string) => ({
    httpGet: { path, port: 'http' },
    timeoutSeconds: 3,
  });
  return hardenPod({
    serviceAccountName: CONTROL_PLANE,
    automountServiceAccountToken: true,
    // Requests are answered and captures of logs are written before it goes.
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: 'server',
        image,
        env,
        ports: Object.entries(PORTS).map(([name, containerPort]) => ({
          name,
          containerPort,
          protocol: 'TCP',
        })),
        // The first start makes the database's tables.
        startupProbe: { ...probe('/healthz'), periodSeconds: 2, failureThreshold: 90 },
        livenessProbe: { ...probe('/healthz'), periodSeconds: 15, failureThreshold: 4 },
        readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 3 },
        resources: {
          requests: { cpu: '100m', memory: '192Mi', 'ephemeral-storage': '64Mi' },
          limits: { cpu: '2', memory: '768Mi', 'ephemeral-storage': '512Mi' },
        },
        volumeMounts: [{ name: 'data', mountPath: DATA_PATH }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: { sizeLimit: '64Mi' } }],
  });
}

function disruptionBudget(): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE },
    spec: { maxUnavailable: 1, selector: { matchLabels: CONTROL_PLANE_LABELS } },
  };
}

/** By HTTPS alone: requests carry tokens. The engine would wait for an address that not every controller writes. */
function ingress(host: string, secretName: string | undefined): KubeObject {
  const backend = { service: { name: CONTROL_PLANE, port: { name: 'http' } } };
  return withoutAwait({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: CONTROL_PLANE,
      namespace: SYSTEM_NAMESPACE,
      annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure' },
    },
    spec: {
      tls: [compact({ hosts: [host], secretName })],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  });
}
