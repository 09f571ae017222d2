/** @module The registry and the package proxies: the only hosts that a build may connect to. */
import type { Construct } from 'constructs';
import { checkBoolean, checkInteger, checkKnown } from '../check';
import { invalid } from '../invalid';
import type { Peer } from '../network';
import { checkPeer } from '../project/rules';
import { REGISTRY_HOST, REGISTRY_LABELS, SYSTEM_NAMESPACE } from '../system';
import { type EgressRule, type ResolvedEgress, resolveEgress } from './egress';

export interface RegistryProps {
  /** Host with its port, as images name it. @default REGISTRY_HOST, the platform's own */
  readonly host?: string;
  /** Speak HTTP without TLS. @default - true for the platform's own, else false */
  readonly plainHttp?: boolean;
  /** Addresses of the registry; required for any but the platform's own. @default - the pods of the platform's own */
  readonly egress?: readonly EgressRule[];
}

/** A mirror of packages, e.g. of PyPI or npm, that the steps of a build may download from. */
export interface PackageProxyProps {
  /** The name by which the steps of a Dockerfile reach it. */
  readonly host: string;
  /** Where it is: addresses, or pods of a namespace. */
  readonly peer: Peer;
  /** Port of its pods or addresses. @default 443 */
  readonly port?: number;
}

export interface ResolvedRegistry {
  readonly host: string;
  readonly plainHttp: boolean;
  readonly egress: readonly ResolvedEgress[];
}

/** The registry, with the rules that let a build reach it. */
export function resolveRegistry(owner: Construct, given: RegistryProps = {}): ResolvedRegistry {
  checkKnown(owner, given, ['host', 'plainHttp', 'egress'], 'registry.');
  const host = checkHost(owner, 'registry.host', given.host ?? REGISTRY_HOST);
  const own = host === REGISTRY_HOST;
  const plainHttp = checkBoolean(owner, 'registry.plainHttp', given.plainHttp) ?? own;
  const egress = resolveEgress(owner, 'registry.egress', given.egress);
  if (!own && egress.length === 0) {
    throw invalid(owner, {
      prop: 'registry.egress',
      rule: `must give the addresses of '${host}', since a build can reach nothing else`,
      received: given.egress,
      fix: `Write [{ cidrs: ['203.0.113.10/32'], ports: [{ port: 443 }] }]`,
    });
  }
  return {
    host,
    plainHttp,
    egress: egress.length > 0 ? egress : [PLATFORM_REGISTRY],
  };
}

/** The way to the platform's own registry. */
export const PLATFORM_REGISTRY: ResolvedEgress = {
  peers: [{ namespace: SYSTEM_NAMESPACE, pods: REGISTRY_LABELS }],
  ports: [{ port: Number(REGISTRY_HOST.split(':')[1]) }],
};

/** The proxies, each with the rule that lets a build reach it. */
export function resolveProxies(
  owner: Construct,
  prop: string,
  given: readonly PackageProxyProps[] = [],
): readonly (ResolvedEgress & { readonly host: string })[] {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop,
      rule: 'must be an array of { host, peer, port }',
      received: given,
      fix: `Write [{ host: 'pypi.example.com', peer: { cidrs: ['203.0.113.20/32'] } }]`,
    });
  }
  return given.map((proxy: PackageProxyProps, index) => {
    const at = `${prop}[${index}]`;
    checkKnown(owner, proxy, ['host', 'peer', 'port'], `${at}.`);
    const host = checkHost(owner, `${at}.host`, proxy.host);
    const port = checkInteger(owner, `${at}.port`, proxy.port, { min: 1, max: 65_535 }) ?? 443;
    checkPeer(owner, `${at}.peer`, proxy.peer);
    return { host, peers: [proxy.peer], ports: [{ port }] };
  });
}

/** The host of `HOST[:PORT]`. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** Whether the host is an IPv4 address, which nobody needs to look up. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

function checkHost(owner: Construct, prop: string, value: unknown): string {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const pattern = new RegExp(`^${label}(\\.${label})*(:\\d{1,5})?$`);
  if (typeof value === 'string' && value.length <= 253 && pattern.test(value)) return value;
  throw invalid(owner, {
    prop,
    rule: 'must be a host name in lower case, with its port where that is not the usual one',
    received: value,
    fix: `Write it like 'registry.example.com' or 'registry.example.com:5000'`,
  });
}
