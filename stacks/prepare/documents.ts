/** @module From a release's files to its objects: each once, without what only a cluster writes, and each with a name. */
import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../../constructs/invalid';
import { identityOf, type KubeObject } from '../kube-object';
import { isFields } from './fields';
import { namedJob } from './jobs';
import type { ReleaseAssets } from './release';

export interface Release {
  /** As messages name it, e.g. `Knative Serving`. */
  readonly name: string;
  readonly version: string;
  /** The files without which it is none. */
  readonly needs: readonly string[];
}

/**
 * The objects of all files. What several files hold alike is one object.
 *
 * @throws when a file is missing, or files disagree about an object
 */
export function releaseObjects(release: Release, assets: ReleaseAssets): KubeObject[] {
  refuseMissing(release, assets);
  const found = new Map<string, { readonly object: KubeObject; readonly file: string }>();
  for (const [file, documents] of Object.entries(assets)) {
    for (const document of documents) {
      const object = withoutEmptyRules(withoutStatus(namedJob(document, release.version)));
      const identity = identityOf(object);
      const first = found.get(identity);
      if (first && !isDeepStrictEqual(first.object, object)) {
        throw invalid(`${release.name} ${release.version}`, {
          prop: identity,
          rule: 'must be the same wherever its files repeat it',
          received: `${first.file} and ${file}, which differ`,
          fix: 'Take all files from one release',
        });
      }
      if (!first) found.set(identity, { object, file });
    }
  }
  return [...found.values()].map(({ object }) => object);
}

function refuseMissing({ name, version, needs }: Release, assets: ReleaseAssets): void {
  const missing = needs.filter((file) => !assets[file]?.length);
  if (missing.length === 0) return;
  throw invalid(`${name} ${version}`, {
    prop: missing.join(', '),
    rule: 'must be among its files and hold objects',
    received: Object.keys(assets),
    fix: `Give ${needs.join(', ')}`,
  });
}

function withoutStatus({ status: _status, ...object }: KubeObject): KubeObject {
  const { creationTimestamp: _made, ...metadata } = object.metadata;
  return { ...(object as KubeObject), metadata };
}

/** The cluster fills in the rules of an aggregated role; whoever sends some, even none, fights it. */
function withoutEmptyRules(object: KubeObject): KubeObject {
  if (object.kind !== 'ClusterRole' || !isFields(object.aggregationRule)) return object;
  const { rules: _rules, ...rest } = object;
  return rest as KubeObject;
}
