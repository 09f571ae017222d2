/** @module The registry's own settings: both configurations, the programs, and the environment that they share. */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { EnvVar, Volume, VolumeMount } from '../../constructs/manifest';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { KubeObject } from '../kube-object';
import { COLLECT_SOURCE, SERVE_SOURCE } from './scripts';

/** The port of the registry's container and Service. */
export const REGISTRY_PORT = 5000;
export const CONFIG_PATH = '/etc/hks-registry';
export const DATA_PATH = '/var/lib/registry';
export const HTPASSWD_PATH = '/etc/hks-registry-auth';
/** The key of the Secret that holds users and the hashes of their passwords. */
export const HTPASSWD_KEY = 'htpasswd';
/** Time that a server which ends gives to uploads and downloads. */
export const DRAIN_SECONDS = 30;

/** Whether the registry asks for a password. */
export interface RegistryAuth {
  readonly htpasswdSecret?: string;
}

export function registryConfigMap(auth: RegistryAuth): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'registry', namespace: SYSTEM_NAMESPACE },
    data: registryFiles(auth),
  };
}

/** The files of the ConfigMap. */
export function registryFiles(auth: RegistryAuth): Readonly<Record<string, string>> {
  return {
    'config.yml': stringify(registryConfig(auth, false)),
    'read-only.yml': stringify(registryConfig(auth, true)),
    'serve.sh': SERVE_SOURCE,
    'collect.sh': COLLECT_SOURCE,
  };
}

/** Changes when the files do, so that the registry starts again with them. */
export function filesDigest(auth: RegistryAuth): string {
  return createHash('sha256')
    .update(JSON.stringify(registryFiles(auth)))
    .digest('hex');
}

/** Without a cache of blobs: a collection removes them behind the server's back. */
export function registryConfig({ htpasswdSecret }: RegistryAuth, readOnly: boolean): object {
  const htpasswd = { realm: 'hks', path: `${HTPASSWD_PATH}/${HTPASSWD_KEY}` };
  return {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: DATA_PATH },
      delete: { enabled: true },
      maintenance: {
        uploadpurging: { enabled: !readOnly, age: '168h', interval: '24h', dryrun: false },
        readonly: { enabled: readOnly },
      },
    },
    http: { addr: `:${REGISTRY_PORT}`, draintimeout: `${DRAIN_SECONDS}s` },
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
    ...(htpasswdSecret === undefined ? {} : { auth: { htpasswd } }),
  };
}

/** What server and collection agree on. */
export const SHARED_ENV: readonly EnvVar[] = [
  { name: 'CONFIG', value: CONFIG_PATH },
  { name: 'STATE', value: `${DATA_PATH}/.hks` },
  { name: 'LEASE_SECONDS', value: '120' },
  { name: 'OTEL_TRACES_EXPORTER', value: 'none' },
];

export const SHARED_VOLUMES: readonly Volume[] = [
  { name: 'config', configMap: { name: 'registry' } },
  { name: 'data', persistentVolumeClaim: { claimName: 'registry' } },
];
export const SHARED_MOUNTS: readonly VolumeMount[] = [
  { name: 'config', mountPath: CONFIG_PATH, readOnly: true },
  { name: 'data', mountPath: DATA_PATH },
];
