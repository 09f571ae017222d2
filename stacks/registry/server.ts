/** @module The registry's server: a StatefulSet of one pod, and the Service with the node port that nodes pull from. */
import type { Volume, VolumeMount } from '../../constructs/manifest';
import { hardenPod } from '../../constructs/pod-security';
import { REGISTRY_LABELS, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { withoutAwait } from '../prepare/engine';
import {
  CONFIG_PATH,
  DRAIN_SECONDS,
  filesDigest,
  HTPASSWD_KEY,
  HTPASSWD_PATH,
  REGISTRY_PORT,
  type RegistryAuth,
  SHARED_ENV,
  SHARED_MOUNTS,
  SHARED_VOLUMES,
} from './settings';

/**
 * Not awaited: an engine that makes one thing at a time would wait here for the pod that it makes next.
 *
 * The node port is for the nodes themselves, which reach the registry by their own one wherever it runs. Others keep
 * their address on the way, since a node that put its own in its place would let them in past the policy.
 */
export function registryService({ config }: Platform): KubeObject {
  const { nodePort } = config.registry;
  return withoutAwait({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'registry', namespace: SYSTEM_NAMESPACE, labels: REGISTRY_LABELS },
    spec: {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      selector: REGISTRY_LABELS,
      ports: [
        { name: 'http', port: REGISTRY_PORT, targetPort: REGISTRY_PORT, nodePort, protocol: 'TCP' },
      ],
    },
  });
}

export function registryStatefulSet({ config, pinned }: Platform): KubeObject {
  const auth = config.registry;
  const { volumes, mounts } = htpasswd(auth);
  const port = { port: REGISTRY_PORT };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'registry', namespace: SYSTEM_NAMESPACE, labels: REGISTRY_LABELS },
    spec: {
      replicas: 1,
      serviceName: 'registry',
      selector: { matchLabels: REGISTRY_LABELS },
      template: {
        metadata: {
          labels: REGISTRY_LABELS,
          annotations: { 'hks.io/files-sha256': filesDigest(auth) },
        },
        spec: hardenPod({
          terminationGracePeriodSeconds: DRAIN_SECONDS + 15,
          containers: [
            {
              name: 'registry',
              image: pinned('registry'),
              command: ['sh', `${CONFIG_PATH}/serve.sh`],
              env: SHARED_ENV,
              ports: [{ name: 'http', containerPort: REGISTRY_PORT }],
              // Outside of /v2/, so that it answers without a password; 503 when the volume does not.
              readinessProbe: { httpGet: { path: '/', ...port }, periodSeconds: 5 },
              // A change of mode waits for transfers: longer than that without an answer is no such change.
              livenessProbe: {
                tcpSocket: port,
                periodSeconds: 10,
                failureThreshold: Math.ceil(DRAIN_SECONDS / 10) + 3,
              },
              resources: {
                requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
                limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
              },
              volumeMounts: [...SHARED_MOUNTS, ...mounts],
            },
          ],
          volumes: [...SHARED_VOLUMES, ...volumes],
        }),
      },
    },
  };
}

function htpasswd({ htpasswdSecret }: RegistryAuth): {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
} {
  if (htpasswdSecret === undefined) return { volumes: [], mounts: [] };
  const items = [{ key: HTPASSWD_KEY, path: HTPASSWD_KEY }];
  return {
    volumes: [{ name: 'auth', secret: { secretName: htpasswdSecret, defaultMode: 0o440, items } }],
    mounts: [{ name: 'auth', mountPath: HTPASSWD_PATH, readOnly: true }],
  };
}
