/** @module Images of a test: plain files on top of a base image, pushed to the internal registry by its HTTP API. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REGISTRY_HOST } from '../../../constructs/system';
import type { ImageName } from '../../../stacks/config/schema';
import { pinnedImage } from '../../../stacks/images';
import { command } from './kubectl';
import { askRegistry } from './registry';
import { settings } from './settings';
import { type Files, tar } from './tar';

export const PYTHON = 'docker.io/library/python:3.11-slim';
export const NODE = 'docker.io/library/node:20-slim';

export interface ImageOptions {
  /** Repository in the registry, e.g. `e2e/echo`. */
  readonly name: string;
  /** The image below the files; it is copied to the registry when it is not there. @default PYTHON */
  readonly base?: string;
  readonly files: Files;
  /** What the image runs, e.g. `['python3', '/app/main.py']`. */
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default '/' */
  readonly workdir?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface ImageIndex {
  readonly manifests: readonly (Descriptor & {
    readonly platform?: { readonly os: string; readonly architecture: string };
  })[];
}

interface ImageConfig {
  readonly config?: { readonly Env?: readonly string[] };
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
const ACCEPT = [MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_INDEX].join(', ');

/** Builds and pushes an image; gives its reference by digest, as manifests name it. */
export async function pushImage(options: ImageOptions): Promise<string> {
  const { name, files, entrypoint, env = {}, workdir = '/' } = options;
  const base = repositoryOf(options.base ?? PYTHON);
  const below = await baseManifest(options.base ?? PYTHON);
  const inherited = (await json(`${base.name}/blobs/${below.config.digest}`)) as ImageConfig;
  for (const { digest } of below.layers) await mount(name, digest, base.name);

  const archive = tar(files);
  const layer = await upload(name, gzipSync(archive, { level: 1 }), `${LAYER}+gzip`);
  const config = await upload(
    name,
    Buffer.from(
      JSON.stringify({
        ...inherited,
        config: {
          ...inherited.config,
          Entrypoint: entrypoint,
          Cmd: undefined,
          Env: [
            ...(inherited.config?.Env ?? []),
            ...Object.entries(env).map(([k, v]) => `${k}=${v}`),
          ],
          WorkingDir: workdir,
          User: '65532:65532',
        },
        history: undefined,
        rootfs: { type: 'layers', diff_ids: [...inherited.rootfs.diff_ids, digestOf(archive)] },
      }),
    ),
    'application/vnd.oci.image.config.v1+json',
  );
  const layers = [
    ...below.layers.map((found) => ({ ...found, mediaType: `${LAYER}+gzip` })),
    layer,
  ];
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers });
  await send('PUT', `${name}/manifests/latest`, manifest, { 'content-type': MANIFEST });
  return `${REGISTRY_HOST}/${name}@${digestOf(Buffer.from(manifest))}`;
}

/** The files of a folder, to be put into an image below `target`. */
export function folderFiles(folder: string, target: string): Files {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [`${target}${file.slice(folder.length)}`, readFileSync(file)]),
  );
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** The nodes' images by which pinned ones are run where nothing can be pulled. */
const STAND_INS: Partial<Record<ImageName, string>> = {
  envoy: 'docker.io/envoyproxy/envoy:v1.37-latest',
  registry: 'docker.io/library/registry:2',
};

/** Gives images of the nodes the names that the platform has pinned, where a command for that is set. */
export async function aliasImages(): Promise<void> {
  const { aliasImage } = settings();
  if (aliasImage === undefined) return;
  for (const [name, image] of Object.entries(STAND_INS)) {
    const target = pinnedImage(name as ImageName, { images: {} });
    await runLine(aliasImage, { image, target });
  }
}

/** Copies an image of another registry, or of the node, to the internal one, and names it there. */
export async function copyImage(image: string): Promise<string> {
  const { name, tag } = repositoryOf(image);
  const there = await askRegistry(`/v2/${name}/manifests/${tag}`, { headers: { accept: ACCEPT } });
  if (there.status === 200) return `${REGISTRY_HOST}/${name}:${tag}`;
  const target = `${new URL(settings().registry).host}/${name}:${tag}`;
  const line =
    settings().copyImage ??
    'skopeo copy --dest-tls-verify=false docker://{image} docker://{target}';
  await runLine(line, { image, target });
  return `${REGISTRY_HOST}/${name}:${tag}`;
}

async function runLine(
  line: string,
  { image, target }: { readonly image: string; readonly target: string },
): Promise<void> {
  const [program = '', ...args] = line
    .split(/\s+/)
    .map((word) => word.replace('{image}', image).replace('{target}', target));
  await command(program, args);
}

async function baseManifest(image: string): Promise<ImageManifest> {
  const { name, tag } = repositoryOf(image);
  await copyImage(image);
  const found = (await json(`${name}/manifests/${tag}`)) as ImageManifest | ImageIndex;
  if (!('manifests' in found)) return found;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const own = found.manifests.find(
    ({ platform }) =>
      !platform || (platform.os === 'linux' && platform.architecture === architecture),
  );
  if (!own) throw new Error(`${image} has no image for linux/${architecture}.`);
  return (await json(`${name}/manifests/${own.digest}`)) as ImageManifest;
}

/** `docker.io/library/python:3.11-slim` is `library/python` with the tag `3.11-slim` in the internal registry. */
function repositoryOf(image: string): { readonly name: string; readonly tag: string } {
  const match = /^(?:[^/]+[.:][^/]*\/)?([^:@]+):([^@]+)/.exec(image);
  if (!match?.[1] || !match[2])
    throw new Error(`Name the base image with its tag, not '${image}'.`);
  return { name: match[1], tag: match[2] };
}

async function upload(name: string, content: Buffer, mediaType: string): Promise<Descriptor> {
  const digest = digestOf(content);
  const location = await startUpload(name, '');
  const url = new URL(location, settings().registry);
  url.searchParams.set('digest', digest);
  await send('PUT', url, content, { 'content-type': 'application/octet-stream' });
  return { mediaType, digest, size: content.length };
}

async function mount(name: string, digest: string, from: string): Promise<void> {
  if (name !== from) await startUpload(name, `?mount=${digest}&from=${encodeURIComponent(from)}`);
}

async function startUpload(name: string, query: string): Promise<string> {
  const response = await send('POST', `${name}/blobs/uploads/${query}`);
  return response.headers.get('location') ?? '';
}

async function json(path: string): Promise<unknown> {
  return (await send('GET', path, undefined, { accept: ACCEPT })).json();
}

async function send(
  method: string,
  path: string | URL,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = path instanceof URL ? path : `/v2/${path}`;
  const content = body === undefined || typeof body === 'string' ? body : new Uint8Array(body);
  const response = await askRegistry(url, { method, body: content, headers });
  if (response.ok) return response;
  throw new Error(
    `The registry answered ${response.status} to ${method} ${url}: ${await response.text()}`,
  );
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
