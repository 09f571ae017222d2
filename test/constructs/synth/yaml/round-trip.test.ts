/** @module What the emitter writes parses back equal as YAML 1.1 and as YAML 1.2, over 100,000 random values. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Composer, Parser } from 'yaml';
import { toYaml, toYamlDocuments } from '../../../../constructs/synth/yaml';
import { asJson, everywhere, LONG, NASTY, object, value } from './values';

/** What YAML 1.1 and YAML 1.2 make of a text; the tokens are the same for both. */
function readings(written: string): readonly unknown[] {
  const tokens = [...new Parser().parse(written)];
  return (['1.1', '1.2'] as const).map((version) => {
    const [document, ...others] = new Composer({ version }).compose(tokens, true, written.length);
    if (!document || others.length > 0) throw new Error(`not one document: ${written}`);
    for (const fault of [...document.errors, ...document.warnings]) throw fault;
    return document.toJS();
  });
}

function isReadBack(value: unknown): boolean {
  const expected = asJson(value);
  return readings(toYaml(value)).every((read) => isDeepStrictEqual(read, expected));
}

test('100,000 random objects', () => {
  fc.assert(fc.property(object, isReadBack), { seed: 1, numRuns: 100_000 });
});

test('a document of any kind', () => {
  fc.assert(fc.property(value, isReadBack), { seed: 2, numRuns: 2_000 });
});

test.each(NASTY)('%j as a document, a key, a value and an item', (text) => {
  for (const place of everywhere(text)) expect(readings(toYaml(place))).toEqual([place, place]);
});

test.each(LONG)('%# a long text as a document, a key, a value and an item', (text) => {
  for (const place of everywhere(text)) expect(readings(toYaml(place))).toEqual([place, place]);
});

test('the deepest document that is written', () => {
  let deepest: unknown = 'a\nb\n';
  for (let i = 0; i < 250; i++) deepest = [{ key: deepest }];
  expect(isReadBack(deepest)).toBe(true);
});

test('what is not read back is seen', () => {
  expect(readings('a: yes\n')).toEqual([{ a: true }, { a: 'yes' }]);
  expect(readings('a: 0o7\n')).toEqual([{ a: '0o7' }, { a: 7 }]);
  expect(() => readings('a: [\n')).toThrow();
});

test('no line is a marker of a document or a directive: a text can be split at its `---`', () => {
  fc.assert(
    fc.property(value, (any) => expect(toYaml(any)).not.toMatch(/^(?:---|\.\.\.|%)/m)),
    { seed: 3, numRuns: 5_000 },
  );
});

test('a list of documents splits into its documents', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
      expect(toYamlDocuments(values).split(/^---\n/m)).toEqual(values.map((any) => toYaml(any)));
    }),
    { seed: 4, numRuns: 2_000 },
  );
});

test('the same value gives the same bytes, its copy too, and never an alias', () => {
  fc.assert(
    fc.property(value, (any) => {
      const written = toYaml([any, { again: any }]);
      expect(toYaml([any, { again: any }])).toBe(written);
      expect(toYaml(structuredClone([any, { again: any }]))).toBe(written);
    }),
    { seed: 5, numRuns: 2_000 },
  );
});
