/** @module The registry: its objects, who reaches it, and the edges between them. */
import { podViolations } from '../../constructs/pod-security';
import type { KubeObject } from '../../stacks/kube-object';
import { Registry, registryGround, registryServer } from '../../stacks/registry';
import { garbageCollection } from '../../stacks/registry/collection';
import { registryConfig } from '../../stacks/registry/settings';
import { SystemNamespace } from '../../stacks/system-namespace';
import { platformOf } from './platform-fixture';
import { podOf, shortcomings } from './registry/pods';
import { wiringOfComponents } from './wiring';

const objects = (platform = platformOf()): KubeObject[] => [
  ...registryGround(platform),
  ...registryServer(platform),
  ...garbageCollection(platform),
];
const named = (kind: string, platform = platformOf()) => {
  const found = objects(platform).find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`No ${kind}.`);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it wants.
  return found as any;
};

test('with the defaults', () => {
  const files = named('ConfigMap').data;
  expect(Object.keys(files)).toEqual(['config.yml', 'read-only.yml', 'serve.sh', 'collect.sh']);
  const rest = objects().filter(({ kind }) => kind !== 'ConfigMap');
  expect(rest).toMatchSnapshot();
});

test('every pod is restricted, and has its limits', () => {
  const pods = objects().flatMap((object) => podOf(object) ?? []);
  expect(pods).toHaveLength(2);
  expect(pods.flatMap((pod) => podViolations(pod))).toEqual([]);
  expect(pods.flatMap(shortcomings)).toEqual([]);
});

test('the volume is as the settings have it, and the engine does not wait for it', () => {
  const settings = { registry: { size: '7Gi', storageClass: 'fast' } };
  const claim = named('PersistentVolumeClaim', platformOf(settings));
  expect(claim.spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '7Gi' } },
    storageClassName: 'fast',
  });
  expect(claim.metadata.annotations).toEqual({ 'pulumi.com/skipAwait': 'true' });
  expect(named('PersistentVolumeClaim').spec).not.toHaveProperty('storageClassName');
});

test('only the named ones get in, and the registry gets nowhere', () => {
  const { spec } = named('NetworkPolicy', platformOf({ builder: { namespace: 'builds' } }));
  expect(spec.egress).toEqual([]);
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  const [{ from, ports }] = spec.ingress;
  expect(ports).toEqual([{ port: 5000, protocol: 'TCP' }]);
  const namespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
  const build = { matchLabels: { 'hks.io/kind': 'build' } };
  const projects = { 'app.kubernetes.io/managed-by': 'hks', 'hks.io/kind': 'project' };
  const controlPlane = {
    'app.kubernetes.io/name': 'hks-control-plane',
    'app.kubernetes.io/part-of': 'hks',
  };
  expect(from).toEqual([
    { namespaceSelector: { matchLabels: projects }, podSelector: build },
    { namespaceSelector: namespace('builds'), podSelector: build },
    {
      namespaceSelector: namespace('knative-serving'),
      podSelector: { matchLabels: { app: 'controller' } },
    },
    { namespaceSelector: namespace('hks-system'), podSelector: { matchLabels: controlPlane } },
    { ipBlock: { cidr: '192.0.2.10/32' } },
  ]);
});

test('who comes by the node port of a node keeps the address that the policy knows', () => {
  const { spec } = named('Service');
  expect(spec).toMatchObject({ type: 'NodePort', externalTrafficPolicy: 'Local' });
});

test('a password is asked for when a Secret has the users', () => {
  const platform = platformOf({ registry: { htpasswdSecret: 'users' } });
  expect(registryConfig(platform.config.registry, false)).toMatchObject({
    auth: { htpasswd: { path: '/etc/hks-registry-auth/htpasswd' } },
  });
  expect(registryConfig({}, false)).not.toHaveProperty('auth');
  const pod = podOf(named('StatefulSet', platform));
  const items = [{ key: 'htpasswd', path: 'htpasswd' }];
  expect(pod?.volumes).toContainEqual({
    name: 'auth',
    secret: { secretName: 'users', defaultMode: 0o440, items },
  });
  expect(pod?.containers[0]?.readinessProbe).toMatchObject({ httpGet: { path: '/', port: 5000 } });
});

test('a change of the configuration starts the registry again', () => {
  const digest = (registry: object) =>
    named('StatefulSet', platformOf({ registry })).spec.template.metadata.annotations;
  expect(digest({ htpasswdSecret: 'users' })).not.toEqual(digest({}));
  expect(digest({ size: '7Gi' })).toEqual(digest({}));
});

test('the two configurations differ in what may be written alone', () => {
  const [writable, readOnly] = [false, true].map((mode) => registryConfig({}, mode)) as [
    // biome-ignore lint/suspicious/noExplicitAny: as YAML.
    any,
    // biome-ignore lint/suspicious/noExplicitAny: as YAML.
    any,
  ];
  expect(writable.storage.maintenance.readonly.enabled).toBe(false);
  expect(readOnly.storage.maintenance.readonly.enabled).toBe(true);
  expect(readOnly.storage.maintenance.uploadpurging.enabled).toBe(false);
  expect({ ...readOnly, storage: 0 }).toEqual({ ...writable, storage: 0 });
  // A cache would go on to know what a collection has removed.
  expect(writable.storage).not.toHaveProperty('cache');
});

test('a collection runs beside the registry, one at a time, and never as it', () => {
  const { spec } = named('CronJob', platformOf());
  expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '30 3 * * 0' });
  const { template } = spec.jobTemplate.spec;
  const [term] = template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  const { spec: server } = named('StatefulSet');
  expect(server.template.metadata.labels).toMatchObject(term.labelSelector.matchLabels);
  expect(template.metadata.labels.app).not.toBe('registry');
  const off = platformOf({ registry: { garbageCollection: { enabled: false } } });
  expect(garbageCollection(off)).toEqual([]);
});

describe('wiring', () => {
  const wiring = (settings = {}) =>
    wiringOfComponents((options) => {
      const platform = platformOf(settings);
      const system = new SystemNamespace('system', { platform }, options);
      return new Registry('registry', { platform }, { ...options, dependsOn: [...system.ready] });
    });
  const at = (kind: string, name = 'registry') => `registry:${kind}/hks-system/${name}`;

  test('namespace, then settings, volume and policy, then the server, then collections', async () => {
    const { behind, strays } = await wiring();
    const ground = [
      at('configmap'),
      at('persistentvolumeclaim'),
      at('networkpolicy.networking.k8s.io'),
    ];
    for (const name of ground) {
      expect(behind(name)).toContain('system:namespace/hks-system');
      expect(behind(at('statefulset.apps'))).toContain(name);
    }
    // Each awaits the other's pods or endpoints: neither may wait for the other.
    expect(behind(at('service'))).not.toContain(at('statefulset.apps'));
    expect(behind(at('statefulset.apps'))).not.toContain(at('service'));
    expect(behind(at('cronjob.batch', 'registry-garbage-collection'))).toContain(
      at('statefulset.apps'),
    );
    expect(strays()).toEqual([]);
  });

  test('the volume is protected until the settings say otherwise, and stays', async () => {
    const kept = { protect: true, retainOnDelete: true };
    const claim = at('persistentvolumeclaim');
    expect((await wiring()).named(claim)).toMatchObject(kept);
    const unprotected = await wiring({ protectData: false });
    expect(unprotected.named(claim)).toMatchObject({ protect: false, retainOnDelete: true });
    expect(unprotected.named(at('configmap'))).toMatchObject({ retainOnDelete: false });
  });

  test('it tells how it is reached', async () => {
    const { outputs } = await wiring({ registry: { nodePort: 30777 } });
    expect(outputs('registry')).toEqual({
      host: 'registry.hks-system.svc.cluster.local:5000',
      nodePort: 30777,
      registriesYaml: expect.stringContaining('http://127.0.0.1:30777'),
    });
  });

  test('the nodes have a namespace of their own, when they are written to', async () => {
    const { behind, registrations } = await wiring({ registry: { writeNodeConfig: true } });
    const namespace = 'registry:namespace/hks-node-config';
    expect(behind('registry:daemonset.apps/hks-node-config/registries-yaml')).toContain(namespace);
    expect(registrations.map(({ name }) => name)).toContain(namespace);
    const without = await wiring();
    expect(without.registrations.map(({ name }) => name)).not.toContain(namespace);
  });
});
