/** @module Kubernetes and kustomize read what the emitter writes as the value that it was made from. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { toYaml } from '../../constructs/synth/yaml';
import {
  asJson,
  everywhere,
  LONG,
  NASTY,
  numeric,
  object,
  value,
} from '../constructs/synth/yaml/values';

const PARSERS = ['kubernetes', 'kustomize'] as const;
type Answer = Readonly<
  Record<(typeof PARSERS)[number], { readonly value?: unknown; readonly error?: string }>
>;

/** What the parsers make of each document, by the Go program beside this file. */
function read(documents: readonly string[]): readonly Answer[] {
  const { status, stdout, stderr, error } = spawnSync('go', ['run', '.'], {
    cwd: join(__dirname, 'fixtures/yaml-parser'),
    input: JSON.stringify(documents),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error || status !== 0) throw new Error(`go run: ${error?.message ?? stderr}`);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test('the program reads as the parsers do: what is written carelessly is misread', () => {
  const [misread, broken, twice] = read(['a: yes\nb: 0o7\n', 'a: [\n', 'a: 1\na: 2\n']);
  expect(misread).toEqual({
    kubernetes: { value: { a: true, b: 7 } },
    kustomize: { value: { a: 'yes', b: 7 } },
  });
  for (const parser of PARSERS) {
    expect(broken?.[parser].error).toMatch(/did not find expected node content/);
    expect(twice?.[parser].error).toMatch(/already (?:set|defined)/);
  }
});

test('40,000 random values, and each nasty string in every place that it can have', () => {
  const values: readonly unknown[] = [
    ...fc.sample(object, { numRuns: 30_000, seed: 1 }),
    ...fc.sample(value, { numRuns: 10_000, seed: 2 }),
    ...[...NASTY, ...LONG].flatMap(everywhere),
  ];
  const answers = read(values.map((any) => toYaml(any)));
  expect(answers.length).toBe(values.length);
  values.forEach((any, i) => {
    const expected = { value: asJson(any) };
    expect(answers[i]).toEqual({ kubernetes: expected, kustomize: expected });
  });
});

test('100,000 strings of what numbers and times are made of', () => {
  const texts = fc.sample(numeric, { numRuns: 100_000, seed: 3 });
  const [answer] = read([toYaml(texts)]);
  for (const parser of PARSERS) expect(answer?.[parser]).toEqual({ value: texts });
});
