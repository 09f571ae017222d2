import { KnativeServing } from '../../stacks/knative';
import { identityOf } from '../../stacks/kube-object';
import { allObjects, type PreparedRelease } from '../../stacks/prepare/release';
import { prepareServing } from '../../stacks/prepare/serving';
import { depthOf } from './knative/depth';
import { withoutSchemas } from './knative/without-schemas';
import { platformOf } from './platform-fixture';
import { assetsOf, VERSION } from './prepare/prepared';
import { describeWithReleases } from './release-files';
import { type Wiring, type WiringOptions, wiringOfComponents } from './wiring';

const ADMISSION = 'admissionregistration.k8s.io';
const CONFIGURATIONS = [
  `validatingwebhookconfiguration.${ADMISSION}/config.webhook.serving.knative.dev`,
  `validatingwebhookconfiguration.${ADMISSION}/validation.webhook.serving.knative.dev`,
  `mutatingwebhookconfiguration.${ADMISSION}/webhook.serving.knative.dev`,
];
const CUSTOM_RESOURCES = [
  'image.caching.internal.knative.dev/knative-serving/queue-proxy',
  'certificate.networking.internal.knative.dev/knative-serving/routing-serving-certs',
];
const DEPLOYMENTS = ['activator', 'autoscaler', 'controller', 'webhook'].map(
  (one) => `deployment.apps/knative-serving/${one}`,
);
const NAMESPACE = 'namespace/knative-serving';
const RBAC = 'rbac.authorization.k8s.io';

/** Release files are long to parse on a busy machine. */
jest.setTimeout(60_000);

describeWithReleases('Knative Serving', () => {
  // Several nodes, so that autoscalers and disruption budgets are there too.
  const platform = platformOf({}, {}, { singleNode: false });
  let release: PreparedRelease;
  let wiring: Wiring;
  const events: string[] = [];

  async function registered(options: WiringOptions = {}, gate = async () => {}) {
    return wiringOfComponents((part) => {
      new KnativeServing('serving', { platform, release, gate }, part);
    }, options);
  }
  const pairs = (firsts: readonly string[], thens: readonly string[]) =>
    firsts.flatMap((first) => thens.map((then): [string, string] => [first, then]));

  beforeAll(async () => {
    const options = { version: VERSION, platform };
    release = withoutSchemas(prepareServing(assetsOf('knative-serving'), options));
    wiring = await registered(
      {
        outputs: ({ name }) => {
          events.push(name.replace(/^serving:/, ''));
          return undefined;
        },
      },
      async () => {
        events.push('asked');
        await new Promise((resolve) => setTimeout(resolve, 10));
        events.push('answered');
      },
    );
  });

  test('each object of the release is registered once, as a child with the provider', () => {
    const children = wiring.registrations.filter(({ parent }) => parent === 'serving');
    const identities = allObjects(release).map((object) => `serving:${identityOf(object)}`);
    expect(children.map(({ name }) => name).toSorted()).toEqual(identities.toSorted());
    expect(wiring.strays()).toEqual([]);
    expect(wiring.named('serving')).toMatchObject({
      type: 'hks:platform:KnativeServing',
      parent: 'platform',
      inputs: {},
    });
  });

  test('custom resources are made when the webhook has answered, which is asked when it is served', () => {
    const at = (event: string) => {
      expect(events).toContain(event);
      return events.indexOf(event);
    };
    for (const made of [...CONFIGURATIONS, 'deployment.apps/knative-serving/webhook']) {
      expect(at(made)).toBeLessThan(at('asked'));
    }
    for (const made of CUSTOM_RESOURCES) {
      expect(at(made)).toBeGreaterThan(at('answered'));
    }
  });

  test.each([
    ...pairs(CONFIGURATIONS, [
      'deployment.apps/knative-serving/webhook',
      'service/knative-serving/webhook',
      'secret/knative-serving/webhook-certs',
    ]),
    ...pairs(CUSTOM_RESOURCES, [...CONFIGURATIONS, ...DEPLOYMENTS]),
    ...pairs(DEPLOYMENTS, [
      'serviceaccount/knative-serving/controller',
      'serviceaccount/knative-serving/activator',
      'configmap/knative-serving/config-network',
      'configmap/knative-serving/config-features',
      `clusterrolebinding.${RBAC}/knative-serving-controller-admin`,
      `clusterrole.${RBAC}/knative-serving-admin`,
      // The former gathers these: without them it allows nothing.
      `clusterrole.${RBAC}/knative-serving-core`,
      `rolebinding.${RBAC}/knative-serving/knative-serving-activator`,
      `role.${RBAC}/knative-serving/knative-serving-activator`,
      NAMESPACE,
    ]),
    ['horizontalpodautoscaler.autoscaling/knative-serving/webhook', DEPLOYMENTS[3]],
    ['configmap/knative-serving/config-network', NAMESPACE],
    ['poddisruptionbudget.policy/knative-serving/webhook-pdb', NAMESPACE],
    [CUSTOM_RESOURCES[0], NAMESPACE],
  ])('%s is deleted before %s, and made after it', (first, then) => {
    expect(wiring.deletedBefore(`serving:${first}`, `serving:${then}`)).toBe(true);
    expect(wiring.deletedBefore(`serving:${then}`, `serving:${first}`)).toBe(false);
  });

  test('CRDs stay when the rest is deleted, and are there before the pods that watch them', () => {
    const kept = wiring.registrations.filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.map(({ name }) => name).toSorted()).toEqual(
      release.crds.map((crd) => `serving:${identityOf(crd)}`).toSorted(),
    );
    for (const { name } of kept) {
      expect(wiring.deletedBefore('serving:deployment.apps/knative-serving/controller', name)).toBe(
        true,
      );
    }
  });

  test('pods start at the same time, and few things are made one after the other', () => {
    for (const one of DEPLOYMENTS) {
      const behind = [...wiring.behind(`serving:${one}`)];
      expect(behind.filter((name) => name.includes('deployment.apps/'))).toEqual([]);
    }
    // Role, role that gathers it, binding, Deployment, configuration, custom resource.
    expect(depthOf(wiring)).toBe(6);
  });

  test('an engine that makes one thing at a time makes the autoscaler before what waits for it', () => {
    const names = wiring.registrations.map(({ name }) => name);
    const [activator, autoscaler] = DEPLOYMENTS.map((one) => names.indexOf(`serving:${one}`));
    expect(autoscaler).toBeLessThan(activator as number);
  });

  test('no Service is waited for by the provider: pods need them before they are ready', () => {
    const services = wiring.registrations.filter(({ inputs }) => inputs.kind === 'Service');
    expect(services).toHaveLength(4);
    for (const { inputs } of services) {
      expect(inputs.metadata.annotations['pulumi.com/skipAwait']).toBe('true');
    }
  });

  test('a preview does not ask the webhook, and has the same edges', async () => {
    const gate = jest.fn(async () => {});
    const preview = await registered({ preview: true }, gate);
    expect(gate).not.toHaveBeenCalled();
    const edges = ({ registrations }: Wiring) =>
      new Map(registrations.map(({ name, dependencies }) => [name, dependencies.toSorted()]));
    expect(edges(preview)).toEqual(edges(wiring));
  });

  test('it tells its version and the domain of functions', () => {
    expect(wiring.outputs('serving')).toEqual({
      version: '1.23.0',
      domain: '192.0.2.10.sslip.io',
    });
  });
});
