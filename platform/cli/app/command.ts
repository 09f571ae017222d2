/** @module Which commands of cdk8s.yaml run one program by Node, and so need no shell. */

/** What runs the program: `node` takes JavaScript as it is, the others take TypeScript's ways in it. */
export type Runner = 'node' | 'tsx' | 'ts-node';

export interface AppCommand {
  readonly runner: Runner;
  /** Path of the program, as written. */
  readonly program: string;
  /** What the program finds in `process.argv` after itself. */
  readonly args: readonly string[];
}

/** The words before the program, each as a pattern of the whole text before it. */
const RUNNERS: readonly (readonly [Runner, RegExp])[] = [
  ['node', /^node$/],
  ['tsx', /^(npx (--yes |-y )?)?tsx$/],
  ['tsx', /^node --import[ =]tsx$/],
  ['ts-node', /^(npx (--yes |-y )?)?ts-node$/],
];

/** Subcommands of the runners that stand where a program does. */
const SUBCOMMANDS = new Set(['watch', 'test', 'inspect']);

/**
 * The command when it is one of `node FILE`, `tsx FILE`, `ts-node FILE`, `npx tsx FILE`, `npx ts-node FILE` and
 * `node --import tsx FILE`, with arguments after the file; undefined for what only a shell or the runner itself
 * understands: pipes, variables, several commands, other options, other programs.
 */
export function parseCommand(command: string): AppCommand | undefined {
  const words = wordsOf(command);
  for (let count = 1; count < words.length; count++) {
    const before = words.slice(0, count).join(' ');
    const [runner] = RUNNERS.find(([, pattern]) => pattern.test(before)) ?? [];
    const program = words[count];
    if (!runner || !program || program.startsWith('-') || SUBCOMMANDS.has(program)) continue;
    return { runner, program, args: words.slice(count + 1) };
  }
  return undefined;
}

/** A word of plain characters and quoted parts in which a shell finds nothing to replace. */
const WORD = /(?:'[^']*'|"[^"$`\\!]*"|[\w./:@,+=-])+/;
const COMMAND = new RegExp(`^ *${WORD.source}(?: +${WORD.source})* *$`);
const WORDS = new RegExp(WORD.source, 'g');

/** The words as a shell reads them; none when the text says more than words. */
function wordsOf(command: string): readonly string[] {
  if (!COMMAND.test(command)) return [];
  return [...command.matchAll(WORDS)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
