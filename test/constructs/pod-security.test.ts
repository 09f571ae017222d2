/** @module What hardening adds and keeps, and what Pod Security would refuse. */
import type { PodSpec } from '../../constructs/manifest';
import {
  allContainers,
  hardenPod,
  podSecurityContext,
  podViolations,
  tmpVolume,
} from '../../constructs/pod-security';
import { DEFAULT_RESOURCES } from '../../constructs/resources';
import { POD_VARIANTS } from './fixtures/pod-variants';

const IMAGE = 'busybox:1.36';

describe('hardenPod', () => {
  test('a bare pod becomes one that Pod Security admits', () => {
    const spec = hardenPod({ containers: [{ name: 'main', image: IMAGE }] });
    expect(podViolations(spec)).toEqual([]);
    expect(spec).toMatchSnapshot();
  });

  test('what the pod says itself stays', () => {
    const given: PodSpec = {
      automountServiceAccountToken: true,
      enableServiceLinks: true,
      securityContext: { runAsUser: 1000, fsGroup: 5, supplementalGroups: [7] },
      initContainers: [{ name: 'init', image: IMAGE }],
      containers: [
        {
          name: 'main',
          image: IMAGE,
          imagePullPolicy: 'Always',
          resources: { requests: { cpu: '1' } },
          securityContext: {
            readOnlyRootFilesystem: false,
            capabilities: { add: ['NET_BIND_SERVICE'] },
          },
          volumeMounts: [{ name: 'scratch', mountPath: '/tmp/' }],
        },
      ],
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'big', emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } },
      ],
    };
    const spec = hardenPod(given);
    expect(podViolations(spec)).toEqual([]);
    expect(spec).toMatchSnapshot();
  });

  test('it changes nothing the second time', () => {
    const once = hardenPod({ containers: [{ name: 'main', image: IMAGE }] }, { user: 5 });
    expect(hardenPod(once)).toEqual(once);
  });

  test('a volume tmp that is no scratch space is not mounted at /tmp', () => {
    const claim = { name: 'tmp', persistentVolumeClaim: { claimName: 'data' } };
    const { containers, volumes } = hardenPod({
      containers: [
        { name: 'main', image: IMAGE, volumeMounts: [{ name: 'tmp', mountPath: '/data' }] },
      ],
      volumes: [claim],
    });
    expect(containers[0]?.volumeMounts).toEqual([
      { name: 'tmp', mountPath: '/data' },
      { name: 'hks-tmp', mountPath: '/tmp' },
    ]);
    expect(volumes).toEqual([claim, { ...tmpVolume(), name: 'hks-tmp' }]);
  });

  test('identity and resources are those asked for', () => {
    const resources = {
      requests: { ...DEFAULT_RESOURCES.requests, cpu: '7m' },
      limits: DEFAULT_RESOURCES.limits,
    };
    const options = { user: 1, group: 2, fsGroup: 3, resources };
    const spec = hardenPod({ containers: [{ name: 'main', image: IMAGE }] }, options);
    expect(spec.securityContext).toEqual(podSecurityContext({ user: 1, group: 2, fsGroup: 3 }));
    expect(spec.containers[0]?.resources).toEqual(resources);
    expect(podSecurityContext({ user: 9 })).toMatchObject({ runAsGroup: 9, fsGroup: 9 });
  });
});

describe('podViolations', () => {
  test.each(POD_VARIANTS)('$name: $level', ({ level, spec }) => {
    expect(podViolations(spec).length === 0).toBe(level === 'restricted');
    expect(podViolations(spec, 'baseline').length === 0).toBe(level !== 'privileged');
  });

  test('each reason is a clause', () => {
    const messages = POD_VARIANTS.flatMap(({ spec }) => podViolations(spec));
    expect([...new Set(messages)].sort()).toMatchSnapshot();
  });

  test('a volume of no kind counts as an emptyDir', () => {
    const spec = hardenPod({ containers: [{ name: 'main', image: IMAGE }] });
    const volumes = [...(spec.volumes ?? []), { name: 'v' }];
    expect(podViolations({ ...spec, volumes })).toEqual([]);
  });

  test('init and ephemeral containers are looked at too', () => {
    const spec = {
      initContainers: [{ name: 'a' }],
      containers: [{ name: 'b' }],
      ephemeralContainers: [{ name: 'c' }],
    } as unknown as PodSpec;
    expect(allContainers(spec).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(allContainers({} as PodSpec)).toEqual([]);
    expect(podViolations(spec).filter((text) => text.includes("'c'"))).toHaveLength(4);
  });
});
