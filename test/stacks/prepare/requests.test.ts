import type { KubeObject } from '../../../stacks/kube-object';
import { sized } from '../../../stacks/prepare/requests';
import { scalable, scaledObjects } from '../../../stacks/prepare/scaling';
import { anyOf, deepFreeze } from './prepared';

const ACTIVATOR = deepFreeze({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'activator', namespace: 'knative-serving' },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: 'activator',
            resources: {
              requests: { cpu: '300m', memory: '60Mi' },
              limits: { cpu: '1000m', memory: '600Mi' },
            },
          },
        ],
      },
    },
  },
});
const AUTOSCALER: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'activator-hpa', namespace: 'knative-serving' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'activator' } },
};
const BUDGET: KubeObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'activator-pdb', namespace: 'knative-serving' },
};
const resources = (object: KubeObject) =>
  anyOf(object).spec.template.spec.containers.map((one: { resources: unknown }) => one.resources);

describe('a workload that nothing scales', () => {
  test('asks for little, within the limits that it came with', () => {
    expect(resources(sized(ACTIVATOR, new Set()))).toEqual([
      {
        requests: { cpu: '50m', memory: '60Mi', 'ephemeral-storage': '16Mi' },
        limits: { cpu: '1000m', memory: '600Mi', 'ephemeral-storage': '512Mi' },
      },
    ]);
  });

  test('that is not known keeps what it asks for, and gets what it lacks', () => {
    const other = { ...ACTIVATOR, metadata: { name: 'other', namespace: 'knative-serving' } };
    expect(resources(sized(other, new Set()))[0].requests).toEqual({
      cpu: '300m',
      memory: '60Mi',
      'ephemeral-storage': '16Mi',
    });
    const bare = {
      ...other,
      spec: { template: { spec: { containers: [{ name: 'a' }, { name: 'b' }] } } },
    };
    expect(resources(sized(bare, new Set()))).toEqual(
      Array(2).fill({
        requests: { cpu: '25m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
        limits: { cpu: '1000m', memory: '1000Mi', 'ephemeral-storage': '512Mi' },
      }),
    );
  });
});

test('a workload that an autoscaler scales keeps what its share is counted of', () => {
  const scaled = scaledObjects([ACTIVATOR, AUTOSCALER]);
  expect([...scaled]).toEqual(['deployment.apps/knative-serving/activator']);
  expect(resources(sized(ACTIVATOR, scaled))[0].requests.cpu).toBe('300m');
});

test('an object without pods is as it was', () => {
  expect(sized(AUTOSCALER, new Set())).toBe(AUTOSCALER);
});

test('autoscalers and budgets are for several nodes', () => {
  const objects = [ACTIVATOR, AUTOSCALER, BUDGET];
  expect(scalable(objects, true)).toEqual([ACTIVATOR]);
  expect(scalable(objects, false)).toEqual(objects);
});
