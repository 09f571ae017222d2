/** @module The files of an output folder that are in no tenant's folder, as apps without tenants write them. */
import { join } from 'node:path';
import { filesIn, foldersIn, GITOPS, ROOTS } from './index-file';

/** cdk8s's own record of constructs, which is no manifest. */
const METADATA = 'construct-metadata.json';
/** Folders that hold tenants, or that nobody writes manifests to. */
const NOT_PLAIN: readonly string[] = [...ROOTS, ...GITOPS, 'node_modules'];

/** Every file that is not in a tenant's folder, by its path; the files of a folder come before its folders. */
export function plainFiles(outdir: string): readonly string[] {
  const files = filesIn(outdir).filter((name) => name !== METADATA);
  const folders = foldersIn(outdir).filter((name) => !NOT_PLAIN.includes(name) && isShown(name));
  return [...files, ...folders.flatMap((folder) => below(outdir, folder))];
}

function below(outdir: string, folder: string): readonly string[] {
  const path = join(outdir, folder);
  return [
    ...filesIn(path).map((name) => `${folder}/${name}`),
    ...foldersIn(path)
      .filter((name) => name !== 'node_modules' && isShown(name))
      .flatMap((name) => below(outdir, `${folder}/${name}`)),
  ];
}

/** Not `.git`, and not what a swap has left. */
function isShown(name: string): boolean {
  return !name.startsWith('.');
}
