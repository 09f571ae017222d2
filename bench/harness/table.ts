/** @module The results as a table in Markdown. */
import { cpus, totalmem } from 'node:os';
import type { Figure, Quantity } from './row';

const HEAD = [
  'measure',
  'ours',
  'compared with',
  'figure [95 % interval]',
  'pairs',
  'bar',
  'reached',
];

/** One line for each figure. */
export function table(figures: readonly Figure[]): string {
  const rows = [HEAD, HEAD.map(() => '---'), ...figures.map(cells)];
  return rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** `yes` when all of the interval is, `median` when not all of it is. */
export function reached({ figure, bar }: Figure): 'yes' | 'median' | 'no' | '' {
  if (bar === undefined) return '';
  const { median, high } = figure.estimate;
  if (high <= bar) return 'yes';
  return median <= bar ? 'median' : 'no';
}

/** What the figures depend on. */
export function machine(): string {
  const models = new Set(cpus().map(({ model }) => model.trim()));
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${[...models].join(', ')}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function cells(line: Figure): readonly string[] {
  const { measure, ours, peer, figure, bar } = line;
  return [
    measure,
    text(ours),
    peer ? text(peer) : '',
    interval(figure),
    `${figure.estimate.count}`,
    bar === undefined ? '' : `≤ ${bar}${figure.unit ? ` ${figure.unit}` : ''}`,
    reached(line),
  ];
}

function text({ estimate, unit }: Quantity): string {
  return `${digits(estimate.median)}${unit ? ` ${unit}` : ''}`;
}

function interval(quantity: Quantity): string {
  const { low, high, confidence, count } = quantity.estimate;
  if (count === 1) return text(quantity);
  const percent = confidence < 0.95 ? `; ${Math.floor(confidence * 100)} %` : '';
  return `${text(quantity)} [${digits(low)}, ${digits(high)}${percent}]`;
}

/** Three that count. */
function digits(value: number): string {
  return Math.abs(value) >= 100 || value === 0 ? `${Math.round(value)}` : value.toPrecision(3);
}
