/** @module What the host platform is called: names that tenants' manifests, the stacks and the control plane agree on. */

/** The namespace of the control plane and the internal registry. */
export const SYSTEM_NAMESPACE = 'hks-system';
/** The labels that the control plane's pods carry; policies that let it in select them. */
export const CONTROL_PLANE_LABELS = {
  'app.kubernetes.io/name': 'hks-control-plane',
  'app.kubernetes.io/part-of': 'hks',
} as const;
/** The internal registry as pods and manifests name it. */
export const REGISTRY_HOST = 'registry.hks-system.svc.cluster.local:5000';
/** The labels of the registry's pods. */
export const REGISTRY_LABELS = { app: 'registry' } as const;
/** Where Knative Serving's activator and autoscaler run. */
export const KNATIVE_SERVING_NAMESPACE = 'knative-serving';
/** Where Kourier's gateway runs. */
export const KOURIER_NAMESPACE = 'kourier-system';
/** Where Knative Eventing's broker runs. */
export const KNATIVE_EVENTING_NAMESPACE = 'knative-eventing';
/** Namespaces that no tenant's project may be. */
export const SYSTEM_NAMESPACES: readonly string[] = [
  'default',
  SYSTEM_NAMESPACE,
  KNATIVE_SERVING_NAMESPACE,
  KOURIER_NAMESPACE,
  KNATIVE_EVENTING_NAMESPACE,
];
