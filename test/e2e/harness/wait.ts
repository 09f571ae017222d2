/** @module Waiting for the cluster, with the last state seen in the error. */
import { setTimeout as sleep } from 'node:timers/promises';
import { find, get, kubectl, list } from './kubectl';
import {
  type Conditioned,
  hasCondition,
  type Job,
  type KnativeService,
  type KubeObject,
  type Pod,
} from './objects';

export interface WaitOptions {
  /** Milliseconds after which it is given up: far more than it takes on a busy machine. @default 300000 */
  readonly timeout?: number;
  /** Milliseconds between two looks. @default 500 */
  readonly interval?: number;
}

/**
 * Looks until the value is accepted, and returns it. A look that throws, as one that expects something, counts as not yet.
 *
 * @throws with what was waited for and the last value, or error, seen.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  accept: (value: T) => boolean = () => true,
  { timeout = 300_000, interval = 500 }: WaitOptions = {},
): Promise<T> {
  const end = Date.now() + timeout;
  let last = 'nothing';
  for (;;) {
    try {
      const value = await look();
      if (accept(value)) return value;
      last = shown(value);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > end) {
      throw new Error(
        `Waited ${timeout / 1000} s for ${what}. The last state:\n${last.slice(0, 6000)}`,
      );
    }
    await sleep(interval);
  }
}

/**
 * Looks until the value was accepted that many times in a row: what may be so for a moment only, and has to stay so.
 *
 * @throws as `until` does.
 */
export async function untilSteady<T>(
  what: string,
  look: () => Promise<T>,
  accept: (value: T) => boolean,
  { times = 5, ...options }: WaitOptions & { readonly times?: number } = {},
): Promise<void> {
  let row = 0;
  const looked = async () => {
    try {
      const value = await look();
      row = accept(value) ? row + 1 : 0;
      return { row, value };
    } catch (error) {
      row = 0;
      throw error;
    }
  };
  await until(`${what}, ${times} times in a row`, looked, () => row >= times, options);
}

/** Of an object, what it has become and not what was asked of it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join('\n');
  const { kind, metadata, status } = (value ?? {}) as Partial<Conditioned>;
  const told = status === undefined ? value : { kind, name: metadata?.name, status };
  return JSON.stringify(told, null, 1) ?? 'undefined';
}

/** Waits for a condition of an object and returns the object. */
export async function untilCondition<T extends Conditioned>(
  kind: string,
  name: string,
  namespace: string,
  condition: string,
  options: WaitOptions = {},
): Promise<T> {
  const what = `${kind} ${namespace}/${name} to be ${condition}`;
  const object = () => get<T>(kind, name, namespace);
  const found = until(what, object, (seen) => hasCondition(seen, condition), options);
  return withTroubles(namespace, found);
}

interface Deployment extends Conditioned {
  readonly metadata: KubeObject['metadata'] & { readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status?: Conditioned['status'] & {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
}

/** Waits until all pods of a Deployment are as it says, and available; by the condition `Available` some may be missing. */
export async function untilAvailable(
  name: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<void> {
  const what = `deployment ${namespace}/${name} to have all its pods`;
  const complete = ({ metadata, spec, status = {} }: Deployment) =>
    status.observedGeneration === metadata.generation &&
    [status.updatedReplicas, status.availableReplicas, status.replicas].every(
      (count) => (count ?? 0) === spec.replicas,
    );
  const object = () => get<Deployment>('deployment', name, namespace);
  await withTroubles(namespace, until(what, object, complete, options));
}

/** Waits for a Knative Service and returns it with its URL. */
export async function untilServing(
  name: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<KnativeService> {
  return untilCondition<KnativeService>('ksvc', name, namespace, 'Ready', options);
}

/** Waits for a Job's end, whichever it is; `hasCondition(job, 'Complete')` tells. */
export async function untilJobEnds(
  name: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<Job> {
  const ended = (job: Job) => hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
  const job = () => get<Job>('job', name, namespace);
  return withTroubles(
    namespace,
    until(`job ${namespace}/${name} to end`, job, ended, { timeout: 600_000, ...options }),
  );
}

/** Waits until a pod is ready, and returns it with its address. */
export async function untilReady(
  name: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<Pod> {
  return untilCondition<Pod>('pod', name, namespace, 'Ready', options);
}

/** Waits until a pod is in one of the phases, e.g. `['Succeeded', 'Failed']` for its end, and returns it. */
export async function untilPhase(
  name: string,
  namespace: string,
  phases: readonly string[],
  options: WaitOptions = {},
): Promise<Pod> {
  const what = `pod ${namespace}/${name} to be ${phases.join(' or ')}`;
  const inPhase = ({ status }: Pod) => phases.includes(status?.phase ?? '');
  const found = until(what, () => get<Pod>('pod', name, namespace), inPhase, options);
  return withTroubles(namespace, found);
}

/** Waits until an object is gone; a namespace goes with all that is in it, one after the other. */
export async function untilGone(
  kind: string,
  name: string,
  namespace?: string,
  options: WaitOptions = {},
): Promise<void> {
  await until(
    `${kind} ${name} to be gone`,
    () => find(kind, name, namespace),
    (found) => found === undefined,
    { timeout: 600_000, ...options },
  );
}

interface Event extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
}

/** What was waited for; when it was in vain, with what went wrong in the namespace. */
async function withTroubles<T>(namespace: string, waited: Promise<T>): Promise<T> {
  try {
    return await waited;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await troubles(namespace)}`);
  }
}

/** For the reader of an error: the namespace's last warnings, and what pods that did not succeed printed last. */
async function troubles(namespace: string): Promise<string> {
  const events = await list<Event>('events', namespace).catch(() => []);
  const warnings = events
    .filter(({ type }) => type === 'Warning')
    .map(
      ({ involvedObject: { kind, name }, reason, message }) =>
        `${kind}/${name} ${reason}: ${message}`,
    );
  const pods = await list<Pod>('pod', namespace).catch(() => []);
  const bad = pods.filter(({ status }) => status?.phase !== 'Succeeded').slice(-5);
  const logs = await Promise.all(bad.map(({ metadata: { name } }) => lastWords(name, namespace)));
  return [`Last warnings of ${namespace}:`, ...warnings.slice(-15), ...logs].join('\n');
}

async function lastWords(pod: string, namespace: string): Promise<string> {
  const log = await kubectl(['logs', pod, '-n', namespace, '--all-containers', '--tail=15']).catch(
    (error: Error) => error.message,
  );
  return `--- pod ${pod}\n${log}`;
}
