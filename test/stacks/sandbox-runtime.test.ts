import type { SandboxChoice } from '../../stacks/platform';
import { SandboxRuntime, sandboxRuntimeObjects } from '../../stacks/sandbox-runtime';
import { platformOf } from './platform-fixture';
import { wiringOfComponents } from './wiring';

const CHOICE: SandboxChoice = { runtimeClass: 'gvisor', handler: 'runsc', make: true };
const platform = (sandbox?: SandboxChoice) => platformOf({}, {}, sandbox ? { sandbox } : {});
const run = (sandbox?: SandboxChoice) =>
  wiringOfComponents((options) => {
    new SandboxRuntime('sandbox', { platform: platform(sandbox) }, options);
  });
const children = (wiring: Awaited<ReturnType<typeof run>>) =>
  wiring.registrations.filter(({ parent }) => parent === 'sandbox').map(({ name }) => name);
const CLASS = 'sandbox:runtimeclass.node.k8s.io/gvisor';

test('the RuntimeClass has the handler that the nodes have', () => {
  expect(sandboxRuntimeObjects(platform(CHOICE))).toEqual([
    {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'runsc',
      overhead: { podFixed: { cpu: '50m', memory: '64Mi' } },
    },
  ]);
});

test('where every node has it, isolation is claimed', async () => {
  const wiring = await run(CHOICE);
  expect(children(wiring)).toEqual([CLASS]);
  expect(wiring.named(CLASS).type).toBe('kubernetes:node.k8s.io/v1:RuntimeClass');
  expect(wiring.outputs('sandbox')).toEqual({ isolation: 'gvisor', runtimeClass: 'gvisor' });
  expect(wiring.strays()).toEqual([]);
});

test(`another owner's RuntimeClass is used and not made`, async () => {
  const wiring = await run({ ...CHOICE, make: false });
  expect(children(wiring)).toEqual([]);
  expect(wiring.outputs('sandbox')).toEqual({ isolation: 'gvisor', runtimeClass: 'gvisor' });
});

test('where it is not there, no isolation is claimed', async () => {
  const wiring = await run();
  expect(children(wiring)).toEqual([]);
  expect(wiring.outputs('sandbox')).toEqual({ isolation: 'none' });
});

test('the RuntimeClass waits for what the component waits for', async () => {
  const wiring = await wiringOfComponents((options) => {
    const before = new SandboxRuntime('sandbox', { platform: platform(CHOICE) }, options);
    const other = { ...CHOICE, runtimeClass: 'later' };
    const args = { platform: platform(other) };
    new SandboxRuntime('later', args, { ...options, dependsOn: [...before.ready] });
  });
  expect(wiring.behind('later:runtimeclass.node.k8s.io/later')).toContain(CLASS);
});
