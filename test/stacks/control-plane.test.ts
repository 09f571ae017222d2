import fc from 'fast-check';
import type { PodSpec } from '../../constructs/manifest';
import { podViolations } from '../../constructs/pod-security';
import { CONTROL_PLANE_LABELS } from '../../constructs/system';
import { ControlPlane, controlPlaneGround } from '../../stacks/control-plane';
import { workloadObjects } from '../../stacks/control-plane/workload';
import type { KubeObject } from '../../stacks/kube-object';
import type { Platform } from '../../stacks/platform';
import { Postgres } from '../../stacks/postgres';
import { platformOf } from './platform-fixture';
import { wiringOfComponents } from './wiring';

const image = 'registry.example.com/hks/control-plane:1.0.0';
const DATABASE = { secretName: 'hks-database', version: '42' };
const withSettings = (controlPlane = {}, more = {}, choices = {}) =>
  platformOf({ controlPlane: { image, ...controlPlane }, ...more }, {}, choices);
const objectsOf = (platform: Platform) => [
  ...controlPlaneGround(platform),
  ...workloadObjects(platform, DATABASE),
];
// biome-ignore lint/suspicious/noExplicitAny: objects have the shape of their kind.
const find = (objects: readonly KubeObject[], kind: string): any =>
  objects.find((one) => one.kind === kind);
const podOf = (platform: Platform): PodSpec =>
  find(objectsOf(platform), 'Deployment').spec.template.spec;
const envOf = (platform: Platform) =>
  Object.fromEntries(
    (podOf(platform).containers[0]?.env ?? []).map(({ name, value, valueFrom }) => [
      name,
      value ?? valueFrom,
    ]),
  );

describe('objects', () => {
  test('of one pod without a name outside', () => {
    expect(objectsOf(withSettings()).map(({ kind }) => kind)).toEqual([
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'NetworkPolicy',
      'Service',
      'Deployment',
    ]);
  });

  test('several pods have a budget and are spread, one has neither', () => {
    const several = withSettings({ replicas: 3 });
    expect(find(objectsOf(several), 'PodDisruptionBudget').spec).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: CONTROL_PLANE_LABELS },
    });
    expect(podOf(several).topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: CONTROL_PLANE_LABELS },
      },
    ]);
    expect(find(objectsOf(withSettings()), 'PodDisruptionBudget')).toBeUndefined();
    expect(podOf(withSettings())).not.toHaveProperty('topologySpreadConstraints');
  });

  test.each([
    [undefined, { hosts: ['hks.example.com'] }],
    ['hks-tls', { hosts: ['hks.example.com'], secretName: 'hks-tls' }],
  ])('a name outside is reached by HTTPS, with the certificate %s', (tlsSecret, tls) => {
    const host = 'hks.example.com';
    const ingress = find(objectsOf(withSettings({ host, tlsSecret })), 'Ingress');
    expect(ingress.metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
      'pulumi.com/skipAwait': 'true',
    });
    const backend = { service: { name: 'hks-control-plane', port: { name: 'http' } } };
    expect(ingress.spec).toEqual({
      tls: [tls],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    });
    expect(find(objectsOf(withSettings()), 'Ingress')).toBeUndefined();
  });

  test('the pod is restricted; a token is what it has beyond', () => {
    const pod = podOf(withSettings());
    expect(podViolations(pod)).toEqual([]);
    expect(pod).toMatchObject({
      automountServiceAccountToken: true,
      serviceAccountName: 'hks-control-plane',
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 60,
      securityContext: { runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532 },
    });
    const [server] = pod.containers;
    expect(server).toMatchObject({
      image,
      imagePullPolicy: 'IfNotPresent',
      livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
      startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
      ports: [
        { name: 'http', containerPort: 8080, protocol: 'TCP' },
        { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
      ],
      volumeMounts: [
        { name: 'data', mountPath: '/var/lib/hks' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    });
    const keys = ['cpu', 'memory', 'ephemeral-storage'];
    expect(Object.keys(server?.resources?.requests ?? {})).toEqual(keys);
    expect(Object.keys(server?.resources?.limits ?? {})).toEqual(keys);
    for (const { emptyDir } of pod.volumes ?? []) expect(emptyDir?.sizeLimit).toBe('64Mi');
  });

  test('the Service has both ports and the labels that policies and the ServiceMonitor select', () => {
    const service = find(objectsOf(withSettings()), 'Service');
    expect(service.metadata.labels).toEqual(CONTROL_PLANE_LABELS);
    expect(service.spec).toEqual({
      selector: CONTROL_PLANE_LABELS,
      ports: [
        { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
        { name: 'metrics', port: 9090, targetPort: 'metrics', protocol: 'TCP' },
      ],
    });
    const { selector, template } = find(objectsOf(withSettings()), 'Deployment').spec;
    expect(selector).toEqual({ matchLabels: CONTROL_PLANE_LABELS });
    expect(template.metadata.labels).toEqual(CONTROL_PLANE_LABELS);
  });

  test('it is told what the platform has, and nothing of what it has not', () => {
    const bare = {
      DATABASE_URL: { secretKeyRef: { name: 'hks-database', key: 'url' } },
      HKS_HOST: '0.0.0.0',
      HKS_PORT: '8080',
      HKS_METRICS_PORT: '9090',
      HKS_DATA_DIR: '/var/lib/hks',
      HKS_DOMAIN: '192.0.2.10.sslip.io',
      HKS_REGISTRY: 'registry.hks-system.svc.cluster.local:5000',
      HKS_BUILDER_NAMESPACE: 'hks-build',
      HKS_ISOLATION: 'none',
    };
    expect(envOf(withSettings())).toEqual(bare);
    const sandbox = { runtimeClass: 'gvisor', handler: 'runsc', make: true };
    const more = { domain: 'fn.example.com', builder: { namespace: 'builds' } };
    expect(envOf(withSettings({ host: 'hks.example.com' }, more, { sandbox }))).toEqual({
      ...bare,
      HKS_PUBLIC_URL: 'https://hks.example.com',
      HKS_DOMAIN: 'fn.example.com',
      HKS_BUILDER_NAMESPACE: 'builds',
      HKS_ISOLATION: 'gvisor',
      HKS_SANDBOX_RUNTIME_CLASS: 'gvisor',
    });
  });

  test('its image comes from the mirror', () => {
    const pod = podOf(withSettings({}, { imageMirror: 'mirror.example.com:5000/hks' }));
    expect(pod.containers[0]?.image).toBe('mirror.example.com:5000/hks/hks/control-plane:1.0.0');
  });

  test('are the same for the same settings, whatever they are', () => {
    const name = fc.constantFrom('a.example.com', 'hks.example.org', undefined);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), name, (replicas, host) => {
        const objects = objectsOf(withSettings({ replicas, host }));
        expect(objectsOf(withSettings({ replicas, host }))).toEqual(objects);
        expect(find(objects, 'Deployment').spec.replicas).toBe(replicas);
        expect(objects.some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(replicas > 1);
        expect(objects.some(({ kind }) => kind === 'Ingress')).toBe(host !== undefined);
      }),
      { numRuns: 30 },
    );
  });
});

describe('wiring', () => {
  const run = (platform: Platform) =>
    wiringOfComponents((options) => {
      const postgres = new Postgres('postgres', { platform }, options);
      const { database } = postgres;
      const args = { platform, ...(database && { database }) };
      new ControlPlane('hks', args, { ...options, dependsOn: [...postgres.ready] });
    });
  const DEPLOYMENT = 'hks:deployment.apps/hks-system/hks-control-plane';

  test('pods start after their database, rights, guard and policy', async () => {
    const wiring = await run(withSettings());
    for (const name of [
      'postgres:statefulset.apps/hks-system/postgres',
      'postgres:secret/hks-system/hks-database',
      'hks:serviceaccount/hks-system/hks-control-plane',
      'hks:clusterrolebinding.rbac.authorization.k8s.io/hks-control-plane',
      'hks:validatingadmissionpolicybinding.admissionregistration.k8s.io/hks-control-plane',
      'hks:networkpolicy.networking.k8s.io/hks-system/hks-control-plane',
    ]) {
      expect(wiring.deletedBefore(DEPLOYMENT, name)).toBe(true);
    }
    expect(wiring.strays()).toEqual([]);
  });

  test('the URL of the database is named and not told', async () => {
    const url = 'postgres://shop:s3cr3t@db.example.com/hks';
    const wiring = await run(withSettings({}, { postgres: { url } }));
    const made = wiring.registrations.filter(({ parent }) => parent === 'hks');
    expect(made.length).toBeGreaterThan(5);
    expect(JSON.stringify(made)).not.toContain('s3cr3t');
  });

  test.each([
    [undefined, 'http://hks-control-plane.hks-system.svc.cluster.local'],
    ['hks.example.com', 'https://hks.example.com'],
  ])('it tells how it is reached, with the name %s', async (host, url) => {
    expect((await run(withSettings({ host }))).outputs('hks')).toEqual({ url });
  });

  test('without an image there is nothing', async () => {
    const wiring = await run(platformOf());
    expect(wiring.registrations.filter(({ parent }) => parent === 'hks')).toEqual([]);
    expect(wiring.outputs('hks')).toEqual({});
    expect(objectsOf(platformOf()).map(({ kind }) => kind)).not.toContain('Deployment');
  });
});
