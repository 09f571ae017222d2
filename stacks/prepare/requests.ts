/** @module What the release's own pods ask for: modest, since a small host runs them beside its tenants. */
import { identityOf, type KubeObject } from '../kube-object';
import { fields, withContainers, withPod } from './fields';

interface Request {
  readonly cpu: string;
  readonly memory: string;
}

/** What idle pods use, with room to start; `namespace/name` of workloads. The releases ask for a core and a half. */
export const REQUESTS: Readonly<Record<string, Request>> = {
  'knative-serving/activator': { cpu: '50m', memory: '60Mi' },
  'knative-serving/autoscaler': { cpu: '25m', memory: '64Mi' },
  'knative-serving/controller': { cpu: '50m', memory: '100Mi' },
  'knative-serving/webhook': { cpu: '25m', memory: '64Mi' },
  'knative-serving/net-kourier-controller': { cpu: '25m', memory: '64Mi' },
  'kourier-system/3scale-kourier-gateway': { cpu: '100m', memory: '128Mi' },
  'knative-eventing/eventing-controller': { cpu: '50m', memory: '100Mi' },
  'knative-eventing/eventing-webhook': { cpu: '25m', memory: '50Mi' },
  'knative-eventing/imc-controller': { cpu: '25m', memory: '64Mi' },
  'knative-eventing/imc-dispatcher': { cpu: '50m', memory: '64Mi' },
  'knative-eventing/mt-broker-controller': { cpu: '25m', memory: '64Mi' },
  'knative-eventing/mt-broker-filter': { cpu: '50m', memory: '64Mi' },
  'knative-eventing/mt-broker-ingress': { cpu: '50m', memory: '64Mi' },
  'knative-eventing/pingsource-mt-adapter': { cpu: '25m', memory: '64Mi' },
};

/** What a container of another workload asks for, where it says nothing. */
const REQUEST: Request = { cpu: '25m', memory: '64Mi' };
/** Serving's own limits, for what ships without. */
const LIMIT = { cpu: '1000m', memory: '1000Mi' };
/** Logs and temporary files; the kubelet keeps 50 MiB of a container's logs. */
const DISK = { request: '16Mi', limit: '512Mi' };

/**
 * The workload with requests for a small host; its limits are kept, and what it lacks is filled in.
 * What an autoscaler scales keeps what it asks for: the autoscaler counts in parts of it.
 */
export function sized(object: KubeObject, scaled: ReadonlySet<string>): KubeObject {
  const { namespace, name } = object.metadata;
  const small = REQUESTS[`${namespace}/${name}`] ?? {};
  const isScaled = scaled.has(identityOf(object));
  return withContainers(object, (container) => {
    const { requests, limits } = fields(container.resources);
    const shipped = fields(requests);
    return {
      ...container,
      resources: {
        requests: {
          'ephemeral-storage': DISK.request,
          ...REQUEST,
          ...(isScaled ? { ...small, ...shipped } : { ...shipped, ...small }),
        },
        limits: { 'ephemeral-storage': DISK.limit, ...LIMIT, ...fields(limits) },
      },
    };
  });
}

/** Variables for each Service of the namespace are of no use to Knative, and slow the start where there are many. */
export function withoutServiceLinks(object: KubeObject): KubeObject {
  return withPod(object, (pod) => ({ ...pod, enableServiceLinks: false }));
}
