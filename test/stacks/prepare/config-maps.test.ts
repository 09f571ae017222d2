import type { KubeObject } from '../../../stacks/kube-object';
import { configured, exampleKeys } from '../../../stacks/prepare/config-maps';

const RELEASE = { name: 'Knative Serving', version: '1.24.0', needs: [] };
const MAP: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config-gc', annotations: { 'knative.dev/example-checksum': 'aa3813a8' } },
  data: { _example: '# Kept\nmin: "20"\nmax: "1000"\n', shipped: 'yes' },
};
const SECRET: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'config-gc' } };

test('settings are added to what is shipped, and the example stays as it is', () => {
  expect(configured(RELEASE, [MAP, SECRET], { 'config-gc': { min: '5' } })).toEqual([
    { ...MAP, data: { ...(MAP.data as object), min: '5' } },
    SECRET,
  ]);
});

test('a key that the example does not know is refused', () => {
  expect(() => configured(RELEASE, [MAP], { 'config-gc': { min: '5', least: '5' } })).toThrow(
    `'config-gc' of Knative Serving 1.24.0 must know every key that the platform sets, received ["least"]. Use a version of Knative Serving that this platform knows.`,
  );
});

test('a map that the release does not have is refused', () => {
  expect(() => configured(RELEASE, [MAP], { 'config-tracing': { a: 'b' } })).toThrow(
    `'config-tracing' of Knative Serving 1.24.0 must be among its config maps, received nothing. Use a version of Knative Serving that this platform knows.`,
  );
});

test('domains are names of the admin’s own', () => {
  const domains = { ...MAP, metadata: { name: 'config-domain' } };
  const [made] = configured(RELEASE, [domains], {
    'config-domain': { 'functions.example.com': '' },
  });
  expect(made?.data).toHaveProperty(['functions.example.com'], '');
});

test('a map without an example knows no key', () => {
  expect(exampleKeys({ ...MAP, data: {} })).toEqual([]);
  expect(exampleKeys({ ...MAP, data: { _example: '# nothing but a comment' } })).toEqual([]);
  expect(exampleKeys(MAP)).toEqual(['min', 'max']);
});

test('a key that the example shows twice is one', () => {
  const twice = { ...MAP, data: { _example: 'selector: ""\nselector: "{}"\n' } };
  expect(exampleKeys(twice)).toEqual(['selector']);
});
