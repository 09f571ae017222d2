/** @module Probes as tenants write them. */
import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkList, checkStrings } from '../check';
import { checkDuration } from '../cron-job/timing';
import { invalid } from '../invalid';
import { type Container, compact } from '../manifest';
import type { ResolvedPort } from './ports';

/** What a probe does: ask a path by HTTP, open a port, call gRPC's health service, or run a command. */
export type ProbeAction =
  | { readonly http: string; readonly port?: number | string }
  | { readonly tcp: number | string }
  | { readonly grpc: number }
  | { readonly command: readonly string[] };

/** A probe and its timing. */
export type Probe = ProbeAction & {
  /** @default - none */
  readonly initialDelay?: Duration;
  /** @default Duration.seconds(10) */
  readonly period?: Duration;
  /** @default Duration.seconds(1) */
  readonly timeout?: Duration;
  /** Failures in a row that count. @default 3 */
  readonly failureThreshold?: number;
};

export interface Probes {
  /** Whether the pod gets requests. @default - the first port accepts connections, when there is a port */
  readonly readiness?: Probe | false;
  /** Whether the container is restarted. @default - none */
  readonly liveness?: Probe;
  /** Holds the other two back until it succeeds. @default - none */
  readonly startup?: Probe;
}

type KubeProbe = NonNullable<Container['readinessProbe']>;
export type ContainerProbes = Pick<Container, 'readinessProbe' | 'livenessProbe' | 'startupProbe'>;

const ACTIONS = ['http', 'tcp', 'grpc', 'command'] as const;
const TIMING = ['initialDelay', 'period', 'timeout', 'failureThreshold'];

/** The probes of a container with these ports, the first of TCP being the one that is asked. */
export function resolveProbes(
  owner: IConstruct,
  given: Probes = {},
  ports: readonly ResolvedPort[] = [],
): ContainerProbes {
  checkKnown(owner, given, ['readiness', 'liveness', 'startup'], 'probes.');
  const port = firstPort(ports);
  const { readiness, liveness, startup } = given;
  return compact({
    readinessProbe:
      readiness === undefined
        ? port === undefined
          ? undefined
          : { tcpSocket: { port }, periodSeconds: 10 }
        : readiness === false
          ? undefined
          : probe(owner, 'probes.readiness', readiness, ports),
    livenessProbe:
      liveness === undefined ? undefined : probe(owner, 'probes.liveness', liveness, ports),
    startupProbe:
      startup === undefined ? undefined : probe(owner, 'probes.startup', startup, ports),
  });
}

function probe(
  owner: IConstruct,
  prop: string,
  given: Probe,
  ports: readonly ResolvedPort[],
): KubeProbe {
  const kinds =
    typeof given === 'object' && given !== null ? ACTIONS.filter((kind) => kind in given) : [];
  if (kinds.length !== 1) {
    throw invalid(owner, {
      prop,
      rule: `must have exactly one of 'http', 'tcp', 'grpc', 'command'`,
      received: given,
      fix: `Write { http: '/healthz' }`,
    });
  }
  const port = 'http' in given ? ['port'] : [];
  checkKnown(owner, given, [...kinds, ...port, ...TIMING], `${prop}.`);
  return compact({
    ...action(owner, prop, given, ports),
    initialDelaySeconds: seconds(owner, `${prop}.initialDelay`, given.initialDelay, 0),
    periodSeconds: seconds(owner, `${prop}.period`, given.period) ?? 10,
    timeoutSeconds: seconds(owner, `${prop}.timeout`, given.timeout),
    failureThreshold: checkInteger(owner, `${prop}.failureThreshold`, given.failureThreshold, {
      min: 1,
    }),
  });
}

function action(
  owner: IConstruct,
  prop: string,
  given: ProbeAction,
  ports: readonly ResolvedPort[],
): KubeProbe {
  if ('command' in given) {
    checkList(owner, `${prop}.command`, given.command, `['cat', '/tmp/healthy']`);
    return { exec: { command: checkStrings(owner, `${prop}.command`, given.command) } };
  }
  if ('grpc' in given) {
    const port = checkInteger(owner, `${prop}.grpc`, given.grpc ?? null, { min: 1, max: 65535 });
    return { grpc: { port: port as number } };
  }
  if ('tcp' in given) {
    return { tcpSocket: { port: checkPort(owner, `${prop}.tcp`, given.tcp, ports) } };
  }
  if (typeof given.http !== 'string' || !given.http.startsWith('/')) {
    throw invalid(owner, {
      prop: `${prop}.http`,
      rule: `must be a path that begins with '/'`,
      received: given.http,
      fix: `Write '/healthz'`,
    });
  }
  const port = checkPort(owner, `${prop}.port`, given.port ?? firstPort(ports), ports);
  return { httpGet: { path: given.http, port } };
}

function firstPort(ports: readonly ResolvedPort[]): number | undefined {
  return ports.find(({ protocol }) => protocol === 'TCP')?.port;
}

/** Any number, since health may have a port of its own; but only a name that the container has. */
function checkPort(
  owner: IConstruct,
  prop: string,
  value: unknown,
  ports: readonly ResolvedPort[],
): number | string {
  if (typeof value === 'string' && ports.some(({ name }) => name === value)) return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535)
    return value;
  throw invalid(owner, {
    prop,
    rule: `must be a port from 1 to 65535 or the name of one of 'ports'`,
    received: value,
    fix: `Write the number, like 8080`,
  });
}

function seconds(
  owner: IConstruct,
  prop: string,
  value: unknown,
  min: 0 | 1 = 1,
): number | undefined {
  return checkDuration(owner, prop, value, min, 'Duration.seconds(10)')?.toSeconds();
}
