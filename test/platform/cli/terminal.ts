/** @module A terminal in memory, and a folder to work in, for the tests of the command line. */
import { Writable } from 'node:stream';
import type { Terminal } from '../../../platform/cli/main';

/** A terminal whose output can be read. */
export interface TestTerminal extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
}

export function testTerminal(cwd: string, env: Terminal['env'] = process.env): TestTerminal {
  const [stdout, out] = recorded();
  const [stderr, err] = recorded();
  return { cwd, env, stdout, stderr, out, err };
}

function recorded(): readonly [Writable, () => string] {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return [stream, () => text];
}
