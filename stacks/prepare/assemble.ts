/** @module The last steps that all releases share: sizes, images, what the engine is told, and the stages. */
import { rewriteImages } from '../images';
import type { KubeObject } from '../kube-object';
import { forEngine, withoutAwait } from './engine';
import type { PreparedRelease, PrepareOptions } from './release';
import { sized, withoutServiceLinks } from './requests';
import { scalable, scaledObjects } from './scaling';
import { staged } from './stages';

/** A release of these objects, once its own part is done to them. */
export function assembled(
  objects: readonly KubeObject[],
  { version, platform }: PrepareOptions,
): PreparedRelease {
  const kept = scalable(objects, platform.choices.singleNode);
  const scaled = scaledObjects(kept);
  const release = staged(
    version,
    kept.map((object) =>
      forEngine(rewriteImages(withoutServiceLinks(sized(object, scaled)), platform.image)),
    ),
  );
  // A Certificate, for one, is never ready without cert-manager.
  return { ...release, customResources: release.customResources.map(withoutAwait) };
}
