/** @module A row of the bench: what is measured, against whom, and the bar. */
import type { Comparison } from './pairs';
import type { Project } from './project';
import type { Settings } from './settings';
import type { Estimate } from './statistics';

/** One line of the results. */
export interface Figure {
  readonly measure: string;
  readonly ours: Quantity;
  /** What ours is compared with. @default - nothing: the figure is ours */
  readonly peer?: Quantity;
  /** What is held against the bar. */
  readonly figure: Quantity;
  /** The figure must not be above it. @default - told for comparison only */
  readonly bar?: number;
}

export interface Quantity {
  readonly estimate: Estimate;
  /** @default - a ratio or a count */
  readonly unit?: 's' | 'MiB';
}

export interface Row {
  /** As it is named on the command line. */
  readonly name: string;
  /** @throws Different when the objects differ */
  readonly run: (settings: Settings, project: Project) => Promise<readonly Figure[]>;
}

/** What is compared is not the same; nothing was timed. */
export class Different extends Error {}

/** What the row needs is not on this machine. */
export class Missing extends Error {}

/** The line of a comparison. */
export function figureOf(
  measure: string,
  { ours, peer, ratio }: Comparison,
  unit: 's' | 'MiB',
  bar?: number,
): Figure {
  return {
    measure,
    ours: { estimate: ours, unit },
    peer: { estimate: peer, unit },
    figure: { estimate: ratio },
    ...(bar === undefined ? {} : { bar }),
  };
}
