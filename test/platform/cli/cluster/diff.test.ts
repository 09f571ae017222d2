/** @module hks synth --diff --cluster: what differs from the cluster, by dry runs that change nothing. */
import { AppFolder } from '../app-folder';
import { Cluster, served } from './cluster';

let app: AppFolder;
let cluster: Cluster;
beforeEach(() => {
  app = new AppFolder();
  cluster = new Cluster(app);
});
afterEach(() => app.remove());

const map = (name: string, data: object, namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  data,
});

/** An app of plain objects, in the namespace `shop`. */
function writeObjects(...objects: readonly object[]): void {
  app.writeProgram(`
    const app = new App();
    const chart = new Chart(app, 'plain');
    ${JSON.stringify(objects)}.forEach((object, index) => new ApiObject(chart, 'o' + index, object));
    app.synth();`);
}

const SHOP = '/api/v1/namespaces/shop';
const shop = { [SHOP]: served({ metadata: { name: 'shop' } }) };
const path = (name: string) => `${SHOP}/configmaps/${name}`;

test('what is not there is added, in a namespace that is not there too', async () => {
  writeObjects(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    map('a', { x: '1' }, 'shop'),
  );
  const { code, out, err } = await cluster.diff();
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toBe(`+ added Namespace shop
    +apiVersion: v1
    +kind: Namespace
    +metadata:
    +  name: shop
+ added ConfigMap shop/a
    +apiVersion: v1
    +kind: ConfigMap
    +metadata:
    +  name: a
    +  namespace: shop
    +data:
    +  x: "1"
cluster: 2 added
`);
});

test('what the server adds by itself is no difference; what was changed in the cluster is', async () => {
  writeObjects(map('a', { x: '1' }, 'shop'), map('b', { x: '1' }, 'shop'));
  const defaulted = (data: object) => ({ ...map('a', data, 'shop'), immutable: false });
  const objects = {
    ...shop,
    [path('a')]: served(defaulted({ x: '1' }), {
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop' },
      labels: { 'app.kubernetes.io/instance': 'shop' },
    }),
    [path('b')]: served({ ...map('b', { x: '1' }, 'shop'), immutable: false }),
  };
  const defaults = { immutable: false, metadata: { generation: 4, annotations: {} } };
  cluster.be({ objects, defaults });
  expect(await cluster.diff()).toEqual({ code: 0, out: 'cluster: no differences\n', err: '' });
  cluster.be({ objects: { ...objects, [path('a')]: served(defaulted({ x: '2' })) }, defaults });
  const { code, out } = await cluster.diff('--context', 'production');
  expect(code).toBe(1);
  expect(out).toBe(`~ changed ConfigMap shop/a
    @@ -4,5 +4,5 @@
       name: a
       namespace: shop
     data:
    -  x: "2"
    +  x: "1"
     immutable: false
production: 1 changed
`);
});

test('every write is a dry run, forced, strict, and by the field manager', async () => {
  writeObjects(map('a', { x: '1' }, 'shop'));
  cluster.be({ objects: shop });
  await cluster.diff('--field-manager', 'ci', '--context', 'test');
  const seen = cluster.seen();
  expect(seen.filter(({ method }) => method && method !== 'GET')).toEqual([
    {
      method: 'PATCH',
      path: path('a'),
      query: { dryRun: 'All', force: 'true', fieldValidation: 'Strict', fieldManager: 'ci' },
      type: 'application/apply-patch+yaml',
      accept: 'application/json',
    },
  ]);
  expect(seen[0]?.args).toEqual([
    'proxy',
    expect.stringMatching(/^--unix-socket=/),
    '--context=test',
  ]);
});

test.each([
  ['', 'hks'],
  [`argocd: { repoUrl: 'https://git.example.com/x.git' }`, 'argocd-controller'],
  [`flux: { source: { name: 'x' } }`, 'kustomize-controller'],
])('the field manager of an app with { %s } is %s', async (props, manager) => {
  app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`, `{ name: 'shop', ${props} }`);
  await cluster.diff();
  const managers = cluster.seen().flatMap(({ query }) => query?.fieldManager ?? []);
  expect(new Set(managers)).toEqual(new Set([manager]));
});

test("an object without a namespace is in the context's", async () => {
  writeObjects(map('a', { x: '1' }));
  cluster.be({
    objects: { ...shop, [path('a')]: served(map('a', { x: '2' })) },
    namespace: 'shop',
  });
  expect((await cluster.diff()).out).toMatch(/^~ changed ConfigMap a\n/);
  cluster.be({ objects: shop });
  expect((await cluster.diff()).out).toMatch(/^\+ added ConfigMap a\n/);
});

describe('what cannot be compared is told, and all else is shown: exit code 2', () => {
  test('forbidden, invalid, and a kind that the cluster does not know', async () => {
    writeObjects(
      map('a', { x: '1' }, 'shop'),
      map('b', { x: '1' }, 'shop'),
      map('c', { x: '1' }, 'shop'),
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'd' } },
    );
    cluster.be({
      objects: { ...shop, [path('b')]: served(map('b', {}, 'shop')) },
      answers: {
        [`GET ${path('a')}`]: [
          403,
          { reason: 'Forbidden', message: 'configmaps "a" is forbidden' },
        ],
        [`PATCH ${path('b')}`]: [
          422,
          { reason: 'Invalid', message: 'b is invalid: data: Too long' },
        ],
      },
    });
    const { code, out, err } = await cluster.diff();
    expect(code).toBe(2);
    expect(out).toMatch(/^\+ added ConfigMap shop\/c\n/);
    expect(out).toMatch(/\ncluster: 1 added, 3 not compared\n$/);
    expect(err).toBe(
      'error: ConfigMap shop/a: Forbidden: configmaps "a" is forbidden\nerror: ConfigMap shop/b: Invalid: b is invalid: data: Too long\nerror: Service.serving.knative.dev d: the cluster does not know Service of serving.knative.dev/v1\n',
    );
  });

  test('with the construct, where it is known', async () => {
    app.writeApp(`new Project(app, 'shop', { tenant: 'acme' });`);
    cluster.be({ answers: { [`GET ${SHOP}`]: [403, { reason: 'Forbidden', message: 'no' }] } });
    expect((await cluster.diff()).err).toBe(
      'error: Namespace shop (shop/Default): Forbidden: no\n',
    );
  });

  test('an answer that is none', async () => {
    writeObjects(map('a', { x: '1' }, 'shop'));
    cluster.be({ objects: shop, answers: { [`PATCH ${path('a')}`]: [502, 'bad gateway\n'] } });
    expect(await cluster.diff()).toEqual({
      code: 2,
      out: 'cluster: no differences, 1 not compared\n',
      err: 'error: ConfigMap shop/a: status 502: bad gateway\n',
    });
  });
});

test('a server that is busy is asked again', async () => {
  writeObjects(map('a', { x: '1' }, 'shop'));
  const busy = [429, { reason: 'TooManyRequests', message: 'later' }] as const;
  const object = served(map('a', { x: '1' }, 'shop'));
  const live = [200, object] as const;
  cluster.be({
    objects: { ...shop, [path('a')]: object },
    answers: { [`GET ${path('a')}`]: [busy, live] },
  });
  expect(await cluster.diff()).toMatchObject({ code: 0, err: '' });
});

test('objects of a kind that the app brings itself are added', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'toys.example.com' },
    spec: { group: 'example.com', names: { kind: 'Toy' } },
  };
  const toy = { apiVersion: 'example.com/v1', kind: 'Toy', metadata: { name: 'x' } };
  writeObjects(definition, toy);
  expect(await cluster.diff()).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\ncluster: 2 added\n$/),
  });
  writeObjects(toy);
  expect((await cluster.diff()).code).toBe(2);
});

describe('Secrets', () => {
  const secret = (value: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'shop' },
    data: { password: value },
  });
  const where = `${SHOP}/secrets/s`;

  test('are shown without their values', async () => {
    writeObjects(secret('aHVudGVyMg=='));
    cluster.be({ objects: { ...shop, [where]: served(secret('aHVudGVyMQ==')) } });
    const { code, out } = await cluster.diff();
    expect(code).toBe(1);
    expect(out).toContain('-  password: "*** (before)"\n    +  password: "*** (after)"\n');
    expect(out).not.toContain('aHVu');
  });

  test('so are messages about them', async () => {
    writeObjects(secret('aHVudGVyMg=='));
    const message = 'Secret "s" is invalid: data: aHVudGVyMg==';
    cluster.be({
      objects: shop,
      answers: { [`PATCH ${where}`]: [422, { reason: 'Invalid', message }] },
    });
    expect((await cluster.diff()).err).toBe(
      'error: Secret shop/s: Invalid: the message is not shown, as it may hold values of the Secret\n',
    );
  });
});
