/** @module Who reaches the registry: builds, Knative's controller, the control plane, and the nodes that pull. */
import {
  CONTROL_PLANE_LABELS,
  KNATIVE_SERVING_NAMESPACE,
  REGISTRY_LABELS,
  SYSTEM_NAMESPACE,
} from '../../constructs/system';
import { buildPeers } from '../builder/peers';
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { REGISTRY_PORT } from './settings';

/**
 * Nodes come by the node port with an address of the node's own; a pod's own node is always let in by K3s. Knative's
 * controller asks for digests. The registry itself connects to nobody.
 */
export function registryPolicy(platform: Platform): KubeObject {
  const from = [
    ...buildPeers(platform),
    {
      namespaceSelector: named(KNATIVE_SERVING_NAMESPACE),
      podSelector: { matchLabels: { app: 'controller' } },
    },
    {
      namespaceSelector: named(SYSTEM_NAMESPACE),
      podSelector: { matchLabels: CONTROL_PLANE_LABELS },
    },
    ...platform.facts.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } })),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'registry', namespace: SYSTEM_NAMESPACE },
    spec: {
      podSelector: { matchLabels: REGISTRY_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from, ports: [{ port: REGISTRY_PORT, protocol: 'TCP' }] }],
      egress: [],
    },
  };
}

function named(namespace: string): object {
  return { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
}
