/** @module Who may reach a function's pods: Knative's data path, and nobody else. */
import type { Construct } from 'constructs';
import type { Peer } from '../network';
import type { Project } from '../project';
import {
  KNATIVE_EVENTING_NAMESPACE,
  KNATIVE_SERVING_NAMESPACE,
  KOURIER_NAMESPACE,
} from '../system';

/** Where queue-proxy takes requests: 8012, or 8013 when the container speaks HTTP/2 without TLS. */
const REQUEST_PORTS = { http1: 8012, h2c: 8013 } as const;
/** Where the autoscaler reads how busy queue-proxy is. */
const METRICS_PORT = 9090;
/** Where the gateway's pods take cluster-local requests; its Service maps port 80 to it. */
const GATEWAY_INTERNAL_PORT = 8081;
/** Where the broker's ingress takes events; its Service maps port 80 to it. */
const BROKER_INGRESS_PORT = 8080;

export type Protocol = keyof typeof REQUEST_PORTS;

const ACTIVATOR: Peer = { namespace: KNATIVE_SERVING_NAMESPACE, pods: { app: 'activator' } };
const AUTOSCALER: Peer = { namespace: KNATIVE_SERVING_NAMESPACE, pods: { app: 'autoscaler' } };
const GATEWAY: Peer = { namespace: KOURIER_NAMESPACE, pods: { app: '3scale-kourier-gateway' } };
const BROKER_INGRESS: Peer = {
  namespace: KNATIVE_EVENTING_NAMESPACE,
  pods: { 'eventing.knative.dev/brokerRole': 'ingress' },
};

/** The gateway for requests that stay in the cluster, as a rule of egress names it. */
export const TO_GATEWAY = { peers: [GATEWAY], ports: [{ port: GATEWAY_INTERNAL_PORT }] };
/** The ingress of the brokers, as a rule of egress names it. */
export const TO_BROKER = { peers: [BROKER_INGRESS], ports: [{ port: BROKER_INGRESS_PORT }] };

/**
 * Requests come from the activator while the function scales, else from the gateway; readings from the autoscaler.
 * The broker delivers events to the gateway, and probes come from the node, so neither needs a rule.
 */
export function allowDataPath(
  owner: Construct,
  project: Project,
  name: string,
  select: Readonly<Record<string, string>>,
  protocol: Protocol,
): void {
  project.allow(
    {
      name: `${name}-requests`,
      direction: 'ingress',
      select,
      peers: [ACTIVATOR, GATEWAY],
      ports: [{ port: REQUEST_PORTS[protocol] }],
    },
    owner,
  );
  project.allow(
    {
      name: `${name}-metrics`,
      direction: 'ingress',
      select,
      peers: [AUTOSCALER],
      ports: [{ port: METRICS_PORT }],
    },
    owner,
  );
}
