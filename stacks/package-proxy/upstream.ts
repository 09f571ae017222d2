/** @module An upstream of the package proxy, taken apart, with nothing in it that means something to nginx. */
import { isIP } from 'node:net';
import { invalid } from '../../constructs/invalid';

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

/** @throws Error for a URL with a password, a query, or characters that no mirror needs; the password is not in its message */
export function upstreamOf(setting: string, text: string): Upstream {
  const prop = `packageProxy.upstreams.${setting}`;
  const url = URL.parse(text);
  if (url !== null && (url.username !== '' || url.password !== '')) {
    throw invalid('the settings', {
      prop,
      rule: 'must have no user and no password, which builds could read',
      received: '***',
      fix: 'Let the mirror know the platform by its address',
    });
  }
  const plain = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:\/[\w.~@+/-]*)?$/;
  if (url === null || !plain.test(text) || /\/\/|\/\.{1,2}(\/|$)/.test(url.pathname)) {
    throw invalid('the settings', {
      prop,
      rule: 'must be a URL of scheme, host, port and a path of letters, digits and -._~@+',
      received: text,
      fix: `Write it like 'https://mirror.example.com/${setting}'`,
    });
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'https:' && isIP(hostname) !== 0) {
    throw invalid('the settings', {
      prop,
      rule: 'must have a name in it with https, since nginx checks no certificate for an address',
      received: text,
      fix: `Write the name that its certificate has, like 'https://mirror.example.com/${setting}'`,
    });
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return {
    origin: url.origin,
    hostname,
    host: url.host,
    port,
    root: url.pathname.replace(/\/+$/, ''),
  };
}

/** A DNS server: its address, and its port where that is not 53. */
export interface Resolver {
  readonly address: string;
  readonly port: number;
}

/** @throws Error for what is no address */
export function resolverOf(text: string): Resolver {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = isIP(text) === 6 ? text : (bracketed ?? plain ?? '');
  const number = Number(port ?? 53);
  if (isIP(address) !== 0 && number > 0 && number < 65_536) return { address, port: number };
  throw invalid('the settings', {
    prop: 'packageProxy.resolvers',
    rule: 'must be addresses of DNS servers, each with a port where that is not 53',
    received: text,
    fix: `Write it like '192.0.2.53' or '[2001:db8::53]:5353'`,
  });
}
