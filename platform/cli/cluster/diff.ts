/** @module What an apply of the app would change in a cluster. */
import { resolve } from 'node:path';
import type { Terminal } from '../main';
import type { SynthOptions, SynthRequest } from '../options';
import { noTenants, wroteNothing } from '../refusals';
import { keyOf } from '../tree/difference';
import { type TenantFolder, tenantFolders } from '../tree/index-file';
import { gitopsManifests, plainObjects, type RenderedObject, tenantObjects } from '../tree/objects';
import { withRendering } from '../tree/render';
import { Api } from './api';
import { type ClusterComparison, compareObjects } from './compare';
import { servedKinds } from './kinds';
import { contextNamespace, withProxy } from './proxy';
import { removedObjects, type Wanted } from './removed';

/** How the cluster differs, and which kinds could not be looked through for what was removed. */
export interface ClusterDiff extends ClusterComparison {
  readonly unseen: readonly string[];
}

/** Runs the app and compares with the cluster, where nothing is changed. @throws when the app fails, or nobody answers */
export async function compareWithCluster(
  request: SynthRequest,
  options: Pick<SynthOptions, 'context' | 'fieldManager'>,
  terminal: Terminal,
): Promise<ClusterDiff> {
  const { objects, wanted, applier } = await withRendering(
    request,
    terminal,
    undefined,
    ({ folder }) => rendered(request, folder, resolve(terminal.cwd, request.output)),
  );
  return withProxy(options.context, terminal, async (socket) => {
    const api = new Api(socket);
    try {
      const kinds = await servedKinds(api, options.context ?? 'the current context');
      const namespace = objects.some((object) => object.namespace === '')
        ? await contextNamespace(options.context, terminal)
        : 'default';
      const fieldManager = options.fieldManager ?? applier;
      const own = await compareObjects(api, kinds, objects, { fieldManager, namespace });
      const removed = await removedObjects(api, kinds, { ...wanted, fieldManager });
      return {
        differences: [...own.differences, ...removed.differences],
        faults: [...own.faults, ...removed.faults],
        unseen: removed.unseen,
      };
    } finally {
      api.close();
    }
  });
}

interface Rendered {
  readonly objects: readonly RenderedObject[];
  readonly wanted: Omit<Wanted, 'fieldManager'>;
  /** Who applies the objects when it is left to the app. */
  readonly applier: string;
}

function rendered(request: SynthRequest, folder: string, disk: string): Rendered {
  const folders = tenantFolders(folder);
  const objects = folders.length > 0 ? tenantObjects(folder) : plainObjects(folder);
  if (request.tenants.length > 0 && folders.length === 0) throw noTenants(request);
  if (objects.length === 0) throw wroteNothing(request);
  const apps = new Set(folders.map(({ app }) => app));
  const before = tenantFolders(disk)
    .filter(({ app }) => apps.has(app))
    .filter(({ tenant }) => request.tenants.length === 0 || request.tenants.includes(tenant));
  const keys = new Set(objects.map(keyOf));
  const listed = before.flatMap(({ objects: entries }) =>
    entries
      .filter((entry) => !keys.has(keyOf(entry)))
      .map(({ path: construct, ...name }) => ({ ...name, construct })),
  );
  const tenants = [...new Set([...folders, ...before].map(({ tenant }: TenantFolder) => tenant))];
  return { objects, wanted: { tenants, rendered: objects, listed }, applier: applierOf(folder) };
}

/** The name under which Argo CD or Flux applies what the app has written for it. */
function applierOf(folder: string): string {
  const files = gitopsManifests(folder);
  if (files.some((file) => file.startsWith('argocd/'))) return 'argocd-controller';
  return files.length > 0 ? 'kustomize-controller' : 'hks';
}
