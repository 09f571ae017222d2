/** @module Every object that an app has rendered, in an order in which a cluster takes them. */
import { join } from 'node:path';
import type { ObjectName } from './difference';
import { documentsOf, nameOf } from './documents';
import {
  filesIn,
  GITOPS,
  isTree,
  listedText,
  type TenantFolder,
  tenantFolders,
  textOf,
} from './index-file';
import { plainFiles } from './plain-files';

/** An object as the app has rendered it. */
export interface RenderedObject extends ObjectName {
  /** One YAML document. */
  readonly text: string;
  /** From the output folder. */
  readonly file: string;
  /** Path of the construct; unknown in an app without tenants. */
  readonly construct?: string | undefined;
}

/** The objects of all tenants: tenant by tenant, namespaces and limits first, then by file. */
export function tenantObjects(folder: string): readonly RenderedObject[] {
  const folders = tenantFolders(folder);
  const tenants = [...new Set(folders.map(({ tenant }) => tenant))].sort();
  // `platform` comes before `tenants`.
  return tenants.flatMap((tenant) =>
    folders.filter((own) => own.tenant === tenant).flatMap((own) => objectsOf(folder, own)),
  );
}

/** The manifests of an app without tenants, in the order of their files. */
export function plainManifests(folder: string): readonly string[] {
  return plainFiles(folder).filter((file) => /\.ya?ml$/.test(file));
}

/** The objects of an app without tenants, in the order of its files. */
export function plainObjects(folder: string): readonly RenderedObject[] {
  return plainManifests(folder).flatMap((file) =>
    documentsOf(textOf(join(folder, file)) ?? '').flatMap(({ text, value }) => {
      const name = nameOf(value);
      return name ? [{ ...name, text, file }] : [];
    }),
  );
}

/** The files for Argo CD and Flux. */
export function gitopsManifests(folder: string): readonly string[] {
  if (!isTree(folder)) return [];
  return GITOPS.flatMap((name) => filesIn(join(folder, name)).map((file) => `${name}/${file}`));
}

/** What has to be there before the others. */
const FIRST = [
  'Namespace',
  'ResourceQuota',
  'LimitRange',
  'CustomResourceDefinition',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'NetworkPolicy',
];

function rankOf({ kind }: ObjectName): number {
  const rank = FIRST.indexOf(kind);
  return rank === -1 ? FIRST.length : rank;
}

function objectsOf(folder: string, { path, objects }: TenantFolder): readonly RenderedObject[] {
  return objects
    .map(({ file, path: construct, group, kind, namespace, name }) => ({
      ...{ group, kind, namespace, name, construct },
      file: `${path}/${file}`,
      text: listedText(join(folder, path), file) ?? '',
    }))
    .sort((a, b) => rankOf(a) - rankOf(b));
}
