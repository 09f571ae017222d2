/** @module Secrets in a diff: their keys are seen, their values never. */
import { shownTexts } from '../../../../platform/cli/tree/documents';
import { withoutSecrets } from '../../../../platform/cli/tree/secrets';

const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', ...fields });

test('a value is the same, another, or on one side only', () => {
  const { before, after } = withoutSecrets(
    secret({ data: { same: 'hunter', other: 'hunter1', gone: 'hunter' } }),
    secret({ data: { same: 'hunter', other: 'hunter2', came: 'hunter' } }),
  );
  expect(before).toContain('same: "***"\n  other: "*** (before)"\n  gone: "***"\n');
  expect(after).toContain('same: "***"\n  other: "*** (after)"\n  came: "***"\n');
});

test('values that are no keys and values are hidden too', () => {
  expect(withoutSecrets(secret({ data: 'hunter', stringData: ['hunter'] }), undefined)).toEqual({
    before: 'apiVersion: v1\nkind: Secret\ndata: "***"\nstringData: "***"\n',
    after: undefined,
  });
  expect(withoutSecrets(secret({ data: null }), undefined).before).toContain('data: null');
});

test('what kubectl keeps of the last apply is left out, and other annotations are not', () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"hunter"}}',
    team: 'shop',
  };
  const { before } = withoutSecrets(secret({ metadata: { annotations } }), undefined);
  expect(before).toContain('team: shop');
  expect(before).not.toContain('hunter');
});

test('Secrets in lists are Secrets', () => {
  const list = (value: string) => ({ kind: 'List', items: [secret({ data: { a: value } }), 7] });
  const { before, after } = withoutSecrets(list('hunter1'), list('hunter2'));
  expect(before).toContain('a: "*** (before)"');
  expect(after).toContain('a: "*** (after)"');
});

test.each([
  ['as it is', 'kind: Secret\ndata: { a: hunter }\n'],
  ['in quotes', '"kind": "Secret"\ndata: { a: hunter }\n'],
  ['as JSON', '{"kind":"Secret","data":{"a":"hunter"}}\n'],
  ['with an escape', 'kind: "\\x53ecret"\ndata: { a: hunter }\n'],
  ['with a tag', 'kind: !!str Secret\ndata: { a: hunter }\n'],
  ['by an alias', 'x: &s "Secr\\\n  et"\nkind: *s\ndata: { a: hunter }\n'],
  ['in a list', 'kind: List\nitems: [{ kind: Secret, data: { a: hunter } }]\n'],
  ['in what is not YAML', 'kind: Secret\ndata: { a: hunter\n'],
  [
    'in what has an alias too many',
    `kind: Secret\na: &a [x, x]\nb: [${'*a, '.repeat(200)}]\ndata: { a: hunter }\n`,
  ],
])('a Secret that is written %s is known for one', (_, text) => {
  for (const shown of [shownTexts(text, undefined), shownTexts('kind: ConfigMap\n', text)]) {
    expect(JSON.stringify(shown)).not.toContain('hunter');
  }
});

test('all else is shown as it is written', () => {
  const text = 'kind: ConfigMap # mine\ndata: { a: hunter }\n';
  expect(shownTexts(text, undefined)).toEqual({ before: text, after: undefined });
  const talk = 'kind: ConfigMap\ndata: { a: Secret }\n';
  expect(shownTexts(talk, text)).toEqual({ before: talk, after: text });
});
