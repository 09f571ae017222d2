/** @module hks platform destroy: what stands in its way, and what it leaves. */
import { existsSync } from 'node:fs';
import { CLUSTER_ID } from './api-server';
import { ClusterHost } from './host';

jest.setTimeout(60_000);

let host: ClusterHost;
beforeEach(async () => {
  host = await ClusterHost.start();
});
afterEach(() => host.remove());

const verbs = () => host.calls().map(({ args }) => args[0]);

test('removes the stack, and says what stays', async () => {
  host.withStack({ 'hks:domain': 'on.example.com' });
  const { code, out, err } = await host.hks('destroy', '--yes', '--parallel', '4');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(
    `${host.target()}Doing destroy (host):\nResources:\n    + 2 destroy\n\nWhat stays: Knative's CRDs, the namespace hks-system with its volumes, and the stack's settings in ${host.project}. The next hks platform up takes them up again; docs/platform/removal.md says how they go.\n`,
  );
  const { args } = host.calls().find(({ args }) => args[0] === 'destroy') ?? { args: [] };
  expect(args.join(' ')).toMatch(/^destroy --yes --skip-preview --parallel 4 --color never /);
  expect(existsSync(host.settingsFile)).toBe(true);
});

test('refuses while there are functions, and names them', async () => {
  host.withStack();
  host.api.answers['/apis/serving.knative.dev/v1/services'] = {
    items: ['b', 'a'].map((name) => ({ metadata: { name, namespace: 'shop' } })),
  };
  const { code, err } = await host.hks('destroy', '--yes');
  expect(code).toBe(1);
  expect(err).toMatch(
    /^error: Nothing was changed in the cluster of context 'test':\n {2}- 2 functions .*: shop\/a, shop\/b\. .*\n {2}- To delete a function: kubectl delete ksvc NAME --namespace NAMESPACE, or take it out of the tenant that holds it\. They cannot be brought back by the platform\.\n$/,
  );
  expect(verbs()).not.toContain('destroy');
  host.api.answers['/apis/serving.knative.dev/v1/services'] = { items: [] };
  expect(await host.hks('destroy', '--yes')).toMatchObject({ code: 0 });
});

test('refuses where the context is another cluster than the one that was made', async () => {
  host.env = { FAKE_CLUSTER: 'another-uid' };
  await host.hks('up', '--yes');
  const { code, err } = await host.hks('destroy', '--yes');
  expect(code).toBe(1);
  expect(err).toContain('The stack is in another cluster, whose namespace kube-system has the UID');
  expect(verbs()).not.toContain('destroy');
  host.api.answers['/api/v1/namespaces'] = {
    items: [{ metadata: { name: 'kube-system', uid: 'another-uid' } }],
  };
  expect(CLUSTER_ID).not.toBe('another-uid');
  expect(await host.hks('destroy', '--yes')).toMatchObject({ code: 0 });
});

test('protected data stays, and how it would go is said', async () => {
  host.withStack();
  const said = 'unable to delete resource "x" as it is currently marked for protection.';
  host.env = { FAKE_FAILURES: JSON.stringify({ destroy: said }) };
  expect(await host.hks('destroy', '--yes')).toMatchObject({
    code: 1,
    err: `error: ${said}\nhint: Volumes with data are protected. To remove the platform all the same, run first: hks platform up --config protectData=false. docs/platform/removal.md says which of them stay.\n`,
  });
});

test('there is no stack: nothing to remove, and no passphrase is made', async () => {
  const { code, out, err } = await host.hks('destroy', '--yes', '--stack', 'other');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(
    `error: there is no stack 'other' in file://${host.state}. hks platform up makes it; --stack names another one.\n`,
  );
  expect(existsSync(`${host.state}/passphrase`)).toBe(false);
});
