/** @module The pods that a tree makes: found in every kind, admitted or not, with all that they ask for. */
import {
  podAdvice,
  podAmounts,
  podSecurityFaults,
  podsOf,
  resourceFaults,
} from '../../../constructs/project/pods';
import type { TreeObject } from '../../../constructs/project/validation';
import { DEFAULT_RESOURCES } from '../../../constructs/resources';
import { deployment, knativeService, object, podSpec } from './tree';

const bad = podSpec({}, { hostNetwork: true, containers: [{ name: 'main', image: 'x' }] });
const template = (spec: object) => ({ spec: { template: { spec } } });

/** Every kind that makes pods, with where its pod is. */
const KINDS: readonly (readonly [string, string, (spec: object) => object, string])[] = [
  ['v1', 'Pod', (spec) => ({ spec }), 'spec'],
  ['v1', 'ReplicationController', template, 'spec.template.spec'],
  ['apps/v1', 'Deployment', template, 'spec.template.spec'],
  ['apps/v1', 'StatefulSet', template, 'spec.template.spec'],
  ['apps/v1', 'DaemonSet', template, 'spec.template.spec'],
  ['apps/v1', 'ReplicaSet', template, 'spec.template.spec'],
  ['batch/v1', 'Job', template, 'spec.template.spec'],
  [
    'batch/v1',
    'CronJob',
    (spec) => ({ spec: { jobTemplate: template(spec) } }),
    'spec.jobTemplate.spec.template.spec',
  ],
  ['serving.knative.dev/v1', 'Service', template, 'spec.template.spec'],
  ['serving.knative.dev/v1', 'Configuration', template, 'spec.template.spec'],
  ['sources.knative.dev/v1', 'ContainerSource', template, 'spec.template.spec'],
];

describe.each(KINDS)('%s %s', (apiVersion, kind, wrap, field) => {
  test('with a restricted pod stays', () => {
    const good = object(apiVersion, kind, 'a', wrap(podSpec()));
    expect(podSecurityFaults([good])).toEqual([]);
    expect(resourceFaults([good])).toEqual([]);
  });
  test('with another pod is refused', () => {
    const faults = podSecurityFaults([object(apiVersion, kind, 'a', wrap(bad))]);
    expect(faults).toHaveLength(5);
    expect(faults[0]).toBe(
      `'${field}' of ${kind} 'shop/${kind}-a' must meet Pod Security 'restricted', which the namespace enforces, received 'uses a namespace of the host (hostNetwork, hostPID or hostIPC)'. Use a construct of the platform, which hardens its pods, or set it with addJsonPatch.`,
    );
  });
  test('without resources is refused, each of the six', () => {
    expect(resourceFaults([object(apiVersion, kind, 'a', wrap(bad))])).toHaveLength(6);
  });
});

test('a core Service and other kinds make no pods', () => {
  expect(podsOf([object('v1', 'Service', 'a', template({}))])).toEqual([]);
});

test('baseline admits what is merely not restricted', () => {
  const merely = podSpec({}, { containers: [{ name: 'main', image: 'x' }] });
  expect(podSecurityFaults([deployment('a', merely)], 'baseline')).toEqual([]);
  expect(podSecurityFaults([deployment('a', bad)], 'baseline')).toHaveLength(1);
});

test('a pod without containers is refused', () => {
  expect(podSecurityFaults([deployment('a', {})])).toEqual([
    `'spec.template.spec' of Deployment 'shop/Deployment-a' must have at least one container, received {}. Add one with an image.`,
  ]);
});

describe('resources', () => {
  const of = (resources: object) =>
    resourceFaults([deployment('a', { containers: [{ name: 'main', resources }] })]);
  const rest = { memory: '1Mi', 'ephemeral-storage': '1Mi' };
  const prop = (end: string) =>
    `'spec.template.spec.containers[main].resources.${end}.cpu' of Deployment 'shop/Deployment-a'`;
  const fix = 'Set it, or use a construct of the platform, which sets all of them';
  test('that are missing', () => {
    expect(of({ requests: rest, limits: { ...rest, cpu: '1' } })).toEqual([
      `${prop('requests')} must be set, received nothing. ${fix}.`,
    ]);
  });
  test('that are no quantity', () => {
    expect(of({ requests: { ...rest, cpu: 'lots' }, limits: { ...rest, cpu: -1 } })).toEqual([
      `${prop('requests')} must be a quantity of at least 0, received 'lots'. ${fix}.`,
      `${prop('limits')} must be a quantity of at least 0, received -1. ${fix}.`,
    ]);
  });
  test('with a request above its limit', () => {
    expect(of({ requests: { ...rest, cpu: 2 }, limits: { ...rest, cpu: '1500m' } })).toEqual([
      `${prop('requests')} must not be above the limit of 1500m, received 2. Raise the limit or lower the request.`,
    ]);
  });
});

describe('what one pod takes', () => {
  const amounts = (tree: TreeObject) =>
    podsOf([tree]).map((pod) => podAmounts(pod, DEFAULT_RESOURCES))[0];
  const container = (name: string, cpu: string, more = {}) => ({
    name,
    resources: { requests: { cpu }, limits: { cpu } },
    ...more,
  });
  test('is the sum of its containers, or the largest of its first steps', () => {
    const spec = {
      initContainers: [container('init', '3'), container('next', '1')],
      containers: [container('a', '1'), container('b', '500m')],
    };
    expect(amounts(deployment('x', spec))?.['requests.cpu']).toBe(3);
    const small = { ...spec, initContainers: [container('init', '1')] };
    expect(amounts(deployment('x', small))?.['requests.cpu']).toBe(1.5);
  });
  test('counts sidecars beside both, and the overhead of the runtime', () => {
    const spec = {
      initContainers: [container('side', '1', { restartPolicy: 'Always' }), container('init', '3')],
      containers: [container('a', '1')],
      overhead: { cpu: '250m' },
    };
    expect(amounts(deployment('x', spec))?.['limits.cpu']).toBe(4.25);
  });
  test('is the LimitRange’s where nothing is said', () => {
    const spec = { containers: [{ name: 'a' }] };
    expect(amounts(deployment('x', spec))?.['limits.memory']).toBe(256 * 2 ** 20);
    expect(amounts(deployment('x', {}))?.['limits.memory']).toBe(0);
  });
  test('has queue-proxy in it for Knative, by its annotations or the LimitRange', () => {
    const bare = amounts(knativeService('x'));
    expect(bare?.['requests.cpu']).toBeCloseTo(0.125);
    expect(bare?.['limits.cpu']).toBeCloseTo(0.6);
    expect(bare?.['requests.memory']).toBe((128 + 64) * 2 ** 20);
    const prefix = 'queue.sidecar.serving.knative.dev';
    const set = amounts(
      knativeService('x', podSpec(), {
        [`${prefix}/cpu-resource-limit`]: '1',
        [`${prefix}/memory-resource-request`]: '32Mi',
        [`${prefix}/ephemeral-storage-resource-limit`]: '16Mi',
      }),
    );
    expect(set?.['limits.cpu']).toBeCloseTo(1.1);
    expect(set?.['requests.memory']).toBe(160 * 2 ** 20);
    expect(set?.['limits.ephemeral-storage']).toBe(144 * 2 ** 20);
  });
});

describe('how many run', () => {
  const scale = (...objects: TreeObject[]) =>
    podsOf(objects).map(({ steady, most }) => [steady, most])[0];
  test('of a Deployment', () => {
    expect(scale(deployment('a'))).toEqual([1, 1]);
    expect(scale(deployment('a', podSpec(), { replicas: 3 }))).toEqual([3, 3]);
    expect(scale(deployment('a', podSpec(), { replicas: 0 }))).toEqual([0, 0]);
  });
  test('of a Deployment with an autoscaler', () => {
    const scaler = (spec: object) =>
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'a', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, ...spec },
      });
    expect(scale(deployment('a'), scaler({ minReplicas: 2, maxReplicas: 9 }))).toEqual([2, 9]);
    expect(scale(deployment('a'), scaler({}))).toEqual([1, 1]);
    expect(scale(deployment('b'), scaler({ maxReplicas: 9 }))).toEqual([1, 1]);
  });
  test('of jobs, pods and daemons', () => {
    expect(scale(object('batch/v1', 'Job', 'a'))).toEqual([0, 1]);
    expect(scale(object('v1', 'Pod', 'a'))).toEqual([1, 1]);
    expect(scale(object('apps/v1', 'DaemonSet', 'a'))).toEqual([1, 1]);
  });
  test('of a function', () => {
    const of = (annotations: object) => scale(knativeService('a', podSpec(), annotations));
    expect(of({})).toEqual([0, Number.POSITIVE_INFINITY]);
    const prefix = 'autoscaling.knative.dev';
    expect(of({ [`${prefix}/min-scale`]: '2', [`${prefix}/max-scale`]: '5' })).toEqual([2, 5]);
    expect(of({ [`${prefix}/minScale`]: '1', [`${prefix}/max-scale`]: '0' })).toEqual([
      1,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

test('what the platform would not make is advised against', () => {
  const loose = podSpec(
    {},
    {
      automountServiceAccountToken: undefined,
      containers: [{ name: 'main' }],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', emptyDir: { sizeLimit: '1Mi' } },
        { name: 's', secret: {} },
      ],
    },
  );
  const where = `'spec.template.spec' of Deployment 'shop/Deployment-a'`;
  expect(podAdvice([deployment('a', loose)])).toEqual([
    `${where} mounts a service account token; set automountServiceAccountToken: false.`,
    `${where} lets container 'main' write to its root filesystem; set readOnlyRootFilesystem: true.`,
    `${where} has no size limit on volume 'v'; set emptyDir.sizeLimit.`,
  ]);
  expect(podAdvice([deployment('a'), knativeService('b')])).toEqual([]);
});
