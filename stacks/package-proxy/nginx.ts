/** @module The proxy's configuration for nginx: one server answers builds from its cache, another one behind it asks the upstreams. */
import type { HostPlatformConfig } from '../config/schema';
import { routesOf } from './routes';
import { resolverOf } from './upstream';

/** Where nginx finds things; others in tests. */
export interface Places {
  readonly listen: string;
  /** The cache's volume. */
  readonly cache: string;
  /** A folder for sockets and drafts. */
  readonly temporary: string;
  /** Certificates of the authorities that upstreams are checked against. */
  readonly authorities: string;
  /** The file of a line for each request. */
  readonly log: string;
  /** Bytes that the cache may take. */
  readonly cacheBytes: number;
  /** How long an index is fresh. */
  readonly indexTime: string;
  /** How long a file that never changes is fresh. */
  readonly fileTime: string;
  /** How long it is remembered that something is not there. */
  readonly missingTime: string;
}

/**
 * The text of nginx.conf. No host comes from a request: each path has its upstream, and other paths are not there.
 *
 * The server behind answers 502 when an upstream's name or address is out of reach, so the one in front serves what it
 * has, however old; alone, nginx would not do that for a name.
 */
export function nginxConfig(
  settings: Pick<HostPlatformConfig['packageProxy'], 'upstreams' | 'resolvers'>,
  places: Places,
): string {
  const routes = routesOf(settings.upstreams);
  const { temporary, cache } = places;
  const socket = `unix:${temporary}/fetch.sock`;
  return `daemon off;
worker_processes 1;
pid ${temporary}/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  default_type application/octet-stream;
  server_tokens off;
  absolute_redirect off;
  log_format access '$remote_addr $request_method $uri $status $body_bytes_sent $upstream_cache_status';
  client_body_temp_path ${temporary}/body;
  fastcgi_temp_path ${temporary}/fastcgi;
  uwsgi_temp_path ${temporary}/uwsgi;
  scgi_temp_path ${temporary}/scgi;
  proxy_temp_path ${temporary}/proxy;
  proxy_cache_path ${cache}/packages levels=1:2 keys_zone=packages:16m max_size=${Math.floor(places.cacheBytes / 2 ** 20)}m inactive=90d use_temp_path=off;
  ${resolverLine(settings.resolvers, temporary)}
  resolver_timeout 5s;
  proxy_http_version 1.1;
  proxy_pass_request_headers off;
  proxy_pass_request_body off;
  proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset Cache-Control Expires Set-Cookie Vary;
  proxy_hide_header Set-Cookie;

  # The forms of an index that clients ask for; what they send otherwise makes no difference.
  map $http_accept $form {
    default "";
    "~application/vnd\\.pypi\\.simple\\.v1\\+json" "application/vnd.pypi.simple.v1+json";
    "~application/vnd\\.npm\\.install-v1\\+json" "application/vnd.npm.install-v1+json";
  }
  map $form $accept {
    default "*/*";
    "~json" "$form, */*;q=0.1";
  }
  upstream fetch { server ${socket}; }

  server {
    listen ${places.listen} default_server;
    access_log ${places.log} access;
    if ($request_method !~ "^(GET|HEAD)$") { return 405; }
    proxy_cache packages;
    proxy_cache_key "$uri$is_args$args $form";
    proxy_cache_lock on;
    proxy_cache_revalidate on;
    proxy_cache_use_stale error timeout invalid_header updating http_429 http_500 http_502 http_503 http_504;
    proxy_set_header Host fetch;
    proxy_set_header Accept $accept;
    proxy_read_timeout 90s;
    sub_filter_once off;
    sub_filter_last_modified on;
    location = /healthz { access_log off; return 200 "ok\\n"; }
    location / { return 404; }
${routes.front(places).join('\n')}
  }

  server {
    listen ${socket};
    access_log off;
    proxy_buffering off;
    proxy_connect_timeout 10s;
    proxy_read_timeout 60s;
    proxy_set_header Host $upstream_host;
    proxy_set_header Accept $http_accept;
    proxy_set_header User-Agent hks-package-proxy;
    proxy_set_header If-None-Match $http_if_none_match;
    proxy_set_header If-Modified-Since $http_if_modified_since;
    proxy_ssl_server_name on;
    proxy_ssl_name $upstream_name;
    proxy_ssl_verify on;
    proxy_ssl_verify_depth 4;
    proxy_ssl_trusted_certificate ${places.authorities};
    proxy_ssl_protocols TLSv1.2 TLSv1.3;
    location / { return 404; }
${routes.behind.join('\n')}
  }
}
`;
}

/** The servers of the settings; else those of the pod, which it writes down when it starts. */
function resolverLine(resolvers: readonly string[], temporary: string): string {
  if (resolvers.length === 0) return `include ${temporary}/resolver.conf;`;
  const servers = resolvers.map(resolverOf).map(({ address, port }) => {
    const host = address.includes(':') ? `[${address}]` : address;
    return `${host}:${port}`;
  });
  return `resolver ${servers.join(' ')} valid=60s;`;
}
