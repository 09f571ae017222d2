/** @module The name of an app that was given none. */
import { relative, sep } from 'node:path';

/** `src/main` for `node /home/ada/shop/src/main.ts` in `/home/ada/shop`: the same wherever the checkout is. */
export function programName(program: string | undefined, folder: string): string {
  if (program === undefined || program.includes(`${sep}node_modules${sep}`)) return 'app';
  const parts = relative(folder, program)
    .split(sep)
    .filter((part) => part !== '..');
  const name = parts
    .join('/')
    .replace(/\.[cm]?[jt]sx?$/, '')
    .replace(/[^A-Za-z0-9._/-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return name.slice(0, 200) || 'app';
}
