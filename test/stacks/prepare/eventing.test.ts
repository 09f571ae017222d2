import { KNATIVE_EVENTING_NAMESPACE } from '../../../constructs/system';
import { imagesOf, isPinned } from '../../../stacks/images';
import { identityOf } from '../../../stacks/kube-object';
import { prepareEventing } from '../../../stacks/prepare/eventing';
import { allObjects } from '../../../stacks/prepare/release';
import { platformOf } from '../platform-fixture';
import { describeWithReleases } from '../release-files';
import { anyOf, assetsOf, found, LEFT_OUT, VERSION } from './prepared';

const eventing = (singleNode = true) =>
  prepareEventing(assetsOf('knative-eventing'), {
    version: VERSION,
    platform: platformOf({ singleNode }),
  });

describeWithReleases('Knative Eventing', () => {
  test('has the 146 objects of its four files but for what is left out, each once', () => {
    const { version: _version, ...stages } = eventing(false);
    const counts = Object.entries(stages).map(([name, objects]) => [name, objects.length]);
    expect(Object.fromEntries(counts)).toEqual({
      namespaces: 1,
      crds: 18,
      objects: 110,
      webhooks: 6,
      customResources: 0,
      jobs: 0,
    });
    const all = Object.values(assetsOf('knative-eventing')).flat().map(identityOf);
    const prepared = allObjects(eventing(false)).map(identityOf);
    const missing = [...new Set(all)].filter((identity) => !prepared.includes(identity));
    expect(new Set(all).size).toBe(146);
    expect(missing).toHaveLength(11);
    const unexplained = missing.filter((one) => !LEFT_OUT.some((part) => one.includes(part)));
    expect(unexplained).toEqual([]);
  });

  test('nothing that stays belongs to what is left out, but for its CRDs and roles of tenants', () => {
    const { objects, crds } = eventing();
    const left = objects.filter(({ kind, metadata }) =>
      LEFT_OUT.some((part) => kind !== 'ClusterRole' && metadata.name.includes(part)),
    );
    expect(left).toEqual([]);
    const names = crds.map(({ metadata }) => metadata.name);
    expect(names).toContain('jobsinks.sinks.knative.dev');
    expect(names).toContain('requestreplies.eventing.knative.dev');
  });

  test('every binding has its role and its account', () => {
    const { objects } = eventing();
    const known = objects.map(identityOf);
    for (const binding of objects.filter(({ kind }) => kind.endsWith('RoleBinding'))) {
      const { roleRef, subjects } = anyOf(binding);
      const namespace = roleRef.kind === 'Role' ? `${KNATIVE_EVENTING_NAMESPACE}/` : '';
      expect(known).toContain(
        `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io/${namespace}${roleRef.name}`,
      );
      for (const { name, namespace: own = binding.metadata.namespace } of subjects) {
        expect(known).toContain(`serviceaccount/${own}/${name}`);
      }
    }
  });

  test('the workloads that are awaited are the seven that run', () => {
    const awaited = eventing()
      .objects.filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet)$/.test(kind))
      .filter(({ metadata }) => metadata.annotations?.['pulumi.com/skipAwait'] !== 'true');
    expect(awaited.map(({ metadata }) => metadata.name)).toEqual([
      'eventing-controller',
      'eventing-webhook',
      'imc-controller',
      'imc-dispatcher',
      'mt-broker-controller',
      'mt-broker-filter',
      'mt-broker-ingress',
    ]);
  });

  test('the adapter of PingSources waits for the first one', () => {
    const adapter = anyOf(found(eventing().objects, 'Deployment/pingsource-mt-adapter'));
    expect(adapter.spec.replicas).toBe(0);
  });

  test('all its images are pinned, also those that its controllers are told of', () => {
    const images = imagesOf(allObjects(eventing()));
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
    expect(images.some((image) => image.includes('/apiserver_receive_adapter@'))).toBe(true);
    expect(images.some((image) => image.includes('/transform-jsonata@'))).toBe(true);
  });

  test('no object says when it was made', () => {
    const shipped = assetsOf('knative-eventing')['eventing-core.yaml'] ?? [];
    const made = shipped.filter(({ metadata }) => 'creationTimestamp' in metadata);
    expect(made.map(identityOf)).toEqual([
      'customresourcedefinition.apiextensions.k8s.io/apiserversources.sources.knative.dev',
    ]);
    const left = allObjects(eventing()).filter(({ metadata }) => 'creationTimestamp' in metadata);
    expect(left).toEqual([]);
  });
});
