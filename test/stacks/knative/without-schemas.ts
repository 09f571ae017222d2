/** @module Releases whose CRDs have no schemas: nine tenths of a release, which no edge depends on. */
import type { PreparedRelease } from '../../../stacks/prepare/release';

export function withoutSchemas(release: PreparedRelease): PreparedRelease {
  const crds = release.crds.map(({ spec, ...crd }) => ({
    ...crd,
    spec: { ...(spec as object), versions: [] },
  }));
  return { ...release, crds: crds as unknown as PreparedRelease['crds'] };
}
