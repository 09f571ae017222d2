/** @module What is asked of a run, from the command line. */
import { parseArgs } from 'node:util';

export interface Settings {
  /** Names of rows; empty for all. */
  readonly rows: readonly string[];
  /** Pairs of each comparison. */
  readonly pairs: number;
  /** Leaves out what takes minutes. */
  readonly quick: boolean;
  /** Program `kubectl`. */
  readonly kubectl: string;
  /** Program `helm`; without it, it is built from bench/helm. */
  readonly helm: string | undefined;
  /** Puts the results into docs/benchmarks.md. */
  readonly write: boolean;
}

export const USAGE = `Usage: npx tsx bench/synth.ts [ROW...] [OPTION...]
  --pairs N        measurements of each side (default: 20, with --quick 3)
  --quick          two minutes instead of fifteen: fewer pairs, without what takes a peer minutes
  --kubectl FILE   (default: kubectl)
  --helm FILE      (default: built from bench/helm by go)
  --write          put the results into docs/benchmarks.md
`;

/** @throws with the usage when an argument is not understood */
export function settingsOf(args: readonly string[], names: readonly string[]): Settings {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pairs: { type: 'string' },
        quick: { type: 'boolean', default: false },
        kubectl: { type: 'string', default: 'kubectl' },
        helm: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(`no row is called '${unknown}': ${names.join(', ')}`);
    const pairs = Number(values.pairs ?? (values.quick ? 3 : 20));
    if (!Number.isInteger(pairs) || pairs < 1) {
      throw new Error(`--pairs must be a whole number from 1: ${values.pairs}`);
    }
    const { quick, kubectl, helm, write } = values;
    return { rows: positionals, pairs, quick, kubectl, helm, write };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}
