/** @module What the end-to-end tests take from the environment: read here, and nowhere else. */

export interface Settings {
  /** A folder that mirrors upstream releases as `<component>/<asset>`; without it they are fetched by their URLs. */
  readonly releases?: string;
  /** Where the tests reach the internal registry's node port. */
  readonly registry: string;
  /** Address of Kourier's gateway, where the tests cannot reach its cluster address. */
  readonly gateway?: string;
  /** Address range of the cluster's DNS, where it is not the pods of kube-dns and not found by itself. */
  readonly dnsCidr?: string;
  /** A command that copies a base image to the registry: `{image}` and `{target}` are filled in. */
  readonly copyImage?: string;
  /** A command that gives an image `{image}` of the nodes a second name `{target}`, where they cannot pull the pinned ones. */
  readonly aliasImage?: string;
}

export function settings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    releases: env.HKS_RELEASES,
    registry: env.HKS_E2E_REGISTRY ?? 'http://127.0.0.1:30500',
    gateway: env.HKS_E2E_GATEWAY,
    dnsCidr: env.HKS_E2E_DNS_CIDR,
    copyImage: env.HKS_E2E_COPY_IMAGE,
    aliasImage: env.HKS_E2E_ALIAS_IMAGE,
  };
}
