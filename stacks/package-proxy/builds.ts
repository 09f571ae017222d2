/** @module What a build needs to reach the package proxy: its name, the way to it, and the settings of pip, npm and Go. */
import type { ResolvedEgress } from '../../constructs/sandbox-builder/egress';
import { SYSTEM_NAMESPACE } from '../../constructs/system';
import type { HostPlatformConfig } from '../config/schema';

export const PACKAGE_PROXY_LABELS = { app: 'package-proxy' } as const;
export const PACKAGE_PROXY_PORT = 8080;
/** The package proxy as builds name it. */
export const PACKAGE_PROXY_HOST = `package-proxy.${SYSTEM_NAMESPACE}.svc.cluster.local:${PACKAGE_PROXY_PORT}`;

/** The proxy as one that builds may connect to; none where it is off. */
export function proxyOfBuilds({
  packageProxy,
}: Pick<HostPlatformConfig, 'packageProxy'>): readonly (ResolvedEgress & {
  readonly host: string;
})[] {
  if (!packageProxy.enabled) return [];
  return [
    {
      host: PACKAGE_PROXY_HOST,
      peers: [{ namespace: SYSTEM_NAMESPACE, pods: PACKAGE_PROXY_LABELS }],
      ports: [{ port: PACKAGE_PROXY_PORT }],
    },
  ];
}

/**
 * Values of `ARG`s by which pip, npm and Go go to the proxy; a Dockerfile that names the `ARG` has it in its `RUN`s.
 * Go checks modules against its checksum database by the proxy too, where the upstream passes that on.
 */
export function proxyBuildArgs({
  packageProxy,
}: Pick<HostPlatformConfig, 'packageProxy'>): Readonly<Record<string, string>> {
  const { enabled, upstreams } = packageProxy;
  if (!enabled) return {};
  const root = `http://${PACKAGE_PROXY_HOST}`;
  return {
    ...(upstreams.pip === undefined
      ? {}
      : { PIP_INDEX_URL: `${root}/pip/simple/`, PIP_TRUSTED_HOST: PACKAGE_PROXY_HOST }),
    // An audit is a POST, which the proxy does not pass on.
    ...(upstreams.npm === undefined
      ? {}
      : { NPM_CONFIG_REGISTRY: `${root}/npm/`, NPM_CONFIG_AUDIT: 'false' }),
    ...(upstreams.go === undefined ? {} : { GOPROXY: `${root}/go` }),
  };
}
