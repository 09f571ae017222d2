/** @module Documents of a file, and the objects in them. */
import { documentsOf, nameOf, textsOf } from '../../../../platform/cli/tree/documents';

test.each([
  ['', []],
  ['\n---\n', []],
  ['a: 1', ['a: 1\n']],
  ['a: 1\n---\nb: 2\n', ['a: 1\n', 'b: 2\n']],
  ['--- # one\na: 1\n---\n---\nb: 2\n', ['# one\na: 1\n', 'b: 2\n']],
  ['a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', 'b: 2\r\n']],
  ['a: |\n  ---\n  x\n', ['a: |\n  ---\n  x\n']],
  ['--- { a: 1 }\n----\n', ['{ a: 1 }\n----\n']],
])('%j', (text, documents) => {
  expect(textsOf(text)).toEqual(documents);
});

test('values are those of YAML 1.1, and none where there is a fault', () => {
  expect(documentsOf('a: on\n---\na: [\n').map(({ value }) => value)).toEqual([
    { a: true },
    undefined,
  ]);
});

test.each([
  [
    { apiVersion: 'v1', kind: 'A', metadata: { name: 'x' } },
    { group: '', kind: 'A', namespace: '', name: 'x' },
  ],
  [
    { apiVersion: 'apps/v1', kind: 'A', metadata: { name: 'x', namespace: 'n' } },
    { group: 'apps', kind: 'A', namespace: 'n', name: 'x' },
  ],
  [
    { apiVersion: 'v1', kind: 'A', metadata: { generateName: 'x-' } },
    { group: '', kind: 'A', namespace: '', name: 'x-' },
  ],
  [{ apiVersion: 'v1', kind: 'A' }, undefined],
  [{ kind: 'A', metadata: {} }, undefined],
  [[1], undefined],
])('the name in %j', (value, name) => {
  expect(nameOf(value)).toEqual(name);
});
