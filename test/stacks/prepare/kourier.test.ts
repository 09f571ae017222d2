import type { HostPlatformSettings } from '../../../stacks/config/schema';
import { imagesOf, isPinned } from '../../../stacks/images';
import { identityOf, type KubeObject } from '../../../stacks/kube-object';
import { exampleKeys } from '../../../stacks/prepare/config-maps';
import { prepareKourier } from '../../../stacks/prepare/kourier';
import type { PreparedRelease } from '../../../stacks/prepare/release';
import { PINNED_DIGEST, platformOf } from '../platform-fixture';
import { describeWithReleases } from '../release-files';
import { anyOf, assetsOf, found, VERSION } from './prepared';

const kourier = (settings: HostPlatformSettings = {}): PreparedRelease =>
  prepareKourier(assetsOf('knative-kourier'), { version: VERSION, platform: platformOf(settings) });
const service = (settings: HostPlatformSettings) =>
  anyOf(found(kourier(settings).objects, 'Service/kourier')).spec;
const workloads = ({ objects }: PreparedRelease): KubeObject[] =>
  objects.filter(({ kind }) => /Deployment|DaemonSet|Autoscaler|Budget/.test(kind));
const identities = (objects: readonly KubeObject[]) => objects.map(identityOf);

const PORTS = [
  { name: 'http2', port: 80, protocol: 'TCP', targetPort: 8080 },
  { name: 'https', port: 443, protocol: 'TCP', targetPort: 8443 },
];
const SELECTOR = { app: '3scale-kourier-gateway' };

describeWithReleases('Kourier', () => {
  test('has the 13 objects of its file, and 11 on a single node', () => {
    const several = kourier({ singleNode: false });
    expect(several.namespaces.map(({ metadata }) => metadata.name)).toEqual(['kourier-system']);
    expect(several.objects).toHaveLength(12);
    expect(kourier({ singleNode: true }).objects).toHaveLength(10);
    const { crds, webhooks, customResources, jobs } = several;
    expect([crds, webhooks, customResources, jobs]).toEqual([[], [], [], []]);
  });

  test('runs the pinned Envoy, from the mirror where there is one', () => {
    expect(imagesOf(kourier().objects)).toEqual([
      `docker.io/pinned/envoy@${PINNED_DIGEST}`,
      expect.stringMatching(/^gcr\.io\/.*\/kourier@sha256:/),
    ]);
    const images = imagesOf(kourier({ imageMirror: 'mirror.example.com/hks' }).objects);
    expect(images).toHaveLength(2);
    expect(images.filter((image) => !image.startsWith('mirror.example.com/hks/'))).toEqual([]);
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
  });

  test('runs the Envoy that the settings name', () => {
    const images = { envoy: 'registry.example.com/envoy:v1.37.9' };
    expect(imagesOf(kourier({ images }).objects)).toContain(images.envoy);
  });

  test('writes no request of a tenant to its log, by keys that the release documents', () => {
    const map = found(kourier().objects, 'ConfigMap/config-kourier');
    const { _example, ...own } = anyOf(map).data;
    expect(own).toEqual({
      'enable-service-access-logging': 'false',
      'disable-envoy-server-header': 'true',
    });
    expect(exampleKeys(map)).toEqual(expect.arrayContaining(Object.keys(own)));
  });
});

describeWithReleases('the gateway', () => {
  test('is on two ports of every node', () => {
    expect(service({ exposure: 'nodePort', nodePorts: { http: 30080, https: 30443 } })).toEqual({
      type: 'NodePort',
      externalTrafficPolicy: 'Cluster',
      selector: SELECTOR,
      ports: [
        { ...PORTS[0], nodePort: 30080 },
        { ...PORTS[1], nodePort: 30443 },
      ],
    });
  });

  test('is behind a load balancer, with its address when one is wanted', () => {
    const balanced = {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Cluster',
      selector: SELECTOR,
      ports: PORTS,
    };
    expect(service({ exposure: 'loadBalancer' })).toEqual(balanced);
    expect(service({ exposure: 'loadBalancer', loadBalancerIP: '192.0.2.80' })).toEqual({
      ...balanced,
      loadBalancerIP: '192.0.2.80',
    });
  });

  test('holds ports 80 and 443 of every node itself, one pod on each', () => {
    const settings = { exposure: 'hostPort', singleNode: false } as const;
    expect(service(settings)).toEqual({ type: 'ClusterIP', selector: SELECTOR, ports: PORTS });
    const release = kourier(settings);
    expect(identities(workloads(release))).toEqual([
      'deployment.apps/knative-serving/net-kourier-controller',
      'daemonset.apps/kourier-system/3scale-kourier-gateway',
    ]);
    const { spec } = anyOf(found(release.objects, 'DaemonSet/3scale-kourier-gateway'));
    expect(Object.keys(spec)).toEqual(['selector', 'template', 'updateStrategy']);
    expect(spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(spec.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    });
    const hostPorts = spec.template.spec.containers[0].ports
      .filter((port: { hostPort?: number }) => port.hostPort !== undefined)
      .map(({ containerPort, hostPort }: Record<string, number>) => [hostPort, containerPort]);
    expect(hostPorts).toEqual([
      [80, 8080],
      [443, 8443],
    ]);
  });

  test('is a Deployment without ports of the node otherwise, with its autoscaler and budget', () => {
    const release = kourier({ exposure: 'nodePort', singleNode: false });
    expect(identities(workloads(release))).toEqual([
      'deployment.apps/knative-serving/net-kourier-controller',
      'deployment.apps/kourier-system/3scale-kourier-gateway',
      'horizontalpodautoscaler.autoscaling/kourier-system/3scale-kourier-gateway',
      'poddisruptionbudget.policy/kourier-system/3scale-kourier-gateway-pdb',
    ]);
    const { spec } = anyOf(found(release.objects, 'Deployment/3scale-kourier-gateway'));
    expect(spec).not.toHaveProperty('replicas');
    expect(JSON.stringify(spec)).not.toContain('hostPort');
  });

  test.each(['nodePort', 'loadBalancer', 'hostPort'] as const)(
    'has no token of the API with %s, and is reached inside as before',
    (exposure) => {
      const { objects } = kourier({ exposure });
      const gateway = objects.find(
        ({ kind, metadata }) =>
          metadata.name === '3scale-kourier-gateway' && /Deployment|DaemonSet/.test(kind),
      );
      const pod = anyOf(gateway as KubeObject).spec.template.spec;
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      const shipped = assetsOf('knative-kourier')['kourier.yaml'] ?? [];
      const inside = found(objects, 'Service/kourier-internal');
      expect(inside.spec).toEqual(found(shipped, 'Service/kourier-internal').spec);
    },
  );
});
