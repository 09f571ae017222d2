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
  /** Milliseconds after which it is given up. @default 120000 */
  readonly timeout?: number;
  /** Milliseconds between two looks. @default 500 */
  readonly interval?: number;
}

/**
 * Looks until the value is accepted, and returns it. A look that throws counts as not yet.
 *
 * @throws with what was waited for and the last value, or error, seen.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  accept: (value: T) => boolean,
  { timeout = 120_000, interval = 500 }: WaitOptions = {},
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
  try {
    return await until(what, object, (found) => hasCondition(found, condition), options);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await troubles(namespace)}`);
  }
}

export async function untilAvailable(
  name: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<Conditioned> {
  return untilCondition('deployment', name, namespace, 'Available', options);
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
  try {
    return await until(
      `job ${namespace}/${name} to end`,
      () => get<Job>('job', name, namespace),
      ended,
      options,
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await troubles(namespace)}`);
  }
}

/** Waits until a pod of the selector has ended, and returns it. */
export async function untilPodEnds(
  selector: string,
  namespace: string,
  options: WaitOptions = {},
): Promise<Pod> {
  const [pod] = await until(
    `a pod of ${namespace} with ${selector} to end`,
    () => list<Pod>('pod', namespace, selector),
    ([first]) => first?.status?.phase === 'Succeeded' || first?.status?.phase === 'Failed',
    options,
  );
  return pod as Pod;
}

/** Waits until an object is gone. */
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
    options,
  );
}

interface Event extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
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
