/** @module What is backed up: claims, what a command prints, or what a function answers. */
import type { ContainerResources } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { checkInteger, checkKnown, checkList, checkObject, checkStrings } from '../check';
import { type Environment, resolveEnvironment } from '../environment';
import { asIs } from '../function/payload';
import { TO_GATEWAY } from '../function/policies';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import { type Container, compact, type Volume, type VolumeMount } from '../manifest';
import type { Project } from '../project';
import { resolveResources } from '../resources';
import type { EgressRule } from '../template-app/access';
import { objectName } from '../template-app/volumes';
import { type CallableFunction, callContainer, type FunctionSource } from './call';
import { SENDER, SOURCE_PATH, STREAM_PATH } from './script';
import { checkPath } from './storage';

/** A PersistentVolumeClaim of the project; it is mounted for reading only. */
export interface ClaimSource {
  readonly claim: string;
  /** Folders and files of the volume. @default - all of it */
  readonly paths?: readonly string[];
  /** Folder of the volume that is mounted instead of its root. @default - the root */
  readonly subPath?: string;
  /** restic's patterns: with a leading `/` from the volume's root, else anywhere. @default [] */
  readonly exclude?: readonly string[];
}

/** A command whose standard output is stored, while it is written. */
export interface CommandSource {
  /** Image of the command; it needs `/bin/sh`. */
  readonly image: string;
  /** One array item for each word. */
  readonly command: readonly string[];
  /** Variables: literals, `{ secret, key }` or `{ configMap, key }`. @default {} */
  readonly env?: Environment;
  /** Name of the file in the snapshot. @default - the backup's name */
  readonly fileName?: string;
  /** Numeric user of the command. @default - the pod's */
  readonly user?: number;
  /** Numeric group of the command. @default - the pod's */
  readonly group?: number;
  /** CPU, memory and disk. @default - 50m to 500m CPU, 64Mi to 256Mi memory and disk */
  readonly resources?: ContainerResources;
}

/** What is backed up. */
export type BackupSource =
  | { readonly pvcs: readonly ClaimSource[] }
  | { readonly command: CommandSource }
  | ({ readonly function: CallableFunction } & FunctionSource);

/** A source as the pod needs it. */
export interface ResolvedSource {
  /** What `restic backup` reads. */
  readonly input:
    | { readonly paths: readonly string[]; readonly exclude: readonly string[] }
    | { readonly fileName: string };
  /** The container that writes into the FIFO. */
  readonly sender?: Container;
  readonly volumes: readonly Volume[];
  /** Mounts of restic's container. */
  readonly mounts: readonly VolumeMount[];
  readonly claims: readonly string[];
  readonly egress: readonly EgressRule[];
}

const KINDS = ['pvcs', 'command', 'function'] as const;

/** The source of the backup called `name`. */
export function resolveSource(
  owner: Construct,
  given: BackupSource,
  name: string,
  project: Project,
): ResolvedSource {
  const fix = `Write { pvcs: [{ claim: 'uploads' }] }`;
  const found = KINDS.filter(
    (kind) => typeof given === 'object' && given !== null && kind in given,
  );
  if (found.length !== 1) {
    throw invalid(owner, {
      prop: 'source',
      rule: 'must be one of { pvcs }, { command } and { function }',
      received: given,
      fix,
    });
  }
  if ('pvcs' in given) {
    checkKnown(owner, given, ['pvcs'], 'source.');
    return claims(owner, given.pvcs);
  }
  if ('command' in given) {
    checkKnown(owner, given, ['command'], 'source.');
    return command(owner, given.command, name, project);
  }
  const { sender, toGateway } = callContainer(owner, given, project);
  return stream(
    sender,
    checkFileName(owner, 'source.fileName', given.fileName ?? name),
    toGateway ? [{ name: 'gateway', ...TO_GATEWAY }] : [],
  );
}

function claims(owner: Construct, given: readonly ClaimSource[]): ResolvedSource {
  checkList(owner, 'source.pvcs', given, `[{ claim: 'uploads' }]`);
  const sources = given.map((source, index) => claim(owner, index, source));
  sources.forEach(({ name }, index) => {
    if (sources.findIndex((other) => other.name === name) === index) return;
    throw invalid(owner, {
      prop: `source.pvcs[${index}].claim`,
      rule: 'must not come twice',
      received: name,
      fix: `List the folders of '${name}' in the 'paths' of one entry`,
    });
  });
  return {
    input: {
      paths: sources.flatMap(({ paths }) => paths),
      exclude: sources.flatMap(({ exclude }) => exclude),
    },
    volumes: sources.map(({ volume }) => volume),
    mounts: sources.map(({ mount }) => mount),
    claims: sources.map(({ name }) => name),
    egress: [],
  };
}

function claim(owner: Construct, index: number, source: ClaimSource) {
  const prop = `source.pvcs[${index}]`;
  checkObject(owner, prop, source, `{ claim: 'uploads' }`);
  checkKnown(owner, source, ['claim', 'paths', 'subPath', 'exclude'], `${prop}.`);
  const name = objectName(owner, `${prop}.claim`, source.claim);
  if (source.paths !== undefined) checkList(owner, `${prop}.paths`, source.paths, `['images']`);
  const paths = source.paths?.map((path, index) =>
    checkPath(owner, `${prop}.paths[${index}]`, path),
  );
  const subPath =
    source.subPath === undefined ? undefined : checkPath(owner, `${prop}.subPath`, source.subPath);
  const exclude = checkExclude(owner, `${prop}.exclude`, source.exclude);
  const root = `${SOURCE_PATH}/${name}`;
  // `readOnly` of the volume also keeps Kubernetes from changing the owner of the application's files.
  const volume: Volume = {
    name: `source-${index}`,
    persistentVolumeClaim: { claimName: name, readOnly: true },
  };
  return {
    name,
    volume,
    mount: compact({ name: volume.name, mountPath: root, subPath, readOnly: true }),
    paths: paths?.map((path) => `${name}/${path}`) ?? [name],
    exclude: [
      `${root}/lost+found`,
      ...exclude.map((pattern) =>
        asIs(pattern.startsWith('/') ? root + pattern : `${root}/**/${pattern}`),
      ),
    ],
  };
}

/** Refuses patterns that leave out the whole volume, that restic takes for an exception, or that it cannot read. */
function checkExclude(owner: Construct, prop: string, given: unknown): readonly string[] {
  const patterns = checkStrings(owner, prop, given) ?? [];
  patterns.forEach((pattern, index) => {
    const refuse = (rule: string, fix: string) =>
      invalid(owner, { prop: `${prop}[${index}]`, rule, received: pattern, fix });
    const names = pattern.split('/').filter((part) => part !== '' && part !== '.');
    if (names.every((part) => /^\*+$/.test(part)) || names.includes('..'))
      throw refuse(
        'must name something in the volume, or it would leave out everything',
        `Write one like '*.tmp' or '/cache'`,
      );
    if (pattern.startsWith('!'))
      throw refuse(`must not begin with '!'`, `List what is backed up in 'paths'`);
    if (/^[^[]*(\[[^\]]+\][^[]*)*$/.test(pattern.replace(/\\./gs, '')) && !/\\$/.test(pattern))
      return;
    throw refuse(
      `must close each '[', and not end with a backslash`,
      `Write '\\[' for the bracket itself`,
    );
  });
  return patterns;
}

function command(
  owner: Construct,
  given: CommandSource,
  name: string,
  { requireDigest }: Project,
): ResolvedSource {
  const prop = 'source.command';
  checkObject(owner, prop, given, `{ image: 'postgres:17.2', command: ['pg_dump', 'shop'] }`);
  const known = ['image', 'command', 'env', 'fileName', 'user', 'group', 'resources'];
  checkKnown(owner, given, known, `${prop}.`);
  const words = checkStrings(owner, `${prop}.command`, given.command ?? null) ?? [];
  checkList(owner, `${prop}.command`, words, `['pg_dump', 'shop']`);
  const env = resolveEnvironment(owner, `${prop}.env`, given.env);
  const identity = compact({
    runAsUser: checkInteger(owner, `${prop}.user`, given.user, { min: 1 }),
    runAsGroup: checkInteger(owner, `${prop}.group`, given.group, { min: 1 }),
  });
  const resources = resolveResources(owner, `${prop}.resources`, given.resources);
  const sender = compact({
    name: 'command',
    image: checkImage(owner, `${prop}.image`, given.image, { requireDigest }),
    command: ['/bin/sh', '-c', SENDER, 'command', ...words],
    env: env.length > 0 ? env : undefined,
    resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
    securityContext: Object.keys(identity).length > 0 ? identity : undefined,
  });
  return stream(sender, checkFileName(owner, `${prop}.fileName`, given.fileName ?? name), []);
}

function stream(
  sender: Container,
  fileName: string,
  egress: readonly EgressRule[],
): ResolvedSource {
  const mount = { name: 'stream', mountPath: STREAM_PATH };
  return {
    input: { fileName },
    sender: { ...sender, volumeMounts: [mount] },
    volumes: [{ name: 'stream', emptyDir: { sizeLimit: '1Mi' } }],
    mounts: [mount],
    claims: [],
    egress,
  };
}

function checkFileName(owner: Construct, prop: string, fileName: unknown): string {
  if (typeof fileName === 'string' && /^[A-Za-z0-9_][\w.-]{0,199}$/.test(fileName)) return fileName;
  throw invalid(owner, {
    prop,
    rule: `must be a file's name of letters, digits, '.', '-' and '_', without a folder`,
    received: fileName,
    fix: `Write one like 'shop.sql'`,
  });
}
