/** @module The releases of the test's files, frozen, and as a platform of some settings has them prepared. */
import type { KubeObject } from '../../../stacks/kube-object';
import type { Platform } from '../../../stacks/platform';
import { prepareEventing } from '../../../stacks/prepare/eventing';
import { prepareKourier } from '../../../stacks/prepare/kourier';
import type { PreparedRelease, ReleaseAssets } from '../../../stacks/prepare/release';
import { prepareServing } from '../../../stacks/prepare/serving';
import { releaseObjects } from '../release-files';

export const VERSION = '1.23.0';

/** Parts of Eventing that the platform does not run, as names of their objects have them. */
export const LEFT_OUT = ['job-sink', 'request-reply'];

const FILES = {
  'knative-serving': ['serving-crds.yaml', 'serving-core.yaml'],
  'knative-kourier': ['kourier.yaml'],
  'knative-eventing': [
    'eventing-crds.yaml',
    'eventing-core.yaml',
    'in-memory-channel.yaml',
    'mt-channel-broker.yaml',
  ],
};
type Component = keyof typeof FILES;

const read = new Map<Component, ReleaseAssets>();

/** The documents of a component's files; changing one throws. */
export function assetsOf(component: Component): ReleaseAssets {
  const assets =
    read.get(component) ??
    deepFreeze(
      Object.fromEntries(
        FILES[component].map((file) => [file, releaseObjects(`${component}/${file}`)]),
      ),
    );
  read.set(component, assets);
  return assets;
}

/** The three releases, by the platform's part. */
export function preparedReleases(
  platform: Platform,
): Record<'serving' | 'kourier' | 'eventing', PreparedRelease> {
  const options = { version: VERSION, platform };
  return {
    serving: prepareServing(assetsOf('knative-serving'), options),
    kourier: prepareKourier(assetsOf('knative-kourier'), options),
    eventing: prepareEventing(assetsOf('knative-eventing'), options),
  };
}

/** The object of a release by `Kind/name`. */
export function found(objects: readonly KubeObject[], kindAndName: string): KubeObject {
  const object = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === kindAndName);
  if (!object) throw new Error(`There is no ${kindAndName}.`);
  return object;
}

/** What an object has, without types: for expectations. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested.
export function anyOf(object: KubeObject): any {
  return object;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
