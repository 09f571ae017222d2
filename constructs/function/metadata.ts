/** @module The metadata that a user gives: what Knative reads there has props of its own. */
import type { ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkLabels, checkObject } from '../check';
import { invalid } from '../invalid';
import { VISIBILITY_LABEL } from './http';

const PROPS: readonly (readonly [string, string])[] = [
  ['autoscaling.knative.dev/', 'scale'],
  ['queue.sidecar.serving.knative.dev/', 'queueProxy'],
  ['serving.knative.dev/progress-deadline', 'progressDeadline'],
  ['serving.knative.dev/rollout-duration', 'rolloutDuration'],
  [VISIBILITY_LABEL, 'triggers'],
];

/** Refuses labels and annotations that Knative would ignore or refuse on the Service, or that a prop decides. */
export function checkMetadata(owner: Construct, given: ApiObjectMetadata = {}): ApiObjectMetadata {
  checkObject(owner, 'metadata', given, `{ name: 'echo' }`);
  checkLabels(owner, 'metadata.labels', given.labels);
  checkLabels(owner, 'metadata.annotations', given.annotations, 'annotations');
  for (const field of ['labels', 'annotations'] as const) {
    for (const [key, value] of Object.entries(given[field] ?? {})) {
      const found = PROPS.find(([prefix]) => key.startsWith(prefix));
      if (!found) continue;
      throw invalid(owner, {
        prop: `metadata.${field}.${key}`,
        rule: `must not be given, since '${found[1]}' decides it`,
        received: value,
        fix: `Use '${found[1]}'`,
      });
    }
  }
  return given;
}
