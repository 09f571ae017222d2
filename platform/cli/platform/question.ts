/** @module The question before a change, on a terminal. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Terminal } from '../main';

/** Whether the answer is yes. An interrupt, or the end of the input, is `interrupted`. */
export function asked(
  text: string,
  { stdout }: Pick<Terminal, 'stdout'>,
  input: Readable = process.stdin,
): Promise<boolean | 'interrupted'> {
  return new Promise((done) => {
    const reader = createInterface({ input, output: stdout });
    let answer: boolean | 'interrupted' = 'interrupted';
    reader.once('SIGINT', () => reader.close());
    reader.once('close', () => {
      if (answer === 'interrupted') stdout.write('\n');
      done(answer);
    });
    reader.question(text, (line) => {
      answer = /^y(es)?$/i.test(line.trim());
      reader.close();
    });
  });
}
