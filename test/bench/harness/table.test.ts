/** @module The table of results. */
import { compare } from '../../../bench/harness/pairs';
import { figureOf } from '../../../bench/harness/row';
import { estimate } from '../../../bench/harness/statistics';
import { reached, table } from '../../../bench/harness/table';

const ratio = (values: readonly number[], bar?: number) =>
  figureOf('m', compare(values.map((ours) => ({ ours, peer: 1 }))), 's', bar);

test('a bar is reached by the whole interval, by the median alone, or not', () => {
  expect(reached(ratio([0.1, 0.2, 0.25], 0.25))).toBe('yes');
  expect(reached(ratio([0.1, 0.2, 0.26], 0.25))).toBe('median');
  expect(reached(ratio([0.1, 0.26, 0.3], 0.25))).toBe('no');
  expect(reached(ratio([0.1]))).toBe('');
});

test('a line for each figure, with three digits and the confidence where it is below 95 %', () => {
  const seconds = { estimate: estimate([0.5, 0.6, 0.7, 0.8, 0.9, 1234]), unit: 's' } as const;
  const none = { estimate: estimate([0]) };
  expect(
    table([
      ratio([0.12345, 0.2, 0.3], 0.25),
      { measure: 'graph', ours: seconds, figure: seconds, bar: 1 },
      { measure: 'differences', ours: none, figure: none, bar: 0 },
    ]),
  ).toBe(
    `| measure | ours | compared with | figure [95 % interval] | pairs | bar | reached |
| --- | --- | --- | --- | --- | --- | --- |
| m | 0.200 s | 1.00 s | 0.200 [0.123, 0.300; 75 %] | 3 | ≤ 0.25 | median |
| graph | 0.750 s |  | 0.750 s [0.500, 1234] | 6 | ≤ 1 s | median |
| differences | 0 |  | 0 | 1 | ≤ 0 | yes |
`,
  );
});
