/** @module The file of pins of a checkout: what `hks releases update` may write. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { invalid } from '../../../constructs/invalid';
import { type Pins, pinsText, readPins } from '../../../stacks/releases/pins';
import { packageRoot } from '../package-root';

const NAME = 'stacks/releases.json';

/** A file of pins that may be written. */
export interface PinFile {
  readonly path: string;
  readonly pins: Pins;
  readonly write: (pins: Pins) => void;
}

/**
 * @param path the file that the user names; that of the repository which this program is of without it
 * @throws where it is an installed package's, or no file of pins
 */
export function openPinFile(
  path: string | undefined,
  cwd: string,
  root = packageRoot(__dirname) ?? __dirname,
): PinFile {
  const file = path === undefined ? join(root, NAME) : resolve(cwd, path);
  if (file.split(sep).includes('node_modules')) {
    throw refused(file, `must be in a checkout of the repository, and not in an installed package`);
  }
  if (!existsSync(file)) throw refused(file, 'must be a file of pins');
  const pins = readPins(content(file), file);
  return { path: file, pins, write: (changed) => replace(file, pinsText(changed)) };
}

function replace(file: string, text: string): void {
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

function content(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw refused(file, 'must be a file with JSON');
  }
}

function refused(received: string, rule: string): Error {
  return invalid('hks releases update', {
    prop: '--file',
    rule,
    received,
    fix: `Clone the repository and run it there, or name its file: --file CHECKOUT/${NAME}`,
  });
}
