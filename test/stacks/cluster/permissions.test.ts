/** @module Tests of the permissions that are asked for, against a small API server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Denied,
  MANAGED_KINDS,
  missingPermissions,
  permissionFaults,
} from '../../../stacks/cluster/permissions';
import { check, PreflightError } from '../../../stacks/cluster/preflight';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import { describeWithReleases, releaseObjects } from '../release-files';
import { ApiServer, failure } from './api-server';

let server: ApiServer | undefined;
afterEach(() => server?.stop());

interface Attributes {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace?: string;
}
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

async function serve(allowed: (attributes: Attributes) => boolean): Promise<ApiServer> {
  server = await ApiServer.start(({ path, body }) => {
    if (path === REVIEWS) {
      const { spec } = body as { spec: { resourceAttributes: Attributes } };
      return { status: { allowed: allowed(spec.resourceAttributes) } } as object;
    }
    if (path === '/version') return { gitVersion: 'v1.34.1' };
    if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews') {
      return { status: { userInfo: { username: 'system:serviceaccount:ci:deploy' } } } as object;
    }
    return failure(403, `${path} is forbidden`);
  });
  return server;
}

async function missing(
  allowed: (attributes: Attributes) => boolean,
  settings: HostPlatformSettings = {},
  apis: string[] = [],
): Promise<Denied[]> {
  const cluster = (await serve(allowed)).cluster();
  return missingPermissions(cluster, HostPlatformConfig.parse(settings), { apis });
}

test("a cluster's admin is asked about once", async () => {
  expect(await missing(() => true)).toEqual([]);
  expect(server?.asked.map(({ body }) => body)).toEqual([
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: '*', resource: '*', group: '*' } },
    },
  ]);
});

test('somebody with every verb that is needed has none missing', async () => {
  expect(await missing(({ verb }) => verb !== '*')).toEqual([]);
});

test('each missing verb is named, in the whole cluster or in a namespace', async () => {
  const denied = await missing(({ verb, resource, group, namespace }) => {
    if (verb === '*') return false;
    if (resource === 'clusterroles') return verb !== 'escalate' && verb !== 'bind';
    if (resource === 'deployments' && group === 'apps') {
      return namespace !== undefined && namespace !== 'kourier-system';
    }
    return true;
  });
  expect(permissionFaults(denied, 'The user ci')).toEqual([
    'The user ci may not bind, escalate clusterroles.rbac.authorization.k8s.io in the whole cluster. Bind the ClusterRole cluster-admin to it, or a role with these verbs.',
    'The user ci may not create, delete, get, list, patch, watch deployments.apps in kourier-system. Bind the ClusterRole cluster-admin to it, or a role with these verbs.',
  ]);
});

test('what the settings turn off is not asked for, and what they turn on is', async () => {
  const nothing = () => false;
  const resources = (denied: readonly Denied[]) => new Set(denied.map(({ resource }) => resource));
  const few = resources(await missing(nothing));
  expect([...few].filter((name) => /monitoring|brokers/.test(name))).toEqual([]);
  await server?.stop();
  const settings = { eventing: { enabled: true }, builder: { namespace: 'builds' } };
  const denied = await missing(nothing, settings, ['monitoring.coreos.com/v1/ServiceMonitor']);
  const more = [...resources(denied)].filter((name) => !few.has(name));
  expect(more.sort()).toEqual([
    'brokers.eventing.knative.dev',
    'servicemonitors.monitoring.coreos.com',
    'triggers.eventing.knative.dev',
  ]);
  expect(new Set(denied.map(({ namespace }) => namespace))).toEqual(
    new Set([
      undefined,
      'hks-system',
      'builds',
      'knative-serving',
      'kourier-system',
      'knative-eventing',
    ]),
  );
});

test('the preflight names the user and every verb, before what could not be read', async () => {
  const config = HostPlatformConfig.parse({});
  const few = await serve(({ verb, resource }) => verb !== '*' && resource !== 'secrets');
  const error = await check(few.cluster(), config).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(PreflightError);
  expect((error as PreflightError).faults).toEqual([
    'The user system:serviceaccount:ci:deploy may not create, delete, get, list, patch, watch secrets in hks-system, hks-build, knative-serving, kourier-system. Bind the ClusterRole cluster-admin to it, or a role with these verbs.',
  ]);
  await few.stop();
  const all = await serve(() => true);
  const unread = await check(all.cluster(), config).catch((caught: unknown) => caught);
  expect((unread as PreflightError).faults).toContain(
    'list /api/v1/nodes: /api/v1/nodes is forbidden',
  );
});

test('every kind that is registered by a class of its own is in the table', () => {
  const source = readFileSync(join(__dirname, '../../../stacks/objects.ts'), 'utf8');
  const kinds = [...source.matchAll(/^ {2}'([^']+)':/gm)].map(([, kind = '']) => kind);
  expect(kinds.length).toBeGreaterThan(20);
  expect(kinds.filter((kind) => !isMade(kind))).toEqual([]);
});

describeWithReleases('with the release files', () => {
  test.each([
    'knative-serving/serving-core.yaml',
    'knative-serving/serving-crds.yaml',
    'knative-kourier/kourier.yaml',
    'knative-eventing/eventing-crds.yaml',
    'knative-eventing/eventing-core.yaml',
    'knative-eventing/in-memory-channel.yaml',
    'knative-eventing/mt-channel-broker.yaml',
  ])('every kind of %s is in the table', (asset) => {
    const kinds = new Set(releaseObjects(asset).map((one) => `${one.apiVersion}/${one.kind}`));
    expect(kinds.size).toBeGreaterThan(0);
    expect([...kinds].filter((kind) => !isMade(kind))).toEqual([]);
  });
});

function isMade(kind: string): boolean {
  return MANAGED_KINDS.some((one) => one.kind === kind && one.verbs.includes('delete'));
}
