/** @module Tests of how the gateway is reached from outside. */
import { chooseExposure } from '../../../stacks/cluster/exposure';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClusterFacts, GatewayFacts, HeldPort } from '../../../stacks/facts';
import { factsOf } from '../platform-fixture';

const decide = (settings: HostPlatformSettings = {}, facts: Partial<ClusterFacts> = {}) =>
  chooseExposure(HostPlatformConfig.parse(settings), factsOf(facts));
const own = (type: string): GatewayFacts => ({ type, managedBy: 'hks' });
const held = (port: number, kind: HeldPort['kind'], service: string, managedBy?: string) => ({
  port,
  kind,
  service,
  ...(managedBy === undefined ? {} : { managedBy }),
});

describe('without the setting', () => {
  test.each<[string, Partial<ClusterFacts>, string]>([
    ['Traefik holds the ports of ServiceLB', {}, 'nodePort'],
    ['ServiceLB has its ports free', { heldPorts: [] }, 'loadBalancer'],
    [
      'another load balancer has addresses of its own',
      { loadBalancer: 'other', heldPorts: [] },
      'loadBalancer',
    ],
    ['there is no load balancer', { loadBalancer: 'none', heldPorts: [] }, 'nodePort'],
    ['the gateway has node ports', { gateway: own('NodePort'), heldPorts: [] }, 'nodePort'],
    [
      'the gateway is balanced',
      { gateway: own('LoadBalancer'), loadBalancer: 'none', heldPorts: [] },
      'loadBalancer',
    ],
    ['the gateway is on the hosts', { gateway: own('ClusterIP') }, 'hostPort'],
    ['the gateway is of another owner', { gateway: { type: 'LoadBalancer' } }, 'nodePort'],
    ['the gateway is of a type that we do not make', { gateway: own('ExternalName') }, 'nodePort'],
  ])('where %s', (_, facts, exposure) => {
    expect(decide({}, facts).exposure).toBe(exposure);
  });

  test("the ports of the own gateway are in nobody's way", () => {
    const heldPorts = [
      held(80, 'loadBalancer', 'kourier-system/kourier', 'hks'),
      held(443, 'loadBalancer', 'kourier-system/kourier', 'hks'),
    ];
    const facts = { gateway: own('LoadBalancer'), heldPorts };
    expect(decide({}, facts)).toEqual({ exposure: 'loadBalancer', faults: [] });
  });
});

describe('ports 80 and 443', () => {
  test.each(['loadBalancer', 'hostPort'] as const)(
    'cannot be had by %s while Traefik holds them',
    (exposure) => {
      expect(decide({ exposure }).faults).toEqual([
        `'exposure' of the settings needs ports 80 and 443 of the nodes, but 80 and 443 are held by the Service kube-system/traefik, received '${exposure}'. Start K3s with --disable traefik, or set exposure to 'nodePort'.`,
      ]);
      expect(decide({ exposure }, { heldPorts: [] }).faults).toEqual([]);
    },
  );

  test('cannot be had while another Service holds one of them', () => {
    const heldPorts = [held(443, 'loadBalancer', 'web/nginx')];
    expect(decide({ exposure: 'loadBalancer' }, { heldPorts }).faults).toEqual([
      `'exposure' of the settings needs ports 80 and 443 of the nodes, but 443 is held by the Service web/nginx, received 'loadBalancer'. Remove that Service, or set exposure to 'nodePort'.`,
    ]);
  });

  test('are of no matter to a load balancer with addresses of its own', () => {
    const facts = { loadBalancer: 'other' as const };
    expect(decide({ exposure: 'loadBalancer' }, facts).faults).toEqual([]);
  });
});

test('a load balancer that is asked for must be there, or its address known', () => {
  const facts = { loadBalancer: 'none' as const, heldPorts: [] };
  expect(decide({ exposure: 'loadBalancer' }, facts).faults).toEqual([
    `'exposure' of the settings needs a load balancer, and none was found in the cluster of context 'default', received 'loadBalancer'. Set exposure to 'nodePort' or 'hostPort', or loadBalancerIP to the address that your load balancer will give.`,
  ]);
  const known = { exposure: 'loadBalancer', loadBalancerIP: '198.51.100.7' } as const;
  expect(decide(known, facts).faults).toEqual([]);
});

describe('node ports', () => {
  test('that another Service holds are named, each', () => {
    const heldPorts = [
      held(30500, 'nodePort', 'hks-system/registry'),
      held(31080, 'nodePort', 'web/nginx'),
      held(31443, 'nodePort', 'web/nginx'),
    ];
    expect(decide({}, { heldPorts, loadBalancer: 'none' }).faults).toEqual([
      `'nodePorts.http' of the settings must be a free port of the nodes, but the Service web/nginx holds it, received 31080. Set nodePorts.http to a free port from 30000 to 32767, or remove that Service.`,
      `'nodePorts.https' of the settings must be a free port of the nodes, but the Service web/nginx holds it, received 31443. Set nodePorts.https to a free port from 30000 to 32767, or remove that Service.`,
      `'registry.nodePort' of the settings must be a free port of the nodes, but the Service hks-system/registry holds it, received 30500. Set registry.nodePort to a free port from 30000 to 32767, or remove that Service.`,
    ]);
  });

  test('of the platform itself, and those of the gateway with another exposure, are free', () => {
    const heldPorts = [
      held(30500, 'nodePort', 'hks-system/registry', 'hks'),
      held(31080, 'nodePort', 'web/nginx'),
    ];
    expect(decide({ exposure: 'hostPort' }, { heldPorts }).faults).toEqual([]);
    expect(decide({ nodePorts: { http: 31081 } }, { heldPorts }).faults).toEqual([]);
  });

  test('of a tenant are not free, although its objects are managed by the platform', () => {
    const heldPorts = [held(31080, 'nodePort', 'shop/web', 'hks')];
    expect(decide({}, { heldPorts, loadBalancer: 'none' }).faults).toEqual([
      `'nodePorts.http' of the settings must be a free port of the nodes, but the Service shop/web holds it, received 31080. Set nodePorts.http to a free port from 30000 to 32767, or remove that Service.`,
    ]);
  });
});
