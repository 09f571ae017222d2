/** @module The releases that the settings ask for, as objects: fetched or read, checked, and parsed. */
import { parseAllDocuments } from 'yaml';
import type { HostPlatformConfig } from './config/schema';
import type { KubeObject } from './kube-object';
import { defaultCacheFolder } from './releases/cache';
import { type ChosenRelease, type ChosenReleases, chosenReleases } from './releases/choice';
import { type ComponentName, PINS, type Pins } from './releases/pins';
import { type Source, sourceOf } from './releases/source';

export { unsupportedVersions } from './releases/choice';
export type { ComponentName } from './releases/pins';

export interface LoadedRelease {
  readonly component: ComponentName;
  readonly version: string;
  /** All images that its files name. */
  readonly images: readonly string[];
  /** The objects of each file, by the file's name, in their order. */
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>;
}

export interface LoadedReleases {
  readonly serving: LoadedRelease;
  readonly kourier: LoadedRelease;
  /** Only where Eventing is enabled. */
  readonly eventing?: LoadedRelease;
}

export interface LoadOptions {
  /** Where fetched files are kept. @default - `hks/releases` of XDG_CACHE_HOME, or of ~/.cache */
  readonly cacheFolder?: string;
  /** What a relative mirror folder lies in. @default - the working folder */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Told each file that is fetched over the network. */
  readonly report?: (line: string) => void;
  /** @default - the pins of this package */
  readonly pins?: Pins;
  /** Milliseconds before an attempt is made again, by its number. */
  readonly delay?: (attempt: number) => number;
}

type LoadSettings = Pick<HostPlatformConfig, 'versions' | 'eventing' | 'releaseMirror'>;

/** @throws with every file that is missing, cannot be fetched or is not the pinned one, or every version that is not pinned */
export async function loadReleases(
  config: LoadSettings,
  { pins = PINS, cacheFolder = defaultCacheFolder(process.env), ...options }: LoadOptions = {},
): Promise<LoadedReleases> {
  const chosen = chosenReleases(config, pins);
  const { releaseMirror: mirror } = config;
  const source = sourceOf({ ...options, cacheFolder, ...(mirror === undefined ? {} : { mirror }) });
  const { serving, kourier, eventing } = await allOf(chosen, (release) => loaded(release, source));
  return { serving, kourier, ...(eventing ? { eventing } : {}) };
}

/** The objects of a release file. */
export function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS() as KubeObject | null;
    })
    .filter((object): object is KubeObject => object !== null);
}

async function loaded(release: ChosenRelease, source: Source): Promise<LoadedRelease> {
  const { component, version, images, assets } = release;
  const files = await together(
    assets.map(async (asset) => {
      const bytes = await source({ component, version, ...asset });
      return [asset.name, objectsOf(bytes.toString('utf8'))] as const;
    }),
  );
  return { component, version, images, objects: Object.fromEntries(files) };
}

async function allOf<T>(
  { serving, kourier, eventing }: ChosenReleases,
  load: (release: ChosenRelease) => Promise<T>,
): Promise<{ serving: T; kourier: T; eventing: T | undefined }> {
  const [first, second, third] = await together([
    load(serving),
    load(kourier),
    eventing ? load(eventing) : Promise.resolve(undefined),
  ]);
  return { serving: first as T, kourier: second as T, eventing: third };
}

/** @throws with the messages of all that failed, each once */
async function together<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const reasons = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason);
  if (reasons.length > 0) throw joined(reasons);
  return (results as PromiseFulfilledResult<T>[]).map(({ value }) => value);
}

function joined(reasons: readonly unknown[]): unknown {
  if (reasons.length === 1) return reasons[0];
  return new Error([...new Set(reasons.map((reason) => (reason as Error).message))].join('\n'));
}
