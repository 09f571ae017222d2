/** @module `hks releases verify`: whether the pins are what is released, or what a mirror holds. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import { objectsOf } from '../../../stacks/releases';
import { imageFaults, pinFaults } from '../../../stacks/releases/check';
import type { ChosenRelease } from '../../../stacks/releases/choice';
import { COMPONENTS, PINS, type Pins, readPins } from '../../../stacks/releases/pins';
import { sourceOf } from '../../../stacks/releases/source';
import { counted } from '../counted';
import type { ExitCode, Terminal } from '../main';
import { NotUnderstood } from '../not-understood';
import { filesOf, mirroredReleases, type ReleaseFile } from './files';
import { type SettingOptions, settingsOf } from './settings';

export interface VerifyOptions extends SettingOptions {
  /** A folder or URL that holds release files as `<component>/<asset>`. */
  readonly mirror?: string;
  /** Other pins than those of this package. */
  readonly file?: string;
}

/** A mirror holds one version of each component; without one, every pinned version is fetched, and no cache is asked. */
export async function verify(options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const { cwd, stdout, stderr } = terminal;
  const settings = settingsOf(options, cwd);
  if (options.mirror === '') throw new NotUnderstood(NO_MIRROR);
  const pins = options.file === undefined ? PINS : pinsIn(resolve(cwd, options.file));
  const mirror = options.mirror ?? settings.releaseMirror;
  const releases = mirror === undefined ? allReleases(pins) : mirroredReleases(settings, pins);
  const cacheFolder = mkdtempSync(join(tmpdir(), 'hks-releases-'));
  try {
    const report = (line: string) => void stderr.write(`${line}\n`);
    const source = sourceOf({
      cwd,
      cacheFolder,
      report,
      ...(mirror === undefined ? {} : { mirror }),
    });
    const files = await filesOf(releases, source);
    for (const file of files) stdout.write(`${lineOf(file)}\n`);
    const faults = [
      ...files.flatMap((file) => ('fault' in file ? [file.fault] : [])),
      ...releases.flatMap((release) => faultsOf(release, files)),
      ...pinFaults(pins),
    ];
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const images = new Set(releases.flatMap((release) => release.images));
    stdout.write(
      `${counted(files.length, 'file')} with the pinned sha256, ${counted(images.size, 'image')}, all pinned\n`,
    );
    return 0;
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

const NO_MIRROR = invalid('hks releases verify', {
  prop: '--mirror',
  rule: 'must be a folder or a URL',
  received: '',
  fix: `Write it like '/srv/hks/releases', or leave it out`,
}).message;

function allReleases({ components }: Pins): ChosenRelease[] {
  return COMPONENTS.flatMap((component) =>
    components[component].releases.map((release) => ({ component, ...release })),
  );
}

function lineOf({ release, name, ...file }: ReleaseFile): string {
  return `${release.component} ${release.version} ${name}: ${'fault' in file ? 'failed' : 'right'}`;
}

/** Of a release whose files all came. */
function faultsOf(release: ChosenRelease, files: readonly ReleaseFile[]): string[] {
  const own = files.filter((file) => file.release === release);
  const bytes = own.flatMap((file) => ('bytes' in file ? [file.bytes] : []));
  if (bytes.length < own.length) return [];
  return imageFaults(
    release,
    bytes.flatMap((content) => objectsOf(content.toString('utf8'))),
  );
}

function pinsIn(file: string): Pins {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid('hks releases verify', {
      prop: '--file',
      rule: `must be a file of pins in JSON (${code ?? 'it is no JSON'})`,
      received: file,
      fix: 'Leave it out for the pins of this hks',
    });
  }
  return readPins(content, file);
}
