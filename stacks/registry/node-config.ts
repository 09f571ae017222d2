/** @module A DaemonSet that writes K3s's registries.yaml on each node that has none. */
import { basename, dirname } from 'node:path/posix';
import { hardenPod } from '../../constructs/pod-security';
import { DEFAULT_DENY, DEFAULT_DENY_SPEC } from '../../constructs/project/network';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { withoutAwait } from '../prepare/engine';
import { NODE_CONFIG_SOURCE } from './node-config-program';
import { REGISTRIES_PATH, registriesYaml } from './registries-yaml';

/** Its own namespace, since what it does is forbidden in every other one of the platform. */
export const NODE_CONFIG_NAMESPACE = 'hks-node-config';
const NAME = 'registries-yaml';
const LABELS = { app: NAME } as const;
const WRITTEN = '/tmp/written';

/** Why its namespace enforces nothing: the exception to "a pod is restricted or it is not made". */
const REASON =
  "A DaemonSet writes /etc/rancher/k3s/registries.yaml: the node's folder belongs to root, and no other profile allows a hostPath.";

/** The namespace first; none where the settings do not ask for it. They do not where a password would be in the file. */
export function nodeConfigObjects(platform: Platform): KubeObject[] {
  const { writeNodeConfig, nodePort } = platform.config.registry;
  if (!writeNodeConfig) return [];
  const namespace = NODE_CONFIG_NAMESPACE;
  const file = registriesYaml({ nodePort, hasPassword: false });
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          'pod-security.kubernetes.io/enforce': 'privileged',
          'pod-security.kubernetes.io/audit': 'restricted',
        },
        annotations: { 'hks.io/pod-security-reason': REASON },
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: DEFAULT_DENY, namespace },
      spec: DEFAULT_DENY_SPEC,
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace },
      data: { [basename(REGISTRIES_PATH)]: file, 'write.py': NODE_CONFIG_SOURCE },
    },
    daemonSet(platform),
  ];
}

/** The engine does not wait for it: a node with a file of its own keeps its pod unready until someone decides. */
function daemonSet({ pinned }: Platform): KubeObject {
  const file = basename(REGISTRIES_PATH);
  const root = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 };
  const pod = hardenPod({
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'write',
        image: pinned('client'),
        command: ['python3', '-I', '/config/write.py', `/config/${file}`, `/host/${file}`, WRITTEN],
        readinessProbe: { exec: { command: ['test', '-e', WRITTEN] }, periodSeconds: 10 },
        resources: {
          requests: { cpu: '5m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
          limits: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
        },
        securityContext: root,
        volumeMounts: [
          { name: 'config', mountPath: '/config', readOnly: true },
          { name: 'host', mountPath: '/host' },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: NAME } },
      { name: 'host', hostPath: { path: dirname(REGISTRIES_PATH), type: 'DirectoryOrCreate' } },
    ],
  });
  return withoutAwait({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: NAME, namespace: NODE_CONFIG_NAMESPACE },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { ...pod, securityContext: { ...pod.securityContext, ...root } },
      },
    },
  });
}
