/** @module The package proxy: off by default, who reaches it, what it reaches, and the edges between its objects. */
import fc from 'fast-check';
import { podViolations } from '../../constructs/pod-security';
import type { HostPlatformSettings } from '../../stacks/config/schema';
import { PackageProxy } from '../../stacks/package-proxy';
import { nginxConfig } from '../../stacks/package-proxy/nginx';
import {
  proxyGround,
  proxyPlaces,
  proxyPolicy,
  proxyServer,
} from '../../stacks/package-proxy/objects';
import {
  refusedResolver,
  refusedUpstream,
  resolverOf,
  upstreamOf,
} from '../../stacks/package-proxy/upstream';
import { SystemNamespace } from '../../stacks/system-namespace';
import { platformOf } from './platform-fixture';
import { podOf, shortcomings } from './registry/pods';
import { wiringOfComponents } from './wiring';

type Settings = NonNullable<HostPlatformSettings['packageProxy']>;
const proxied = (more: Settings = {}) =>
  platformOf({
    packageProxy: {
      enabled: true,
      upstreams: { pip: 'https://mirror.example.com/pypi/', npm: 'http://192.0.2.7:4873' },
      ...more,
    },
  });
const textOf = (more: Settings = {}) => {
  const { packageProxy } = proxied(more).config;
  return nginxConfig(packageProxy, proxyPlaces(packageProxy.size));
};

test('with two upstreams', () => {
  expect([...proxyGround(proxied()), ...proxyServer(proxied())]).toMatchSnapshot();
});

test('nothing where it is off, even with upstreams', () => {
  const off = proxied({ enabled: false });
  expect([...proxyGround(off), ...proxyServer(off)]).toEqual([]);
});

test('its pod is restricted, and has its limits', () => {
  const pods = proxyServer(proxied()).flatMap((object) => podOf(object) ?? []);
  expect(pods).toHaveLength(1);
  expect(pods.flatMap((pod) => podViolations(pod))).toEqual([]);
  expect(pods.flatMap(shortcomings)).toEqual([]);
});

describe('the network', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it wants.
  const spec = (platform = proxied()) => proxyPolicy(platform).spec as any;
  const both = (port: number) => ['UDP', 'TCP'].map((protocol) => ({ port, protocol }));

  test('builds alone come in', () => {
    const [{ from, ports }] = spec().ingress;
    expect(ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    const pods = from.map(({ podSelector }: { podSelector: object }) => podSelector);
    expect(pods).toEqual([
      { matchLabels: { 'hks.io/kind': 'build' } },
      { matchLabels: { 'hks.io/kind': 'build' } },
    ]);
  });

  test('out go DNS and the ports of upstreams, to an address where they have one', () => {
    expect(spec().egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: both(53),
      },
      {
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
          { ipBlock: { cidr: '::/0', except: ['fe80::/10'] } },
        ],
        ports: [{ port: 443, protocol: 'TCP' }],
      },
      { to: [{ ipBlock: { cidr: '192.0.2.7/32' } }], ports: [{ port: 4873, protocol: 'TCP' }] },
    ]);
  });

  test('DNS is where the cluster or the settings have it', () => {
    const { config } = proxied();
    const cluster = platformOf(
      { packageProxy: config.packageProxy },
      { dns: { cidrs: ['10.41.0.1/32'] } },
    );
    expect(spec(cluster).egress[0]).toEqual({
      to: [{ ipBlock: { cidr: '10.41.0.1/32' } }],
      ports: both(53),
    });
    const own = proxied({ resolvers: ['192.0.2.53', '[2001:db8::53]:5353'] });
    expect(spec(own).egress.slice(0, 2)).toEqual([
      { to: [{ ipBlock: { cidr: '192.0.2.53/32' } }], ports: both(53) },
      { to: [{ ipBlock: { cidr: '2001:db8::53/128' } }], ports: both(5353) },
    ]);
  });

  test('two upstreams at one port are one rule', () => {
    const upstreams = { pip: 'https://a.example.com', go: 'https://b.example.com' };
    expect(spec(proxied({ upstreams })).egress).toHaveLength(2);
  });
});

describe('the configuration', () => {
  test('asks the DNS servers of the pod, or those of the settings', () => {
    expect(textOf()).toContain('include /tmp/resolver.conf;');
    expect(textOf({ resolvers: ['192.0.2.53', '2001:db8::53'] })).toContain(
      'resolver 192.0.2.53:53 [2001:db8::53]:53 valid=60s;',
    );
  });

  test('has locations for what is named alone', () => {
    expect(textOf()).toContain('location /npm/');
    expect(textOf()).not.toContain('location /go/');
    expect(textOf({ upstreams: {} })).not.toMatch(/location \/(pip|npm|go)/);
  });

  test('keeps the cache below the volume', () => {
    expect(textOf({ size: '10Gi' })).toContain('max_size=8192m');
  });

  test('a change of it starts the proxy again', () => {
    const digest = (more: Settings) =>
      // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it wants.
      (proxyServer(proxied(more))[1] as any).spec.template.metadata.annotations;
    expect(digest({ resolvers: ['192.0.2.53'] })).not.toEqual(digest({}));
    expect(digest({})).toEqual(digest({}));
  });
});

describe('an upstream', () => {
  test('is taken apart', () => {
    expect(upstreamOf('https://mirror.example.com:8443/a/b/')).toEqual({
      origin: 'https://mirror.example.com:8443',
      hostname: 'mirror.example.com',
      host: 'mirror.example.com:8443',
      port: 8443,
      root: '/a/b',
    });
    expect(upstreamOf('http://[2001:db8::7]')).toMatchObject({
      hostname: '2001:db8::7',
      host: '[2001:db8::7]',
      port: 80,
      root: '',
    });
  });

  test('that is not refused says nothing to nginx that is not a place', () => {
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.constantFrom('http://', 'https://'), fc.domain(), fc.string({ unit: 'binary' }))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (url) => {
        if (refusedUpstream(url) !== undefined) return;
        const { origin, host, hostname, root } = upstreamOf(url);
        for (const part of [origin, host, hostname, root]) {
          expect(part).toMatch(/^[\w.~@+:/[\]-]*$/);
          expect(part).not.toMatch(/\/\.\.?(\/|$)/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['https://ci:hunter2@a.example.com', 'must have no user and no password'],
    ['https://192.0.2.7', 'must have a name in it with https'],
    ['https://[2001:db8::7]/a', 'must have a name in it with https'],
    ['https://a.example.com/a/../b', 'must be a URL of scheme, host, port'],
  ])('%s is refused', (url, rule) => {
    expect(refusedUpstream(url)?.rule).toContain(rule);
    expect(JSON.stringify(refusedUpstream(url))).not.toContain('hunter2');
  });

  test.each(['https://a.example.com/?x=1', 'https://a.example.com/#x', 'https://a/$b', 'nothing'])(
    '%s is refused',
    (url) => expect(refusedUpstream(url)?.rule).toMatch(/^must be a URL of scheme, host, port/),
  );
});

test.each([
  ['192.0.2.53', { address: '192.0.2.53', port: 53 }],
  ['192.0.2.53:5353', { address: '192.0.2.53', port: 5353 }],
  ['2001:db8::53', { address: '2001:db8::53', port: 53 }],
  ['[2001:db8::53]:54', { address: '2001:db8::53', port: 54 }],
])('%s is a DNS server', (text, server) => expect(resolverOf(text)).toEqual(server));

test.each(['dns.example.com', '192.0.2.53:0', '192.0.2.53:99999', '[x]:53', ''])(
  '%j is no DNS server',
  (text) => expect(refusedResolver(text)?.rule).toMatch(/^must be addresses of DNS servers/),
);

describe('wiring', () => {
  const wiring = (platform = proxied()) =>
    wiringOfComponents((options) => {
      const system = new SystemNamespace('system', { platform }, options);
      const given = { ...options, dependsOn: [...system.ready] };
      return new PackageProxy('package-proxy', { platform }, given);
    });

  test('namespace, then configuration, cache and policy, then the server', async () => {
    const { behind, named, strays } = await wiring();
    const at = (kind: string, name = 'package-proxy') => `package-proxy:${kind}/hks-system/${name}`;
    const cache = at('persistentvolumeclaim', 'package-proxy-cache');
    for (const name of [at('configmap'), cache, at('networkpolicy.networking.k8s.io')]) {
      expect(behind(name)).toContain('system:namespace/hks-system');
      expect(behind(at('deployment.apps'))).toContain(name);
    }
    // No data: it goes when the proxy is turned off.
    expect(named(cache)).toMatchObject({ protect: false, retainOnDelete: false });
    expect(strays()).toEqual([]);
  });

  test('it tells how builds reach it, and nothing where it is off', async () => {
    const host = 'package-proxy.hks-system.svc.cluster.local:8080';
    const on = await wiring();
    expect(on.outputs('package-proxy')).toMatchObject({
      host,
      buildArgs: { NPM_CONFIG_REGISTRY: `http://${host}/npm/` },
    });
    const off = await wiring(platformOf());
    expect(off.outputs('package-proxy')).toEqual({ buildArgs: {} });
    const inside = off.registrations.filter(({ parent }) => parent === 'package-proxy');
    expect(inside).toEqual([]);
  });
});
