/** @module Settings as the Pulumi CLI gives them: text read as the schema's types, defaults, and every fault with its whole message. */
import { ConfigError, loadConfig, readSettings } from '../../../stacks/config/load';
import { HostPlatformConfig } from '../../../stacks/config/schema';

/** The lines of the refusal, or none. */
function refusals(settings: unknown): readonly string[] {
  try {
    readSettings(settings);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

describe('text of the Pulumi CLI', () => {
  test('no settings are the defaults', () => {
    expect(loadConfig({})).toEqual(HostPlatformConfig.parse({}));
    expect(loadConfig({}).registry.nodePort).toBe(30500);
  });

  test('what config set writes is read as the type that the setting has', () => {
    const config = loadConfig({
      'hks:exposure': 'nodePort',
      'hks:protectData': 'false',
      'hks:context': '4',
      'hks:registry': '{"nodePort":30600,"size":"5Gi","writeNodeConfig":true}',
      'hks:builder': '{"cpu":2,"builds":"8"}',
      'hks:postgres': '{"backup":{"enabled":"false","keep":"3"}}',
      'hks:packageProxy': '{"resolvers":["10.0.0.53"]}',
      'hks:knative': '{"features":{"kubernetes.podspec-tolerations":"enabled"}}',
    });
    expect(config).toMatchObject({
      exposure: 'nodePort',
      protectData: false,
      context: '4',
      registry: { nodePort: 30600, size: '5Gi', writeNodeConfig: true },
      builder: { cpu: '2', builds: 8, memory: '8Gi' },
      postgres: { backup: { enabled: false, keep: 3 } },
      packageProxy: { resolvers: ['10.0.0.53'] },
      knative: { features: { 'kubernetes.podspec-tolerations': 'enabled' } },
    });
  });

  test('JSON is read where a path ends above it', () => {
    expect(loadConfig({ 'hks:packageProxy': '{"resolvers":"[\\"10.0.0.53\\"]"}' })).toMatchObject({
      packageProxy: { resolvers: ['10.0.0.53'] },
    });
  });

  test('keys of other namespaces are not looked at', () => {
    const others = { 'kubernetes:context': 'k3s', 'hksx:registy': '{', registry: 'x' };
    expect(loadConfig(others)).toEqual(loadConfig({}));
    expect(() => loadConfig({ ...others, 'hks:registy': '{' })).toThrow(ConfigError);
  });

  test('an address is of either family', () => {
    const exposure = 'loadBalancer';
    for (const loadBalancerIP of ['203.0.113.7', '2001:db8::7']) {
      expect(readSettings({ exposure, loadBalancerIP })).toMatchObject({ loadBalancerIP });
    }
  });
});

describe('refusals', () => {
  test.each<[string, unknown, string]>([
    [
      'a wrong size',
      { registry: { size: '5' } },
      `'registry.size' of the settings must be a size such as '20Gi', received '5'. Run pulumi config set --path hks:registry.size 20Gi.`,
    ],
    [
      'a number out of its range',
      { registry: { nodePort: '80' } },
      `'registry.nodePort' of the settings must be a whole number from 30000 to 32767, received 80. Run pulumi config set --path hks:registry.nodePort 30500.`,
    ],
    [
      'a fraction',
      { controlPlane: { replicas: 1.5 } },
      `'controlPlane.replicas' of the settings must be a whole number from 1 to 10, received 1.5. Run pulumi config set --path hks:controlPlane.replicas 1.`,
    ],
    [
      'text for a number',
      { builder: { builds: 'many' } },
      `'builder.builds' of the settings must be a whole number from 1 to 100, received 'many'. Run pulumi config set --path hks:builder.builds 4.`,
    ],
    [
      'text for a switch',
      { eventing: { enabled: 'yes' } },
      `'eventing.enabled' of the settings must be true or false, received 'yes'. Run pulumi config set --path hks:eventing.enabled false.`,
    ],
    [
      'a choice that is misspelt',
      { exposure: 'nodeport' },
      `'exposure' of the settings must be one of 'loadBalancer', 'nodePort', 'hostPort', received 'nodeport'. Did you mean 'nodePort'? Run pulumi config set --path hks:exposure nodePort.`,
    ],
    [
      'a choice that is none',
      { sandbox: { runtime: 'firecracker' } },
      `'sandbox.runtime' of the settings must be one of 'auto', 'gvisor', 'none', received 'firecracker'. Run pulumi config set --path hks:sandbox.runtime auto.`,
    ],
    [
      'an empty text',
      { context: '' },
      `'context' of the settings must be a text that is not empty, received ''. Give it a value, or run pulumi config rm --path hks:context.`,
    ],
    [
      'null',
      { domain: null },
      `'domain' of the settings must be a domain name without a port such as 'functions.example.com', received null. Run pulumi config set --path hks:domain functions.example.com.`,
    ],
    [
      'an address that is none',
      { exposure: 'loadBalancer', loadBalancerIP: '203.0.113' },
      `'loadBalancerIP' of the settings must be an IPv4 or IPv6 address such as '203.0.113.7', received '203.0.113'. Run pulumi config set --path hks:loadBalancerIP 203.0.113.7.`,
    ],
    [
      'a schedule that Kubernetes would not take',
      { postgres: { backup: { schedule: '15 2 * * 7' } } },
      `'postgres.backup.schedule' of the settings must be a cron expression of five fields such as '30 3 * * *' (end of range (7) above maximum (6): 7), received '15 2 * * 7'. Run pulumi config set --path hks:postgres.backup.schedule '15 2 * * *'.`,
    ],
    [
      'a schedule that never comes',
      { registry: { garbageCollection: { schedule: '0 0 30 2 *' } } },
      `'registry.garbageCollection.schedule' of the settings must be a cron expression whose time comes, such as '30 3 * * *', received '0 0 30 2 *'. Run pulumi config set --path hks:registry.garbageCollection.schedule '30 3 * * 0'.`,
    ],
    [
      'a grace period that Knative would not take',
      { knative: { autoscaler: { scaleToZeroGracePeriod: '5s' } } },
      `'knative.autoscaler.scaleToZeroGracePeriod' of the settings must be a duration of 6s or more such as '30s', received '5s'. Run pulumi config set --path hks:knative.autoscaler.scaleToZeroGracePeriod 30s.`,
    ],
    [
      'a window that Knative would not take',
      { knative: { autoscaler: { stableWindow: '61m' } } },
      `'knative.autoscaler.stableWindow' of the settings must be a duration from 6s to 1h such as '60s', received '61m'. Run pulumi config set --path hks:knative.autoscaler.stableWindow 60s.`,
    ],
    [
      'a version that says too little',
      { versions: { serving: 1.22 } },
      `'versions.serving' of the settings must be a version such as '1.23.0', received '1.22'. Run pulumi config set --path hks:versions.serving 1.23.0.`,
    ],
    [
      'text for a list',
      { packageProxy: { resolvers: '10.0.0.53' } },
      `'packageProxy.resolvers' of the settings must be a list, received '10.0.0.53'. Run pulumi config rm --path hks:packageProxy.resolvers, then pulumi config set --path 'hks:packageProxy.resolvers[0]' VALUE for each entry.`,
    ],
    [
      'a wrong entry of a list',
      { knative: { skipTagResolving: ['registry.example.com', ''] } },
      `'knative.skipTagResolving[1]' of the settings must be a registry's host, with its port where it has one, such as 'registry.example.com:5000', received ''. Run pulumi config set --path 'hks:knative.skipTagResolving[1]' registry.example.com:5000.`,
    ],
    [
      'text for an object',
      { sandbox: 'gvisor' },
      `'sandbox' of the settings must be an object, received 'gvisor'. Run pulumi config rm --path hks:sandbox, then pulumi config set --path hks:sandbox.runtime auto.`,
    ],
    [
      'a list for a map',
      { knative: { features: ['multi-container'] } },
      `'knative.features' of the settings must be an object, received ["multi-container"]. Run pulumi config rm --path hks:knative.features, then pulumi config set --path hks:knative.features.NAME enabled.`,
    ],
    [
      'a wrong value of a map',
      { knative: { features: { 'kubernetes.podspec-dryrun': 'yes' } } },
      `'knative.features["kubernetes.podspec-dryrun"]' of the settings must be one of 'enabled', 'disabled', 'allowed', received 'yes'. Run pulumi config set --path 'hks:knative.features["kubernetes.podspec-dryrun"]' enabled.`,
    ],
    [
      'a name that a ConfigMap does not take',
      { knative: { features: { 'multi container': 'enabled' } } },
      `'knative.features["multi container"]' of the settings must be a name of letters, digits, dots, dashes and underscores, received 'multi container'. Run pulumi config rm --path 'hks:knative.features["multi container"]'.`,
    ],
    [
      'what is no label',
      { monitoringLabels: { 'a/b/c': 'x', release: 'kube prometheus' } },
      `'monitoringLabels["a/b/c"]' of the settings must be the name of a label, received 'a/b/c'. Run pulumi config rm --path 'hks:monitoringLabels["a/b/c"]'.\n'monitoringLabels.release' of the settings must be the value of a label such as 'kube-prometheus-stack', received 'kube prometheus'. Run pulumi config set --path hks:monitoringLabels.release kube-prometheus-stack.`,
    ],
    [
      'nothing at all',
      undefined,
      `'hks' of the settings must be an object, received '***'. Run pulumi config set --path hks:kubeconfig VALUE.`,
    ],
  ])('%s', (_, settings, message) => {
    expect(refusals(settings).join('\n')).toBe(message);
  });

  test('all faults come at once, in the order of the schema, contradictions last', () => {
    const lines = refusals({
      builder: { namespace: 'kube-system', memory: '8' },
      exposure: 'tunnel',
      registy: {},
      knative: { autoscaler: { maxScale: 500 } },
    });
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      `'exposure'`,
      `'builder.memory'`,
      `'registy'`,
      `'knative.autoscaler.maxScale'`,
      `'builder.namespace'`,
    ]);
  });
});

describe('unknown keys', () => {
  test.each<[string, unknown, string]>([
    [
      'at the top',
      { registy: { size: '5Gi' } },
      `'registy' of the settings is not a known setting, received 'registy'. Did you mean 'registry'? Run pulumi config rm --path hks:registy and pulumi config set --path hks:registry.size 20Gi.`,
    ],
    [
      'below',
      { registry: { nodeport: 30500 } },
      `'registry.nodeport' of the settings is not a known setting, received 'nodeport'. Did you mean 'registry.nodePort'? Run pulumi config rm --path hks:registry.nodeport and pulumi config set --path hks:registry.nodePort 30500.`,
    ],
    [
      'of an image',
      { images: { envoi: 'mirror.example.com/envoy:1' } },
      `'images.envoi' of the settings is not a known setting, received 'envoi'. Did you mean 'images.envoy'? Run pulumi config rm --path hks:images.envoi and pulumi config set --path hks:images.envoy registry.example.com/team/name:1.4.2.`,
    ],
    [
      'of another place',
      { replicas: 2 },
      `'replicas' of the settings is not a known setting, received 'replicas'. Did you mean 'controlPlane.replicas'? Run pulumi config rm --path hks:replicas and pulumi config set --path hks:controlPlane.replicas 1.`,
    ],
    [
      'set without --path',
      { 'registry.size': '5Gi' },
      `'["registry.size"]' of the settings is not a known setting, received 'registry.size'. Did you mean 'registry.size'? Run pulumi config rm hks:registry.size and pulumi config set --path hks:registry.size 20Gi.`,
    ],
    [
      'of no likeness',
      { sandbox: { firecracker: true } },
      `'sandbox.firecracker' of the settings is not a known setting, received 'firecracker'. Known are 'runtime', 'handler'. Run pulumi config rm --path hks:sandbox.firecracker.`,
    ],
    [
      'that every object has',
      { registry: { constructor: 'x' } },
      `'registry.constructor' of the settings is not a known setting, received 'constructor'. Known are 'size', 'storageClass', 'nodePort', 'htpasswdSecret', 'garbageCollection', 'writeNodeConfig'. Run pulumi config rm --path hks:registry.constructor.`,
    ],
  ])('%s', (_, settings, message) => {
    expect(refusals(settings)).toEqual([message]);
  });
});

describe('a secret is in no message', () => {
  const secret = 'postgres://hks:hunter2@db.example.com/hks';

  test.each<[string, unknown, string]>([
    [
      'with a fault of its own',
      { postgres: { url: secret.replace('postgres', 'mysql') } },
      `'postgres.url' of the settings must be a URL that begins with postgres:// or postgresql://, received '***'. Run pulumi config set --path --secret hks:postgres.url.`,
    ],
    [
      'above its place',
      { postgres: secret },
      `'postgres' of the settings must be an object, received '***'. Run pulumi config rm --path hks:postgres, then pulumi config set --path --secret hks:postgres.url.`,
    ],
    [
      'under a wrong name',
      { postgres: { uri: secret } },
      `'postgres.uri' of the settings is not a known setting, received 'uri'. Did you mean 'postgres.url'? Run pulumi config rm --path hks:postgres.uri and pulumi config set --path --secret hks:postgres.url.`,
    ],
    [
      'in another place, by its form',
      { domain: secret },
      `'domain' of the settings must be a domain name without a port such as 'functions.example.com', received '***'. Run pulumi config set --path hks:domain functions.example.com.`,
    ],
    [
      'deep in what is of a wrong type',
      { domain: [{ url: [secret] }] },
      `'domain' of the settings must be a domain name without a port such as 'functions.example.com', received '***'. Run pulumi config set --path hks:domain functions.example.com.`,
    ],
  ])('%s', (_, settings, message) => {
    expect(refusals(settings)).toEqual([message]);
  });

  test('as it is, it is taken', () => {
    expect(loadConfig({ 'hks:postgres': JSON.stringify({ url: secret }) }).postgres.url).toBe(
      secret,
    );
  });
});
