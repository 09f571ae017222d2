import fc from 'fast-check';
import { podViolations } from '../../../constructs/pod-security';
import { CONTROL_PLANE_LABELS } from '../../../constructs/system';
import type { KubeObject } from '../../../stacks/kube-object';
import { postgresObjects } from '../../../stacks/postgres';
import { PINNED_DIGEST, platformOf } from '../platform-fixture';
import { podOf } from '../registry/pods';

const image = 'registry.example.com/hks/control-plane:1.0.0';
const installed = (postgres = {}) => platformOf({ controlPlane: { image }, postgres });

// biome-ignore lint/suspicious/noExplicitAny: objects have the shape of their kind.
const specOf = (object: KubeObject | undefined): any => object?.spec;
const find = (objects: readonly KubeObject[], kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name === name);
const podsOf = (objects: readonly KubeObject[]) => objects.flatMap((object) => podOf(object) ?? []);

test('the server with its backup', () => {
  expect(postgresObjects(installed()).map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['PersistentVolumeClaim', 'postgres'],
    ['NetworkPolicy', 'postgres'],
    ['Service', 'postgres'],
    ['StatefulSet', 'postgres'],
    ['PersistentVolumeClaim', 'postgres-backup'],
    ['NetworkPolicy', 'postgres-backup'],
    ['CronJob', 'postgres-backup'],
    ['CronJob', 'postgres-restore'],
  ]);
  expect(postgresObjects(installed({ backup: { enabled: false } }))).toHaveLength(4);
  for (const { metadata } of postgresObjects(installed())) {
    expect(metadata.namespace).toBe('hks-system');
  }
});

test('every pod is restricted, runs as the user of the image and asks for all resources', () => {
  const pods = podsOf(postgresObjects(installed()));
  expect(pods).toHaveLength(3);
  for (const pod of pods) {
    expect(podViolations(pod)).toEqual([]);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999 },
    });
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(container.image).toBe(`docker.io/pinned/postgres@${PINNED_DIGEST}`);
      expect(container.imagePullPolicy).toBe('IfNotPresent');
      expect(container.securityContext?.readOnlyRootFilesystem).toBe(true);
      const keys = ['cpu', 'memory', 'ephemeral-storage'];
      expect(Object.keys(container.resources?.requests ?? {})).toEqual(keys);
      expect(Object.keys(container.resources?.limits ?? {})).toEqual(keys);
    }
    for (const { emptyDir } of pod.volumes ?? []) {
      if (emptyDir !== undefined) expect(emptyDir.sizeLimit).toMatch(/^\d+Mi$/);
    }
  }
});

test('the server writes into its volume, its sockets, shared memory and /tmp, and sees the password only before it starts', () => {
  const [pod] = podsOf(postgresObjects(installed()));
  const [prepare] = pod?.initContainers ?? [];
  const [server] = pod?.containers ?? [];
  const paths = (mounts: typeof server) =>
    (mounts?.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  expect(paths(server)).toEqual([
    '/var/lib/hks-postgres',
    '/var/run/postgresql',
    '/dev/shm',
    '/tmp',
  ]);
  expect(paths(prepare)).toContain('/run/secrets/postgres');
  expect(pod?.volumes).toContainEqual({
    name: 'password',
    secret: {
      secretName: 'hks-database',
      items: [{ key: 'password', path: 'password' }],
      defaultMode: 0o440,
    },
  });
  expect(server?.env).toEqual([{ name: 'PGDATA', value: '/var/lib/hks-postgres/data' }]);
  expect(prepare?.env).toContainEqual({
    name: 'PASSWORD_FILE',
    value: '/run/secrets/postgres/password',
  });
});

test('it is asked by TCP whether it is ready, and stops fast with time for its checkpoint', () => {
  const [pod] = podsOf(postgresObjects(installed()));
  const [server] = pod?.containers ?? [];
  const command = ['pg_isready', '-h', '127.0.0.1', '-p', '5432', '-U', 'hks'];
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    expect(server?.[probe]?.exec).toEqual({ command });
  }
  expect(server?.lifecycle).toEqual({
    preStop: { exec: { command: ['sh', '-c', 'kill -INT 1'] } },
  });
  expect(pod?.terminationGracePeriodSeconds).toBe(120);
});

test('the control plane and the backup reach it, and it reaches nobody', () => {
  const spec = specOf(find(postgresObjects(installed()), 'NetworkPolicy', 'postgres'));
  expect(spec).toEqual({
    podSelector: { matchLabels: { app: 'postgres' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: CONTROL_PLANE_LABELS } },
          { podSelector: { matchLabels: { app: 'postgres-backup' } } },
        ],
        ports: [{ port: 5432, protocol: 'TCP' }],
      },
    ],
    egress: [],
  });
});

test.each([
  ['pods', { pods: true } as const],
  ['addresses', { cidrs: ['10.41.0.1/32'] }],
])('the backup reaches the database and DNS by %s', (_, dns) => {
  const platform = platformOf({ controlPlane: { image } }, { dns });
  const spec = specOf(find(postgresObjects(platform), 'NetworkPolicy', 'postgres-backup'));
  expect(spec.podSelector).toEqual({ matchLabels: { app: 'postgres-backup' } });
  expect(spec.ingress).toEqual([]);
  expect(spec.egress[0].to).toEqual([{ podSelector: { matchLabels: { app: 'postgres' } } }]);
  const kubeDns = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  const block = { ipBlock: { cidr: '10.41.0.1/32' } };
  expect(spec.egress[1]).toEqual({
    to: ['pods' in dns ? kubeDns : block],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  });
});

test('the backup runs alone by its schedule, once; a restore never by itself', () => {
  const objects = postgresObjects(installed({ backup: { schedule: '0 1 * * *', keep: 3 } }));
  const backup = specOf(find(objects, 'CronJob', 'postgres-backup'));
  const { jobTemplate, ...when } = backup;
  expect(when).toEqual({
    schedule: '0 1 * * *',
    timeZone: 'Etc/UTC',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
  });
  expect(jobTemplate.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 7200 });
  expect(jobTemplate.spec.template.metadata.labels).toEqual({ app: 'postgres-backup' });
  expect(jobTemplate.spec.template.spec.containers[0].env).toEqual(
    expect.arrayContaining([
      { name: 'PGHOST', value: 'postgres.hks-system.svc.cluster.local' },
      { name: 'KEEP', value: '3' },
      { name: 'FOLDER', value: '/backups' },
    ]),
  );
  const restore = specOf(find(objects, 'CronJob', 'postgres-restore'));
  expect(restore.suspend).toBe(true);
});

test('sizes and the StatefulSet are those of the settings, whatever they are', () => {
  const size = fc.tuple(fc.integer({ min: 100, max: 999 }), fc.constantFrom('Mi', 'Gi', 'Ti'));
  fc.assert(
    fc.property(size, size, fc.option(fc.constant('fast')), (data, dumps, storageClass) => {
      const [first, second] = [data.join(''), dumps.join('')];
      const backup = { size: second };
      const settings = { size: first, backup, ...(storageClass && { storageClass }) };
      const objects = postgresObjects(installed(settings));
      const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
      expect(claims.map((claim) => specOf(claim))).toEqual(
        [first, second].map((storage) => ({
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage } },
          ...(storageClass && { storageClassName: storageClass }),
        })),
      );
      for (const { metadata } of claims) {
        expect(metadata.annotations).toEqual({ 'pulumi.com/skipAwait': 'true' });
      }
      expect(postgresObjects(installed(settings))).toEqual(objects);
    }),
    { numRuns: 30 },
  );
});
