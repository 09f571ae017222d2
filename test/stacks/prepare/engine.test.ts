import type { KubeObject } from '../../../stacks/kube-object';
import { forEngine, ignoredFields, withoutAwait } from '../../../stacks/prepare/engine';
import { deepFreeze } from './prepared';

const object = (kind: string, namespaceAndName: string, more: object = {}): KubeObject => {
  const [namespace, name = ''] = namespaceAndName.split('/');
  return deepFreeze({ apiVersion: 'v1', kind, metadata: { namespace, name }, ...more });
};
const annotations = (kind: string, name: string, more?: object) =>
  forEngine(object(kind, name, more)).metadata.annotations;

describe('what is awaited', () => {
  test('no Service, since pods need it before they are ready themselves', () => {
    expect(annotations('Service', 'knative-serving/autoscaler')).toEqual({
      'pulumi.com/skipAwait': 'true',
    });
  });

  test('but the one by which the platform is reached', () => {
    expect(annotations('Service', 'kourier-system/kourier')).toBeUndefined();
  });

  test('Deployments, but for one that has no pod', () => {
    expect(annotations('Deployment', 'knative-serving/activator')).toBeUndefined();
    expect(annotations('Deployment', 'knative-eventing/pingsource-mt-adapter')).toEqual({
      'pulumi.com/skipAwait': 'true',
      'pulumi.com/patchForce': 'true',
    });
  });

  test('no custom resource, whose annotations stay', () => {
    const own = { metadata: { name: 'certs', annotations: { own: 'yes' } } };
    expect(withoutAwait(object('Certificate', 'a/certs', own)).metadata.annotations).toEqual({
      own: 'yes',
      'pulumi.com/skipAwait': 'true',
    });
  });
});

test.each(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])(
  'a %s is taken back from Knative by an upgrade',
  (kind) => {
    expect(annotations(kind, '/webhook')).toEqual({ 'pulumi.com/patchForce': 'true' });
    expect(ignoredFields(object(kind, '/webhook'))).toEqual([
      'webhooks[*].rules',
      'webhooks[*].namespaceSelector',
    ]);
  },
);

test('certificates that Knative writes are left alone, and a Secret with data is not', () => {
  expect(ignoredFields(object('Secret', 'knative-serving/webhook-certs'))).toEqual(['data']);
  expect(ignoredFields(object('Secret', 'a/empty', { data: {} }))).toEqual(['data']);
  expect(ignoredFields(object('Secret', 'a/b', { data: { key: 'dg==' } }))).toEqual([]);
  expect(ignoredFields(object('Secret', 'a/b', { stringData: { key: 'v' } }))).toEqual([]);
});

test('replicas are an autoscaler’s where the release does not say how many', () => {
  expect(ignoredFields(object('Deployment', 'a/b', { spec: {} }))).toEqual(['spec.replicas']);
  expect(ignoredFields(object('Deployment', 'a/b', { spec: { replicas: 1 } }))).toEqual([]);
  const ping = object('Deployment', 'knative-eventing/pingsource-mt-adapter', {
    spec: { replicas: 0 },
  });
  expect(ignoredFields(ping)).toEqual(['spec.replicas']);
  expect(ignoredFields(object('ConfigMap', 'a/b'))).toEqual([]);
});
