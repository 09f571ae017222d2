import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { wiringOf, wiringOfComponents } from './wiring';

const configMap = (
  name: string,
  options: pulumi.CustomResourceOptions = {},
  data: pulumi.Input<Record<string, pulumi.Input<string>>> = {},
) => new k8s.core.v1.ConfigMap(name, { metadata: { name }, data }, options);

class Part extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super('hks:platform:Part', name, {}, options);
    configMap(`${name}-child`, { parent: this, protect: true, ignoreChanges: ['data'] });
    this.registerOutputs({ told: name, hidden: pulumi.secret('s3cret') });
  }
}

test('edges, parents, providers, options and outputs are those of the requests', async () => {
  const wiring = await wiringOfComponents((options) => {
    const first = new Part('first', options);
    const second = configMap('second', { ...options, dependsOn: first, retainOnDelete: true });
    const implied = second.metadata.name;
    configMap('third', { ...options, deleteBeforeReplace: true }, { after: implied });
  });
  expect(wiring.named('first-child')).toEqual({
    type: 'kubernetes:core/v1:ConfigMap',
    name: 'first-child',
    custom: true,
    inputs: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'first-child' }, data: {} },
    secrets: [],
    parent: 'first',
    provider: 'cluster',
    dependencies: [],
    protect: true,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    deleteTimeout: '',
    ignoreChanges: ['data'],
    aliases: 0,
  });
  expect(wiring.named('second')).toMatchObject({
    parent: 'platform',
    provider: 'cluster',
    dependencies: ['first-child'],
    retainOnDelete: true,
  });
  expect(wiring.named('third')).toMatchObject({
    dependencies: ['second'],
    deleteBeforeReplace: true,
    deleteTimeout: '',
  });
  expect([...wiring.behind('third')]).toEqual(['second', 'first-child']);
  expect(wiring.deletedBefore('third', 'first-child')).toBe(true);
  expect(wiring.deletedBefore('first-child', 'third')).toBe(false);
  expect(wiring.outputs('first')).toEqual({ told: 'first', hidden: 's3cret' });
  expect(wiring.strays()).toEqual([]);
});

test('a resource without a parent or without a provider is a stray', async () => {
  const wiring = await wiringOfComponents((options) => {
    const own = new k8s.Provider('own', { context: 'other' });
    configMap('neither');
    configMap('no-parent', { provider: own });
    configMap('both', options);
    new Part('no-parent-part', {});
  });
  expect(wiring.strays().toSorted()).toEqual([
    'neither',
    'no-parent',
    'no-parent-part',
    'no-parent-part-child',
  ]);
  expect(wiring.named('no-parent').provider).toBe('own');
});

test('secret inputs are told by their paths', async () => {
  const wiring = await wiringOf(() => {
    configMap('whole', {}, pulumi.secret({ password: 'x' }));
    configMap('part', {}, { user: 'u', password: pulumi.secret('x') });
  });
  expect(wiring.named('whole').secrets).toEqual(['data']);
  expect(wiring.named('part').secrets).toEqual(['data.password']);
  expect(wiring.named('part').inputs.data).toEqual({ user: 'u', password: 'x' });
});

test('two resources of one name are refused', async () => {
  const twice = wiringOf(() => {
    configMap('same');
    configMap('same');
  });
  await expect(twice).rejects.toThrow('Names of several resources: same.');
});

test('a name that nothing has is an error that lists those there are', async () => {
  const wiring = await wiringOf(() => configMap('one'));
  expect(() => wiring.named('two')).toThrow("No resource 'two' among one.");
});

test('outputs of the provider reach the program, and hold back what depends on them', async () => {
  const events: string[] = [];
  const wiring = await wiringOf(
    () => {
      const first = configMap('first');
      configMap('second', { dependsOn: first }, { uid: first.metadata.uid });
    },
    {
      outputs: async ({ name, inputs }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push(name);
        return { metadata: { ...inputs.metadata, uid: `uid-of-${name}` } };
      },
    },
  );
  expect(events).toEqual(['first', 'second']);
  expect(wiring.named('second').inputs.data).toEqual({ uid: 'uid-of-first' });
});
