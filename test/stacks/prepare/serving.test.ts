import { parse } from 'yaml';
import { QUEUE_PROXY_RESOURCES, SERVING_FEATURES } from '../../../constructs/function';
import type { HostPlatformSettings } from '../../../stacks/config/schema';
import { imagesOf, isPinned } from '../../../stacks/images';
import type { Choices } from '../../../stacks/platform';
import { exampleKeys } from '../../../stacks/prepare/config-maps';
import { PLATFORM_FEATURES } from '../../../stacks/prepare/features';
import { allObjects, type PreparedRelease } from '../../../stacks/prepare/release';
import { prepareServing } from '../../../stacks/prepare/serving';
import { platformOf } from '../platform-fixture';
import { describeWithReleases } from '../release-files';
import { anyOf, assetsOf, found, VERSION } from './prepared';

const serving = (
  settings: HostPlatformSettings = {},
  choices: Partial<Choices> = {},
): PreparedRelease =>
  prepareServing(assetsOf('knative-serving'), {
    version: VERSION,
    platform: platformOf(settings, {}, choices),
  });
const data = (release: PreparedRelease, name: string): Record<string, string> => {
  const { _example, ...rest } = anyOf(found(release.objects, `ConfigMap/${name}`)).data;
  return rest;
};

describeWithReleases('Knative Serving', () => {
  test('has the 59 objects of its files, each once, in stages', () => {
    const { version, ...stages } = serving({ singleNode: false });
    expect(version).toBe('1.23.0');
    const counts = Object.entries(stages).map(([name, objects]) => [name, objects.length]);
    expect(Object.fromEntries(counts)).toEqual({
      namespaces: 1,
      crds: 12,
      objects: 41,
      webhooks: 3,
      customResources: 2,
      jobs: 0,
    });
    expect(stages.customResources.map(({ kind }) => kind)).toEqual(['Certificate', 'Image']);
  });

  test('has no autoscalers and budgets on a single node, and them on several', () => {
    const scalers = ({ objects }: PreparedRelease) =>
      objects
        .filter(({ kind }) => /Autoscaler|Budget/.test(kind))
        .map(({ metadata }) => metadata.name);
    expect(scalers(serving({ singleNode: true }))).toEqual([]);
    expect(scalers(serving({ singleNode: false }))).toEqual([
      'activator',
      'webhook',
      'activator-pdb',
      'webhook-pdb',
    ]);
  });

  test('is the same whatever the order of its files and documents', () => {
    const assets = Object.entries(assetsOf('knative-serving')).reverse();
    const reversed = Object.fromEntries(
      assets.map(([file, documents]) => [file, [...documents].reverse()]),
    );
    expect(prepareServing(reversed, { version: VERSION, platform: platformOf() })).toEqual(
      serving(),
    );
  });

  test('takes jobs when they are given', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { generateName: 'cleanup-serving-', namespace: 'knative-serving' },
      spec: {
        template: { spec: { containers: [{ name: 'cleanup', image: 'example.com/a:1.0' }] } },
      },
    };
    const assets = { ...assetsOf('knative-serving'), 'serving-post-install-jobs.yaml': [job] };
    const { jobs } = prepareServing(assets as never, { version: VERSION, platform: platformOf() });
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(['cleanup-serving-1-23-0']);
    expect(anyOf(jobs[0] as never).spec.template.spec.containers[0].resources.requests).toEqual({
      cpu: '25m',
      memory: '64Mi',
      'ephemeral-storage': '16Mi',
    });
  });

  test('all its images are pinned, the one of queue-proxy in both places', () => {
    const release = serving({ imageMirror: 'mirror.example.com:5000/hks' });
    const images = imagesOf(allObjects(release));
    expect(images).toHaveLength(5);
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
    expect(images.filter((image) => !image.startsWith('mirror.example.com:5000/hks/'))).toEqual([]);
    const image = anyOf(found(release.customResources, 'Image/queue-proxy')).spec.image;
    expect(image).toMatch(/^mirror.*\/queue@sha256:/);
    expect(data(release, 'config-deployment')['queue-sidecar-image']).toBe(image);
  });
});

describeWithReleases('config maps of Serving', () => {
  test('say what the platform decides', () => {
    const release = serving({ domain: 'functions.example.com' });
    expect(data(release, 'config-network')).toMatchObject({
      'ingress-class': 'kourier.ingress.networking.knative.dev',
      'autocreate-cluster-domain-claims': 'false',
    });
    expect(data(release, 'config-domain')).toEqual({ 'functions.example.com': '' });
    expect(data(release, 'config-gc')).toEqual({
      'retain-since-create-time': '48h',
      'retain-since-last-active-time': '15h',
      'min-non-active-revisions': '5',
      'max-non-active-revisions': '50',
    });
    expect(data(release, 'config-defaults')).toMatchObject({
      'revision-timeout-seconds': '300',
      'max-revision-timeout-seconds': '600',
      'enable-service-links': 'false',
    });
  });

  test('have only keys that the release documents, and keep the example with its checksum', () => {
    const shipped = assetsOf('knative-serving')['serving-core.yaml'] ?? [];
    const sandbox = { runtimeClass: 'gvisor', handler: 'runsc', make: true };
    const maps = serving({}, { sandbox }).objects.filter(({ kind }) => kind === 'ConfigMap');
    expect(maps).toHaveLength(12);
    for (const map of maps) {
      const original = anyOf(found(shipped, `ConfigMap/${map.metadata.name}`));
      const known = [...Object.keys(original.data), ...exampleKeys(map)];
      const own = map.metadata.name === 'config-domain' ? [] : Object.keys(anyOf(map).data);
      expect(own.filter((key) => !known.includes(key))).toEqual([]);
      expect(anyOf(map).data._example).toBe(original.data._example);
      expect(map.metadata.annotations).toEqual(original.metadata.annotations);
    }
  });

  test('scale as the settings say', () => {
    expect(data(serving(), 'config-autoscaler')).toEqual({
      'enable-scale-to-zero': 'true',
      'scale-to-zero-grace-period': '30s',
      'stable-window': '60s',
      'scale-down-delay': '0s',
      'initial-scale': '1',
      'allow-zero-initial-scale': 'false',
      'max-scale': '20',
      'max-scale-limit': '100',
      'container-concurrency-target-default': '100',
      'target-burst-capacity': '211',
    });
    const autoscaler = { scaleToZero: false, initialScale: 0, scaleDownDelay: '5m', maxScale: 7 };
    expect(data(serving({ knative: { autoscaler } }), 'config-autoscaler')).toMatchObject({
      'enable-scale-to-zero': 'false',
      'initial-scale': '0',
      'allow-zero-initial-scale': 'true',
      'scale-down-delay': '5m',
      'max-scale': '7',
    });
  });

  test('resolve digests of the internal registry, and skip what the settings name', () => {
    const skipped = (settings: HostPlatformSettings) =>
      data(serving(settings), 'config-deployment')['registries-skipping-tag-resolving'];
    expect(skipped({})).toBe('kind.local,ko.local,dev.local');
    expect(skipped({ knative: { skipTagResolving: ['ko.local', 'lan.example:5000'] } })).toBe(
      'kind.local,ko.local,dev.local,lan.example:5000',
    );
  });

  test('size queue-proxy as the constructs count it', () => {
    const own = data(serving(), 'config-deployment');
    for (const key of ['cpu', 'memory', 'ephemeral-storage'] as const) {
      expect(own[`queue-sidecar-${key}-request`]).toBe(QUEUE_PROXY_RESOURCES.requests[key]);
      expect(own[`queue-sidecar-${key}-limit`]).toBe(QUEUE_PROXY_RESOURCES.limits[key]);
    }
  });

  test('map the label of isolated functions to the RuntimeClass, also where there is none: then they do not start', () => {
    const sandbox = { runtimeClass: 'sandboxed', handler: 'runsc', make: false };
    const mapped = data(serving({}, { sandbox }), 'config-deployment')['runtime-class-name'];
    expect(parse(mapped ?? '')).toEqual({
      sandboxed: { selector: { 'hks.io/isolation': 'gvisor' } },
    });
    const missing = data(serving(), 'config-deployment')['runtime-class-name'];
    expect(parse(missing ?? '')).toEqual({
      gvisor: { selector: { 'hks.io/isolation': 'gvisor' } },
    });
  });
});

describeWithReleases('flags of Serving', () => {
  test('are the platform’s, with those of the settings over them', () => {
    expect(data(serving(), 'config-features')).toEqual(PLATFORM_FEATURES);
    const features = {
      'kubernetes.podspec-nodeselector': 'enabled',
      'secure-pod-defaults': 'disabled',
    } as const;
    expect(data(serving({ knative: { features } }), 'config-features')).toEqual({
      ...PLATFORM_FEATURES,
      ...features,
    });
  });

  test('that constructs name in their features are all known, and off', () => {
    const { objects } = serving();
    const [allowZero, ...flags] = SERVING_FEATURES;
    expect(exampleKeys(found(objects, 'ConfigMap/config-autoscaler'))).toContain(allowZero);
    const known = exampleKeys(found(objects, 'ConfigMap/config-features'));
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
    expect(flags.filter((flag) => PLATFORM_FEATURES[flag] === 'enabled')).toEqual([]);
  });

  test('that the release does not know are refused, with those that it knows', () => {
    const features = { 'kubernetes.podspec-nodeselektor': 'enabled' } as const;
    const known = exampleKeys(found(serving().objects, 'ConfigMap/config-features'));
    expect(known).toHaveLength(33);
    expect(() => serving({ knative: { features } })).toThrow(
      `'knative.features["kubernetes.podspec-nodeselektor"]' of the settings must be a flag that this version of Knative Serving knows, received 'enabled'. Use one of ${known.sort().join(', ')}.`,
    );
  });
});
