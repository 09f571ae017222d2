/** @module What JSON cannot hold is refused with the path of the value; beside each, what it can. */
import { parse } from 'yaml';
import { toYaml, toYamlDocuments } from '../../../../constructs/synth/yaml';

/** A pod with a value in an environment variable of its second container. */
function pod(value: unknown): unknown {
  return { spec: { containers: [{}, { env: [{ name: 'A' }, { name: 'B', value }] }] } };
}

class Labels {
  readonly app = 'shop';
}

const hasHole: unknown[] = [1, 2, 3];
delete hasHole[1];
const loop: Record<string, unknown> = { name: 'x' };
loop.self = { again: [loop] };
const inner: unknown[] = [];
inner.push([inner]);

const JSON_VALUES = 'Write a string, a number, a boolean, null, an array or a plain object.';
const WHERE = `'spec.containers[1].env[1].value`;

test.each([
  [Number.NaN, `' of P must be a finite number, received NaN. Write a number, or leave it out.`],
  [
    -Infinity,
    `' of P must be a finite number, received -Infinity. Write a number, or leave it out.`,
  ],
  [
    5n,
    `' of P must not be a bigint, received 5. Write a number, or a string where the API takes one.`,
  ],
  [() => 1, `' of P must be a value that JSON can hold, received a function. ${JSON_VALUES}`],
  [Symbol('x'), `' of P must be a value that JSON can hold, received Symbol(x). ${JSON_VALUES}`],
  [
    new Date(0),
    `' of P must be a plain object or an array, received 'an instance of Date'. Write its toISOString().`,
  ],
  [
    new Map([['a', 1]]),
    `' of P must be a plain object or an array, received 'an instance of Map'. Write Object.fromEntries(map).`,
  ],
  [
    new Set([1]),
    `' of P must be a plain object or an array, received 'an instance of Set'. Write [...set].`,
  ],
  [
    Buffer.from('secret'),
    `' of P must be a plain object or an array, received 'an instance of Buffer'. Write its toString('base64').`,
  ],
  [
    new Labels(),
    `' of P must be a plain object or an array, received 'an instance of Labels'. Write its fields as a plain object.`,
  ],
  [
    new (class {})(),
    `' of P must be a plain object or an array, received 'an instance of a class'. Write its fields as a plain object.`,
  ],
  [
    hasHole,
    `[1]' of P must have a value, received nothing. Write null, or leave the position out.`,
  ],
  [
    loop,
    `.self.again[0]' of P must not contain itself, received ${WHERE}'. Write a copy without the loop.`,
  ],
  [
    inner,
    `[0][0]' of P must not contain itself, received ${WHERE}'. Write a copy without the loop.`,
  ],
  [
    'secret \ud83d',
    `' of P must be Unicode text, without half of a surrogate pair, received '\\ud83d'. Write the character whole, or leave it out.`,
  ],
  [
    '\ude80\n',
    `' of P must be Unicode text, without half of a surrogate pair, received '\\ude80'. Write the character whole, or leave it out.`,
  ],
  [
    { '\ud83d': 1 },
    `["\\ud83d"]' of P must be Unicode text, without half of a surrogate pair, received '\\ud83d'. Write the character whole, or leave it out.`,
  ],
])('%p', (value, message) => {
  expect(() => toYaml(pod(value), 'P')).toThrow(new Error(`${WHERE}${message}`));
});

test.each([
  0,
  'é🚀',
  null,
  true,
  [],
  {},
  Object.create(null),
  [null, { app: 'shop' }],
  new Date(0).toISOString(),
])('JSON holds %p', (value) => {
  expect(parse(toYaml(pod(value), 'P'))).toEqual(pod(value));
});

test.each<readonly [unknown, string]>([
  [
    { metadata: { annotations: { 'example.com/a.b': 1n } } },
    `metadata.annotations["example.com/a.b"]`,
  ],
  [{ 'a b': [{ 'c-d': 1n }] }, `["a b"][0].c-d`],
  [{ '': { '0': 1n } }, `[""]["0"]`],
  [[[1n]], '[0][0]'],
  [1n, 'value'],
  [{ ['k'.repeat(300)]: 1n }, `${'k'.repeat(200)}…`],
  [{ before: { a: [1, 2, { b: 1 }] }, after: 1n }, 'after'],
])('%# the path is written as in JavaScript', (value, path) => {
  expect(() => toYaml(value)).toThrow(
    new Error(
      `'${path}' of the YAML document must not be a bigint, received ${1n}. Write a number, or a string where the API takes one.`,
    ),
  );
});

test('documents are refused as a document is', () => {
  expect(() => toYamlDocuments([{}, { a: 1n }], `Chart 'c'`)).toThrow(
    new Error(
      `'a' of Chart 'c' must not be a bigint, received 1. Write a number, or a string where the API takes one.`,
    ),
  );
});

test('a document that is a loop of itself says so', () => {
  expect(() => toYaml(loop)).toThrow(
    new Error(
      `'self.again[0]' of the YAML document must not contain itself, received 'the document'. Write a copy without the loop.`,
    ),
  );
});

test('a value in two places is no loop: it is written twice', () => {
  const labels = { app: 'shop' };
  expect(toYaml({ a: labels, b: [labels, [labels]], c: labels })).toBe(
    'a:\n  app: shop\nb:\n  - app: shop\n  - - app: shop\nc:\n  app: shop\n',
  );
});

/** A value in so many containers. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
}

test.each([
  ['maps', (inner: unknown) => ({ a: inner }), `${'a.'.repeat(100)}a`.slice(0, 200)],
  ['lists', (inner: unknown) => [inner], '[0]'.repeat(67).slice(0, 200)],
])('%s of 500 levels are written, of more refused', (_, wrap, path) => {
  expect(toYaml(nested(500, wrap)).trim()).toMatch(/1$/);
  for (const levels of [501, 10_000])
    expect(() => toYaml(nested(levels, wrap))).toThrow(
      new Error(
        `'${path}…' of the YAML document must not lie deeper than 500 levels, received 'level 501'. Write it flatter.`,
      ),
    );
});
