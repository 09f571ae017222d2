/** @module Scale and traffic of functions: the annotations and targets, and what is refused. */
import { Duration } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { HksFunctionProps } from '../../../constructs/function';
import { makeFunction, one, refusal } from './fixture';

const TINY = { cpu: { request: Cpu.millis(1), limit: Cpu.millis(10) } };

const annotations = (props: Partial<HksFunctionProps>) =>
  Object.fromEntries(
    Object.entries(one(makeFunction(props), 'Service').spec.template.metadata.annotations)
      .filter(([key]) => key.startsWith('autoscaling.knative.dev/'))
      .map(([key, value]) => [key.slice('autoscaling.knative.dev/'.length), value]),
  );
const traffic = (targets: HksFunctionProps['traffic']) =>
  one(makeFunction({ traffic: targets }), 'Service').spec.traffic;

test('by itself a function goes to zero and no higher than ten', () => {
  expect(annotations({})).toEqual({ 'min-scale': '0', 'max-scale': '10' });
  expect(annotations({ scale: { min: 12 }, resources: TINY, queueProxy: TINY })).toEqual({
    'min-scale': '12',
    'max-scale': '12',
  });
});

test('the limits themselves are taken', () => {
  expect(
    annotations({
      concurrency: 5,
      scale: {
        window: Duration.seconds(6),
        downDelay: Duration.hours(1),
        lastPodRetention: Duration.seconds(0),
        burstCapacity: 0,
        target: 5,
        max: 2,
        activation: 2,
        initial: 2,
      },
    }),
  ).toEqual({
    'min-scale': '0',
    'max-scale': '2',
    'initial-scale': '2',
    'activation-scale': '2',
    target: '5',
    window: '6s',
    'scale-down-delay': '3600s',
    'scale-to-zero-pod-retention-period': '0s',
    'target-burst-capacity': '0',
  });
  expect(annotations({ concurrency: 5, scale: { metric: 'rps', target: 500 } })).toMatchObject({
    metric: 'rps',
    target: '500',
  });
});

test('traffic goes to the newest revision, or by name', () => {
  expect(traffic(undefined)).toEqual([{ latestRevision: true, percent: 100 }]);
  expect(traffic([{ revision: 'echo-0123456789', percent: 100 }, { tag: 'next' }])).toEqual([
    { latestRevision: false, percent: 100, revisionName: 'echo-0123456789' },
    { latestRevision: true, percent: 0, tag: 'next' },
  ]);
});

const of = `of HksFunction 'shop/echo'`;
const number = (prop: string, from: number, to: number, received: unknown) =>
  `'${prop}' ${of} must be a whole number from ${from} to ${to}, received ${received}. Give a number in that range, or leave '${prop}' out for the default.`;
const MAX = 2_147_483_647;
const cases: readonly (readonly [object, string])[] = [
  [
    { scale: { minimum: 1 } },
    `'scale.minimum' ${of} is not a known prop, received 1. Known are 'min', 'max', 'initial', 'activation', 'metric', 'target', 'utilization', 'window', 'downDelay', 'lastPodRetention', 'burstCapacity'.`,
  ],
  [{ scale: 5 }, `'scale' ${of} must be an object, received 5. Write { min: … }.`],
  [{ scale: { min: -1 } }, number('scale.min', 0, MAX, -1)],
  [{ scale: { max: 0 } }, number('scale.max', 1, MAX, 0)],
  [
    { scale: { min: 3, max: 2 } },
    `'scale.min' ${of} must not be above 'scale.max' of 2, received 3. Lower it, or raise 'scale.max'.`,
  ],
  [
    { scale: { initial: 11 } },
    `'scale.initial' ${of} must not be above 'scale.max' of 10, received 11. Lower it, or raise 'scale.max'.`,
  ],
  [
    { scale: { initial: 0 } },
    `'scale.initial' ${of} must not be given while 'allow-zero-initial-scale' of config-autoscaler is off, as Knative Serving ships it, received 0. Leave it out, or list 'allow-zero-initial-scale' in 'features' once the platform has switched it on.`,
  ],
  [{ scale: { activation: 1 } }, number('scale.activation', 2, MAX, 1)],
  [{ scale: { min: 4, activation: 3 } }, number('scale.activation', 4, MAX, 3)],
  [
    { scale: { activation: 11 } },
    `'scale.activation' ${of} must not be above 'scale.max' of 10, received 11. Lower it, or raise 'scale.max'.`,
  ],
  [
    { scale: { metric: 'cpu' } },
    `'scale.metric' ${of} must be one of 'concurrency', 'rps', received 'cpu'. Did you mean 'rps'.`,
  ],
  [
    { scale: { target: 0 } },
    `'scale.target' ${of} must be a number of at least 0.01, received 0. Write the load that one pod carries well, like 20.`,
  ],
  [
    { scale: { target: 6 }, concurrency: 5 },
    `'scale.target' ${of} must not be above 'concurrency' of 5, which no pod exceeds, received 6. Lower it, or raise 'concurrency'.`,
  ],
  [{ scale: { utilization: 101 } }, number('scale.utilization', 1, 100, 101)],
  [
    { scale: { window: Duration.seconds(5) } },
    `'scale.window' ${of} must be whole seconds from 6 to 3600, received '5 s'. Write Duration.seconds(30).`,
  ],
  [
    { scale: { downDelay: Duration.hours(2) } },
    `'scale.downDelay' ${of} must be whole seconds from 0 to 3600, received '7200 s'. Write Duration.seconds(30).`,
  ],
  [
    { scale: { lastPodRetention: 60 } },
    `'scale.lastPodRetention' ${of} must be a Duration, received 60. Write Duration.seconds(30).`,
  ],
  [{ scale: { burstCapacity: -2 } }, number('scale.burstCapacity', -1, MAX, -2)],
  [
    { features: ['kubernetes.podspec-nodeselectors'] },
    `'features[0]' ${of} must be one of 'allow-zero-initial-scale', 'kubernetes.podspec-affinity', 'kubernetes.podspec-dnsconfig', 'kubernetes.podspec-dnspolicy', 'kubernetes.podspec-fieldref', 'kubernetes.podspec-hostaliases', 'kubernetes.podspec-init-containers', 'kubernetes.podspec-nodeselector', 'kubernetes.podspec-persistent-volume-claim', 'kubernetes.podspec-persistent-volume-write', 'kubernetes.podspec-priorityclassname', 'kubernetes.podspec-runtimeclassname', 'kubernetes.podspec-schedulername', 'kubernetes.podspec-securitycontext', 'kubernetes.podspec-shareprocessnamespace', 'kubernetes.podspec-tolerations', 'kubernetes.podspec-topologyspreadconstraints', received 'kubernetes.podspec-nodeselectors'. Did you mean 'kubernetes.podspec-nodeselector'.`,
  ],
  [
    { traffic: [] },
    `'traffic' ${of} must be an array with at least one item, received []. Write [{ percent: 90, revision: 'echo-3f2a9c01de' }, { percent: 10 }], or leave it out where it is optional.`,
  ],
  [
    { traffic: [{ weight: 1 }] },
    `'traffic[0].weight' ${of} is not a known prop, received 1. Known are 'revision', 'percent', 'tag'.`,
  ],
  [
    { traffic: [{ percent: 60 }, { percent: 60, revision: 'echo-a' }] },
    `'traffic' ${of} must have percentages that sum to 100, and they sum to 120, received [{"percent":60},{"percent":60,"revision":"echo-a"}]. Change one of them.`,
  ],
  [
    { traffic: [{ tag: 'a' }] },
    `'traffic' ${of} must have percentages that sum to 100, and they sum to 0, received [{"tag":"a"}]. Give one target percent: 100.`,
  ],
  [{ traffic: [{ percent: 0.5 }] }, number('traffic[0].percent', 0, 100, 0.5)],
  [
    { traffic: [{ revision: 'echo-a' }] },
    `'traffic[0]' ${of} must have a 'percent' or a 'tag', or it would get no request, received {"revision":"echo-a"}. Add the percentage, or a tag like 'canary'.`,
  ],
  [
    { traffic: [{ revision: 'other-a', percent: 100 }] },
    `'traffic[0].revision' ${of} must be the name of a revision of this function, which begins with 'echo-', received 'other-a'. Take a name that 'revisionName' gave before, or one that kubectl get revisions shows.`,
  ],
  [
    { traffic: [{ percent: 100, tag: '1' }] },
    `'traffic[0].tag' ${of} must be a DNS label that begins with a letter, at most 58 characters so that TAG-echo fits in a host name, received '1'. Use a name like 'canary'.`,
  ],
  [
    { traffic: [{ percent: 100, tag: 'a' }, { tag: 'a' }] },
    `'traffic[1].tag' ${of} must not come twice, received 'a'. Give each target its own tag.`,
  ],
];

test.each(cases)('refuses %j', (props, message) => {
  expect(refusal(props)).toBe(message);
});
