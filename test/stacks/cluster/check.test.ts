/** @module Tests of the check that every update begins with, against a small API server. */
import { check, PreflightError } from '../../../stacks/cluster/preflight';
import { HostPlatformConfig } from '../../../stacks/config/schema';
import { ApiServer, failure } from './api-server';
import { K3S_API } from './k3s-api';

let server: ApiServer | undefined;
afterEach(() => server?.stop());

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const config = HostPlatformConfig.parse({});

async function cluster(reviews: object = { status: { allowed: true } }) {
  server = await ApiServer.start(({ path }) => (path === REVIEWS ? reviews : K3S_API[path]));
  return server.cluster();
}

test('a host that has the platform passes, and is told with what was chosen', async () => {
  const checked = await check(await cluster(), config);
  expect(checked.faults).toEqual([]);
  expect(checked.warnings).toEqual([]);
  expect(checked.facts.clusterId).toBe('the-cluster');
  expect(checked.choices).toMatchObject({ exposure: 'nodePort', domain: '192.0.2.10.sslip.io' });
});

test('faults of others, found with the facts, count as its own', async () => {
  const checking = check(await cluster(), config, ({ version }) => ({
    more: [`${version} is too old.`],
    isNewStack: true,
  }));
  await expect(checking).rejects.toThrow(
    new PreflightError(
      [
        'v1.34.1+k3s1 is too old.',
        'This stack is new, but the cluster has a platform already: namespace knative-serving with the label app.kubernetes.io/managed-by=hks. Choose the stack and backend that made it, or remove it with them.',
      ],
      'here',
    ),
  );
});

test('a review that fails is no permission', async () => {
  const checking = check(await cluster(failure(500, 'etcdserver: leader changed')), config);
  await expect(checking).rejects.toThrow('etcdserver: leader changed');
});
