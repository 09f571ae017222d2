/** @module An upstream of the package proxy, taken apart, and what of it means something to nginx and is refused. */
import { isIP } from 'node:net';

export interface Upstream {
  /** `https://mirror.example.com:8443`: what a request is sent to. */
  readonly origin: string;
  /** Without a port, and without brackets. */
  readonly hostname: string;
  /** Host and, when it is not the scheme's own, port. */
  readonly host: string;
  readonly port: number;
  /** The path that everything is below, without a slash at its end: `/repository/pypi`, or nothing. */
  readonly root: string;
}

/** A DNS server: its address, and its port where that is not 53. */
export interface Resolver {
  readonly address: string;
  readonly port: number;
}

/** What is wrong with a setting, as a clause, and what to do. */
export interface Refused {
  readonly rule: string;
  readonly fix: string;
}

const PLAIN = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:\/[\w.~@+-]+)*\/?$/;

/** Why a URL cannot be an upstream; undefined when it can. */
export function refusedUpstream(text: string): Refused | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    return {
      rule: 'must have no user and no password, which the cluster would show',
      fix: 'Let the mirror know the platform by its address',
    };
  }
  if (url === undefined || !PLAIN.test(text) || /\/\.{1,2}(\/|$)/.test(text)) {
    return {
      rule: 'must be a URL of scheme, host, port and a path of letters, digits and -._~@+',
      fix: `Write it like 'https://mirror.example.com/packages'`,
    };
  }
  if (url.protocol === 'https:' && isIP(bare(url.hostname)) !== 0) {
    return {
      rule: 'must have a name in it with https, since the proxy checks no certificate for an address',
      fix: `Write the name that its certificate has, like 'https://mirror.example.com/packages'`,
    };
  }
  return undefined;
}

/** The parts of a URL that is not refused. */
export function upstreamOf(text: string): Upstream {
  const url = new URL(text);
  const preset = url.protocol === 'https:' ? 443 : 80;
  return {
    origin: url.origin,
    hostname: bare(url.hostname),
    host: url.host,
    port: url.port === '' ? preset : Number(url.port),
    root: url.pathname.replace(/\/+$/, ''),
  };
}

/** Why a text cannot be a DNS server; undefined when it can. */
export function refusedResolver(text: string): Refused | undefined {
  const { address, port } = resolverOf(text);
  if (isIP(address) !== 0 && port > 0 && port < 65_536) return undefined;
  return {
    rule: 'must be addresses of DNS servers, each with a port where that is not 53',
    fix: `Write it like '192.0.2.53' or '[2001:db8::53]:5353'`,
  };
}

/** The parts of a text that is not refused. */
export function resolverOf(text: string): Resolver {
  if (isIP(text) === 6) return { address: text, port: 53 };
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? '', port: Number(port ?? 53) };
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
