/** @module Templates with several containers: one becomes the job, the others go or stay beside it. */
import { inheritFrom } from '../../../constructs/cron-job/inherit';
import type { PodSpec } from '../../../constructs/manifest';

const OWNER = 'HksCronJob' as never;
const POD: PodSpec = {
  serviceAccountName: 'shop',
  priorityClassName: 'serving',
  terminationGracePeriodSeconds: 120,
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
  ],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ operator: 'Exists' }],
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
    podAntiAffinity: {},
  },
  initContainers: [
    { name: 'migrate', image: 'web:1' },
    {
      name: 'proxy',
      image: 'proxy:1',
      restartPolicy: 'Always',
      ports: [{ name: 'health', containerPort: 9000 }],
      startupProbe: { httpGet: { path: '/up', port: 'health' } },
    },
  ],
  containers: [
    {
      name: 'web',
      image: 'web:1',
      ports: [{ containerPort: 80 }],
      lifecycle: { preStop: { sleep: { seconds: 5 } } } as never,
      livenessProbe: { tcpSocket: { port: 80 } },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    },
    {
      name: 'log',
      image: 'log:1',
      startupProbe: { tcpSocket: { port: 7000 } },
      readinessProbe: { tcpSocket: { port: 7000 } },
      volumeMounts: [{ name: 'logs', mountPath: '/logs' }],
      volumeDevices: [{ name: 'block', devicePath: '/dev/block' }],
    },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'logs', emptyDir: {} },
    { name: 'block', persistentVolumeClaim: { claimName: 'block' } },
    { name: 'unused', emptyDir: {} },
  ],
};

test('only the place and the identity of the pod are kept', () => {
  const { pod } = inheritFrom(OWNER, POD, 'web', 'drop');
  expect(pod).toEqual({
    serviceAccountName: 'shop',
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: POD.affinity?.nodeAffinity },
    volumes: [{ name: 'data', emptyDir: {} }],
  });
});

test('what serves is dropped from the container', () => {
  expect(inheritFrom(OWNER, POD, 'web', 'drop').main).toEqual({
    name: 'web',
    image: 'web:1',
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  });
});

test('kept sidecars become native ones, held up by their startup probe alone; init containers go', () => {
  const { sidecars, pod } = inheritFrom(OWNER, POD, 'web', 'keep');
  expect(sidecars).toEqual([
    {
      name: 'proxy',
      image: 'proxy:1',
      restartPolicy: 'Always',
      startupProbe: { httpGet: { path: '/up', port: 9000 } },
    },
    {
      name: 'log',
      image: 'log:1',
      restartPolicy: 'Always',
      startupProbe: { tcpSocket: { port: 7000 } },
      volumeMounts: [{ name: 'logs', mountPath: '/logs' }],
      volumeDevices: [{ name: 'block', devicePath: '/dev/block' }],
    },
  ]);
  expect(pod.volumes?.map(({ name }) => name)).toEqual(['data', 'logs', 'block']);
});

test('sidecars may be named', () => {
  const { sidecars } = inheritFrom(OWNER, POD, 'web', ['proxy']);
  expect(sidecars.map(({ name }) => name)).toEqual(['proxy']);
});

test('refused: no container named among several', () => {
  expect(() => inheritFrom(OWNER, POD, undefined, 'drop')).toThrow(
    `'container' of HksCronJob must name the container that the job is made from, since its template has 2, received nothing. Choose one of 'web', 'log'.`,
  );
});

test('refused: a sidecar that is not there', () => {
  expect(() => inheritFrom(OWNER, POD, 'web', ['prxy'])).toThrow(
    `'sidecars' of HksCronJob must name containers of the template beside the job itself, received 'prxy'. Choose among 'proxy', 'log'.`,
  );
});

test('refused: a word that is neither drop nor keep', () => {
  expect(() => inheritFrom(OWNER, POD, 'web', 'proxy' as never)).toThrow(
    `'sidecars' of HksCronJob must be 'drop', 'keep' or an array of names, received 'proxy'. Write ['proxy'] for the container of that name.`,
  );
});
