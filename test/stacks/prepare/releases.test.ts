import fc from 'fast-check';
import { quantity } from '../../../constructs/resources';
import { imagesOf, isPinned } from '../../../stacks/images';
import { identityOf, type KubeObject } from '../../../stacks/kube-object';
import type { Choices } from '../../../stacks/platform';
import { ignoredFields } from '../../../stacks/prepare/engine';
import { allObjects } from '../../../stacks/prepare/release';
import { REQUESTS } from '../../../stacks/prepare/requests';
import { platformOf } from '../platform-fixture';
import { describeWithReleases } from '../release-files';
import { anyOf, preparedReleases } from './prepared';

const MIRROR = 'mirror.example.com:5000/hks';

const platforms = fc
  .record({
    exposure: fc.constantFrom('loadBalancer', 'nodePort', 'hostPort'),
    singleNode: fc.boolean(),
    sandbox: fc.option(fc.constantFrom('gvisor', 'sandboxed'), { nil: undefined }),
    imageMirror: fc.option(fc.constant(MIRROR), { nil: undefined }),
    loadBalancerIP: fc.option(fc.ipV4(), { nil: undefined }),
    http: fc.integer({ min: 30000, max: 31000 }),
    https: fc.integer({ min: 31001, max: 32767 }),
    maxScale: fc.integer({ min: 1, max: 1000 }),
    skipTagResolving: fc.array(fc.constantFrom('a.example', 'b.example:5000'), { maxLength: 3 }),
  })
  .map(
    ({ exposure, singleNode, sandbox, imageMirror, loadBalancerIP, http, https, ...knative }) => {
      const { maxScale, skipTagResolving } = knative;
      const choices: Partial<Choices> = sandbox
        ? { sandbox: { runtimeClass: sandbox, handler: 'runsc', make: true } }
        : {};
      return platformOf(
        {
          exposure,
          singleNode,
          imageMirror,
          loadBalancerIP,
          nodePorts: { http, https },
          knative: { autoscaler: { maxScale, maxScaleLimit: maxScale }, skipTagResolving },
        },
        {},
        choices,
      );
    },
  );

describeWithReleases('whatever the settings', () => {
  test('the objects are sound', () => {
    fc.assert(
      fc.property(platforms, (platform) => {
        const releases = Object.values(preparedReleases(platform));
        const all = releases.flatMap(allObjects);
        expect(new Set(all.map(identityOf)).size).toBe(all.length);
        expect(homeless(all)).toEqual([]);
        expect(all.filter(({ status }) => status !== undefined)).toEqual([]);
        expect(all.filter(({ metadata }) => 'creationTimestamp' in metadata)).toEqual([]);
        expect(all.filter(({ metadata }) => 'generateName' in metadata)).toEqual([]);
        expect(all.filter(withoutString)).toEqual([]);
        const images = imagesOf(all);
        expect(images.filter((image) => !isPinned(image))).toEqual([]);
        if (platform.config.imageMirror) {
          expect(images.filter((image) => !image.startsWith(`${MIRROR}/`))).toEqual([]);
        }
        expect(all.flatMap(ignoredFields).length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  test('they are the same each time', () => {
    fc.assert(
      fc.property(platforms, (platform) => {
        expect(JSON.stringify(preparedReleases(platform))).toBe(
          JSON.stringify(preparedReleases(platform)),
        );
      }),
      { numRuns: 3 },
    );
  });
});

describeWithReleases('the requests of the releases', () => {
  const containers = (singleNode: boolean) => {
    const releases = preparedReleases(platformOf({ singleNode }));
    return Object.values(releases)
      .flatMap(allObjects)
      .filter((object) => anyOf(object).spec?.template?.spec?.containers)
      .map((object) => ({ object, all: resources(object) }));
  };
  const cpuOf = (singleNode: boolean, namespaces: readonly string[]) =>
    containers(singleNode)
      .filter(({ object }) => namespaces.includes(object.metadata.namespace ?? ''))
      .flatMap(({ all }) => all)
      .reduce((sum, { requests }) => sum + quantity(requests.cpu), 0);

  test('every container asks for all, within its limits', () => {
    for (const { all } of containers(true)) {
      for (const { requests, limits } of all) {
        for (const key of ['cpu', 'memory', 'ephemeral-storage']) {
          expect(quantity(requests[key])).toBeGreaterThan(0);
          expect(quantity(requests[key])).toBeLessThanOrEqual(quantity(limits[key]));
        }
      }
    }
  });

  test('Serving with Kourier asks for less than a third of a core on a single node, and Eventing as much again', () => {
    expect(cpuOf(true, ['knative-serving', 'kourier-system'])).toBeCloseTo(0.275);
    expect(cpuOf(true, ['knative-eventing'])).toBeCloseTo(0.3);
    expect(cpuOf(false, ['knative-serving', 'kourier-system'])).toBeCloseTo(0.7);
  });

  test('the sizes are of workloads that there are', () => {
    const names = containers(true).map(
      ({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`,
    );
    expect([...names].sort()).toEqual(Object.keys(REQUESTS).sort());
  });
});

describeWithReleases('the Secrets of the releases', () => {
  test('are those of the webhooks, have no data and are left alone', () => {
    const secrets = Object.values(preparedReleases(platformOf()))
      .flatMap(allObjects)
      .filter(({ kind }) => kind === 'Secret');
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual([
      'webhook-certs',
      'eventing-webhook-certs',
      'inmemorychannel-webhook-certs',
    ]);
    for (const secret of secrets) {
      expect(secret).not.toHaveProperty('data');
      expect(secret).not.toHaveProperty('stringData');
      expect(ignoredFields(secret)).toEqual(['data']);
    }
  });
});

const resources = (object: KubeObject) =>
  anyOf(object).spec.template.spec.containers.map((one: { resources: unknown }) => one.resources);

/** Objects in a namespace that none of the releases makes. */
function homeless(all: readonly KubeObject[]): KubeObject[] {
  const namespaces = all
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => metadata.name);
  return all.filter(
    ({ metadata: { namespace } }) => namespace !== undefined && !namespaces.includes(namespace),
  );
}

/** Config maps whose values are not all texts, which the API server refuses. */
function withoutString(object: KubeObject): boolean {
  return (
    object.kind === 'ConfigMap' &&
    Object.values(anyOf(object).data ?? {}).some((value) => typeof value !== 'string')
  );
}
