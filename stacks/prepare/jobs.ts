/** @module Jobs of a release: run once for each version, and kept, so that the engine finds what it made. */
import type { KubeObject } from '../kube-object';
import { annotated, withSpec } from './fields';

/**
 * A Job under a name of its own: what the release would have generated, with the version.
 * It is not removed when it has finished: the engine would miss it at its next refresh, and run it again.
 * One that failed is made anew by the next `up`.
 */
export function namedJob(object: KubeObject, version: string): KubeObject {
  if (object.kind !== 'Job') return object;
  const { generateName, ...metadata } = object.metadata;
  const name = metadata.name ?? `${generateName}${version.replaceAll('.', '-')}`;
  const kept = withSpec({ ...object, metadata: { ...metadata, name } }, (spec) => {
    const { ttlSecondsAfterFinished: _ttl, ...rest } = spec;
    return rest;
  });
  return annotated(kept, { 'pulumi.com/replaceUnready': 'true' });
}
