/** @module Ports as tenants write them, as containers have them and as Services offer them. */
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { type Container, compact } from '../manifest';

export interface AppPort {
  /** The port that the container listens on. */
  readonly port: number;
  /** At most 15 characters. @default - 'http' for the first port, else 'port-' and the number */
  readonly name?: string;
  /** The port of the Service. @default - the container's */
  readonly servicePort?: number;
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';
}

/** A port with every default filled in. */
export type ResolvedPort = Required<AppPort>;

/** The ports in the order given; a bare number is `{ port }`. */
export function resolvePorts(
  owner: IConstruct,
  given: readonly (number | AppPort)[] = [],
): readonly ResolvedPort[] {
  if (!Array.isArray(given)) {
    throw invalid(owner, {
      prop: 'ports',
      rule: 'must be an array of numbers or { port, name, servicePort, protocol }',
      received: given,
      fix: `Write [${typeof given === 'number' ? given : 8080}]`,
    });
  }
  const ports = given.map((item: number | AppPort, index) => {
    const prop = `ports[${index}]`;
    const port = typeof item === 'object' && item !== null ? item : { port: item };
    checkKnown(owner, port, ['port', 'name', 'servicePort', 'protocol'], `${prop}.`);
    const number = checkNumber(owner, `${prop}.port`, port.port);
    return {
      port: number,
      name: checkPortName(
        owner,
        `${prop}.name`,
        port.name ?? (index === 0 ? 'http' : `port-${number}`),
      ),
      servicePort: checkNumber(owner, `${prop}.servicePort`, port.servicePort ?? number),
      protocol:
        checkOneOf(owner, `${prop}.protocol`, port.protocol, ['TCP', 'UDP'] as const) ?? 'TCP',
    };
  });
  for (const key of ['name', 'port', 'servicePort'] as const) refuseTwice(owner, ports, key);
  return ports;
}

/** The ports that a container from elsewhere declares, as far as a Service of ours can have them. */
export function portsOf(container: Container): readonly ResolvedPort[] {
  const ports = (container.ports ?? []).filter(({ protocol }) => protocol !== 'SCTP');
  return ports.map(({ containerPort, name, protocol }, index) => ({
    port: containerPort,
    name: name ?? freeName(ports, index),
    servicePort: containerPort,
    protocol: protocol === 'UDP' ? 'UDP' : 'TCP',
  }));
}

/** A name that no other port has: a Service's ports are named, and a container may have one number for TCP and UDP. */
function freeName(ports: NonNullable<Container['ports']>, index: number): string {
  if (index === 0 && !ports.some(({ name }) => name === 'http')) return 'http';
  const number = ports[index]?.containerPort;
  const isSecond = ports.slice(0, index).some(({ containerPort }) => containerPort === number);
  return isSecond ? `port-${number}-udp` : `port-${number}`;
}

/** The ports as a container declares them. */
export function containerPorts(ports: readonly ResolvedPort[]): Container['ports'] {
  if (ports.length === 0) return undefined;
  return ports.map(({ name, port, protocol }) => compact({ name, containerPort: port, protocol }));
}

function refuseTwice(
  owner: IConstruct,
  ports: readonly ResolvedPort[],
  key: 'name' | 'port' | 'servicePort',
): void {
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    const value = key === 'name' ? port.name : `${port[key]}/${port.protocol}`;
    if (seen.has(value)) {
      throw invalid(owner, {
        prop: `ports[${index}].${key}`,
        rule: 'must not come twice',
        received: port[key],
        fix: `Remove one of the two, or give it another ${key}`,
      });
    }
    seen.add(value);
  });
}

function checkNumber(owner: IConstruct, prop: string, value: unknown): number {
  return checkInteger(owner, prop, value ?? null, { min: 1, max: 65535 }) as number;
}

function checkPortName(owner: IConstruct, prop: string, value: unknown): string {
  if (
    typeof value === 'string' &&
    value.length <= 15 &&
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) &&
    /[a-z]/.test(value)
  )
    return value;
  throw invalid(owner, {
    prop,
    rule: `must be lower-case letters, digits and single '-', at most 15 characters, with a letter`,
    received: value,
    fix: `Use a name like 'http' or 'metrics'`,
  });
}
