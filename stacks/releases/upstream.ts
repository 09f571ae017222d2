/** @module What there is where releases are made: the newest version, its files, and the Kubernetes that it needs. */
import { invalid } from '../../constructs/invalid';
import { imagesOf } from '../images';
import { objectsOf } from '../releases';
import { type Asset, noAnswer, sha256Of } from './asset';
import { reasonOf } from './attempt';
import { type DownloadOptions, downloadUnpinned } from './download';
import type { ComponentName, ComponentPins, ReleasePin } from './pins';

/** Where releases are made, and what their pins name. */
export const GITHUB = 'https://github.com';

export interface UpstreamOptions extends Omit<DownloadOptions, 'cacheFolder'> {
  /** What is asked instead of GitHub, in the same paths. */
  readonly upstream: string;
}

/** The version that a repository calls its latest. @throws where it does not answer, or tells no version */
export async function newestVersion(
  component: ComponentName,
  repository: string,
  { upstream, signal }: UpstreamOptions,
): Promise<string> {
  const url = `${upstream}/${repository}/releases/latest`;
  const asset = { component, version: 'upstream', name: 'latest release', url, sha256: undefined };
  const answer = await fetch(url, { redirect: 'manual', ...(signal ? { signal } : {}) }).catch(
    (error: unknown) => {
      throw noAnswer(asset, url, reasonOf(error).text);
    },
  );
  await answer.body?.cancel();
  const location = answer.headers.get('location') ?? undefined;
  const [, version] = /\/releases\/tag\/knative-v(\d+\.\d+\.\d+)$/.exec(location ?? '') ?? [];
  if (version !== undefined) return version;
  throw invalid(component, {
    prop: 'latest release',
    rule: `must be told by ${url} as a redirect to …/releases/tag/knative-vMAJOR.MINOR.PATCH`,
    received: location ?? `status ${answer.status}`,
    fix: `Name the version yourself: --component ${component} --to VERSION`,
  });
}

/** What a release is pinned to, from its files. @throws with what is missing or cannot be fetched */
export async function pinOf(
  component: ComponentName,
  { repository, releases }: ComponentPins,
  version: string,
  { kubernetes, ...options }: UpstreamOptions & { readonly kubernetes?: string },
): Promise<ReleasePin> {
  const names = releases[0]?.assets.map(({ name }) => name) ?? [];
  const min = kubernetes ?? (await minimumKubernetes(component, version, options));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = `${repository}/releases/download/knative-v${version}/${name}`;
      const asset = { component, version, name, url: `${GITHUB}/${path}`, sha256: undefined };
      const bytes = await fetched(asset, `${options.upstream}/${path}`, options);
      const pin = { name, url: asset.url, sha256: sha256Of(bytes) };
      return { pin, objects: objectsOf(bytes.toString('utf8')) };
    }),
  );
  return {
    version,
    kubernetes: { min },
    assets: files.map(({ pin }) => pin),
    images: imagesOf(files.flatMap(({ objects }) => objects)),
  };
}

/** All components of a minor version are built with one library, which refuses to start on an older Kubernetes. */
async function minimumKubernetes(
  component: ComponentName,
  version: string,
  options: UpstreamOptions,
): Promise<string> {
  const branch = `release-${version.split('.').slice(0, 2).join('.')}`;
  const url = `${options.upstream}/knative/pkg/raw/${branch}/version/version.go`;
  const asset = { component, version, name: 'version.go', url, sha256: undefined };
  const source = (await fetched(asset, url, options)).toString('utf8');
  const [, minimum] = /defaultMinimumVersion\s*=\s*"v(\d+\.\d+)\.\d+"/.exec(source) ?? [];
  if (minimum !== undefined) return minimum;
  throw invalid(`${component} ${version}`, {
    prop: 'kubernetes',
    rule: `must be told by ${url} as defaultMinimumVersion`,
    received: undefined,
    fix: 'Name it yourself: --kubernetes MAJOR.MINOR',
  });
}

function fetched(asset: Asset, url: string, options: UpstreamOptions): Promise<Buffer> {
  return downloadUnpinned(asset, { url, shown: url, headers: {}, isMirror: false }, options);
}
