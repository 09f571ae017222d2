/** @module The builder: its namespace, what builds together may take, the template, and the edges between them. */
import fc from 'fast-check';
import type { PodSpec } from '../../constructs/manifest';
import { podViolations } from '../../constructs/pod-security';
import { quantity } from '../../constructs/resources';
import { buildJob } from '../../constructs/sandbox-builder/build-job';
import { templateOfTenant } from '../../constructs/sandbox-builder/tenant-template';
import { Builder, builderJobTemplate, ISOLATION_ANNOTATION } from '../../stacks/builder';
import { buildResources, neededByBuilds } from '../../stacks/builder/build';
import { builderNamespace, builderObjects, builderQuota } from '../../stacks/builder/objects';
import type { HostPlatformSettings } from '../../stacks/config/schema';
import { SystemNamespace } from '../../stacks/system-namespace';
import { platformOf } from './platform-fixture';
import { wiringOfComponents } from './wiring';

const PROXY = {
  packageProxy: {
    enabled: true,
    upstreams: {
      pip: 'https://mirror.example.com/pypi',
      npm: 'https://mirror.example.com/npm',
      go: 'https://mirror.example.com/go',
    },
  },
} satisfies HostPlatformSettings;
const REGISTRY = 'registry.hks-system.svc.cluster.local';
const PROXY_NAME = 'package-proxy.hks-system.svc.cluster.local';

const podOf = (platform = platformOf()) =>
  builderJobTemplate(platform).spec.template.spec as PodSpec;
const buildOf = (platform = platformOf()) =>
  podOf(platform).initContainers?.find(({ name }) => name === 'build');

test('with the defaults', () => {
  const objects = builderObjects(platformOf()).filter(({ kind }) => kind !== 'ConfigMap');
  expect([builderNamespace(platformOf()), ...objects]).toMatchSnapshot();
  expect(builderJobTemplate(platformOf())).toMatchSnapshot();
});

test('the ConfigMap holds the template and the program', () => {
  const map = builderObjects(platformOf()).find(({ kind }) => kind === 'ConfigMap');
  const data = map?.data as Record<string, string>;
  expect(map?.metadata.name).toBe('hks-build-template');
  expect(Object.keys(data)).toEqual(['job.json', 'transfer.py']);
  expect(JSON.parse(data['job.json'] ?? '')).toEqual(builderJobTemplate(platformOf()));
});

test('a build of the template is within baseline, which the namespace enforces, and no more', () => {
  expect(podViolations(podOf(), 'baseline')).toEqual([]);
  expect(podViolations(podOf(), 'restricted')).not.toEqual([]);
  const { labels, annotations } = builderNamespace(platformOf()).metadata;
  expect(labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/warn': 'restricted',
  });
  expect(annotations?.['hks.io/pod-security-reason']).toContain('as root, without privilege');
});

test('a tenant builds from it, with the address of the registry alone', () => {
  const hosts = { [REGISTRY]: '10.43.0.20' };
  const job = buildJob(templateOfTenant(builderJobTemplate(platformOf()), 'acme'), {
    name: 'api-1',
    destination: `${REGISTRY}:5000/acme/api:1`,
    context: { repository: 'acme/contexts', digest: `sha256:${'a'.repeat(64)}` },
    hosts,
  });
  expect(job.metadata).toMatchObject({ name: 'api-1', namespace: 'hks-build' });
  const pod = job.spec.template.spec as PodSpec;
  expect(pod.hostAliases).toEqual([{ ip: '10.43.0.20', hostnames: [REGISTRY] }]);
  expect(pod.dnsPolicy).toBe('None');
});

test('the sandbox runtime isolates builds, and without one the template says so', () => {
  const sandbox = { runtimeClass: 'gvisor', handler: 'runsc', make: true };
  const isolated = platformOf({}, {}, { sandbox });
  expect(podOf(isolated).runtimeClassName).toBe('gvisor');
  const told = (platform = platformOf()) =>
    builderJobTemplate(platform).metadata.annotations[ISOLATION_ANNOTATION];
  expect(told(isolated)).toBe('gvisor');
  expect(podOf()).not.toHaveProperty('runtimeClassName');
  expect(told()).toMatch(/^none: builds share the kernel of the node/);
});

describe('the network', () => {
  const policies = (platform = platformOf()) =>
    builderObjects(platform).filter(({ kind }) => kind === 'NetworkPolicy');

  test('nothing but the registry', () => {
    expect(policies().map(({ metadata }) => metadata.name)).toEqual([
      'default-deny',
      'build-registry',
    ]);
    expect(policies()[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('and the package proxy, when it is on', () => {
    const [, , proxy] = policies(platformOf(PROXY));
    const namespace = { matchLabels: { 'kubernetes.io/metadata.name': 'hks-system' } };
    const pods = { matchLabels: { app: 'package-proxy' } };
    expect(proxy?.spec).toEqual({
      podSelector: { matchLabels: { 'hks.io/kind': 'build' } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: namespace, podSelector: pods }],
          ports: [{ port: 8080, protocol: 'TCP' }],
        },
      ],
    });
  });

  test('builds are told where pip, npm and Go are, by those that are served alone', () => {
    const args = (platform = platformOf()) =>
      buildOf(platform)?.args?.filter((arg) => arg.startsWith('--build-arg'));
    expect(args()).toEqual([]);
    const root = `http://${PROXY_NAME}:8080`;
    expect(args(platformOf(PROXY))).toEqual([
      `--build-arg=PIP_INDEX_URL=${root}/pip/simple/`,
      `--build-arg=PIP_TRUSTED_HOST=${PROXY_NAME}:8080`,
      `--build-arg=NPM_CONFIG_REGISTRY=${root}/npm/`,
      '--build-arg=NPM_CONFIG_AUDIT=false',
      `--build-arg=GOPROXY=${root}/go`,
    ]);
    const { go } = PROXY.packageProxy.upstreams;
    const alone = { packageProxy: { enabled: true, upstreams: { go } } };
    expect(args(platformOf(alone))).toEqual([`--build-arg=GOPROXY=${root}/go`]);
    const hosts = builderJobTemplate(platformOf(PROXY)).metadata.annotations['hks.io/build-hosts'];
    expect(JSON.parse(hosts ?? '')).toEqual([REGISTRY, PROXY_NAME]);
  });
});

test('with a password the pushing container has the one Secret, the building one the other', () => {
  const builder = { pushSecret: 'push', pullSecret: 'pull' };
  const pod = podOf(platformOf({ registry: { htpasswdSecret: 'users' }, builder }));
  const secretOf = (mount: string | undefined) =>
    pod.volumes?.find(({ name }) => name === mount)?.secret?.secretName;
  const credentials = (container = pod.containers[0]) =>
    container?.volumeMounts
      ?.filter(({ name }) => name.startsWith('credentials'))
      .map(({ name }) => secretOf(name));
  const build = pod.initContainers?.find(({ name }) => name === 'build');
  expect([credentials(), credentials(build)]).toEqual([['push'], ['pull']]);
});

test('whatever the settings, as many builds fit as there is room for, and at least one', () => {
  const settings = fc.record({
    cpu: fc.integer({ min: 1000, max: 64_000 }).map((millis) => `${millis}m`),
    memory: fc.integer({ min: 512, max: 65_536 }).map((mebibytes) => `${mebibytes}Mi`),
    builds: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(settings, (builder) => {
      const platform = platformOf({ builder });
      const { limits, requests } = buildResources(platform.config.builder);
      // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it wants.
      const [quota, range] = builderQuota(platform).map(({ spec }) => spec as any);
      const { hard } = quota;
      const [{ max }] = range.limits;
      expect(max).toEqual(limits);
      for (const key of ['cpu', 'memory'] as const) {
        const all = quantity(hard[`limits.${key}`] ?? '');
        expect(all).toBe(quantity(builder[key]));
        expect(quantity(limits[key])).toBeLessThanOrEqual(all);
        expect(quantity(requests[key])).toBeLessThanOrEqual(quantity(limits[key]));
        // In thousandths: 1.017 * 52 is a little more than 52.884.
        const together = Math.round(quantity(limits[key]) * builder.builds * 1000);
        expect(together <= Math.round(all * 1000) || limits[key] === LEAST[key]).toBe(true);
        expect(neededByBuilds(key, platform.config.builder)).toBeUndefined();
      }
      expect(hard.pods).toBe(String(builder.builds));
      for (const container of podOf(platform).initContainers ?? []) {
        for (const key of ['cpu', 'memory', 'ephemeral-storage'] as const) {
          const own = quantity(container.resources?.limits?.[key] ?? Number.NaN);
          expect(own).toBeLessThanOrEqual(quantity(limits[key]));
        }
      }
    }),
    { numRuns: 50 },
  );
});
const LEAST: Record<string, string> = { cpu: '1', memory: '512Mi' };

describe('wiring', () => {
  const wiring = (settings: HostPlatformSettings = {}) =>
    wiringOfComponents((options) => {
      const platform = platformOf(settings);
      const system = new SystemNamespace('system', { platform }, options);
      return new Builder('builder', { platform }, { ...options, dependsOn: [...system.ready] });
    });

  test('the namespace is first, and last to go', async () => {
    const { registrations, behind, deletedBefore, strays } = await wiring();
    const namespace = 'builder:namespace/hks-build';
    expect(behind(namespace)).toContain('system:namespace/hks-system');
    const inside = registrations.filter(({ inputs }) => inputs.metadata?.namespace === 'hks-build');
    expect(inside).toHaveLength(7);
    for (const { name } of inside) expect(deletedBefore(name, namespace)).toBe(true);
    expect(strays()).toEqual([]);
  });

  test('the cache is protected until the settings say otherwise, and nothing else is', async () => {
    const isProtected = async (settings: HostPlatformSettings) =>
      (await wiring(settings)).registrations.filter((made) => made.protect).map(({ name }) => name);
    const cache = 'builder:persistentvolumeclaim/hks-build/build-cache';
    expect(await isProtected({})).toEqual([cache]);
    expect(await isProtected({ protectData: false })).toEqual([]);
  });

  test('it tells where and of what builds are made', async () => {
    const { outputs } = await wiring({ builder: { namespace: 'builds' } });
    expect(outputs('builder')).toEqual({ namespace: 'builds', template: 'hks-build-template' });
  });
});
