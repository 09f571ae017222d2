/** @module The file by which K3s's containerd finds the registry: nodes do not ask the cluster's DNS. */
import { stringify } from 'yaml';
import { REGISTRY_HOST } from '../../constructs/system';

export interface RegistriesYamlArgs {
  readonly nodePort: number;
  /** Whether the registry asks for a password. */
  readonly hasPassword: boolean;
}

/** Where K3s looks for it; it reads it at its start. */
export const REGISTRIES_PATH = '/etc/rancher/k3s/registries.yaml';

/** The whole file; never with a password, but with the place for one. */
export function registriesYaml({ nodePort, hasPassword }: RegistriesYamlArgs): string {
  const endpoint = `127.0.0.1:${nodePort}`;
  // What a node's admin puts a user and a password in place of.
  const auth = { username: 'USER', password: 'PASSWORD' };
  return stringify(
    {
      mirrors: { [REGISTRY_HOST]: { endpoint: [`http://${endpoint}`] } },
      ...(hasPassword ? { configs: { [endpoint]: { auth } } } : {}),
    },
    { defaultKeyType: 'QUOTE_DOUBLE', defaultStringType: 'QUOTE_DOUBLE' },
  );
}
