/** @module The options of hks synth that exclude or need each other: exit code 2, before anything runs. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../platform/cli/main';
import { testTerminal } from './terminal';
import { verbs } from './verbs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-options-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(...args: readonly string[]): Promise<string> {
  const terminal = testTerminal(folder);
  const code = await main(['synth', '--app', 'touch ran', ...args], terminal, verbs);
  expect({ code, out: terminal.out() }).toEqual({ code: 2, out: '' });
  expect(existsSync(join(folder, 'ran'))).toBe(false);
  return terminal.err();
}

test.each([
  [
    ['--stdout', '--check'],
    "error: '--check' of hks synth must not be used with '--stdout', received '--stdout --check'. Run the command once for each.\n",
  ],
  [
    ['--diff', '--check', '-p'],
    "error: '--check' of hks synth must not be used with '--stdout', received '--stdout --check'. Run the command once for each.\n'--diff' of hks synth must not be used with '--stdout', received '--stdout --diff'. Run the command once for each.\n",
  ],
  [
    ['--check', '--diff'],
    "error: '--diff' of hks synth must not be used with '--check', received '--check --diff'. Run the command once for each.\n",
  ],
  [
    ['--cluster'],
    "error: '--cluster' of hks synth must be used with '--diff', received true. Write hks synth --diff --cluster.\n",
  ],
  [
    ['--diff', '--context', 'production'],
    "error: '--context' of hks synth must be used with '--cluster', received 'production'. Write hks synth --diff --cluster --context production.\n",
  ],
  [
    ['--diff', '--field-manager', 'ci'],
    "error: '--field-manager' of hks synth must be used with '--cluster', received 'ci'. Write hks synth --diff --cluster --field-manager ci.\n",
  ],
  [
    ['--diff', '--cluster', '--field-manager', 'a b'],
    "error: '--field-manager' of hks synth must be 1 to 128 printable characters without blanks, received 'a b'. Write it like 'hks'.\n",
  ],
  [
    ['--tenant', 'acme', '--tenant', 'a,b'],
    "error: '--tenant' of hks synth must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'a,b'. Use a name like 'nightly-report'.\n",
  ],
  [
    ['--stdout', '--output', 'out'],
    "error: '--output' of hks synth must not be used with '--stdout', which neither reads nor writes a folder, received 'out'. Leave it out, or write the folder as 'output' of cdk8s.yaml.\n",
  ],
])('%j is refused', async (args, message) => {
  expect(await refusal(...args)).toBe(message);
});

test.each([[['--check']], [['--diff']], [['--stdout']], [[]]])(
  'without the other, %j runs the app',
  async (args) => {
    const terminal = testTerminal(folder);
    await main(['synth', '--app', 'touch ran; false', ...args], terminal, verbs);
    expect(existsSync(join(folder, 'ran'))).toBe(true);
  },
);
