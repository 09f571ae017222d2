import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { type ReleaseArgs, registerRelease } from '../../../stacks/knative/register-release';
import { wiringOfComponents } from '../wiring';
import { deployment, smallRelease, webhookConfiguration } from './small-release';

function registered(args: Partial<ReleaseArgs> = {}, dependants = false) {
  return wiringOfComponents((part) => {
    const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
    const { ready } = registerRelease(component, 'small', { release: smallRelease(), ...args });
    if (dependants) {
      new k8s.core.v1.ConfigMap('after', {}, { parent: component, dependsOn: [...ready] });
    }
  });
}

const answering = { name: 'serving', gate: async () => {} } as const;

test('each object waits for what it needs, and nothing more', async () => {
  const wiring = await registered();
  expect(wiring.named('small:configmap/small/config').dependencies).toEqual([
    'small:namespace/small',
  ]);
  expect(wiring.named('small:deployment.apps/small/webhook').dependencies).toHaveLength(9);
  expect(wiring.strays()).toEqual([]);
});

test('all of a release waits for what its component was told to wait for', async () => {
  const wiring = await wiringOfComponents((part) => {
    const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
    const before = new k8s.core.v1.ConfigMap('before', {}, { parent: component });
    registerRelease(component, 'small', { release: smallRelease(), dependsOn: [before] });
  });
  const children = wiring.registrations.filter(({ name }) => name.startsWith('small:'));
  expect(children).toHaveLength(22);
  for (const { dependencies } of children) {
    expect(dependencies[0]).toBe('before');
  }
});

test('without a webhook, a release is ready when its pods are', async () => {
  const wiring = await registered({}, true);
  expect(wiring.named('after').dependencies).toEqual([
    'small:deployment.apps/small/webhook',
    'small:deployment.apps/small/controller',
    'small:deployment.apps/small/gateway',
  ]);
});

test('with a webhook, it is ready when that answers, which other pods need not be', async () => {
  const wiring = await registered({ webhook: answering }, true);
  expect(wiring.named('after').dependencies.toSorted()).toEqual([
    'small:deployment.apps/small/webhook',
    'small:service/small/webhook',
    'small:validatingwebhookconfiguration.admissionregistration.k8s.io/validation',
  ]);
});

test('CRDs stay, take over what an earlier platform left, and have a provider that may', async () => {
  const wiring = await wiringOfComponents((part) => {
    const component = new pulumi.ComponentResource('hks:platform:Part', 'part', {}, part);
    const crdProvider = new k8s.Provider('kept', {}, { parent: component });
    registerRelease(component, 'small', { release: smallRelease(), crdProvider });
  });
  const kept = wiring.registrations.filter(({ retainOnDelete }) => retainOnDelete);
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({
    name: 'small:customresourcedefinition.apiextensions.k8s.io/things.small.dev',
    provider: 'kept',
    inputs: { metadata: { annotations: { 'pulumi.com/patchForce': 'true' } } },
  });
  expect(wiring.registrations.filter(({ provider }) => provider === 'kept')).toEqual(kept);
});

test('what no update changes is deleted before it is replaced; nothing is protected', async () => {
  const { registrations } = await registered();
  const replaced = registrations.filter((one) => one.deleteBeforeReplace).map(({ name }) => name);
  expect(replaced.toSorted()).toEqual([
    'small:clusterrolebinding.rbac.authorization.k8s.io/gathers',
    'small:job.batch/small/migration',
    'small:rolebinding.rbac.authorization.k8s.io/small/reads',
    'small:rolebinding.rbac.authorization.k8s.io/small/views',
  ]);
  expect(registrations.filter((one) => one.protect)).toEqual([]);
});

test('fields that the cluster writes are not fought for', async () => {
  const { named } = await registered();
  expect(named('small:deployment.apps/small/webhook').ignoreChanges).toEqual(['spec.replicas']);
  expect(named('small:secret/small/certs').ignoreChanges).toEqual(['data']);
  expect(named('small:configmap/small/config').ignoreChanges).toEqual([]);
});

describe('refused is', () => {
  test('a webhook configuration that nothing serves', async () => {
    const webhooks = [webhookConfiguration('lost', 'nobody')];
    await expect(
      registered({ release: smallRelease({ webhooks }), webhook: answering }),
    ).rejects.toThrow(
      'validatingwebhookconfiguration.admissionregistration.k8s.io/lost calls a webhook that no pods of its release serve.',
    );
  });

  test('a release without the webhook that is to answer', async () => {
    await expect(
      registered({ release: smallRelease({ webhooks: [] }), webhook: answering }),
    ).rejects.toThrow('The release has no webhook configuration.');
  });

  test('roles that gather each other: neither can be made before the other', async () => {
    const rbac = 'rbac.authorization.k8s.io/v1';
    const role = (name: string) => ({
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name, labels: { part: 'yes' } },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] },
    });
    const objects = [role('one'), role('other')];
    await expect(registered({ release: smallRelease({ objects, webhooks: [] }) })).rejects.toThrow(
      'clusterrole.rbac.authorization.k8s.io/one is needed before it is made.',
    );
  });

  test('an object that comes twice', async () => {
    const objects = [deployment('a'), deployment('a')];
    await expect(registered({ release: smallRelease({ objects, webhooks: [] }) })).rejects.toThrow(
      'deployment.apps/small/a comes twice.',
    );
  });
});
