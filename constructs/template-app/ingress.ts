/** @module The Ingress of an application, and who its controller is. */
import type { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { compact, type Manifest } from '../manifest';
import type { Peer } from '../network';
import { checkPeer } from '../project/rules';
import type { ResolvedPort } from './ports';
import { objectName } from './volumes';

export interface AppIngress {
  /** Host name, like `shop.example.com` or `*.example.com`. */
  readonly host: string;
  /** @default '/' */
  readonly path?: string;
  /** @default 'Prefix' */
  readonly pathType?: 'Prefix' | 'Exact';
  /** Name of the Secret with the certificate. @default - no TLS */
  readonly tlsSecret?: string;
  /** IngressClass. @default 'traefik' */
  readonly className?: string;
  /** Port of the Service, by number or name. @default - the first one of TCP */
  readonly port?: number | string;
  /** Settings for the controller or for cert-manager. @default {} */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The controller's pods, which a NetworkPolicy lets in. @default TRAEFIK */
  readonly controller?: Peer;
}

/** Traefik as K3s runs it. */
export const TRAEFIK: Peer = {
  namespace: 'kube-system',
  pods: { 'app.kubernetes.io/name': 'traefik' },
};

const KNOWN = [
  'host',
  'path',
  'pathType',
  'tlsSecret',
  'className',
  'port',
  'annotations',
  'controller',
];

/** An Ingress that has been checked. */
export interface ResolvedIngress {
  readonly spec: Manifest<k8s.IngressSpec>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly controller: Peer;
  readonly port: ResolvedPort;
}

/** The Ingress in front of the Service `service`. */
export function resolveIngress(
  owner: IConstruct,
  service: string,
  given: AppIngress,
  ports: readonly ResolvedPort[],
): ResolvedIngress {
  checkKnown(owner, given, KNOWN, 'ingress.');
  const host = checkHost(owner, given.host);
  const port = choosePort(owner, given.port, ports);
  const controller = given.controller ?? TRAEFIK;
  checkPeer(owner, 'ingress.controller', controller);
  const tlsSecret =
    given.tlsSecret === undefined
      ? undefined
      : objectName(owner, 'ingress.tlsSecret', given.tlsSecret);
  return {
    controller,
    port,
    annotations: given.annotations ?? {},
    spec: compact({
      ingressClassName: objectName(owner, 'ingress.className', given.className ?? 'traefik'),
      tls: tlsSecret === undefined ? undefined : [{ hosts: [host], secretName: tlsSecret }],
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: checkPath(owner, given.path ?? '/'),
                pathType:
                  checkOneOf(owner, 'ingress.pathType', given.pathType, [
                    'Prefix',
                    'Exact',
                  ] as const) ?? 'Prefix',
                backend: { service: { name: service, port: { number: port.servicePort } } },
              },
            ],
          },
        },
      ],
    }),
  };
}

function checkHost(owner: IConstruct, value: unknown): string {
  if (
    typeof value === 'string' &&
    value.length <= 253 &&
    /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value) &&
    !/^[\d.]+$/.test(value)
  )
    return value;
  throw invalid(owner, {
    prop: 'ingress.host',
    rule: 'must be a host name in lower case, without scheme, port and path',
    received: value,
    fix: `Write it like 'shop.example.com'`,
  });
}

function checkPath(owner: IConstruct, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('/') && !/\/\/|\/\.\.?(\/|$)|%2f/i.test(value))
    return value;
  throw invalid(owner, {
    prop: 'ingress.path',
    rule: `must begin with '/' and be without '//', '/./', '/../' and '%2f', which Kubernetes refuses`,
    received: value,
    fix: `Write '/'`,
  });
}

function choosePort(
  owner: IConstruct,
  wanted: number | string | undefined,
  ports: readonly ResolvedPort[],
): ResolvedPort {
  const candidates = ports.filter(({ protocol }) => protocol === 'TCP');
  const port =
    wanted === undefined
      ? candidates[0]
      : candidates.find(({ name, servicePort }) => name === wanted || servicePort === wanted);
  if (port) return port;
  const known = candidates.map(({ name, servicePort }) => `${servicePort} ('${name}')`).join(', ');
  throw invalid(owner, {
    prop: wanted === undefined ? 'ingress' : 'ingress.port',
    rule:
      candidates.length === 0
        ? `needs a port of TCP to lead to, and 'ports' has none`
        : 'must be one of the Service, of TCP',
    received: wanted,
    fix: candidates.length === 0 ? `Add ports: [8080]` : `Known are ${known}`,
  });
}
