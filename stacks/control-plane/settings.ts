/** @module What the control plane is told and where it answers: the contract between this deployment and the server. */
import type { EnvVar } from '../../constructs/manifest';
import { REGISTRY_HOST, SYSTEM_NAMESPACE } from '../../constructs/system';
import type { Platform } from '../platform';
import { URL_KEY } from '../postgres/settings';

/** The name of its Deployment, Service, ServiceAccount and the rest. */
export const CONTROL_PLANE = 'hks-control-plane';
/** The API; `/healthz` tells that the process lives, `/readyz` that it has its database and the API server. */
export const API_PORT = 8080;
/** Prometheus's `/metrics`: a port of its own, since whoever reaches the API must not read it. */
export const METRICS_PORT = 9090;
/** Where it may write: the socket that `hks token create` speaks to. */
export const DATA_PATH = '/var/lib/hks';
/** The user of the Kubernetes API that the pods are. */
export const CONTROL_PLANE_USER = `system:serviceaccount:${SYSTEM_NAMESPACE}:${CONTROL_PLANE}`;

/** The environment of the server; what it is not told, the platform does not have. */
export function controlPlaneEnv(
  { config, choices }: Pick<Platform, 'config' | 'choices'>,
  databaseSecret: string,
): EnvVar[] {
  const { host } = config.controlPlane;
  const { sandbox } = choices;
  const values: Readonly<Record<string, string | undefined>> = {
    HKS_HOST: '0.0.0.0',
    HKS_PORT: String(API_PORT),
    HKS_METRICS_PORT: String(METRICS_PORT),
    HKS_DATA_DIR: DATA_PATH,
    HKS_PUBLIC_URL: host === undefined ? undefined : `https://${host}`,
    HKS_DOMAIN: choices.domain,
    HKS_REGISTRY: REGISTRY_HOST,
    HKS_BUILDER_NAMESPACE: config.builder.namespace,
    HKS_ISOLATION: sandbox === undefined ? 'none' : 'gvisor',
    HKS_SANDBOX_RUNTIME_CLASS: sandbox?.runtimeClass,
  };
  const named = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const secretKeyRef = { name: databaseSecret, key: URL_KEY };
  return [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef } }, ...named];
}
