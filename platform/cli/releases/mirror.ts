/** @module `hks releases mirror`: the release files as a folder that `releaseMirror` can name. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defaultCacheFolder } from '../../../stacks/releases/cache';
import { sourceOf } from '../../../stacks/releases/source';
import { counted } from '../counted';
import type { ExitCode, Terminal } from '../main';
import { filesOf, mirroredReleases } from './files';
import { type SettingOptions, settingsOf } from './settings';

/** Writes `<folder>/<component>/<asset>`; files come from the settings' own mirror, when they name one. */
export async function mirror(
  folder: string,
  options: SettingOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = terminal;
  const settings = settingsOf(options, cwd);
  const { releaseMirror: from } = settings;
  const source = sourceOf({
    cwd,
    cacheFolder: defaultCacheFolder(env),
    report: (line) => stderr.write(`${line}\n`),
    ...(from === undefined ? {} : { mirror: from }),
  });
  const files = await filesOf(mirroredReleases(settings), source);
  const faults = files.flatMap((file) => ('fault' in file ? [file.fault] : []));
  for (const file of files) {
    if ('fault' in file) continue;
    const path = join(file.release.component, file.name);
    const isNew = written(resolve(cwd, folder, path), file.bytes);
    stdout.write(
      `${join(folder, path)}: ${file.release.version}, ${isNew ? 'written' : 'unchanged'}\n`,
    );
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  stdout.write(`${counted(files.length, 'file')} in ${folder}\n`);
  return 0;
}

/** Whether the file was another one, or none. */
function written(path: string, bytes: Buffer): boolean {
  if (held(path)?.equals(bytes)) return false;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, bytes);
  renameSync(beside, path);
  return true;
}

function held(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
