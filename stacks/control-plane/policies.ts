/** @module Who reaches the control plane, and whom it reaches. */
import { isIP } from 'node:net';
import { TO_GATEWAY } from '../../constructs/function/policies';
import { LABELS } from '../../constructs/labels';
import {
  CONTROL_PLANE_LABELS,
  KOURIER_NAMESPACE,
  REGISTRY_LABELS,
  SYSTEM_NAMESPACE,
} from '../../constructs/system';
import { blocks, toApiServer, toDns } from '../egress';
import type { KubeObject } from '../kube-object';
import { MANAGED_BY, MANAGER } from '../ownership';
import type { Platform } from '../platform';
import { POSTGRES_LABELS, POSTGRES_PORT } from '../postgres/settings';
import { REGISTRY_PORT } from '../registry/settings';
import { API_PORT, CONTROL_PLANE, METRICS_PORT } from './settings';

/** The label of namespaces whose pods may call the API: another ingress controller's than Traefik's, for example. */
const CLIENT_NAMESPACE_LABEL = 'hks.io/control-plane-clients';
const KUBELET_PORT = 10250;

/** Policies add up: an identity provider or a mail server, for example, is reached by another one of yours. */
export function controlPlanePolicy(
  platform: Pick<Platform, 'config' | 'facts' | 'choices'>,
): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: CONTROL_PLANE, namespace: SYSTEM_NAMESPACE },
    spec: {
      podSelector: { matchLabels: CONTROL_PLANE_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: ingressRules(platform),
      egress: egressRules(platform),
    },
  };
}

function ingressRules({ config, choices }: Pick<Platform, 'config' | 'choices'>): object[] {
  const traefik = {
    namespaceSelector: named('kube-system'),
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
  };
  const clients = [
    ...(config.controlPlane.host === undefined ? [] : [traefik]),
    { namespaceSelector: { matchLabels: { [CLIENT_NAMESPACE_LABEL]: 'true' } } },
  ];
  const prometheus = {
    namespaceSelector: {},
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
  };
  return [
    { from: clients, ports: tcp(API_PORT) },
    ...(choices.monitoring.serviceMonitor
      ? [{ from: [prometheus], ports: tcp(METRICS_PORT) }]
      : []),
  ];
}

function egressRules({
  config,
  facts,
  choices,
}: Pick<Platform, 'config' | 'facts' | 'choices'>): object[] {
  const database =
    choices.postgres === 'external'
      ? toExternalDatabase(config.postgres.url)
      : [{ to: [{ podSelector: { matchLabels: POSTGRES_LABELS } }], ports: tcp(POSTGRES_PORT) }];
  const gateway = TO_GATEWAY.peers.map((peer) => ({
    namespaceSelector: named(KOURIER_NAMESPACE),
    podSelector: { matchLabels: 'pods' in peer ? peer.pods : {} },
  }));
  // Pods that wait for code, on the ports that their pools choose.
  const sandboxes = {
    namespaceSelector: { matchLabels: { [MANAGED_BY]: MANAGER, [LABELS.kind]: 'project' } },
    podSelector: { matchExpressions: [{ key: LABELS.pool, operator: 'Exists' }] },
  };
  return [
    toDns(facts),
    toApiServer(facts),
    ...database,
    { to: [{ podSelector: { matchLabels: REGISTRY_LABELS } }], ports: tcp(REGISTRY_PORT) },
    { to: gateway, ports: TO_GATEWAY.ports.flatMap(({ port }) => tcp(port)) },
    { to: [sandboxes] },
    { to: blocks(facts.nodeCidrs), ports: tcp(KUBELET_PORT) },
  ];
}

/** The hosts and ports of a connection URL, which may name several: by address where it has one, else anywhere on the port. */
export function toExternalDatabase(url = ''): object[] {
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.map((text) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
    const family = isIP(bracketed ?? plain ?? '');
    const address = `${bracketed ?? plain}/${family === 6 ? 128 : 32}`;
    const anywhere = [...blocks(['0.0.0.0/0', '::/0']), { namespaceSelector: {} }];
    return {
      to: family === 0 ? anywhere : blocks([address]),
      ports: tcp(Number(port ?? POSTGRES_PORT)),
    };
  });
}

function named(namespace: string): object {
  return { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
}

function tcp(port: number | string): object[] {
  return [{ port, protocol: 'TCP' }];
}
