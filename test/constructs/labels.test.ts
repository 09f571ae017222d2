/** @module Labels: keys of one place, values that Kubernetes takes. */
import { checkLabels } from '../../constructs/check';
import { ANNOTATIONS, LABELS, labelsFor, selectorFor } from '../../constructs/labels';

test('an object carries who it is, whose it is and what it is for', () => {
  const labels = labelsFor({ tenant: 'acme', project: 'shop', name: 'api', kind: 'app' });
  expect(labels).toEqual({
    'app.kubernetes.io/name': 'api',
    'app.kubernetes.io/component': 'app',
    'app.kubernetes.io/part-of': 'shop',
    'app.kubernetes.io/managed-by': 'hks',
    'hks.io/tenant': 'acme',
    'hks.io/project': 'shop',
    'hks.io/app': 'api',
    'hks.io/kind': 'app',
  });
  expect(selectorFor({ name: 'api', kind: 'app' })).toEqual({
    'hks.io/app': 'api',
    'hks.io/kind': 'app',
  });
});

test('names at the limit of a DNS label are values that Kubernetes takes', () => {
  const name = 'a'.repeat(63);
  expect(() =>
    checkLabels('x', 'labels', labelsFor({ tenant: name, project: name, name, kind: 'function' })),
  ).not.toThrow();
});

test('no key comes twice, and each is one that Kubernetes takes', () => {
  const keys = [...Object.values(LABELS), ...Object.values(ANNOTATIONS)];
  expect(new Set(keys).size).toBe(keys.length);
  expect(() =>
    checkLabels('x', 'keys', Object.fromEntries(keys.map((key) => [key, '']))),
  ).not.toThrow();
});
