/** @module hks synth --diff --cluster: objects that the app no longer renders, and those that are none of its business. */
import { AppFolder } from '../app-folder';
import { Cluster, type State, served } from './cluster';

let app: AppFolder;
let cluster: Cluster;
beforeEach(() => {
  app = new AppFolder();
  cluster = new Cluster(app);
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`);
});
afterEach(() => app.remove());

const LABELS = { 'app.kubernetes.io/managed-by': 'hks', 'hks.io/tenant': 'acme' };
const manager = (name: string, operation = 'Apply') => ({
  managedFields: [{ manager: name, operation }],
});

/** ConfigMaps of the namespace `shop` that the app does not render, each with what is special about it. */
function found(objects: Readonly<Record<string, object>>): NonNullable<State['objects']> {
  return Object.fromEntries(
    Object.entries(objects).map(([name, metadata]) => [
      `/api/v1/namespaces/shop/configmaps/${name}`,
      served(
        {
          ...{ apiVersion: 'v1', kind: 'ConfigMap', data: {} },
          metadata: { name, namespace: 'shop' },
        },
        { labels: LABELS, ...metadata },
      ),
    ]),
  );
}

/** The lines of what is removed. */
async function removed(...args: readonly string[]): Promise<readonly string[]> {
  const { out } = await cluster.diff(...args);
  return out.split('\n').filter((line) => line.startsWith('- '));
}

test('objects of its tenants that were applied, by whom ever', async () => {
  cluster.be({
    objects: found({
      ours: {},
      flux: manager('kustomize-controller'),
      old: {
        ...manager('kubectl-client-side-apply', 'Update'),
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      },
    }),
  });
  expect(await removed()).toEqual([
    '- removed ConfigMap shop/flux',
    '- removed ConfigMap shop/old',
    '- removed ConfigMap shop/ours',
  ]);
  expect((await cluster.diff()).out).toContain(
    '- removed ConfigMap shop/ours\n    -apiVersion: v1\n    -kind: ConfigMap\n',
  );
});

test('not what controllers made, what is on its way out, and what belongs to another tenant', async () => {
  cluster.be({
    objects: found({
      made: manager('kube-controller-manager', 'Update'),
      served: manager('hks-control-plane'),
      owned: { ownerReferences: [{ kind: 'CronJob', name: 'x' }] },
      leaving: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      theirs: { labels: { ...LABELS, 'hks.io/tenant': 'beta' } },
    }),
  });
  expect(await removed()).toEqual([]);
  expect(await removed('--field-manager', 'hks-control-plane')).toEqual([
    '- removed ConfigMap shop/served',
  ]);
});

test('not what the app renders', async () => {
  app.writeApp(
    `const shop = new Project(app, 'shop', { tenant: 'acme' });
     new ApiObject(shop, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ours' } });`,
  );
  cluster.be({ objects: found({ ours: {}, other: {} }) });
  expect(await removed()).toEqual(['- removed ConfigMap shop/other']);
});

test('what the tree on disk lists, without labels, as long as it is in the cluster', async () => {
  const map = (name: string) =>
    `new ApiObject(shop, '${name}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' } });`;
  app.writeApp(
    `const shop = new Project(app, 'shop', { tenant: 'acme' }); ${map('a')} ${map('b')}`,
  );
  await app.hks('synth');
  app.writeApp(`const shop = new Project(app, 'shop', { tenant: 'acme' });`);
  cluster.be({ objects: found({ a: { labels: {} } }) });
  expect(await removed()).toEqual(['- removed ConfigMap shop/a (shop/a)']);
});

test('what a tenant had that the app no longer has', async () => {
  app.writeApp(
    `new Project(app, 'shop', { tenant: 'acme' }); new Project(app, 'blog', { tenant: 'beta' });`,
  );
  await app.hks('synth');
  app.writeApp(`new Project(app, 'blog', { tenant: 'beta' });`);
  cluster.be({ objects: found({ a: {} }) });
  expect(await removed()).toEqual(['- removed ConfigMap shop/a']);
  expect(await removed('--tenant', 'beta')).toEqual([]);
});

describe('who must not list', () => {
  const forbidden = [403, { reason: 'Forbidden', message: 'no' }] as const;

  test('everywhere, sees the namespaces of the app', async () => {
    cluster.be({
      objects: found({ a: {} }),
      answers: { 'GET /api/v1/configmaps': forbidden },
    });
    expect(await removed()).toEqual(['- removed ConfigMap shop/a']);
  });

  test('kinds that the app does not have, is warned; kinds that it has: exit code 2', async () => {
    const answers = {
      'GET /api/v1/configmaps': forbidden,
      'GET /api/v1/namespaces/shop/configmaps': forbidden,
      'GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions': forbidden,
    };
    cluster.be({ answers });
    expect(await cluster.diff()).toMatchObject({
      code: 1,
      err: 'warning: removed objects of these kinds would not be seen, as they must not be listed: configmaps, customresourcedefinitions\n',
    });
    cluster.be({ answers: { 'GET /api/v1/namespaces': forbidden } });
    expect(await cluster.diff()).toMatchObject({
      code: 2,
      err: 'error: Namespace of the core: Forbidden: no\n',
    });
  });
});

test('an app without tenants has nothing that could be removed', async () => {
  app.writeProgram(`
    const app = new App();
    new ApiObject(new Chart(app, 'x'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
    app.synth();`);
  cluster.be({ objects: found({ a: {} }) });
  expect(await removed()).toEqual([]);
  expect(cluster.seen().some(({ query }) => query?.labelSelector !== undefined)).toBe(false);
});
