/** @module Settings that contradict each other are refused; with the one setting changed, each is taken. */
import { ConfigError, readSettings } from '../../../stacks/config/load';
import type { HostPlatformSettings } from '../../../stacks/config/schema';

const PROXY = 'https://packages.example.com';

const CASES: readonly [string, HostPlatformSettings, HostPlatformSettings, string][] = [
  [
    'more pods than a function may ask for',
    { knative: { autoscaler: { maxScale: 101 } } },
    { knative: { autoscaler: { maxScale: 101, maxScaleLimit: 101 } } },
    `'knative.autoscaler.maxScale' of the settings must not be more than 'knative.autoscaler.maxScaleLimit', which is 100, received 101. Run pulumi config set --path hks:knative.autoscaler.maxScaleLimit 101.`,
  ],
  [
    'a revision that starts with more pods than it may have',
    { knative: { autoscaler: { initialScale: 21 } } },
    { knative: { autoscaler: { initialScale: 20 } } },
    `'knative.autoscaler.initialScale' of the settings must not be more than 'knative.autoscaler.maxScale', which is 20, received 21. Run pulumi config set --path hks:knative.autoscaler.initialScale 20.`,
  ],
  [
    'one port for HTTP and HTTPS',
    { nodePorts: { http: 31443 } },
    { nodePorts: { http: 31443 }, exposure: 'hostPort' },
    `'nodePorts.https' of the settings must be another port than 'nodePorts.http', received 31443. Run pulumi config set --path hks:nodePorts.https 31444.`,
  ],
  [
    'one port for gateway and registry',
    { registry: { nodePort: 31080 } },
    { registry: { nodePort: 31081 } },
    `'nodePorts.http' of the settings must be another port than 'registry.nodePort', received 31080. Run pulumi config set --path hks:nodePorts.http 31081.`,
  ],
  [
    'one port for gateway, with TLS, and registry',
    { nodePorts: { https: 30500 }, exposure: 'nodePort' },
    { nodePorts: { https: 30500 }, exposure: 'loadBalancer' },
    `'nodePorts.https' of the settings must be another port than 'registry.nodePort', received 30500. Run pulumi config set --path hks:nodePorts.https 31443.`,
  ],
  [
    'an address without a load balancer',
    { loadBalancerIP: '203.0.113.7' },
    { loadBalancerIP: '203.0.113.7', exposure: 'loadBalancer' },
    `'loadBalancerIP' of the settings must come with 'exposure' loadBalancer, received '203.0.113.7'. Run pulumi config set --path hks:exposure loadBalancer, or pulumi config rm --path hks:loadBalancerIP.`,
  ],
  [
    'builds among the platform',
    { builder: { namespace: 'hks-system' } },
    { builder: { namespace: 'hks-builds' } },
    `'builder.namespace' of the settings must be a namespace of its own, not one of Kubernetes or the platform, received 'hks-system'. Run pulumi config set --path hks:builder.namespace hks-build.`,
  ],
  [
    'a file on every node that needs a password',
    {
      registry: { htpasswdSecret: 'users', writeNodeConfig: true },
      builder: { pushSecret: 'push', pullSecret: 'pull' },
    },
    {
      registry: { htpasswdSecret: 'users', writeNodeConfig: false },
      builder: { pushSecret: 'push', pullSecret: 'pull' },
    },
    `'registry.writeNodeConfig' of the settings must be false with 'registry.htpasswdSecret', since the file then has a password, received true. Run pulumi config set --path hks:registry.writeNodeConfig false, and write the output registry.registriesYaml with user and password on every node.`,
  ],
  [
    'builds that cannot push',
    { registry: { htpasswdSecret: 'users' }, builder: { pullSecret: 'pull' } },
    { builder: { pullSecret: 'pull' } },
    `'builder.pushSecret' of the settings must be set with 'registry.htpasswdSecret', received nothing. Name a Secret of hks-build, of the type kubernetes.io/dockerconfigjson: pulumi config set --path hks:builder.pushSecret NAME.`,
  ],
  [
    'builds that cannot pull',
    { registry: { htpasswdSecret: 'users' }, builder: { pushSecret: 'push' } },
    { registry: { htpasswdSecret: 'users' }, builder: { pushSecret: 'push', pullSecret: 'pull' } },
    `'builder.pullSecret' of the settings must be set with 'registry.htpasswdSecret', received nothing. Name a Secret of hks-build, of the type kubernetes.io/dockerconfigjson: pulumi config set --path hks:builder.pullSecret NAME.`,
  ],
  [
    'a proxy without anything behind it',
    { packageProxy: { enabled: true } },
    { packageProxy: { enabled: true, upstreams: { go: PROXY } } },
    `'packageProxy.enabled' of the settings must come with at least one of 'packageProxy.upstreams': pip, npm or go, received true. Run pulumi config set --path hks:packageProxy.upstreams.npm URL, or pulumi config set --path hks:packageProxy.enabled false.`,
  ],
  [
    'files of no index',
    { packageProxy: { upstreams: { pipFiles: PROXY } } },
    { packageProxy: { upstreams: { pipFiles: PROXY, pip: PROXY } } },
    `'packageProxy.upstreams.pipFiles' of the settings must come with 'packageProxy.upstreams.pip', the index that names the files, received 'https://packages.example.com'. Run pulumi config set --path hks:packageProxy.upstreams.pip URL, or pulumi config rm --path hks:packageProxy.upstreams.pipFiles.`,
  ],
  [
    'builds with less than one takes',
    { builder: { cpu: '900m' } },
    { builder: { cpu: '1' } },
    `'builder.cpu' of the settings must be at least 1, which one build takes, received '900m'. Run pulumi config set --path hks:builder.cpu 1.`,
  ],
  [
    'builds with less memory than one takes',
    { builder: { memory: '511Mi' } },
    { builder: { memory: '512Mi' } },
    `'builder.memory' of the settings must be at least 512Mi, which one build takes, received '511Mi'. Run pulumi config set --path hks:builder.memory 512Mi.`,
  ],
  [
    'an upstream with a password',
    { packageProxy: { upstreams: { npm: 'https://ci:hunter2@packages.example.com' } } },
    { packageProxy: { upstreams: { npm: PROXY } } },
    `'packageProxy.upstreams.npm' of the settings must have no user and no password, which the cluster would show, received '***'. Let the mirror know the platform by its address.`,
  ],
  [
    'an upstream that means something to nginx',
    { packageProxy: { upstreams: { go: 'https://packages.example.com/;}' } } },
    { packageProxy: { upstreams: { go: `${PROXY}/go` } } },
    `'packageProxy.upstreams.go' of the settings must be a URL of scheme, host, port and a path of letters, digits and -._~@+, received 'https://packages.example.com/;}'. Write it like 'https://mirror.example.com/packages'.`,
  ],
  [
    'an upstream whose certificate nobody can check',
    { packageProxy: { upstreams: { pip: 'https://192.0.2.7/pip' } } },
    { packageProxy: { upstreams: { pip: 'http://192.0.2.7/pip' } } },
    `'packageProxy.upstreams.pip' of the settings must have a name in it with https, since the proxy checks no certificate for an address, received 'https://192.0.2.7/pip'. Write the name that its certificate has, like 'https://mirror.example.com/packages'.`,
  ],
  [
    'a DNS server by name',
    { packageProxy: { resolvers: ['10.0.0.53', 'dns.example.com'] } },
    { packageProxy: { resolvers: ['10.0.0.53', '[2001:db8::53]:5353'] } },
    `'packageProxy.resolvers' of the settings must be addresses of DNS servers, each with a port where that is not 53, received ["10.0.0.53","dns.example.com"]. Write it like '192.0.2.53' or '[2001:db8::53]:5353'.`,
  ],
];

test.each(CASES)('%s', (_, refused, taken, message) => {
  expect(() => readSettings(refused)).toThrow(ConfigError);
  expect(() => readSettings(refused)).toThrow(new Error(message));
  expect(readSettings(taken)).toMatchObject(taken);
});

test('a setting with a fault of its own, or below it, is in no contradiction', () => {
  const pathsOf = (settings: unknown) => {
    try {
      return readSettings(settings) && [];
    } catch (error) {
      return (error as ConfigError).faults.map(({ path }) => path.join('.'));
    }
  };
  const autoscaler = { maxScale: 500, maxScaleLimit: 5000 };
  expect(pathsOf({ knative: { autoscaler } })).toEqual(['knative.autoscaler.maxScaleLimit']);
  expect(pathsOf({ packageProxy: { enabled: true, upstreams: { npm: 'ftp://x' } } })).toEqual([
    'packageProxy.upstreams.npm',
  ]);
  expect(pathsOf({ knative: 'x', packageProxy: { enabled: true } })).toEqual([
    'knative',
    'packageProxy.enabled',
  ]);
});

test('a database of yours may come with the size of one that is not installed', () => {
  const postgres = { url: 'postgres://db.example.com/hks', size: '20Gi' };
  expect(readSettings({ postgres })).toMatchObject({ postgres });
});
