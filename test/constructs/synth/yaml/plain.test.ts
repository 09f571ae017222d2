/** @module Which strings stand without quotes, and which are read as something else. */
import { toYaml } from '../../../../constructs/synth/yaml';

/** The text of a string as a value; a key has the same. */
function written(text: string): string {
  const asValue = toYaml({ a: text }).slice('a: '.length, -1);
  expect(toYaml({ [text]: 1 })).toBe(`${asValue}: 1\n`);
  return asValue;
}

const PLAIN: Record<string, readonly string[]> = {
  'words that are no booleans': [
    'ok',
    'yesterday',
    'nope',
    'offline',
    'nullable',
    'truely',
    'o',
    'f',
  ],
  'names and paths': [
    'job-1',
    'app.kubernetes.io/name',
    '/var/run',
    './x',
    '../x',
    '$(POD_IP)',
    '(a)',
  ],
  images: ['python:3.11-slim', 'registry.example.com:5000/a/b@sha256:0a1b', 'busybox:1.36'],
  'quantities, versions, addresses': [
    '100m',
    '64Mi',
    '1.2.3',
    'v1',
    '10.0.0.1',
    '10.0.0.0/8',
    '1e',
    '0x',
  ],
  'ports and times that no minute has': ['8080:80', '12:60'],
  'dates with a rest': ['2024-01-01-backup', '2024-13', '12-01-2024', '2024-01-01T00:00:00Z-x'],
  'cron expressions': ['0 3 * * *', '5 4 1 1 0'],
  flags: ['-x', '--verbose', '--a=b', '-m', '--'],
  'colons and signs within': [
    'a:b',
    ':a',
    '?a',
    'a#b',
    'a,b',
    'a[0]',
    'a{b}',
    "it's",
    'say "hi"',
    'a & b',
  ],
  'letters of the basic plane': [
    'é',
    '日本語',
    'Ünder',
    '\u00a0',
    '✓',
    '\ue000',
    '\ufffd',
    '\ud7ff',
  ],
  'one sign': ['+', '/', '$', '(', ';', '^', '_', '.a', '+a', '<', '<<<', '=='],
};

const QUOTED: Record<string, readonly string[]> = {
  'booleans of 1.1': [
    'y',
    'Y',
    'yes',
    'Yes',
    'YES',
    'n',
    'N',
    'no',
    'NO',
    'on',
    'On',
    'off',
    'OFF',
    'yEs',
  ],
  'booleans and null': ['true', 'True', 'TRUE', 'false', 'null', 'Null', 'NULL', '~', ''],
  integers: [
    '0',
    '42',
    '-1',
    '+7',
    '007',
    '0o17',
    '0O17',
    '0x1F',
    '0b101',
    '-0b1',
    '0b-1',
    '1_000',
    '-_1',
  ],
  floats: ['1.5', '.5', '5.', '1e3', '1E+3', '-1e-3', 'e3', '.5e3', '1_0.5', '.', '-.', '0E_+0'],
  'numbers that are none': ['.inf', '+.INF', '-.Inf', '.nan', '.NaN'],
  sexagesimal: ['1:30', '-1:30', '190:20:30', '190:20:30.15', '22:22'],
  times: [
    '2024-01-01',
    '2024-1-1',
    '2024-01-01T00:00:00Z',
    '2001-12-14 21:59:43.10 -5',
    '2001-12-14t1:2:3+1',
  ],
  'merge and value keys': ['<<', '='],
  'blanks at the ends': [' ', ' a', 'a ', '  '],
  indicators: [
    '-',
    '?',
    ':',
    '- a',
    '? a',
    ': a',
    ',a',
    '[a]',
    '{a}',
    '#a',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
  ],
  'what looks like a pair or a comment': ['a: b', 'a:', 'a #b', 'a:  b'],
  'markers of documents': ['---', '--- a', '---a', '-----BEGIN', '...', '... a', '...a'],
  'what is outside of the basic plane': ['🚀', 'go 🚀', '\u{10ffff}', '👩\u200d🚀'],
};

const ESCAPED: readonly (readonly [string, string])[] = [
  ['\t', '"\\t"'],
  ['a\tb', '"a\\tb"'],
  ['a\n', '"a\\n"'],
  ['\r', '"\\r"'],
  ['\0', '"\\u0000"'],
  ['\u001b[0m', '"\\u001b[0m"'],
  ['\u007f', '"\\u007f"'],
  ['a\u0085b', '"a\\u0085b"'],
  ['\u2028\u2029', '"\\u2028\\u2029"'],
  ['\ufeffa', '"\\ufeffa"'],
  ['\ufffe\uffff', '"\\ufffe\\uffff"'],
  ['"\\', `'"\\'`],
  ['"a"', `'"a"'`],
  ['{"a": "b"}', `'{"a": "b"}'`],
  [`"it's"`, `"\\"it's\\""`],
  ["'a'", `"'a'"`],
  ['"a"\t', '"\\"a\\"\\t"'],
  ['\\n: ', '"\\\\n: "'],
];

test.each(Object.entries(PLAIN))('%s need no quotes', (_, texts) => {
  expect(texts.map(written)).toEqual(texts);
});

test.each(Object.entries(QUOTED))('%s need quotes', (_, texts) => {
  expect(texts.map(written)).toEqual(texts.map((text) => `"${text}"`));
});

test.each(ESCAPED)(
  '%j is %s as a key, and as a value unless it has several lines',
  (text, expected) => {
    expect(toYaml({ [text]: 1 })).toBe(`${expected}: 1\n`);
    if (!text.includes('\n')) expect(written(text)).toBe(expected);
  },
);

test.each([
  ...[
    ['', '1'],
    ['-', '1_'],
    ['', '1.'],
    ['1e', '_'],
    ['0b', '_'],
    ['0b', '1_'],
    ['0', '0'],
  ],
  ...[
    ['1:', '1:'],
    ['a', ':'],
    ['2024-01-01 ', '0:'],
  ],
])('%j and 300,000 times %j are looked at once', (begin, part) => {
  const long = `${begin}${part.repeat(300_000)}x`;
  expect(toYaml({ a: long })).toBe(`a: ${long}\n`);
});
