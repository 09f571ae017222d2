/** @module Pins of small files, for tests. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ComponentName,
  PINS,
  type Pins,
  type ReleasePin,
} from '../../../stacks/releases/pins';

export const IMAGES = {
  'knative-serving': `gcr.io/knative-releases/serving@sha256:${'1'.repeat(64)}`,
  'knative-kourier': 'docker.io/envoyproxy/envoy:v1.37-latest',
  'knative-eventing': `gcr.io/knative-releases/eventing@sha256:${'2'.repeat(64)}`,
} as const;

/** The content of the only file of each component, and its path below a mirror. */
export const CONTENTS = {
  'knative-serving': deployment('serving', IMAGES['knative-serving']),
  'knative-kourier': deployment('kourier', IMAGES['knative-kourier']),
  'knative-eventing': deployment('eventing', IMAGES['knative-eventing']),
} as const;
export const PATHS = {
  'knative-serving': 'knative-serving/serving-core.yaml',
  'knative-kourier': 'knative-kourier/kourier.yaml',
  'knative-eventing': 'knative-eventing/eventing-core.yaml',
} as const;

/** Each component at these versions, all of one content, released by a server at `base`. */
export function pinsOf(
  base = 'https://releases.example.com',
  versions: readonly string[] = ['1.23.0'],
  range: ReleasePin['kubernetes'] = { min: '1.34' },
): Pins {
  const component = (name: ComponentName) => ({
    repository: PINS.components[name].repository,
    releases: versions.map((version) => ({
      version,
      kubernetes: range,
      assets: [
        {
          name: PATHS[name].slice(name.length + 1),
          url: `${base}/${version}/${PATHS[name]}`,
          sha256: sha256Of(CONTENTS[name]),
        },
      ],
      images: [IMAGES[name]],
    })),
  });
  return {
    ...PINS,
    components: {
      'knative-serving': component('knative-serving'),
      'knative-kourier': component('knative-kourier'),
      'knative-eventing': component('knative-eventing'),
    },
  };
}

/** Writes a mirror with the files of these components. */
export function writeMirror(
  folder: string,
  components: readonly ComponentName[] = ['knative-serving', 'knative-kourier', 'knative-eventing'],
): void {
  for (const component of components) {
    mkdirSync(join(folder, component), { recursive: true });
    writeFileSync(join(folder, PATHS[component]), CONTENTS[component]);
  }
}

export function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function deployment(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: knative }
spec:
  template:
    spec:
      containers:
        - { name: main, image: '${image}' }
---
# nothing
`;
}
