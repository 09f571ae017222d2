/** @module What becomes of an event that a function does not take. */
import type { Duration } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from '../check';
import type { TriggerSpecDelivery } from '../imports/eventing.knative.dev';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { checkSeconds } from './seconds';

/** Who can be sent events: anything with a `sinkRef()`, as an HksFunction has it. */
export interface EventSink {
  sinkRef(): SinkReference;
}
/** A Knative destination by reference. */
export interface SinkReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface Delivery {
  /** How often an event is sent again. @default - the broker's, 10 */
  readonly retries?: number;
  /** How the delay grows. @default - the broker's, 'exponential' */
  readonly backoff?: 'linear' | 'exponential';
  /** Delay before the first retry. @default - the broker's, 0.2 s */
  readonly backoffDelay?: Duration;
  /** How long one attempt may take. @default - no limit of its own */
  readonly timeout?: Duration;
  /** Gets the events that every retry failed for: a function, or a URL. @default - they are dropped */
  readonly deadLetter?: EventSink | string;
}

/** The delivery as Eventing has it. */
export function resolveDelivery(
  owner: Construct,
  prop: string,
  given: Delivery | undefined,
): TriggerSpecDelivery | undefined {
  if (given === undefined) return undefined;
  checkKnown(
    owner,
    given,
    ['retries', 'backoff', 'backoffDelay', 'timeout', 'deadLetter'],
    `${prop}.`,
  );
  return compact({
    retry: checkInteger(owner, `${prop}.retries`, given.retries),
    backoffPolicy: checkOneOf(owner, `${prop}.backoff`, given.backoff, [
      'linear',
      'exponential',
    ] as const),
    backoffDelay: isoDuration(checkSeconds(owner, `${prop}.backoffDelay`, given.backoffDelay)),
    timeout: isoDuration(checkSeconds(owner, `${prop}.timeout`, given.timeout, { min: 1 })),
    deadLetterSink:
      given.deadLetter === undefined
        ? undefined
        : sink(owner, `${prop}.deadLetter`, given.deadLetter),
  });
}

function sink(owner: IConstruct, prop: string, given: EventSink | string) {
  if (
    typeof given === 'string' &&
    /^https?:\/\/[^\s/@]+(\/\S*)?$/.test(given) &&
    URL.canParse(given)
  )
    return { uri: given };
  if (typeof given === 'object' && given !== null && typeof given.sinkRef === 'function')
    return { ref: given.sinkRef() };
  throw invalid(owner, {
    prop,
    rule: 'must be an HksFunction or a URL without user and password',
    received: typeof given === 'string' && given.includes('@') ? '***' : given,
    fix: `Write the function's variable, or 'http://NAME.NAMESPACE.svc.cluster.local'`,
  });
}

function isoDuration(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `PT${seconds}S`;
}
