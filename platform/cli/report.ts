/** @module What a run has written: one line for each tenant's folder, by the indexes before and after. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Told } from '../../constructs/synth/told';
import { counted } from './counted';
import type { SynthRequest } from './options';
import { noTenants, wroteNothing } from './refusals';
import { INDEX, isRecord, type TenantFolder, tenantFolders } from './tree/index-file';
import { plainFiles } from './tree/plain-files';

export const TOLD: typeof import('../../constructs/synth/told').TOLD = 'HKS_TOLD_FILE';

/** The output folder at one moment. */
export interface Snapshot {
  readonly folders: readonly TenantFolder[];
  /** Identity and time of each tenant's folder and index, and each file outside of them, by path. */
  readonly stamps: ReadonlyMap<string, string>;
}

/** What is in the output folder; empty when there is none. */
export function snapshotOf(outdir: string): Snapshot {
  const folders = tenantFolders(outdir);
  // A tenant's folder is replaced whole, be it for one file of it.
  const own = folders.flatMap(({ path }) => [path, `${path}/${INDEX}`]);
  const files = [...own, ...plainFiles(outdir)];
  return { folders, stamps: new Map(files.map((file) => [file, stampOf(join(outdir, file))])) };
}

function stampOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : 'gone';
}

/** Whether one of the folders that apps told is this one. */
export function isTold(told: readonly string[], outdir: string): boolean {
  return told.some((folder) => isSameFolder(folder, outdir));
}

/** Runs `run` with a file that apps tell in where they have written, and gives the folders that they told. */
export async function toldFolders(
  run: (env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<readonly string[]> {
  // A name that nobody else can know; the file is made by the app that tells.
  const file = join(tmpdir(), `hks-told-${randomUUID()}`);
  try {
    await run({ [TOLD]: file });
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line) as unknown).flatMap(folderOf);
  } finally {
    rmSync(file, { force: true });
  }
}

function folderOf(told: unknown): readonly string[] {
  const { outdir }: { readonly [key in keyof Told]?: unknown } = isRecord(told) ? told : {};
  return typeof outdir === 'string' ? [outdir] : [];
}

/** What is known of a run. */
export interface Ran {
  /** The output folder before it. */
  readonly before: Snapshot;
  /** The folders that apps told. */
  readonly told: readonly string[];
  /** Leaves out what did not change. */
  readonly brief: boolean;
}

/**
 * The report of a run.
 * @throws when the app wrote nothing to the output folder
 */
export function reportOf(request: SynthRequest, cwd: string, { before, told, brief }: Ran): string {
  const { output, tenants } = request;
  const outdir = resolve(cwd, output);
  const after = snapshotOf(outdir);
  const isChanged = (file: string) => before.stamps.get(file) !== after.stamps.get(file);
  const files = [...new Set([...before.stamps.keys(), ...after.stamps.keys()])];
  if (!isTold(told, outdir) && !files.some(isChanged)) throw wroteNothing(request, told[0]);
  const wanted = (folder: TenantFolder) => tenants.length === 0 || tenants.includes(folder.tenant);
  const folders = after.folders.filter(wanted);
  const gone = before.folders
    .filter(wanted)
    .filter(({ path }) => !folders.some((folder) => folder.path === path));
  if (tenants.length > 0 && folders.length + gone.length === 0) throw noTenants(request);
  if (folders.length + gone.length === 0) return plainReport(after, isChanged, output);
  const old = new Map(before.folders.map(({ path, text }) => [path, text]));
  const lines = [
    ...folders.flatMap(({ path, app, objects, text }) => {
      const state = old.get(path) === text && !isChanged(path) ? 'unchanged' : 'written';
      if (brief && state === 'unchanged') return [];
      return `${join(output, path)}: ${counted(objects.length, 'object')} of ${app}, ${state}`;
    }),
    ...gone.map(({ path }) => `${join(output, path)}: removed`),
    `${counted(new Set(folders.map(({ tenant }) => tenant)).size, 'tenant')}, ${counted(sum(folders), 'object')} in ${output}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** One folder may have several paths. */
function isSameFolder(a: string, b: string): boolean {
  return a === b || (existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b));
}

function plainReport(
  { stamps }: Snapshot,
  isChanged: (file: string) => boolean,
  output: string,
): string {
  const files = [...stamps.keys()].filter((file) => /\.ya?ml$/.test(file) || isChanged(file));
  return `no tenants, ${counted(files.length, 'file')} in ${output}\n`;
}

function sum(folders: readonly TenantFolder[]): number {
  return folders.reduce((count, { objects }) => count + objects.length, 0);
}
