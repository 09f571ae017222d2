/** @module Tests of the cluster as facts, against a small API server. */
import { inspectCluster } from '../../../stacks/cluster/inspect';
import { type Answer, ApiServer, type Asked, failure } from './api-server';
import { items, K3S_API, named } from './k3s-api';

let server: ApiServer | undefined;
afterEach(() => server?.stop());

async function inspect(answers: (asked: Asked) => Answer | undefined) {
  server = await ApiServer.start((asked) => answers(asked) ?? K3S_API[asked.path]);
  return inspectCluster(server.cluster());
}

test('volumes of the platform, and whether they can be made larger', async () => {
  const claim = (storageClassName?: string) => ({
    metadata: { namespace: 'hks-system', name: 'registry' },
    spec: { storageClassName, resources: { requests: { storage: '20Gi' } } },
  });
  const facts = await inspect(({ path, query }) => {
    if (path.endsWith('/storageclasses'))
      return items(named('fast', { allowVolumeExpansion: true }));
    if (path !== '/api/v1/persistentvolumeclaims') return undefined;
    expect(query.get('labelSelector')).toBe('app.kubernetes.io/managed-by=hks');
    return items(claim('fast'), claim());
  });
  const registry = { namespace: 'hks-system', name: 'registry', size: '20Gi' };
  expect(facts.claims).toEqual([{ ...registry, storageClass: 'fast' }, registry]);
  expect(facts.storageClasses).toEqual([{ name: 'fast', isDefault: false, grows: true }]);
});

test('a host as it is', async () => {
  const facts = await inspect(() => undefined);
  expect(facts).toEqual({
    context: 'here',
    server: server?.url,
    clusterId: 'the-cluster',
    version: 'v1.34.1+k3s1',
    nodes: [
      {
        name: 'host',
        internalAddress: '192.0.2.10',
        isControlPlane: false,
        takesPods: true,
        runtimeHandlers: ['runc'],
        architecture: 'amd64',
        cpu: 4,
        memory: 8 * 1024 ** 3,
      },
    ],
    storageClasses: [
      { name: 'local-path', isDefault: true },
      { name: 'slow', isDefault: false },
    ],
    loadBalancer: 'servicelb',
    heldPorts: [
      { port: 31080, kind: 'nodePort', service: 'kourier-system/kourier', managedBy: 'hks' },
    ],
    apis: ['metrics.k8s.io/v1beta1/PodMetrics', 'serving.knative.dev/v1/Service'],
    crds: [{ name: 'services.serving.knative.dev', managedBy: 'hks', storedVersions: ['v1'] }],
    namespaces: [{ name: 'kube-system' }, { name: 'knative-serving', managedBy: 'hks' }],
    runtimeClasses: [{ name: 'gvisor', handler: 'runsc' }],
    gateway: { type: 'NodePort', managedBy: 'hks' },
    functions: ['shop/buy', 'shop/pay'],
    dns: { pods: true },
    nodeCidrs: ['192.0.2.10/32'],
    apiServer: { cidrs: ['10.43.0.1/32', '192.0.2.10/32'], ports: [443, 6443] },
  });
  // Names of functions only, and one DaemonSet: the rest is not sent.
  const byPath = new Map(server?.asked.map((asked) => [asked.path, asked]));
  expect(byPath.get('/apis/serving.knative.dev/v1/services')?.headers['accept']).toBe(
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  );
  expect(byPath.get('/apis/apps/v1/daemonsets')?.query.toString()).toBe(
    'limit=1&labelSelector=svccontroller.k3s.cattle.io%2Fsvcname',
  );
  expect(server?.asked.length).toBeLessThanOrEqual(13);
});

test('a cluster without Knative has no functions and no gateway', async () => {
  const facts = await inspect(({ path }) =>
    path.startsWith('/apis/serving.knative.dev') ? failure(404, 'not found') : undefined,
  );
  expect(facts.functions).toEqual([]);
  expect(facts.unread).toBeUndefined();
});

test('what only Knative can let go of is found, of the kinds that there are', async () => {
  const facts = await inspect(({ path }) => {
    if (path.endsWith('/customresourcedefinitions')) {
      return items(named('brokers.eventing.knative.dev'), named('services.serving.knative.dev'));
    }
    const object = { metadata: { name: 'default', namespace: 'shop' } };
    return path.endsWith('/v1/brokers') ? items(object) : undefined;
  });
  expect(facts.leftBehind).toEqual(['brokers shop/default']);
  const asked = server?.asked.map(({ path }) => path);
  expect(asked).toContain('/apis/eventing.knative.dev/v1/brokers');
  expect(asked).not.toContain('/apis/eventing.knative.dev/v1/triggers');
});

test('a long list is read page by page', async () => {
  const facts = await inspect(({ path, query }) => {
    if (path !== '/api/v1/namespaces') return undefined;
    const page = Number(query.get('continue') ?? 0);
    const names = Array.from({ length: 2 }, (_, index) => named(`n${page * 2 + index}`));
    return { metadata: { continue: page < 2 ? String(page + 1) : '' }, items: names };
  });
  expect(facts.namespaces.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
});

test('what the user may not list is told, and the rest is read', async () => {
  const facts = await inspect(({ path }) =>
    path === '/api/v1/nodes' || path === '/apis/node.k8s.io/v1/runtimeclasses'
      ? failure(403, `${path} is forbidden`)
      : undefined,
  );
  expect(facts.unread).toEqual([
    'list /api/v1/nodes: /api/v1/nodes is forbidden',
    'list /apis/node.k8s.io/v1/runtimeclasses: /apis/node.k8s.io/v1/runtimeclasses is forbidden',
  ]);
  expect(facts.nodes).toEqual([]);
  expect(facts.storageClasses).toHaveLength(2);
});

test('an answer that is no refusal is an error', async () => {
  const inspecting = inspect(({ path }) =>
    path === '/api/v1/nodes' ? failure(500, 'etcdserver: leader changed') : undefined,
  );
  await expect(inspecting).rejects.toThrow('etcdserver: leader changed');
});

test('an API server without a list of everything is read by its CRDs', async () => {
  const facts = await inspect(({ path }) => (path === '/apis' ? { groups: [] } : undefined));
  expect(facts.apis).toEqual(['serving.knative.dev/v1/Service']);
});

describe('DNS that is no pod', () => {
  const without = '/api/v1/namespaces/kube-system/pods';
  const slices = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices';
  const configz = '/api/v1/nodes/host/proxy/configz';

  test('is where the kubelet sends pods', async () => {
    const facts = await inspect(({ path }) => {
      if (path === without) return items();
      return path === configz ? { kubeletconfig: { clusterDNS: ['10.41.0.1'] } } : undefined;
    });
    expect(facts.dns).toEqual({ cidrs: ['10.41.0.1/32'] });
    expect(facts.notes).toBeUndefined();
  });

  test('is behind the Service, as well', async () => {
    const facts = await inspect(({ path }) => {
      if (path === without) return items();
      if (path === configz) return { kubeletconfig: { clusterDNS: ['10.43.0.10'] } };
      return path === slices ? items({ endpoints: [{ addresses: ['192.0.2.53'] }] }) : undefined;
    });
    expect(facts.dns).toEqual({ cidrs: ['10.43.0.10/32', '192.0.2.53/32'] });
  });

  test('is taken for the nodes where nobody tells, and that is said', async () => {
    const facts = await inspect(({ path }) => {
      if (path === without) return items();
      return path === configz ? failure(403, 'nodes/proxy is forbidden') : undefined;
    });
    expect(facts.dns).toEqual({ cidrs: ['192.0.2.10/32'] });
    expect(facts.notes).toEqual([
      'No pods of kube-dns were found and no kubelet told the address of DNS: policies let pods ask the nodes themselves.',
    ]);
    expect(facts.unread).toBeUndefined();
  });
});
