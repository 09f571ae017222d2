/** @module The files of an output folder that are in no tenant's folder, as apps without tenants write them. */
import { join } from 'node:path';
import { filesIn, foldersIn, GITOPS, isTree, ROOTS } from './index-file';

/** cdk8s's own record of constructs, which is no manifest. */
const METADATA = 'construct-metadata.json';
/** Folders of a tree. */
const TREE: readonly string[] = [...ROOTS, ...GITOPS];

/** Every file that is not in a tenant's folder, by its path; the files of a folder come before its folders. */
export function plainFiles(outdir: string): readonly string[] {
  const files = filesIn(outdir).filter((name) => name !== METADATA);
  const others = isTree(outdir) ? TREE : [];
  const folders = foldersIn(outdir).filter((name) => !others.includes(name) && isShown(name));
  return [...files, ...folders.flatMap((folder) => below(outdir, folder))];
}

function below(outdir: string, folder: string): readonly string[] {
  const path = join(outdir, folder);
  return [
    ...filesIn(path).map((name) => `${folder}/${name}`),
    ...foldersIn(path)
      .filter(isShown)
      .flatMap((name) => below(outdir, `${folder}/${name}`)),
  ];
}

/** Not `.git`, and not what a swap has left. */
function isShown(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}
