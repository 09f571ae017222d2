/** @module The shape of a Deployment in a file, as far as it is read here; the rest is the cluster's to refuse. */
import { invalid } from '../invalid';

/** What is wrong at a place of the file: `spec.replicas`, `a whole number`, `'three'`. */
interface Fault {
  readonly at: string;
  readonly expected: string;
}
type Shape = (value: unknown, at: string) => Fault | undefined;

const text: Shape = (value, at) =>
  typeof value === 'string' ? undefined : { at, expected: 'a string; put it in quotes' };
const count: Shape = (value, at) =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : { at, expected: 'a whole number' };
const amount: Shape = (value, at) =>
  typeof value === 'string' || typeof value === 'number'
    ? undefined
    : { at, expected: 'a quantity' };

function mapOf(shape: Shape): Shape {
  return (value, at) =>
    isObject(value)
      ? first(Object.entries(value).map(([key, item]) => shape(item, `${at}.${key}`)))
      : { at, expected: 'an object' };
}

function listOf(shape: Shape): Shape {
  return (value, at) =>
    Array.isArray(value)
      ? first(value.map((item, index) => shape(item, `${at}[${index}]`)))
      : { at, expected: 'an array' };
}

/** Keys with a `!` must be there. */
function object(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) =>
    isObject(value)
      ? first(
          Object.entries(shapes).map(([spelled, shape]) => {
            const key = spelled.replace('!', '');
            const missing = value[key] === undefined && key === spelled;
            return missing ? undefined : shape(value[key], `${at}.${key}`);
          }),
        )
      : { at, expected: 'an object' };
}

const container = object({
  'name!': text,
  'image!': text,
  command: listOf(text),
  args: listOf(text),
  env: listOf(object({ 'name!': text, value: text, valueFrom: object({}) })),
  envFrom: listOf(object({})),
  ports: listOf(object({ 'containerPort!': count, name: text })),
  resources: object({ requests: mapOf(amount), limits: mapOf(amount) }),
  securityContext: object({ capabilities: object({ add: listOf(text), drop: listOf(text) }) }),
  volumeMounts: listOf(object({ 'name!': text, 'mountPath!': text })),
  startupProbe: object({}),
});

const deployment = object({
  replicas: count,
  strategy: object({}),
  minReadySeconds: count,
  progressDeadlineSeconds: count,
  revisionHistoryLimit: count,
  'template!': object({
    metadata: object({ labels: mapOf(text), annotations: mapOf(text) }),
    'spec!': object({
      'containers!': listOf(container),
      initContainers: listOf(container),
      imagePullSecrets: listOf(object({ 'name!': text })),
      securityContext: object({}),
      affinity: object({}),
      volumes: listOf(object({ 'name!': text })),
    }),
  }),
});

/** Refuses a spec that is not a Deployment's, naming the place and not what stands there. */
export function checkDeploymentShape(owner: string, file: string, name: string, spec: unknown) {
  const fault = deployment(spec, 'spec');
  if (!fault) return;
  throw invalid(owner, {
    prop: 'file',
    rule: `must have ${fault.expected} at ${fault.at} of the Deployment '${name}'`,
    received: file,
    fix: 'Correct it there',
  });
}

/** The document without keys whose value is null: for Kubernetes they are not there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(faults: readonly (Fault | undefined)[]): Fault | undefined {
  return faults.find((fault) => fault !== undefined);
}
