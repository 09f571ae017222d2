/** @module Random values of JSON whose keys and strings are what YAML parsers stumble over. */
import fc from 'fast-check';

/** Strings that some version of YAML, or some parser, takes for something else. */
// biome-ignore format: a table of short strings
export const NASTY: readonly string[] = [
  '', ' ', '  ', '\t', '\n', '\n\n', ' \n', '\n ', '\r', '\r\n', '\n\t\n', '\u00a0', '\u0085', '\0',
  'on', 'On', 'OFF', 'yes', 'No', 'y', 'N', 'true', 'False', 'TRUE', 'null', 'Null', '~', 'yEs',
  '0', '-0', '+1', '07', '0o7', '0O7', '0o+7', '08', '0x1F', '0Xf', '0b1', '-0b1', '0b-1', '0b_-1', '0o_-1',
  '1_000', '-_1', '1:30', '-1:30', '12:30:45', '1:30.5', '1e3', '1E+3', '0E_+0', 'e3', '-e3', '.5',
  '5.', '.', '-.', '._', '.5e3', '.inf', '+.INF', '-.Inf', '.nan', '.NaN', 'inf', 'NaN', '1.2.3',
  '10.0.0.1', '1,000', '2024-01-01', '2024-1-1', '2024-01-01T00:00:00Z', '2001-12-14t1:2:3',
  '2001-12-14 21:59:43.10 -5', '=', '<<', '<', '-', '- ', '- x', '-x', '--', '--x', '---', '--- x',
  '---x', '...', '... x', '..', '?', '? x', '?x', ':', ': x', ':x', 'x:', 'x: y', 'x:y', 'x #y',
  'x#y', '#', '#x', 'a\t#b', '&a', '*a', '!a', '!!str', '|', '|-', '>', '%', '%YAML 1.2', '@a', '`a',
  '"', "'", `'"`, '"a"', "it's", '{"a":"b"}', '{', '}', '[', ']', '[]', '{}', 'a, b', ',', '\\',
  '\\n', '"\\n"', 'C:\\x', '*/5 * * * *', 'a ', ' a', 'a\t', '\ta', 'a\tb', 'a\n', 'a\nb', 'a\n\n',
  '\na', ' a\nb', '\ta\nb', '\n\ta\n', 'a\n ', 'a\n \n', 'a \nb', 'a\n\tb\n', '\n a\n', 'a\n---\nb',
  'a\n...\n', '#!/bin/sh\nx: y\n', 'a\r\nb', 'a\rb', 'a\u0085b', 'a\u2028b\nc', '\u2029', '\ufeff',
  '\ufeffa\nb', 'a\nb\ufeff', '\u0007', '\u001b[0m', '\u007f', '\u009f', '\ufffe', '\uffff\n', 'é',
  '日本', '🚀', 'a 🚀\nb\n', '👩\u200d🚀', '\u{10ffff}', '\u{1fffe}', '\ue000', '__proto__',
  'constructor', 'toJSON',
];

/** Keys about the length that parsers take without a question mark. */
export const LONG: readonly string[] = [
  ...['k'.repeat(129), 'k'.repeat(1024), 'k'.repeat(1025), 'é'.repeat(1030), '🚀'.repeat(520)],
  ...['"'.repeat(509), '"'.repeat(512), `${'\t'.repeat(511)}`, `${'\0'.repeat(400)}: x`],
];

// biome-ignore format: a table of short strings
const FRAGMENTS: readonly string[] = [
  ...'ab01_.-+eExo:#?|>\'"\\/%@`!&*{}[],=<~yn$ \t\n\r\0', '  ', '\n\n', '\n ', ' #', ': ', '- ',
  '---', '...', 'null', 'inf', '2024-01-', '\u0080', '\u0085', '\u00a0', '\u2028', '\u2029',
  '\ufeff', '\ufffd', '\uffff', '\ud7ff', '\ue000', 'é', '日', '🚀', '\u001b',
];

function joined(characters: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { maxLength }).map((some) => some.join(''));
}

/** What numbers and times are made of, mostly as none is. */
export const numeric: fc.Arbitrary<string> = joined([...'01279_+-.:eExXobBtTzZ '], 8);

/** A string of any Unicode, for keys and values alike. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 4, arbitrary: joined(FRAGMENTS, 5) },
  { weight: 2, arbitrary: numeric },
  { weight: 1, arbitrary: joined(['a', 'b:', '#', ' ', '\t', '\n'], 10) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, -1e-7, 1.5e300, 5e-324, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64, 1e20),
);

/** A value of JSON of a few levels. */
export const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: number },
    { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(text, tie('value'), { maxKeys: 2 }) },
  ),
})).value;

/** A map of one or two keys, as small as it must be for 100,000 of them. */
export const object: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(text, value, {
  minKeys: 1,
  maxKeys: 2,
});

/** Documents with the text in every place that a text can have. */
export function everywhere(text: string): readonly unknown[] {
  return [
    text,
    { [text]: text },
    [text],
    { a: { [text]: { b: text } } },
    [[text, { [text]: [text] }]],
  ];
}

/** What JSON makes of a value, e.g. of `-0`. */
export function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
