/** @module The pods that objects of a tree make: whether Pod Security admits them, and what they ask for. */
import { invalid } from '../invalid';
import type { Container, PodSpec } from '../manifest';
import { allContainers, type PodSecurityLevel, podViolations } from '../pod-security';
import { type Amounts, quantity, type Resources } from '../resources';
import { at, kindOf, nameOf, objectText, type TreeObject } from './objects';

/** A pod template within an object. */
export interface PodOf {
  readonly object: TreeObject;
  /** Where the spec is, e.g. `spec.template.spec`. */
  readonly field: string;
  readonly spec: PodSpec;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether Knative adds its queue-proxy. */
  readonly isKnative: boolean;
  /** Pods that run all the time. */
  readonly steady: number;
  /** Pods that may run at most; infinite where nothing limits them. */
  readonly most: number;
}

const TEMPLATES: Readonly<Record<string, string>> = {
  Pod: '',
  ReplicationController: 'spec.template',
  'Deployment.apps': 'spec.template',
  'StatefulSet.apps': 'spec.template',
  'DaemonSet.apps': 'spec.template',
  'ReplicaSet.apps': 'spec.template',
  'Job.batch': 'spec.template',
  'CronJob.batch': 'spec.jobTemplate.spec.template',
  'Service.serving.knative.dev': 'spec.template',
  'Configuration.serving.knative.dev': 'spec.template',
  'ContainerSource.sources.knative.dev': 'spec.template',
};

/** Pods that were found already: many checks ask for those of the same objects. */
const found = new WeakMap<readonly TreeObject[], readonly PodOf[]>();

/** The pods of the objects, with the autoscalers among them. */
export function podsOf(objects: readonly TreeObject[]): readonly PodOf[] {
  const pods = found.get(objects) ?? findPods(objects);
  found.set(objects, pods);
  return pods;
}

function findPods(objects: readonly TreeObject[]): readonly PodOf[] {
  const scalers = scalersOf(objects);
  return objects.flatMap((object) => {
    const kind = kindOf(object);
    const template = TEMPLATES[kind];
    if (template === undefined) return [];
    const field = template === '' ? 'spec' : `${template}.spec`;
    const pod = template === '' ? object.json : at(object.json, template);
    const annotations = (at(pod, 'metadata.annotations') ?? {}) as Record<string, string>;
    const spec = (at(pod, 'spec') ?? {}) as PodSpec;
    const isKnative = kind.endsWith('.serving.knative.dev');
    const scale = isKnative ? knativeScale(annotations) : scaleOf(object, kind, scalers);
    return [{ object, field, spec, annotations, isKnative, ...scale }];
  });
}

type Scale = Pick<PodOf, 'steady' | 'most'>;

function knativeScale(annotations: Readonly<Record<string, string>>): Scale {
  const bound = (...names: readonly string[]) =>
    Number(names.map((name) => annotations[`autoscaling.knative.dev/${name}`]).find(Boolean) ?? 0);
  const steady = bound('min-scale', 'minScale');
  return { steady, most: bound('max-scale', 'maxScale') || Number.POSITIVE_INFINITY };
}

/** Autoscalers by what they scale; the first one counts. */
function scalersOf(objects: readonly TreeObject[]): ReadonlyMap<string, TreeObject> {
  const scalers = objects.filter(
    (object) => kindOf(object) === 'HorizontalPodAutoscaler.autoscaling',
  );
  return new Map(
    scalers
      .reverse()
      .map((scaler) => [scaledBy(at(scaler.json, 'spec.scaleTargetRef') ?? {}), scaler] as const),
  );
}

function scaledBy({ kind, name }: { readonly kind?: unknown; readonly name?: unknown }): string {
  return `${String(kind)}/${String(name)}`;
}

function scaleOf(
  object: TreeObject,
  kind: string,
  scalers: ReadonlyMap<string, TreeObject>,
): Scale {
  if (kind === 'CronJob.batch' || kind === 'Job.batch') return { steady: 0, most: 1 };
  const replicas = Number(at(object.json, 'spec.replicas') ?? 1);
  if (kind === 'Pod' || kind === 'DaemonSet.apps') return { steady: 1, most: 1 };
  const scaler = scalers.get(scaledBy({ kind: object.json.kind, name: nameOf(object) }));
  if (!scaler) return { steady: replicas, most: replicas };
  return {
    steady: Number(at(scaler.json, 'spec.minReplicas') ?? 1),
    most: Number(at(scaler.json, 'spec.maxReplicas') ?? replicas),
  };
}

/** Pods that Pod Security would refuse, one message for each reason. */
export function podSecurityFaults(
  objects: readonly TreeObject[],
  level: PodSecurityLevel = 'restricted',
): readonly string[] {
  return podsOf(objects).flatMap(({ object, field, spec }) => {
    if (allContainers(spec).length === 0) {
      return [
        fault(object, field, 'must have at least one container', spec, 'Add one with an image'),
      ];
    }
    return podViolations(spec, level).map((violation) =>
      fault(
        object,
        field,
        `must meet Pod Security '${level}', which the namespace enforces`,
        violation,
        'Use a construct of the platform, which hardens its pods, or set it with addJsonPatch',
      ),
    );
  });
}

/** What Pod Security admits and the platform would not make: advice, no refusal. */
export function podAdvice(objects: readonly TreeObject[]): readonly string[] {
  return podsOf(objects).flatMap(({ object, field, spec, isKnative }) => {
    const found: string[] = [];
    if (!isKnative && spec.automountServiceAccountToken !== false)
      found.push('mounts a service account token; set automountServiceAccountToken: false');
    for (const { name, securityContext } of allContainers(spec))
      if (securityContext?.readOnlyRootFilesystem !== true)
        found.push(
          `lets container '${name}' write to its root filesystem; set readOnlyRootFilesystem: true`,
        );
    for (const { name, emptyDir } of spec.volumes ?? [])
      if (emptyDir && emptyDir.sizeLimit === undefined)
        found.push(`has no size limit on volume '${name}'; set emptyDir.sizeLimit`);
    return found.map((text) => `'${field}' of ${objectText(object)} ${text}.`);
  });
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** Containers without requests and limits, or with a request above its limit. */
export function resourceFaults(objects: readonly TreeObject[]): readonly string[] {
  return podsOf(objects).flatMap(({ object, field, spec }) =>
    allContainers(spec).flatMap((container) =>
      RESOURCES.flatMap((key) => containerFaults(object, field, container, key)),
    ),
  );
}

function containerFaults(
  object: TreeObject,
  field: string,
  { name, resources }: Container,
  key: keyof Amounts,
): readonly string[] {
  const prop = (end: string) => `${field}.containers[${name}].resources.${end}.${key}`;
  const faults = (['requests', 'limits'] as const).flatMap((end) => {
    const value = resources?.[end]?.[key];
    if (value !== undefined && quantity(value) >= 0) return [];
    const rule = value === undefined ? 'must be set' : 'must be a quantity of at least 0';
    const fix = `Set it, or use a construct of the platform, which sets all of them`;
    return [fault(object, prop(end), rule, value, fix)];
  });
  if (faults.length > 0) return faults;
  const [request = 0, limit = 0] = [resources?.requests?.[key], resources?.limits?.[key]];
  if (quantity(request) <= quantity(limit)) return [];
  const rule = `must not be above the limit of ${limit}`;
  return [fault(object, prop('requests'), rule, request, 'Raise the limit or lower the request')];
}

/** What pods take under some defaults, as far as it was asked for. */
const taken = new WeakMap<Resources, WeakMap<PodOf, Readonly<Record<string, number>>>>();

/** What one pod takes of a quota, queue-proxy included: `requests.cpu`, `limits.memory`, … */
export function podAmounts(pod: PodOf, defaults: Resources): Readonly<Record<string, number>> {
  const known = taken.get(defaults) ?? new WeakMap<PodOf, Readonly<Record<string, number>>>();
  taken.set(defaults, known);
  const amounts = known.get(pod) ?? amountsOf(pod, defaults);
  known.set(pod, amounts);
  return amounts;
}

function amountsOf(pod: PodOf, defaults: Resources): Readonly<Record<string, number>> {
  const { spec } = pod;
  const proxy = pod.isKnative ? [queueProxy(pod.annotations, defaults)] : [];
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  const steps = (spec.initContainers ?? []).filter((container) => !isSidecar(container));
  return Object.fromEntries(
    (['requests', 'limits'] as const).flatMap((end) =>
      RESOURCES.map((key) => {
        const ask = ({ resources }: Pick<Container, 'resources'>) =>
          quantity(resources?.[end]?.[key] ?? defaults[end][key]);
        const beside = sum(sidecars.map(ask));
        const together = sum([...(spec.containers ?? []), ...proxy].map(ask)) + beside;
        const before = Math.max(0, ...steps.map(ask)) + beside;
        return [`${end}.${key}`, Math.max(together, before) + overhead(spec, key)];
      }),
    ),
  );
}

function overhead(spec: PodSpec, key: keyof Amounts): number {
  return quantity(spec.overhead?.[key] ?? 0);
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

/** What queue-proxy asks for by annotation; what is left out is the LimitRange's, but for Knative's own CPU request. */
function queueProxy(
  annotations: Readonly<Record<string, string>>,
  defaults: Resources,
): Pick<Container, 'name' | 'resources'> {
  const amounts = (end: 'request' | 'limit') =>
    Object.fromEntries(
      RESOURCES.flatMap((key) => {
        const given = annotations[`queue.sidecar.serving.knative.dev/${key}-resource-${end}`];
        return given === undefined ? [] : [[key, given]];
      }),
    );
  const requests = { cpu: '25m', ...amounts('request') };
  return {
    name: 'queue-proxy',
    resources: { requests, limits: { ...defaults.limits, ...amounts('limit') } },
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A message of the one form, about a field of an object. */
export function fault(
  object: TreeObject,
  prop: string,
  rule: string,
  received: unknown,
  fix: string,
): string {
  return invalid(objectText(object), { prop, rule, received, fix }).message;
}
