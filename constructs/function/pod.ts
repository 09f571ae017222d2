/** @module The pod of a function: restricted by each container's own fields, since Serving admits no security context of the pod. */
import type { Construct } from 'constructs';
import { checkInteger, checkObject, checkOneOf } from '../check';
import type { Environment } from '../environment';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import { type Container, compact, type PodSpec, type Volume } from '../manifest';
import { hardenPod, type PodIdentity, podSecurityContext, podViolations } from '../pod-security';
import { Project } from '../project';
import { type AppPodProps, appPod, checkIdentity } from '../template-app/pod';
import type { Probes } from '../template-app/probes';
import type { Volumes } from '../template-app/volumes';
import {
  checkFeature,
  checkFlagged,
  type PodFields,
  resolvePodFields,
  type ServingFeature,
} from './features';
import { type Code, RUNTIME_VARIABLES } from './image';
import type { Protocol } from './policies';

export interface FunctionPodProps extends Omit<AppPodProps, 'image'> {
  /** Port that the container listens on; it gets the number in `PORT`. @default 8080 */
  readonly port?: number;
  /** What the port speaks: HTTP/1.1 and WebSockets, or HTTP/2 without TLS. @default 'http1' */
  readonly protocol?: Protocol;
  /** Readiness, liveness and startup, on the function's port; a readiness without timing is asked every few milliseconds while the pod starts. @default - readiness by opening the port */
  readonly probes?: Probes;
  /** Fields of the pod that Serving refuses as shipped. @default {} */
  readonly pod?: PodFields;
}

/** Name of the function's container, as `kubectl logs -c` asks for it. */
export const CONTAINER = 'user-container';
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 8112, 9090, 9091];
const RESERVED_VARIABLES = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

export interface FunctionPod {
  readonly spec: PodSpec;
  readonly protocol: Protocol;
}

/** The pod spec of the revision's template, checked against what Serving admits and the restricted profile asks. */
export function functionPod(
  owner: Construct,
  props: FunctionPodProps,
  code: Code,
  extra: Environment,
  features: readonly ServingFeature[],
): FunctionPod {
  const port = checkPort(owner, props.port);
  const protocol =
    checkOneOf(owner, 'protocol', props.protocol, ['http1', 'h2c'] as const) ?? 'http1';
  const identity = checkIdentity(owner, props.identity);
  if (identity.fsGroup !== undefined)
    checkFeature(
      owner,
      'identity.fsGroup',
      identity.fsGroup,
      'kubernetes.podspec-securitycontext',
      features,
    );
  checkObject(owner, 'env', props.env === undefined ? {} : props.env, `{ LOG_LEVEL: 'info' }`);
  checkVariables(owner, props.env);
  const given = props.probes === undefined ? {} : props.probes;
  checkObject(owner, 'probes', given, `{ readiness: { http: '/health/readiness' } }`);
  const fields = resolvePodFields(owner, props.pod, features);
  const project = Project.of(owner);
  fields.initContainers?.forEach(({ image }, index) => {
    checkImage(owner, `pod.initContainers[${index}].image`, image, project);
  });
  const ports = [{ port, name: protocol, servicePort: port, protocol: 'TCP' as const }];
  const probes = { ...given, readiness: given.readiness ?? (false as const) };
  const env = { ...codeVariables(code), ...extra, ...props.env };
  const base = appPod(
    owner,
    CONTAINER,
    { ...props, env, image: code.image, probes },
    ports,
    Project.of(owner),
  );
  const [main, ...others] = base.containers;
  if (!main || others.length > 0) throw new Error('appPod makes one container');
  checkFlagged(owner, props.volumes ?? {}, main.env ?? [], features);
  checkMounts(owner, props.volumes);
  checkProbePorts(owner, main, port);
  const hardened = hardenPod(
    {
      ...base,
      ...fields,
      containers: [withReadiness(main, given, port)],
      volumes: base.volumes?.map((volume) => withReadableSecret(volume, props.volumes, identity)),
    },
    identity,
  );
  const spec = withoutPodContext(hardened, identity);
  refuseViolations(owner, spec);
  return { spec, protocol };
}

function codeVariables({ runtime, handler }: Code): Environment {
  return compact({
    [RUNTIME_VARIABLES.runtime]: runtime,
    [RUNTIME_VARIABLES.handler]: handler,
  }) as Environment;
}

function checkPort(owner: Construct, given: number | undefined): number {
  const port = checkInteger(owner, 'port', given, { min: 1, max: 65535 }) ?? 8080;
  if (!RESERVED_PORTS.includes(port)) return port;
  throw invalid(owner, {
    prop: 'port',
    rule: `must not be one of Knative's own: ${RESERVED_PORTS.join(', ')}`,
    received: port,
    fix: 'Use 8080',
  });
}

function checkVariables(owner: Construct, env: Environment = {}): void {
  for (const name of Object.keys(env)) {
    const knative = RESERVED_VARIABLES.includes(name);
    if (!knative && !(Object.values(RUNTIME_VARIABLES) as string[]).includes(name)) continue;
    throw invalid(owner, {
      prop: `env.${name}`,
      rule: knative
        ? 'must not be given, since Knative sets it'
        : 'must not be given as a variable',
      received: env[name],
      fix:
        name === 'PORT'
          ? `Give the number as 'port'`
          : knative
            ? 'Choose another name'
            : `Give it as '${name === RUNTIME_VARIABLES.runtime ? 'runtime' : 'handler'}'`,
    });
  }
}

/** Serving mounts Secrets and ConfigMaps for reading only. */
function checkMounts(owner: Construct, volumes: Volumes = {}): void {
  for (const [name, volume] of Object.entries(volumes)) {
    if (volume === null) continue;
    if (volume.readOnly === false && ('secret' in volume || 'configMap' in volume)) {
      throw invalid(owner, {
        prop: `volumes.${name}.readOnly`,
        rule: 'must be true for a Secret or a ConfigMap, which Knative mounts for reading only',
        received: false,
        fix: `Leave out 'readOnly'`,
      });
    }
    if (volume.mountPath === '/dev' || volume.mountPath === '/dev/log') {
      throw invalid(owner, {
        prop: `volumes.${name}.mountPath`,
        rule: 'must not be a path that Knative reserves: /, /dev, /dev/log',
        received: volume.mountPath,
        fix: `Write a path like '/data'`,
      });
    }
  }
}

const PROBES = {
  readinessProbe: 'readiness',
  livenessProbe: 'liveness',
  startupProbe: 'startup',
} as const;

/** queue-proxy asks for readiness on the function's port, whatever the probe says. */
function checkProbePorts(owner: Construct, container: Container, port: number): void {
  for (const [field, prop] of Object.entries(PROBES)) {
    const probe = container[field as keyof typeof PROBES];
    const asked = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    if (asked === undefined || asked === port) continue;
    throw invalid(owner, {
      prop: `probes.${prop}`,
      rule: `must ask the function's port ${port}, the only one that Knative probes`,
      received: asked,
      fix: `Leave out the port, or write ${port}`,
    });
  }
}

/**
 * Readiness with all that Serving fills in by itself: what it filled in, a server-side apply of the same template would
 * take away, and be refused for a change without a new name. Without timing, queue-proxy asks again at once instead of
 * after a period, which is what keeps a start from zero short.
 */
function withReadiness(container: Container, { readiness }: Probes, port: number): Container {
  const { periodSeconds, ...given } = container.readinessProbe ?? { tcpSocket: { port } };
  const timed = readiness && (readiness.period || readiness.timeout || readiness.failureThreshold);
  const timing = { periodSeconds, timeoutSeconds: 1, failureThreshold: 3 };
  return compact({
    ...container,
    readinessProbe: withService({ ...(timed ? timing : {}), ...given, successThreshold: 1 }),
    livenessProbe: withService(container.livenessProbe),
    startupProbe: withService(container.startupProbe),
  });
}

function withService(probe: Container['readinessProbe']): Container['readinessProbe'] {
  return probe?.grpc ? { ...probe, grpc: { service: '', ...probe.grpc } } : probe;
}

/** Without an fsGroup a Secret's files belong to root, so they must be readable by all to be read at all. */
function withReadableSecret(volume: Volume, given: Volumes = {}, { fsGroup }: PodIdentity): Volume {
  const source = given[volume.name];
  if (!volume.secret || fsGroup !== undefined || !source) return volume;
  if ('mode' in source && source.mode !== undefined) return volume;
  return { ...volume, secret: { ...volume.secret, defaultMode: 0o444 } };
}

/** Moves what the restricted profile asks from the pod to its containers. */
function withoutPodContext(spec: PodSpec, identity: PodIdentity): PodSpec {
  const { securityContext: _context, ...rest } = spec;
  const { runAsUser, runAsGroup, seccompProfile } = podSecurityContext(identity);
  const own = (container: Container): Container => ({
    ...container,
    securityContext: { runAsUser, runAsGroup, seccompProfile, ...container.securityContext },
  });
  return compact({
    ...rest,
    securityContext: identity.fsGroup === undefined ? undefined : { fsGroup: identity.fsGroup },
    containers: spec.containers.map(own),
    initContainers: spec.initContainers?.map(own),
  });
}

function refuseViolations(owner: Construct, spec: PodSpec): void {
  const violations = podViolations(spec);
  if (violations.length === 0) return;
  throw invalid(owner, {
    prop: 'pod',
    rule: `must be admitted by the restricted profile: ${violations.join('; ')}`,
    received: [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name),
    fix: 'Leave out what it forbids',
  });
}
