/** @module All of the platform as the engine is asked for it: who belongs to whom, what comes after what, what is kept. */
import { REGISTRY_HOST } from '../../constructs/system';
import type { HostPlatformSettings } from '../../stacks/config/schema';
import { imagesOf, isPinned, pinnedImage, releaseImage } from '../../stacks/images';
import type { KubeObject } from '../../stacks/kube-object';
import { HostPlatform } from '../../stacks/parts';
import type { Choices, Platform } from '../../stacks/platform';
import type { LoadedReleases } from '../../stacks/releases';
import { platformOf } from './platform-fixture';
import { assetsOf, VERSION } from './prepare/prepared';
import { describeWithReleases } from './release-files';
import { type Wiring, wiringOf } from './wiring';

const CONTROL_PLANE = {
  image: 'registry.example.com/hks/control-plane:1.4.2',
  host: 'hks.example.com',
};
const EVERYTHING: HostPlatformSettings = {
  eventing: { enabled: true },
  controlPlane: CONTROL_PLANE,
  packageProxy: { enabled: true, upstreams: { go: 'https://go.example.com' } },
  registry: { writeNodeConfig: true },
};
const ALL_CHOICES: Partial<Choices> = {
  controlPlane: true,
  postgres: 'installed',
  sandbox: { runtimeClass: 'gvisor', handler: 'runsc', make: true },
  monitoring: { serviceMonitor: true, prometheusRule: true },
};

/** CRDs without the schemas of their versions: nine tenths of a release, on which nothing here depends. */
function slim(object: KubeObject): KubeObject {
  if (object.kind !== 'CustomResourceDefinition') return object;
  const { versions, ...spec } = object['spec'] as { versions: readonly { name: string }[] };
  return { ...object, spec: { ...spec, versions: versions.map(({ name }) => ({ name })) } };
}

function platform(settings: HostPlatformSettings, choices: Partial<Choices>): Platform {
  const made = platformOf(settings, {}, choices);
  const { config } = made;
  return {
    ...made,
    image: (reference) => releaseImage(reference, config),
    pinned: (name) => pinnedImage(name, config),
  };
}

describeWithReleases('the platform', () => {
  const release = (component: 'knative-serving' | 'knative-kourier' | 'knative-eventing') => ({
    component,
    version: VERSION,
    images: [],
    objects: Object.fromEntries(
      Object.entries(assetsOf(component)).map(([file, objects]) => [file, objects.map(slim)]),
    ),
  });
  const releases: LoadedReleases = {
    serving: release('knative-serving'),
    kourier: release('knative-kourier'),
    eventing: release('knative-eventing'),
  };
  async function registered(
    settings: HostPlatformSettings,
    choices: Partial<Choices> = {},
    loaded = releases,
  ): Promise<Wiring> {
    return wiringOf(() => {
      new HostPlatform('hks', {
        platform: platform(settings, choices),
        releases: loaded,
        gate: async () => undefined,
        cluster: { context: 'test', kubeconfig: '' },
      });
    });
  }

  let wiring: Wiring;
  beforeAll(async () => {
    wiring = await registered(EVERYTHING, ALL_CHOICES);
  }, 60_000);

  test('no resource is without parent or provider, and none comes twice', () => {
    expect(wiring.registrations.length).toBeGreaterThan(250);
    expect(wiring.strays()).toEqual([]);
  });

  test('every image is pinned by digest or version', () => {
    const images = imagesOf(
      wiring.registrations
        .filter(({ custom, type }) => custom && type.startsWith('kubernetes:'))
        .map(({ inputs }) => inputs),
    );
    expect(images).toContain(CONTROL_PLANE.image);
    expect(images.length).toBeGreaterThan(17);
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
  });

  test('both providers know the cluster by its identity; one takes over what an earlier platform left', () => {
    const { inputs } = wiring.named('hks-cluster');
    expect(inputs).toMatchObject({
      context: 'test',
      clusterIdentifier: '5f0c0f0e-7d36-4a3c-9a63-1f1f4d1f9d10',
      enableServerSideApply: 'true',
      enableConfigMapMutable: 'true',
      enableSecretMutable: 'true',
    });
    expect(inputs.upsertExistingObjects).toBeUndefined();
    expect(inputs.enablePatchForce).toBeUndefined();
    expect(wiring.named('hks-cluster-kept').inputs).toEqual({
      ...inputs,
      upsertExistingObjects: 'true',
      enablePatchForce: 'true',
    });
  });

  test('providers look for the kubeconfig as kubectl does, whatever KUBECONFIG of this process says', async () => {
    const before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = '/one:/other';
    try {
      const { registrations } = await registered({});
      const providers = registrations.filter(({ type }) => type === 'pulumi:providers:kubernetes');
      expect(providers.map(({ inputs }) => inputs.kubeconfig)).toEqual(['', '']);
    } finally {
      if (before === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = before;
    }
  }, 60_000);

  test('no Service is awaited: each would wait for pods that an engine may make after it', () => {
    const services = wiring.registrations.filter(({ inputs }) => inputs.kind === 'Service');
    expect(services.length).toBeGreaterThan(10);
    const awaited = services.filter(
      ({ inputs }) => inputs.metadata.annotations?.['pulumi.com/skipAwait'] !== 'true',
    );
    expect(awaited.map(({ name }) => name)).toEqual([]);
  });

  test('what stays is made by the provider that takes it over, and nothing else is', () => {
    const kept = wiring.registrations.filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.filter(({ provider }) => provider !== 'hks-cluster-kept')).toEqual([]);
    const others = wiring.registrations.filter(
      ({ custom, provider, retainOnDelete }) =>
        custom && provider === 'hks-cluster-kept' && !retainOnDelete,
    );
    expect(others.map(({ name }) => name)).toEqual([]);
    const kinds = new Set(kept.map(({ inputs }) => inputs.kind));
    expect([...kinds].sort()).toEqual([
      'CustomResourceDefinition',
      'Namespace',
      'PersistentVolumeClaim',
      'Secret',
    ]);
  });

  test('data is protected until the settings say otherwise', async () => {
    const protectedOnes = ({ registrations }: Wiring) =>
      registrations.filter((one) => one.protect).map(({ name }) => name);
    expect(protectedOnes(wiring)).toEqual(
      expect.arrayContaining(['registry:persistentvolumeclaim/hks-system/registry']),
    );
    expect(protectedOnes(wiring).length).toBeGreaterThan(3);
    const open = await registered({ ...EVERYTHING, protectData: false }, ALL_CHOICES);
    expect(protectedOnes(open)).toEqual([]);
  });

  test.each([
    ['registry:statefulset.apps/hks-system/registry', 'system:namespace/hks-system'],
    [
      'registry:statefulset.apps/hks-system/registry',
      'registry:persistentvolumeclaim/hks-system/registry',
    ],
    [
      'kourier:deployment.apps/kourier-system/3scale-kourier-gateway',
      'knative-serving:deployment.apps/knative-serving/webhook',
    ],
    [
      'kourier:configmap/knative-serving/config-kourier',
      'knative-serving:namespace/knative-serving',
    ],
    [
      'knative-serving:image.caching.internal.knative.dev/knative-serving/queue-proxy',
      'knative-serving:customresourcedefinition.apiextensions.k8s.io/images.caching.internal.knative.dev',
    ],
    [
      'knative-serving:validatingwebhookconfiguration.admissionregistration.k8s.io/config.webhook.serving.knative.dev',
      'knative-serving:deployment.apps/knative-serving/webhook',
    ],
    ['builder:namespace/hks-build', 'sandbox-runtime:runtimeclass.node.k8s.io/gvisor'],
    [
      'control-plane:deployment.apps/hks-system/hks-control-plane',
      'registry:statefulset.apps/hks-system/registry',
    ],
  ])('%s is made after %s, and deleted before it', (first, then) => {
    expect(wiring.deletedBefore(first, then)).toBe(true);
    expect(wiring.deletedBefore(then, first)).toBe(false);
  });

  test('the stack tells what there is, and what is off and why', async () => {
    const told = wiring.outputs('hks');
    expect(told).toMatchObject({
      domain: '192.0.2.10.sslip.io',
      gateway: {
        exposure: 'nodePort',
        ports: { http: 31080, https: 31443 },
        url: 'http://NAME.NAMESPACE.192.0.2.10.sslip.io:31080',
      },
      registry: { host: REGISTRY_HOST, nodePort: 30500 },
      builder: { namespace: 'hks-build' },
      isolation: 'gvisor',
      database: 'installed',
      controlPlane: { url: 'https://hks.example.com' },
      versions: { serving: VERSION, kourier: VERSION, eventing: VERSION },
      off: {},
    });
    const { eventing: _, ...without } = releases;
    const small = await registered(
      {},
      { off: { controlPlane: 'Set controlPlane.image.' } },
      without,
    );
    const outputs = small.outputs('hks');
    expect(outputs).toMatchObject({
      isolation: 'none',
      database: 'off',
      off: { controlPlane: 'Set controlPlane.image.' },
    });
    expect(outputs).not.toHaveProperty('controlPlane');
    expect(outputs).not.toHaveProperty('packageProxy');
    expect(
      small.registrations.filter(({ name }) => /eventing|postgres:|control-plane:/.test(name)),
    ).toEqual([]);
  });

  test('a second run asks for the same', async () => {
    const again = await registered(EVERYTHING, ALL_CHOICES);
    const compared = ({ registrations }: Wiring) =>
      registrations
        .map(({ name, inputs, ignoreChanges }) => {
          const copy = structuredClone(inputs);
          for (const path of ignoreChanges) delete copy[path];
          return JSON.stringify([name, copy]);
        })
        .sort();
    expect(compared(again)).toEqual(compared(wiring));
  });
});
