/** @module The paths that the proxy serves: which upstream each has, how long it is fresh, and which links in it are rewritten. */
import type { HostPlatformConfig } from '../config/schema';
import type { Places } from './nginx';
import { type Upstream, upstreamOf } from './upstream';

type Settings = HostPlatformConfig['packageProxy']['upstreams'];
type Times = Pick<Places, 'indexTime' | 'fileTime' | 'missingTime'>;

/** Locations of both servers. */
interface Routes {
  readonly front: (times: Times) => readonly string[];
  readonly behind: readonly string[];
}

/** What one text is replaced by in an index. */
type Link = readonly [from: string, to: string];

export function routesOf(settings: Settings): Routes {
  const parts = [pip(settings), npm(settings), go(settings)];
  return {
    front: (times) => parts.flatMap(({ front }) => front(times)),
    behind: parts.flatMap(({ behind }) => behind),
  };
}

const NOTHING: Routes = { front: () => [], behind: [] };

/** pip: the index below simple/, and the files that it names, which may be another host's. */
function pip(settings: Settings): Routes {
  if (settings.pip === undefined) return NOTHING;
  const root = upstreamOf(settings.pip);
  const files = settings.pipFiles && upstreamOf(settings.pipFiles);
  const filesPath = files ? '/pip/files' : '/pip';
  const links = [
    ...(files ? linksTo(files, '/pip/files') : []),
    ...linksTo(root, '/pip'),
    ...['href="', '"url":"', '"url": "'].map(
      (before): Link => [`${before}${root.root}/`, `${before}/pip/`],
    ),
  ];
  const types = ['application/vnd.pypi.simple.v1+html', 'application/vnd.pypi.simple.v1+json'];
  return {
    front: (times) => [
      frontLocation('/pip/simple/', index(times), rewriting(links, types)),
      frontLocation(`${filesPath}/`, file(times)),
    ],
    behind: [
      behindLocation('/pip', files ? '/pip/simple/' : '/pip/', root),
      ...(files ? [behindLocation('/pip/files', '/pip/files/', files)] : []),
    ],
  };
}

/** npm: metadata whose tarballs are below the same root, by addresses that must be whole. */
function npm(settings: Settings): Routes {
  if (settings.npm === undefined) return NOTHING;
  const upstream = upstreamOf(settings.npm);
  const types = ['application/json', 'application/vnd.npm.install-v1+json'];
  const links = linksTo(upstream, '$scheme://$http_host/npm');
  return {
    front: (times) => [
      frontLocation('/npm/', index(times), rewriting(links, types)),
      frontLocation('~ ^/npm/.+\\.tgz$', file(times)),
    ],
    behind: [behindLocation('/npm', '/npm/', upstream)],
  };
}

/** Go: a version's files never change, nor do the checksum database's records and tiles. */
function go(settings: Settings): Routes {
  if (settings.go === undefined) return NOTHING;
  const upstream = upstreamOf(settings.go);
  return {
    front: (times) => [
      frontLocation('/go/', index(times)),
      frontLocation('~ ^/go/.+/@v/v\\d+\\.\\d+\\.\\d+[^/]*\\.(?:info|mod|zip)$', file(times)),
      frontLocation('~ ^/go/sumdb/[^/]+/(?:lookup|tile)/', file(times)),
    ],
    behind: [behindLocation('/go', '/go/', upstream)],
  };
}

function index({ indexTime, missingTime }: Times): readonly string[] {
  return fresh(indexTime, missingTime);
}

function file({ fileTime, missingTime }: Times): readonly string[] {
  return fresh(fileTime, missingTime);
}

function fresh(time: string, missing: string): readonly string[] {
  return [
    `proxy_cache_valid 200 301 302 307 308 ${time};`,
    `proxy_cache_valid 404 410 ${missing};`,
  ];
}

function frontLocation(
  match: string,
  freshness: readonly string[],
  more: readonly string[] = [],
): string {
  const path = match.startsWith('~') ? `~ "${match.slice(2)}"` : match;
  return block(path, ['proxy_pass http://fetch;', ...freshness, ...more]);
}

/** Redirects within the upstream's root lead back to the proxy; others go to the client as they are. */
function behindLocation(prefix: string, path: string, upstream: Upstream): string {
  const { origin, host, hostname, root } = upstream;
  const own = `(?:https?://${literal(host)})?${literal(root)}/(?!/)(.*)`;
  return block(path, [
    `set $upstream_origin ${origin};`,
    `set $upstream_host ${host};`,
    `set $upstream_name ${hostname};`,
    `rewrite "^${prefix}/(.*)$" "${root}/$1" break;`,
    'proxy_pass $upstream_origin;',
    `proxy_redirect "~^${own}$" "${prefix}/$1";`,
  ]);
}

function block(match: string, lines: readonly string[]): string {
  return [`    location ${match} {`, ...lines.map((line) => `      ${line}`), '    }'].join('\n');
}

function rewriting(links: readonly Link[], types: readonly string[]): readonly string[] {
  // Where two begin alike, nginx takes the first one: the longer one has to be it.
  const ordered = [...links].sort(([a], [b]) => b.length - a.length);
  return [
    `sub_filter_types ${types.join(' ')};`,
    ...ordered.map(([from, to]) => `sub_filter '${from}' '${to}';`),
  ];
}

/** An upstream behind TLS may name itself with http, and the other way round. */
function linksTo({ host, root }: Upstream, path: string): readonly Link[] {
  return ['https', 'http'].map((scheme) => [`${scheme}://${host}${root}/`, `${path}/`]);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
