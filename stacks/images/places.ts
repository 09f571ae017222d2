/** @module Where objects name images: pods wherever they are in an object, and the places of Knative's own. */
import type { KubeObject } from '../kube-object';
import { type Fields, isFields } from '../prepare/fields';

type Rewrite = (reference: string) => string;

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];
/** Variables by which controllers are told what the pods run that they make, e.g. `DISPATCHER_IMAGE`. */
const IMAGE_VARIABLE = /(^|_)IMAGE$/;
/** ConfigMaps whose values are all images, e.g. `eventing-integrations-images`. */
const IMAGES_MAP = /-images$/;
/** Keys of other ConfigMaps. */
const IMAGE_KEYS: readonly string[] = ['queue-sidecar-image', 'queueSidecarImage'];
const BY_DIGEST = /^[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}$/;
const REFERENCE = /^[a-z0-9][\w.:-]*\/[\w./:@-]+$/;

/** The object with each image that it names replaced by what `rewrite` makes of it. */
export function rewriteImages(object: KubeObject, rewrite: Rewrite): KubeObject {
  const { apiVersion, kind } = object;
  if (kind === 'CustomResourceDefinition') return object;
  if (kind === 'ConfigMap') return inConfigMap(object, rewrite);
  if (kind === 'Image' && apiVersion.startsWith('caching.internal.knative.dev/')) {
    return { ...object, spec: inContainer(object.spec, rewrite) };
  }
  const { metadata, ...rest } = object;
  return { ...object, ...(inNode(rest, rewrite) as Fields), metadata };
}

/** All images that objects name, each once, sorted. */
export function imagesOf(objects: readonly KubeObject[]): string[] {
  const found = new Set<string>();
  for (const object of objects) {
    rewriteImages(object, (reference) => {
      found.add(reference);
      return reference;
    });
  }
  return [...found].sort();
}

function inConfigMap(object: KubeObject, rewrite: Rewrite): KubeObject {
  const { data } = object;
  if (!isFields(data)) return object;
  const areImages = IMAGES_MAP.test(object.metadata.name);
  return {
    ...object,
    data: mapped(data, (value, key) => {
      if (typeof value !== 'string') return value;
      const isImage = areImages ? REFERENCE.test(value) : IMAGE_KEYS.includes(key);
      return isImage || BY_DIGEST.test(value) ? rewrite(value) : value;
    }),
  };
}

function inNode(node: unknown, rewrite: Rewrite): unknown {
  if (Array.isArray(node)) return node.map((item) => inNode(item, rewrite));
  if (!isFields(node)) return node;
  return mapped(node, (value, key) => {
    if (Array.isArray(value) && CONTAINERS.includes(key)) {
      return value.map((container) => inContainer(container, rewrite));
    }
    if (Array.isArray(value) && key === 'volumes') {
      return value.map((volume) => inVolume(volume, rewrite));
    }
    return inNode(value, rewrite);
  });
}

function inContainer(container: unknown, rewrite: Rewrite): unknown {
  if (!isFields(container)) return container;
  const { image, env } = container;
  return {
    ...container,
    ...(typeof image === 'string' && image !== '' ? { image: rewrite(image) } : {}),
    ...(Array.isArray(env) ? { env: env.map((variable) => inVariable(variable, rewrite)) } : {}),
  };
}

function inVariable(variable: unknown, rewrite: Rewrite): unknown {
  if (!isFields(variable)) return variable;
  const { name, value } = variable;
  if (typeof name !== 'string' || typeof value !== 'string') return variable;
  const isImage = IMAGE_VARIABLE.test(name) && REFERENCE.test(value);
  return isImage || BY_DIGEST.test(value) ? { ...variable, value: rewrite(value) } : variable;
}

function inVolume(volume: unknown, rewrite: Rewrite): unknown {
  if (!isFields(volume) || !isFields(volume.image)) return volume;
  const { reference } = volume.image;
  return typeof reference === 'string'
    ? { ...volume, image: { ...volume.image, reference: rewrite(reference) } }
    : volume;
}

function mapped(node: Fields, change: (value: unknown, key: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]));
}
