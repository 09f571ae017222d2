/** @module The pins: which releases there are, what their files are, where they run, and other images by name. */
import { z } from 'zod';
import document from '../releases.json';
import { newer } from './version';

/** What is installed from release files, as folders of a mirror name it. */
export const COMPONENTS = ['knative-serving', 'knative-kourier', 'knative-eventing'] as const;
export type ComponentName = (typeof COMPONENTS)[number];

const version = z.string().regex(/^\d+\.\d+\.\d+$/, `must be a version such as '1.23.0'`);
const minor = z.string().regex(/^\d+\.\d+$/, `must be a minor version such as '1.34'`);
const reference = z
  .string()
  .regex(/^[a-z0-9][^\s]*\/[^\s]+(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/, 'must be an image');

/** A file of a release. */
export const AssetPin = z.strictObject({
  name: z.string().regex(/^[\w.-]+\.yaml$/, 'must be the name of a YAML file'),
  url: z.url({ protocol: /^https?$/ }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
});
export type AssetPin = z.infer<typeof AssetPin>;

export const ReleasePin = z.strictObject({
  version,
  /** The Kubernetes versions that it runs on, both included. */
  kubernetes: z.strictObject({ min: minor, max: minor.optional() }),
  assets: z
    .array(AssetPin)
    .min(1)
    .refine((assets) => isSet(assets.map(({ name }) => name)), 'must name each file once'),
  /** All images that its files name. */
  images: z.array(reference).refine((images) => isSet(images), 'must name each image once'),
});
export type ReleasePin = z.infer<typeof ReleasePin>;

const Component = z.strictObject({
  /** Where it is released, as GitHub names it. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, `must be a repository such as 'knative/serving'`),
  releases: z
    .array(ReleasePin)
    .min(1)
    .refine(isNewestFirst, 'must list each version once, the newest first'),
});
export type ComponentPins = z.infer<typeof Component>;

const Image = z.strictObject({
  reference,
  /** Floating names by which releases call it. */
  replaces: z.array(reference).min(1).optional(),
});

export const Pins = z.strictObject({
  components: z.strictObject({
    'knative-serving': Component,
    'knative-kourier': Component,
    'knative-eventing': Component,
  }),
  images: z.strictObject({
    envoy: Image,
    registry: Image,
    postgres: Image,
    packageProxy: Image,
  }),
  runtimeClasses: z.strictObject({
    /** Names that runsc has in configurations of containerd; the first is that of gVisor's own documentation. */
    gvisor: z.strictObject({ handlers: z.array(z.string()).min(1) }),
  }),
});
export type Pins = z.infer<typeof Pins>;

/** The pins of this package. */
export const PINS: Pins = readPins(document, 'stacks/releases.json');

/** @throws with every fault of the document */
export function readPins(value: unknown, file: string): Pins {
  const { data, error } = Pins.safeParse(value);
  if (data) return data;
  const faults = error.issues.map(
    ({ path, message }) => `'${path.join('.')}' of ${file}: ${message}.`,
  );
  throw new Error(faults.join('\n'));
}

/** The document's text, as the repository's formatter leaves it. */
export function pinsText(pins: Pins): string {
  const text = JSON.stringify(pins, null, 2).replace(
    /\[\n\s+("[^"\n]*"(?:,\n\s+"[^"\n]*")*)\n\s+\]/g,
    (list, items: string, at: number, whole: string) => {
      const line = `[${items.replace(/\n\s+/g, ' ')}]`;
      const indent = at - (whole.lastIndexOf('\n', at) + 1);
      return indent + line.length <= LINE_WIDTH ? line : list;
    },
  );
  return `${text}\n`;
}
const LINE_WIDTH = 100;

function isNewestFirst(releases: readonly { readonly version: string }[]): boolean {
  return releases.every(
    ({ version: own }, index) => index === 0 || newer(releases[index - 1]?.version ?? '', own),
  );
}

function isSet(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
