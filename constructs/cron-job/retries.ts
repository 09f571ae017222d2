/** @module Who runs a failed job again, and when. */
import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { ANNOTATIONS } from '../labels';

/** Kubernetes makes a new pod in the same Job, after 10 s, 20 s, 40 s … up to 6 min. */
export interface JobRetries {
  readonly by: 'job';
  /** New pods after the first one. */
  readonly limit: number;
}
/** The control plane makes a new Job, after 1 s, 2 s, 4 s … up to 30 s; each is an execution of its own. */
export interface PlatformRetries {
  readonly by: 'platform';
  /** New Jobs after the first one. */
  readonly maxRetries: number;
}
export type Retries = JobRetries | PlatformRetries;

/** The platform's delays: each twice the one before, from the first up to the longest. */
export const RETRY_BACKOFF = { initialSeconds: 1, factor: 2, maxSeconds: 30 } as const;
/** Two new pods by the Job itself. */
export const DEFAULT_RETRIES: Retries = { by: 'job', limit: 2 };

/** How long the platform waits before the retry of that number, from 1 on: 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s … */
export function retryDelay(attempt: number): Duration {
  if (!Number.isInteger(attempt) || attempt < 1) {
    throw invalid('retryDelay', {
      prop: 'attempt',
      rule: 'must be a whole number from 1',
      received: attempt,
      fix: 'Count the first retry as 1',
    });
  }
  const { initialSeconds, factor, maxSeconds } = RETRY_BACKOFF;
  return Duration.seconds(Math.min(maxSeconds, initialSeconds * factor ** (attempt - 1)));
}

/** Refuses two owners of retries at once. */
export function checkRetries(owner: IConstruct, given: Retries = DEFAULT_RETRIES): Retries {
  const retries = (typeof given === 'object' && given !== null ? given : { by: given }) as {
    readonly by?: unknown;
    readonly limit?: number;
    readonly maxRetries?: number;
  };
  if (retries.limit !== undefined && retries.maxRetries !== undefined) {
    throw invalid(owner, {
      prop: 'retries',
      rule: 'must have one owner, the Job or the platform, since the two would multiply',
      received: given,
      fix: `Write { by: 'job', limit: ${retries.limit} } or { by: 'platform', maxRetries: ${retries.maxRetries} }`,
    });
  }
  const by = checkOneOf(owner, 'retries.by', retries.by ?? null, ['job', 'platform'] as const);
  const count = by === 'job' ? 'limit' : 'maxRetries';
  checkKnown(owner, retries, ['by', count], 'retries.');
  checkInteger(owner, `retries.${count}`, retries[count] ?? null, { max: 100 });
  return given;
}

/** The Job's own limit; none of its own when the platform retries. */
export function backoffLimit(retries: Retries): number {
  return retries.by === 'job' ? retries.limit : 0;
}

/** What the control plane reads: the number of retries, and the delays as JSON. */
export function retryAnnotations(retries: Retries): Record<string, string> {
  if (retries.by === 'job') return {};
  return {
    [ANNOTATIONS.retries]: String(retries.maxRetries),
    [ANNOTATIONS.retryBackoff]: JSON.stringify(RETRY_BACKOFF),
  };
}
