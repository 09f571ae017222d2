/** @module Strings of several lines: what a block holds, and what is quoted instead. */
import { toYaml } from '../../../../constructs/synth/yaml';

const BLOCKS: readonly (readonly [string, string, string])[] = [
  ['a line feed at the end', 'a\nb\n', '|\n  a\n  b\n'],
  ['none at the end', 'a\nb', '|-\n  a\n  b\n'],
  ['one line', 'a\n', '|\n  a\n'],
  ['empty lines at the end', 'a\n\n\n', '|+\n  a\n\n\n'],
  ['empty lines within', 'a\n\n\nb\n', '|\n  a\n\n\n  b\n'],
  ['empty lines at the start', '\n\na\n', '|\n\n\n  a\n'],
  ['a first line that is indented', '  a\nb\n', '|2\n    a\n  b\n'],
  ['the same after empty lines, without an end', '\n a\nb', '|2-\n\n   a\n  b\n'],
  ['a first line that begins with a tab', '\ta\nb\n\n', '|2+\n  \ta\n  b\n\n'],
  ['lines that are indented', 'a:\n  b\n\tc\n', '|\n  a:\n    b\n  \tc\n'],
  ['blanks at the ends of lines', 'a \nb\t\n', '|\n  a \n  b\t\n'],
  ['a line of blanks', 'a\n  \nb\n', '|\n  a\n    \n  b\n'],
  ['a line of blanks before the end', 'a\n  \n', '|+\n  a\n    \n'],
  [
    'what looks like YAML',
    '#!/bin/sh\n- a: *b\n---\n...\n%x\n',
    '|\n  #!/bin/sh\n  - a: *b\n  ---\n  ...\n  %x\n',
  ],
  ['quotes and backslashes', `"a"\\n\n'b'\n`, `|\n  "a"\\n\n  'b'\n`],
  ['an emoji', 'echo 🚀\necho ✓\n', '|\n  echo 🚀\n  echo ✓\n'],
];

test.each(BLOCKS)('%s', (_, text, block) => {
  expect(toYaml({ a: text })).toBe(`a: ${block}`);
});

const QUOTED: readonly (readonly [string, string, string])[] = [
  ['only line feeds', '\n\n', '"\\n\\n"'],
  ['only blanks', ' \n\t\n', '" \\n\\t\\n"'],
  ['blanks after the last line feed', 'a\n  ', '"a\\n  "'],
  ['a carriage return', 'a\r\nb\r\n', '"a\\r\\nb\\r\\n"'],
  ['a control character', 'a\n\u001b\n', '"a\\n\\u001b\\n"'],
  ['a line break of YAML 1.1', 'a\u0085\nb', '"a\\u0085\\nb"'],
  ['a line separator', 'a\n\u2028', '"a\\n\\u2028"'],
  ['a byte order mark', '\ufeffa\n', '"\\ufeffa\\n"'],
];

test.each(QUOTED)('no block holds %s', (_, text, quoted) => {
  expect(toYaml({ a: text })).toBe(`a: ${quoted}\n`);
});

test('a block is indented by where it stands', () => {
  expect(toYaml({ a: { b: 'x\n y\n' }, c: ['x\ny', [' x\n'], { d: '\tx\n' }] })).toBe(
    [
      'a:',
      '  b: |',
      '    x',
      '     y',
      'c:',
      '  - |-',
      '    x',
      '    y',
      '  - - |2',
      '       x',
      '  - d: |2',
      '      \tx',
      '',
    ].join('\n'),
  );
});

test('lines are never folded', () => {
  const long = `${'word '.repeat(400)}end`;
  expect(toYaml({ a: long, b: `${long}\nx\n`, c: `${long}: x` })).toBe(
    `a: ${long}\nb: |\n  ${long}\n  x\nc: "${long}: x"\n`,
  );
});

test('a document that is a string has one line', () => {
  expect(toYaml('a\nb\n')).toBe('"a\\nb\\n"\n');
});

test.each(['\n', '\n ', ' \n', '\n\t\n'])('300,000 times %j are looked at once', (part) => {
  const text = `a${part.repeat(300_000)}b`;
  const lines = text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
  expect(toYaml({ a: text })).toBe(`a: |-\n${lines.join('\n')}\n`);
});
