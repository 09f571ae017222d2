/** @module The package proxy: pip, npm and Go for builds, from the upstreams that the settings name and from nowhere else. */
import * as pulumi from '@pulumi/pulumi';
import { dependenciesOf } from './dependencies';
import { registerObjects } from './objects';
import { PACKAGE_PROXY_HOST, proxyBuildArgs } from './package-proxy/builds';
import { proxyGround, proxyServer } from './package-proxy/objects';
import type { Platform } from './platform';

export {
  PACKAGE_PROXY_HOST,
  PACKAGE_PROXY_LABELS,
  PACKAGE_PROXY_PORT,
} from './package-proxy/builds';

export interface PackageProxyArgs {
  readonly platform: Platform;
}

/** The proxy in `hks-system`; nothing where it is off. Depends on the namespace. */
export class PackageProxy extends pulumi.ComponentResource {
  /** As builds name it; undefined where it is off. */
  readonly host: string | undefined;
  /** Values of `ARG`s by which pip, npm and Go go to it; the builder's template has them. */
  readonly buildArgs: Readonly<Record<string, string>>;

  constructor(
    name: string,
    { platform }: PackageProxyArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('hks:platform:PackageProxy', name, {}, options);
    this.host = platform.config.packageProxy.enabled ? PACKAGE_PROXY_HOST : undefined;
    this.buildArgs = proxyBuildArgs(platform.config);
    const ground = registerObjects(this, name, proxyGround(platform), {
      dependsOn: dependenciesOf(options),
    });
    registerObjects(this, name, proxyServer(platform), { dependsOn: [...ground.values()] });
    this.registerOutputs({ host: this.host, buildArgs: this.buildArgs });
  }
}
