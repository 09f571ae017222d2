/** @module How many pods a function has, and when they come and go: the autoscaler's annotations. */
import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkInteger, checkKnown, checkOneOf } from '../check';
import { invalid } from '../invalid';
import { compact } from '../manifest';
import { checkFeature, type ServingFeature } from './features';
import { checkSeconds, goDuration } from './seconds';

export interface Scale {
  /** Pods that are kept without any request. @default 0 */
  readonly min?: number;
  /** Pods at most. @default 10 */
  readonly max?: number;
  /** Pods that a new revision starts with; 0 needs the feature 'allow-zero-initial-scale'. @default 1 */
  readonly initial?: number;
  /** Pods that a start from zero begins with, at least 2. @default - one */
  readonly activation?: number;
  /** What `target` counts: requests at one time, or requests per second. @default 'concurrency' */
  readonly metric?: 'concurrency' | 'rps';
  /** What the autoscaler aims at for one pod. @default - `concurrency`, or 100 without one; 200 for 'rps' */
  readonly target?: number;
  /** Percentage of the target that it really aims at, 1 to 100. @default - the cluster's, 70 */
  readonly utilization?: number;
  /** Over which the metric is averaged, 6 s to 1 h. @default - the cluster's, a minute */
  readonly window?: Duration;
  /** For which the load must stay low before pods go, up to 1 h. @default - the cluster's, none */
  readonly downDelay?: Duration;
  /** For which the last pod stays after the decision to scale to zero, up to 1 h. @default - the cluster's, none */
  readonly lastPodRetention?: Duration;
  /** Requests that the activator buffers in a burst: 0 takes it out of the path above zero, -1 keeps it in always. @default - the cluster's, 211 */
  readonly burstCapacity?: number;
}

const KNOWN = [
  'min',
  'max',
  'initial',
  'activation',
  'metric',
  'target',
  'utilization',
  'window',
  'downDelay',
  'lastPodRetention',
  'burstCapacity',
];
const GROUP = 'autoscaling.knative.dev';
const HOUR = { max: 3600 };

/** Pods at most, when nothing is said. */
export const DEFAULT_MAX_SCALE = 10;

/**
 * The annotations of the revision's template.
 *
 * @source https://github.com/knative/serving/blob/knative-v1.23.0/pkg/apis/autoscaling/annotation_validation.go
 */
export function scaleAnnotations(
  owner: IConstruct,
  scale: Scale = {},
  concurrency: number,
  features: readonly ServingFeature[],
): Record<string, string> {
  checkKnown(owner, scale, KNOWN, 'scale.');
  const min = checkInteger(owner, 'scale.min', scale.min) ?? 0;
  const max =
    checkInteger(owner, 'scale.max', scale.max, { min: 1 }) ?? Math.max(DEFAULT_MAX_SCALE, min);
  refuseAbove(owner, 'scale.min', min, max);
  const initial = checkInteger(owner, 'scale.initial', scale.initial);
  refuseAbove(owner, 'scale.initial', initial, max);
  if (initial === 0) checkFeature(owner, 'scale.initial', 0, 'allow-zero-initial-scale', features);
  const activation = checkInteger(owner, 'scale.activation', scale.activation, {
    min: Math.max(2, min),
  });
  refuseAbove(owner, 'scale.activation', activation, max);
  const metric = checkOneOf(owner, 'scale.metric', scale.metric, ['concurrency', 'rps'] as const);
  const target = checkTarget(owner, scale, concurrency);
  return compact({
    [`${GROUP}/min-scale`]: String(min),
    [`${GROUP}/max-scale`]: String(max),
    [`${GROUP}/initial-scale`]: text(initial),
    [`${GROUP}/activation-scale`]: text(activation),
    [`${GROUP}/metric`]: metric,
    [`${GROUP}/target`]: text(target),
    [`${GROUP}/target-utilization-percentage`]: text(
      checkInteger(owner, 'scale.utilization', scale.utilization, { min: 1, max: 100 }),
    ),
    [`${GROUP}/window`]: goDuration(
      checkSeconds(owner, 'scale.window', scale.window, { min: 6, ...HOUR }),
    ),
    [`${GROUP}/scale-down-delay`]: goDuration(
      checkSeconds(owner, 'scale.downDelay', scale.downDelay, HOUR),
    ),
    [`${GROUP}/scale-to-zero-pod-retention-period`]: goDuration(
      checkSeconds(owner, 'scale.lastPodRetention', scale.lastPodRetention, HOUR),
    ),
    [`${GROUP}/target-burst-capacity`]: text(
      checkInteger(owner, 'scale.burstCapacity', scale.burstCapacity, { min: -1 }),
    ),
  }) as Record<string, string>;
}

function refuseAbove(
  owner: IConstruct,
  prop: string,
  value: number | undefined,
  max: number,
): void {
  if (value === undefined || value <= max) return;
  throw invalid(owner, {
    prop,
    rule: `must not be above 'scale.max' of ${max}`,
    received: value,
    fix: `Lower it, or raise 'scale.max'`,
  });
}

function checkTarget(
  owner: IConstruct,
  { target, metric = 'concurrency' }: Scale,
  concurrency: number,
): number | undefined {
  if (target === undefined) return undefined;
  if (typeof target !== 'number' || !Number.isFinite(target) || target < 0.01) {
    throw invalid(owner, {
      prop: 'scale.target',
      rule: 'must be a number of at least 0.01',
      received: target,
      fix: 'Write the load that one pod carries well, like 20',
    });
  }
  if (metric === 'concurrency' && concurrency > 0 && target > concurrency) {
    throw invalid(owner, {
      prop: 'scale.target',
      rule: `must not be above 'concurrency' of ${concurrency}, which no pod exceeds`,
      received: target,
      fix: `Lower it, or raise 'concurrency'`,
    });
  }
  return target;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
