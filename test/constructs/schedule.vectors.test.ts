/** @module Every vector of robfig/cron, see fixtures/robfig/main.go. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, isInterval, neverComes, parse } from '../../constructs/schedule/dialect';
import { runAfter, runsAfter } from '../../constructs/schedule/occurrences';
import { Zone } from '../../constructs/schedule/zone';
import { ZONE_NAMES } from '../../constructs/schedule/zone-names';

interface Vectors {
  readonly zones: readonly string[];
  readonly accepted: readonly string[];
  readonly refused: readonly (readonly [expression: string, reason: string])[];
  readonly cases: readonly (readonly [
    expression: string,
    zone: string,
    from: number,
    runs: readonly number[],
  ])[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/robfig/vectors.json'), 'utf8'),
);

test('there are thousands of vectors', () => {
  expect(vectors.cases.length).toBeGreaterThan(5000);
  expect(vectors.accepted.length).toBeGreaterThan(500);
  expect(vectors.refused.length).toBeGreaterThan(500);
});

test('the zones are those that Go knows', () => {
  expect([...ZONE_NAMES].sort()).toEqual([...vectors.zones].sort());
});

test('each zone has a clock', () => {
  for (const name of vectors.zones) expect(Zone.of('test', name).offsetAt(0)).not.toBeNaN();
});

test('what Kubernetes accepts is accepted', () => {
  const wrong = vectors.accepted.filter((expression) => reasonOf(expression) !== undefined);
  expect(wrong).toEqual([]);
});

test('what Kubernetes refuses is refused, with its reason', () => {
  // Go writes characters outside ASCII in messages as escapes, in several ways.
  const isPlain = (expression: string) => /^[\x20-\x7e]*$/.test(expression);
  const wrong = vectors.refused.flatMap(([expression, reason]) => {
    const ours = reasonOf(expression);
    const same = isPlain(expression) ? ours === reason : ours !== undefined;
    return same ? [] : [{ expression, reason, ours }];
  });
  expect(wrong).toEqual([]);
});

test('the runs are those that robfig/cron finds', () => {
  const wrong = vectors.cases.flatMap(([expression, zone, from, expected]) => {
    const found: number[] = [];
    for (const run of runsAfter(parse(expression), Zone.of('test', zone), from)) {
      found.push(run / 1000);
      if (found.length === 4) break;
    }
    return String(found) === String(expected) ? [] : [{ expression, zone, from, expected, found }];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('a search for one run alone finds the same', () => {
  const wrong = vectors.cases.filter(([expression, zone, from, [first]]) => {
    const run = runAfter(parse(expression), Zone.of('test', zone), from);
    return run !== (first === undefined ? undefined : first * 1000);
  });
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('only times that never come are refused beyond that', () => {
  const never = vectors.accepted.filter((expression) => {
    const rule = parse(expression);
    return !isInterval(rule) && neverComes(rule);
  });
  const found = never.filter(
    (expression) => runAfter(parse(expression), Zone.of('test', 'Etc/UTC'), 0) !== undefined,
  );
  expect(found).toEqual([]);
  expect(fieldsOf('@daily')).toEqual(['0', '0', '*', '*', '*']);
});

function reasonOf(expression: string): string | undefined {
  try {
    parse(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
