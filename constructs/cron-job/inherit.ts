/** @module The pod of a job from the pod of an application: what it keeps, what only serving needs. */
import type { IConstruct } from 'constructs';
import { checkStrings } from '../check';
import { invalid } from '../invalid';
import { type Container, compact, type PodSpec } from '../manifest';

/** What becomes of a template's other containers: none, all, or those named run beside the job as native sidecars. */
export type Sidecars = 'drop' | 'keep' | readonly string[];

/** What a job takes over from its template. */
export interface Inherited {
  /** Where and as whom the pod runs. */
  readonly pod: Omit<PodSpec, 'containers' | 'initContainers'>;
  readonly main: Container;
  readonly sidecars: readonly Container[];
}

/** Only the pod's identity and place are kept; which pods it keeps away from, and how it ends, is the application's own. */
const POD_KEPT = [
  'automountServiceAccountToken',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'imagePullSecrets',
  'nodeSelector',
  'runtimeClassName',
  'schedulerName',
  'securityContext',
  'serviceAccountName',
  'tolerations',
] as const;

const CONTAINER_KEPT = [
  'name',
  'image',
  'imagePullPolicy',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'resources',
  'securityContext',
  'volumeMounts',
  'volumeDevices',
] as const;

/** The job's share of the template's pod. */
export function inheritFrom(
  owner: IConstruct,
  template: PodSpec,
  containerName: string | undefined,
  sidecars: Sidecars,
): Inherited {
  const main = chooseContainer(owner, template.containers, containerName);
  const others = [
    ...(template.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ...template.containers.filter(({ name }) => name !== main.name),
  ];
  const kept = chooseSidecars(owner, others, sidecars).map(asSidecar);
  const job = pick(main, CONTAINER_KEPT);
  const mounted = new Set(
    [job, ...kept].flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  );
  const { nodeAffinity } = template.affinity ?? {};
  return {
    main: job,
    sidecars: kept,
    pod: compact({
      ...pick(template, POD_KEPT),
      affinity: nodeAffinity && { nodeAffinity },
      volumes: template.volumes?.filter(({ name }) => mounted.has(name)),
    }),
  };
}

function chooseContainer(
  owner: IConstruct,
  containers: readonly Container[],
  wanted: string | undefined,
): Container {
  const names = containers.map(({ name }) => `'${name}'`).join(', ');
  const [first] = containers;
  const chosen =
    wanted === undefined && containers.length === 1
      ? first
      : containers.find(({ name }) => name === wanted);
  if (chosen) return chosen;
  throw invalid(owner, {
    prop: 'container',
    rule:
      wanted === undefined
        ? `must name the container that the job is made from, since its template has ${containers.length}`
        : 'must be a container of the template',
    received: wanted,
    fix: `Choose one of ${names}`,
  });
}

function chooseSidecars(
  owner: IConstruct,
  others: readonly Container[],
  sidecars: Sidecars,
): readonly Container[] {
  if (sidecars === 'drop') return [];
  if (sidecars === 'keep') return others;
  if (typeof sidecars === 'string') {
    throw invalid(owner, {
      prop: 'sidecars',
      rule: `must be 'drop', 'keep' or an array of names`,
      received: sidecars,
      fix: `Write ['${sidecars}'] for the container of that name`,
    });
  }
  const names = checkStrings(owner, 'sidecars', sidecars) ?? [];
  for (const name of names) {
    if (others.some((other) => other.name === name)) continue;
    throw invalid(owner, {
      prop: 'sidecars',
      rule: 'must name containers of the template beside the job itself',
      received: name,
      fix:
        others.length > 0
          ? `Choose among ${others.map((other) => `'${other.name}'`).join(', ')}`
          : `The template has no other container, so leave 'sidecars' out`,
    });
  }
  return others.filter(({ name }) => names.includes(name));
}

/** A native sidecar: it starts before the job and is ended after it; its startup probe holds the job back. */
function asSidecar(container: Container): Container {
  return compact({
    ...pick(container, CONTAINER_KEPT),
    startupProbe: container.startupProbe && byNumber(container.startupProbe, container.ports),
    restartPolicy: 'Always',
  });
}

type Probe = NonNullable<Container['startupProbe']>;

/** Ports lose their names with the declaration, so the probe names the number. */
function byNumber(probe: Probe, ports: Container['ports'] = []): Probe {
  const number = (port: string | number) =>
    ports.find(({ name }) => name === port)?.containerPort ?? port;
  const { httpGet, tcpSocket } = probe;
  return compact({
    ...probe,
    httpGet: httpGet && { ...httpGet, port: number(httpGet.port) },
    tcpSocket: tcpSocket && { ...tcpSocket, port: number(tcpSocket.port) },
  });
}

function pick<T extends object, Key extends keyof T>(value: T, keys: readonly Key[]): Pick<T, Key> {
  return compact(Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, Key>);
}
