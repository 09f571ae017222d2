/** @module The few lines of a Dockerfile that add files to a base image: what the examples' images are made by. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderFiles, type ImageOptions } from './images';

/** The image that `docker build` makes of the folder. @throws on an instruction that does more than add files */
export function imageOfFolder(name: string, folder: string): ImageOptions {
  let base = '';
  let target = '';
  let workdir = '/';
  let entrypoint: readonly string[] = [];
  for (const line of readFileSync(join(folder, 'Dockerfile'), 'utf8').split('\n')) {
    const [instruction = '', ...rest] = line.trim().split(/\s+/);
    if (instruction === '' || instruction.startsWith('#') || line === 'USER 65532:65532') continue;
    if (instruction === 'FROM') base = rest.join(' ');
    else if (instruction === 'WORKDIR') workdir = rest.join(' ');
    else if (instruction === 'COPY' && rest[0] === '.') target = rest.slice(1).join(' ');
    else if (instruction === 'ENTRYPOINT') entrypoint = JSON.parse(rest.join(' ')) as string[];
    else throw new Error(`${folder}/Dockerfile: the tests cannot build '${line}'.`);
  }
  return { name, base, entrypoint, workdir, files: folderFiles(folder, target) };
}
