import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { HostPlatformSettings } from '../../stacks/config/schema';
import { endpointOf, Kourier } from '../../stacks/kourier';
import { identityOf, type KubeObject } from '../../stacks/kube-object';
import type { Choices } from '../../stacks/platform';
import { prepareKourier } from '../../stacks/prepare/kourier';
import { allObjects, type PreparedRelease } from '../../stacks/prepare/release';
import { platformOf } from './platform-fixture';
import { assetsOf, VERSION } from './prepare/prepared';
import { describeWithReleases } from './release-files';
import { type Wiring, wiringOfComponents } from './wiring';

const GATEWAY = 'service/kourier-system/kourier';
const ADDRESS = '198.51.100.7';

function gateway(type: string | undefined, ports: object[]): KubeObject {
  const metadata = { name: 'kourier', namespace: 'kourier-system' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...(type && { type }), ports } };
}

describe('endpoint', () => {
  const ports = [
    { name: 'http2', port: 80, nodePort: 31080 },
    { name: 'https', port: 443, nodePort: 31443 },
  ];
  const platform = (exposure: Choices['exposure']) =>
    platformOf({ exposure, domain: 'functions.example.com' });

  test('of node ports has the port in the URL of a function', () => {
    expect(endpointOf(gateway('NodePort', ports), platform('nodePort'))).toEqual({
      exposure: 'nodePort',
      type: 'NodePort',
      ports: { http: 31080, https: 31443 },
      url: 'http://NAME.NAMESPACE.functions.example.com:31080',
    });
  });

  test("of a load balancer has that one's ports, whatever the nodes'", () => {
    expect(endpointOf(gateway('LoadBalancer', ports), platform('loadBalancer'))).toEqual({
      exposure: 'loadBalancer',
      type: 'LoadBalancer',
      ports: { http: 80, https: 443 },
      url: 'http://NAME.NAMESPACE.functions.example.com',
    });
  });

  test("of the host's ports is a Service of the cluster", () => {
    expect(endpointOf(gateway(undefined, []), platform('hostPort'))).toEqual({
      exposure: 'hostPort',
      type: 'ClusterIP',
      ports: { http: 80, https: 443 },
      url: 'http://NAME.NAMESPACE.functions.example.com',
    });
  });
});

async function registered(
  release: PreparedRelease,
  settings: HostPlatformSettings,
  ingress: readonly object[] = [{ ip: ADDRESS }],
) {
  const events: string[] = [];
  let kourier: Kourier | undefined;
  const wiring = await wiringOfComponents(
    (part) => {
      const before = new k8s.core.v1.ConfigMap('before', {}, part);
      const answered = new Promise<pulumi.Resource>((resolve) =>
        setTimeout(() => {
          events.push('answered');
          resolve(before);
        }, 10),
      );
      const platform = platformOf(settings);
      kourier = new Kourier('kourier', { platform, release, dependsOn: [answered, before] }, part);
    },
    {
      outputs: ({ name }) => {
        events.push(name);
        const status = { loadBalancer: { ingress } };
        return name === `kourier:${GATEWAY}` ? { status } : undefined;
      },
    },
  );
  return { wiring, events, kourier: kourier as Kourier };
}

test('a release without the gateway is refused', async () => {
  const empty = { namespaces: [], crds: [], webhooks: [], customResources: [], jobs: [] };
  const release = { ...empty, version: '1.0.0', objects: [] };
  await expect(registered(release, {})).rejects.toThrow(
    'The release of Kourier has no service/kourier-system/kourier.',
  );
});

/** Release files are long to parse on a busy machine. */
jest.setTimeout(60_000);

describeWithReleases('Kourier', () => {
  const releaseOf = (settings: HostPlatformSettings) =>
    prepareKourier(assetsOf('knative-kourier'), {
      version: VERSION,
      platform: platformOf(settings),
    });
  const nodePort: HostPlatformSettings = { exposure: 'nodePort', singleNode: false };
  const release = () => releaseOf(nodePort);
  let wiring: Wiring;
  let events: string[];

  beforeAll(async () => {
    ({ wiring, events } = await registered(release(), nodePort));
  });

  test('each object of the release is registered once, as a child with the provider', () => {
    const children = wiring.registrations.filter(({ parent }) => parent === 'kourier');
    const identities = allObjects(release()).map((object) => `kourier:${identityOf(object)}`);
    expect(children.map(({ name }) => name).toSorted()).toEqual(identities.toSorted());
    expect(wiring.strays()).toEqual([]);
  });

  test("all of it is made after Serving's webhook answers, which admits its settings, and deleted before that", () => {
    const children = wiring.registrations.filter(({ parent }) => parent === 'kourier');
    expect(children.length).toBeGreaterThan(10);
    for (const { name } of children) {
      expect(events.indexOf(name)).toBeGreaterThan(events.indexOf('answered'));
      expect(wiring.deletedBefore(name, 'before')).toBe(true);
    }
  });

  test.each([
    ['deployment.apps/kourier-system/3scale-kourier-gateway', 'namespace/kourier-system'],
    [
      'deployment.apps/kourier-system/3scale-kourier-gateway',
      'configmap/kourier-system/kourier-bootstrap',
    ],
    // The gateway asks it for its routes by this name.
    [
      'deployment.apps/kourier-system/3scale-kourier-gateway',
      'service/knative-serving/net-kourier-controller',
    ],
    [
      'deployment.apps/knative-serving/net-kourier-controller',
      'configmap/knative-serving/config-kourier',
    ],
    [
      'deployment.apps/knative-serving/net-kourier-controller',
      'clusterrolebinding.rbac.authorization.k8s.io/net-kourier',
    ],
    [
      'horizontalpodautoscaler.autoscaling/kourier-system/3scale-kourier-gateway',
      'deployment.apps/kourier-system/3scale-kourier-gateway',
    ],
  ])('%s is deleted before %s, and made after it', (first, then) => {
    expect(wiring.deletedBefore(`kourier:${first}`, `kourier:${then}`)).toBe(true);
    expect(wiring.deletedBefore(`kourier:${then}`, `kourier:${first}`)).toBe(false);
  });

  test('an engine that makes one thing at a time makes the controller before the gateway that waits for it', () => {
    const names = wiring.registrations.map(({ name }) => name);
    expect(
      names.indexOf('kourier:deployment.apps/knative-serving/net-kourier-controller'),
    ).toBeLessThan(names.indexOf('kourier:deployment.apps/kourier-system/3scale-kourier-gateway'));
  });

  test('the gateway’s Service is waited for where it gets an address, behind its pods', async () => {
    const skipAwait = 'pulumi.com/skipAwait';
    const local = wiring.named(`kourier:${GATEWAY}`);
    expect(local.inputs.metadata.annotations[skipAwait]).toBe('true');
    const settings = { ...nodePort, exposure: 'loadBalancer' } as const;
    const balanced = await registered(releaseOf(settings), settings);
    const service = balanced.wiring.named(`kourier:${GATEWAY}`);
    expect(service.inputs.metadata.annotations?.[skipAwait]).toBeUndefined();
    expect(service.dependencies).toContain(
      'kourier:deployment.apps/kourier-system/3scale-kourier-gateway',
    );
    expect(local.dependencies).not.toContain(
      'kourier:deployment.apps/kourier-system/3scale-kourier-gateway',
    );
  });

  test.each([
    ['nodePort', 'NodePort', { http: 31080, https: 31443 }, ':31080', '192.0.2.10'],
    ['loadBalancer', 'LoadBalancer', { http: 80, https: 443 }, '', ADDRESS],
    ['hostPort', 'ClusterIP', { http: 80, https: 443 }, '', '192.0.2.10'],
  ] as const)(
    '%s: it tells where functions are reached',
    async (exposure, type, ports, suffix, address) => {
      const settings = { exposure };
      const { wiring: told } = await registered(releaseOf(settings), settings);
      expect(told.outputs('kourier')).toEqual({
        version: '1.23.0',
        exposure,
        type,
        ports,
        url: `http://NAME.NAMESPACE.192.0.2.10.sslip.io${suffix}`,
        address,
      });
    },
  );

  test.each([
    [[{ hostname: 'gateway.example.com' }], 'gateway.example.com'],
    [[], undefined],
  ])('a load balancer that answers %j has the address %s', async (ingress, address) => {
    const settings = { exposure: 'loadBalancer' } as const;
    const { wiring: told } = await registered(releaseOf(settings), settings, ingress);
    expect(told.outputs('kourier')['address']).toBe(address);
  });

  test('a gateway on every node is ready when its DaemonSet is', async () => {
    const settings = { exposure: 'hostPort' } as const;
    const { kourier } = await registered(releaseOf(settings), settings);
    const ready = await Promise.all(kourier.ready);
    const names = await Promise.all(
      ready.map((one) => pulumi.runtime.serializeProperty('urn', (one as pulumi.Resource).urn)),
    );
    expect(names.map((urn: string) => urn.split('::').at(-1)).toSorted()).toEqual([
      'kourier:daemonset.apps/kourier-system/3scale-kourier-gateway',
      'kourier:deployment.apps/knative-serving/net-kourier-controller',
    ]);
  });
});
