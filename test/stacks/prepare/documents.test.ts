import type { KubeObject } from '../../../stacks/kube-object';
import { releaseObjects } from '../../../stacks/prepare/documents';
import { deepFreeze } from './prepared';

const RELEASE = { name: 'Knative Serving', version: '1.23.0', needs: ['crds.yaml', 'core.yaml'] };

const configMap = (data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace: 'knative-serving' },
  data,
});

test('what two files hold alike is one object', () => {
  const assets = { 'crds.yaml': [configMap({ a: '1' })], 'core.yaml': [configMap({ a: '1' })] };
  expect(releaseObjects(RELEASE, assets)).toEqual([configMap({ a: '1' })]);
});

test('an object that two files hold differently is refused by its name', () => {
  const assets = { 'crds.yaml': [configMap({ a: '1' })], 'core.yaml': [configMap({ a: '2' })] };
  expect(() => releaseObjects(RELEASE, assets)).toThrow(
    "'configmap/knative-serving/config' of Knative Serving 1.23.0 must be the same wherever its files repeat it, received 'crds.yaml and core.yaml, which differ'. Take all files from one release.",
  );
});

test('the same name in another namespace is another object', () => {
  const other = {
    ...configMap({ a: '2' }),
    metadata: { name: 'config', namespace: 'kourier-system' },
  };
  const assets = { 'crds.yaml': [configMap({ a: '1' })], 'core.yaml': [other] };
  expect(releaseObjects(RELEASE, assets)).toHaveLength(2);
});

test('a missing file is refused, and so is one that holds nothing', () => {
  const refusal =
    "'crds.yaml' of Knative Serving 1.23.0 must be among its files and hold objects, received";
  expect(() => releaseObjects(RELEASE, { 'core.yaml': [configMap({})] })).toThrow(
    `${refusal} ["core.yaml"]. Give crds.yaml, core.yaml.`,
  );
  expect(() => releaseObjects(RELEASE, { 'crds.yaml': [], 'core.yaml': [configMap({})] })).toThrow(
    `${refusal} ["crds.yaml","core.yaml"]. Give crds.yaml, core.yaml.`,
  );
});

test('status and time of creation are the cluster’s to write', () => {
  const crd = deepFreeze({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com', creationTimestamp: null },
    spec: { group: 'example.com' },
    status: { storedVersions: [] },
  });
  expect(releaseObjects({ ...RELEASE, needs: [] }, { 'crds.yaml': [crd] })).toEqual([
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: { group: 'example.com' },
    },
  ]);
});

describe('roles', () => {
  const role = (more: object) =>
    ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'admin' },
      rules: [],
      ...more,
    }) as KubeObject;
  const prepared = (object: KubeObject) =>
    releaseObjects({ ...RELEASE, needs: [] }, { 'core.yaml': [object] })[0];

  test('an aggregated one says nothing of rules', () => {
    expect(prepared(role({ aggregationRule: { clusterRoleSelectors: [] } }))).not.toHaveProperty(
      'rules',
    );
  });

  test('another one keeps them', () => {
    expect(prepared(role({}))).toHaveProperty('rules', []);
  });
});

describe('jobs', () => {
  const job = (metadata: object) =>
    deepFreeze({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace: 'knative-serving', ...metadata },
      spec: { ttlSecondsAfterFinished: 600, backoffLimit: 10 },
    }) as unknown as KubeObject;
  const prepared = (object: KubeObject) =>
    releaseObjects({ ...RELEASE, needs: [] }, { 'jobs.yaml': [object] })[0];

  test('get a name with the version, and stay when they have finished', () => {
    expect(prepared(job({ generateName: 'storage-version-migration-serving-' }))).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        namespace: 'knative-serving',
        name: 'storage-version-migration-serving-1-23-0',
        annotations: { 'pulumi.com/replaceUnready': 'true' },
      },
      spec: { backoffLimit: 10 },
    });
  });

  test('keep a name of their own', () => {
    expect(prepared(job({ name: 'once' }))?.metadata.name).toBe('once');
  });
});
