/** @module How Kourier's gateway is reached from outside: a load balancer, ports of every node, or the node's own 80 and 443. */
import type { KubeObject } from '../kube-object';
import type { Platform } from '../platform';
import { type Fields, fields, list, withContainers, withPod, withSpec } from './fields';

/** The name of the gateway's workload, and of its container. */
const GATEWAY = '3scale-kourier-gateway';
const CONTAINER = 'kourier-gateway';
/** The Service that takes requests from outside; `kourier-internal` takes those of the cluster. */
const SERVICE = 'kourier';
/** Ports of the gateway's container for requests from outside, as ports of the node. */
const HOST_PORTS: Readonly<Record<string, number>> = {
  'http2-external': 80,
  'https-external': 443,
};

/** The gateway's objects, exposed as chosen; others as they are. */
export function exposed(objects: readonly KubeObject[], platform: Platform): KubeObject[] {
  const onHost = platform.choices.exposure === 'hostPort';
  return objects
    .filter((object) => !(onHost && scales(object)))
    .map((object) => {
      const { kind, metadata } = object;
      if (kind === 'Service' && metadata.name === SERVICE) return service(object, platform);
      if (kind !== 'Deployment' || metadata.name !== GATEWAY) return object;
      return onHost ? onEveryNode(withHostPorts(tokenless(object))) : tokenless(object);
    });
}

/** The gateway's image, under whatever name the release has it. */
export function withGatewayImage(object: KubeObject, image: string): KubeObject {
  if (object.metadata.name !== GATEWAY) return object;
  return withContainers(object, (container) =>
    container.name === CONTAINER ? { ...container, image } : container,
  );
}

function service(
  object: KubeObject,
  { config: { nodePorts, loadBalancerIP }, choices: { exposure } }: Platform,
): KubeObject {
  return withSpec(object, (spec) => {
    if (exposure === 'hostPort') return { ...spec, type: 'ClusterIP' };
    // Not every node has a pod of the gateway, and each is to answer.
    const outside = { ...spec, externalTrafficPolicy: 'Cluster' };
    if (exposure === 'loadBalancer') {
      return { ...outside, type: 'LoadBalancer', ...(loadBalancerIP && { loadBalancerIP }) };
    }
    const ports = list(spec.ports).map((port) => ({
      ...port,
      nodePort: port.name === 'https' ? nodePorts.https : nodePorts.http,
    }));
    return { ...outside, type: 'NodePort', ports };
  });
}

/** Envoy does not speak to the API server. */
function tokenless(object: KubeObject): KubeObject {
  return withPod(object, (pod) => ({ ...pod, automountServiceAccountToken: false }));
}

function withHostPorts(object: KubeObject): KubeObject {
  return withContainers(object, (container) => ({
    ...container,
    ports: list(container.ports).map((port) => withHostPort(port)),
  }));
}

function withHostPort(port: Fields): Fields {
  const hostPort = HOST_PORTS[String(port.name)];
  return hostPort === undefined ? port : { ...port, hostPort };
}

/**
 * One pod on every node, so that each answers at its own address. A node's port is held by one pod:
 * an update takes the old pod away first, where a Deployment's surge would wait for a port forever.
 */
function onEveryNode({ spec, ...object }: KubeObject): KubeObject {
  const { selector, template } = fields(spec);
  const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
  return {
    ...(object as KubeObject),
    kind: 'DaemonSet',
    spec: { selector, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
  };
}

/** Autoscaler and budget count replicas, which a DaemonSet has none of. */
function scales({ kind, metadata, spec }: KubeObject): boolean {
  if (kind === 'HorizontalPodAutoscaler')
    return fields(fields(spec).scaleTargetRef).name === GATEWAY;
  return kind === 'PodDisruptionBudget' && metadata.name.startsWith(GATEWAY);
}
