/** @module The host platform on a cluster: what its own program registers is applied in the order of registration. */

import { imagesOf, isPinned } from '../../stacks/images';
import { type ConfigMap, get, kubectl, list, untilAvailable } from './harness';
import { Provider } from './harness/engine/provider';
import { isObject, objectOf, type Registration, readState } from './harness/engine/state';
import { stateOfCluster, update } from './harness/platform';

async function registrations(): Promise<readonly Registration[]> {
  return readState(await stateOfCluster()).resources;
}

test('a second update changes nothing', async () => {
  const outcome = await update('up');
  expect(outcome).toMatchObject({ created: [], changed: [], deleted: [] });
  expect(outcome.unchanged).toBeGreaterThan(150);
});

test('every resource has a parent, every object a provider, and every image is pinned', async () => {
  const resources = await registrations();
  const stack = resources.filter(({ parent }) => parent === '');
  expect(stack.map(({ type }) => type)).toEqual(['pulumi:pulumi:Stack']);
  const objects = resources.filter(isObject);
  expect(objects.filter(({ provider }) => provider === '').map(({ name }) => name)).toEqual([]);
  const images = imagesOf(objects.map(objectOf));
  expect(images.length).toBeGreaterThan(10);
  expect(images.filter((image) => !isPinned(image))).toEqual([]);
});

test('every object is in the cluster as it was registered', async () => {
  const provider = new Provider(process.env.KUBECONFIG ?? '');
  const wrong: string[] = [];
  for (const registration of (await registrations()).filter(isObject)) {
    const object = objectOf(registration);
    const live = await provider.read(object);
    if (live === undefined) wrong.push(`${registration.name} is not there`);
    // The server writes quantities and empty values of workloads in its own way, and Knative completes its webhooks.
    else if (COMPARED.includes(object.kind))
      wrong.push(...missing(object, live, registration.name));
  }
  expect(wrong).toEqual([]);
});

test('every workload is up', async () => {
  const objects = (await registrations()).filter(isObject).map(objectOf);
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  expect(deployments.length).toBeGreaterThan(10);
  for (const { metadata } of deployments) {
    await untilAvailable(metadata.name, metadata.namespace ?? '');
  }
});

test('a setting changes its own object and nothing else', async () => {
  const outcome = await update('up', {
    knative: { autoscaler: { maxScale: 7 }, skipTagResolving: ['index.docker.io'] },
  });
  expect(outcome.changed).toEqual([
    expect.stringMatching(/configmap\/knative-serving\/config-autoscaler$/),
  ]);
  expect(outcome).toMatchObject({ created: [], deleted: [] });
  const live = await get<ConfigMap>('configmap', 'config-autoscaler', 'knative-serving');
  expect(live.data['max-scale']).toBe('7');
  expect((await update('up')).changed).toHaveLength(1);
});

describe('removal and the way back', () => {
  test('volumes hold the removal back until they may go', async () => {
    await expect(update('destroy')).rejects.toThrow(/protected: .*persistentvolumeclaim/);
  });

  test('all goes, but what is kept, and nothing hangs', async () => {
    await update('up', { protectData: false });
    const before = (await registrations()).filter(isObject);
    const outcome = await update('destroy');
    const kept = before.filter(({ retainOnDelete }) => retainOnDelete).map(objectOf);
    expect(outcome.deleted).toHaveLength(before.length - kept.length);
    expect(await namesOf('namespace')).not.toContain('knative-serving');
    const crds = kept.filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(crds.length).toBeGreaterThan(10);
    const names = await namesOf('crd');
    const missed = crds
      .map(({ metadata }) => metadata.name)
      .filter((name) => !names.includes(name));
    expect(missed).toEqual([]);
  });

  test('without what its custom resources depend on, an installation fails', async () => {
    // As on a cluster that never had it; the others are taken over below.
    await kubectl(['delete', 'crd', 'images.caching.internal.knative.dev']);
    const outcome = update('up', {}, 'knative-serving:image.caching.internal.knative.dev');
    await expect(outcome).rejects.toThrow(/image\.caching\.internal\.knative\.dev/);
  });

  test('the same program, whole, goes on where that ended', async () => {
    await update('up');
    expect(await update('up')).toMatchObject({ created: [], changed: [], deleted: [] });
  });
});

async function namesOf(kind: string): Promise<readonly string[]> {
  return (await list(kind)).map(({ metadata }) => metadata.name);
}

const COMPARED = [
  'ClusterRole',
  'ConfigMap',
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolumeClaim',
  'Service',
  'ServiceAccount',
];

/** Paths of what is registered and not in the cluster with the same value. */
function missing(wanted: unknown, live: unknown, path: string): string[] {
  if (typeof wanted !== 'object' || wanted === null) {
    return wanted === live ? [] : [`${path} is ${JSON.stringify(live)}`];
  }
  if (typeof live !== 'object' || live === null) return [`${path} is not there`];
  return Object.entries(wanted).flatMap(([key, value]) =>
    missing(value, (live as Record<string, unknown>)[key], `${path}.${key}`),
  );
}
