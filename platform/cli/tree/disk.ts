/** @module Compares what the app renders with the output folder, which stays as it is. */
import { join, resolve } from 'node:path';
import type { Terminal } from '../main';
import type { SynthRequest } from '../options';
import { noTenants, refuseFile, wroteNothing } from '../refusals';
import { folderDifferences, gitopsDifferences } from './compare';
import type { Difference } from './difference';
import { INDEX, listedText, type TenantFolder, tenantFolders } from './index-file';
import { plainDifferences } from './plain';
import { plainFiles } from './plain-files';
import { type Rendering, withRendering } from './render';

/** How the output folder differs from what the app renders. */
export interface DiskComparison {
  readonly differences: readonly Difference[];
  /** What the app renders: its tenants and their objects, or its files. */
  readonly tenants: number;
  readonly objects: number;
  readonly files: number;
}

/** Runs the app and compares; writes nothing to the output folder. @throws when the app fails */
export async function compareWithDisk(
  request: SynthRequest,
  terminal: Terminal,
): Promise<DiskComparison> {
  const disk = resolve(terminal.cwd, request.output);
  refuseFile(request, terminal.cwd);
  return withRendering(request, terminal, disk, (rendering) => compared(request, disk, rendering));
}

function compared(
  request: SynthRequest,
  disk: string,
  { folder: rendered, seeds, told }: Rendering,
): DiskComparison {
  const sides = { rendered, disk };
  const now = tenantFolders(rendered);
  const own = now.filter((folder) => isWritten(rendered, folder, seeds));
  const before = tenantFolders(disk);
  const gone = before.filter(({ path }) => !now.some((folder) => folder.path === path));
  const files = plainFiles(rendered);
  if (!told && own.length + gone.length + files.length === 0) throw wroteNothing(request);
  if (request.tenants.length > 0 && own.length + gone.length === 0) throw noTenants(request);
  const paths = new Set([...own, ...gone].map(({ path }) => path));
  const old = new Map(
    before.filter(({ path }) => paths.has(path)).map((folder) => [folder.path, folder]),
  );
  return {
    differences: [
      ...[...paths].sort().flatMap((path) =>
        folderDifferences(
          sides,
          old.get(path),
          own.find((folder) => folder.path === path),
        ),
      ),
      ...gitopsDifferences(
        sides,
        new Map([...old.values()].flatMap(({ gitops }) => gitops).map((e) => [e.file, e.sha256])),
        new Set(own.flatMap(({ gitops }) => gitops).map(({ file }) => file)),
      ),
      ...plainDifferences(sides),
    ],
    tenants: new Set(own.map(({ tenant }) => tenant)).size,
    objects: own.reduce((sum, { objects }) => sum + objects.length, 0),
    files: files.length,
  };
}

/** Only the indexes of other apps, and of tenants that were not asked for, lay there before and are as they were. */
function isWritten(
  rendered: string,
  { path, text, objects }: TenantFolder,
  seeds: Rendering['seeds'],
): boolean {
  return (
    seeds.get(`${path}/${INDEX}`) !== text ||
    objects.some(({ file }) => listedText(join(rendered, path), file) !== undefined)
  );
}
