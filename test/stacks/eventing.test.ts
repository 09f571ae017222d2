import { KnativeEventing } from '../../stacks/eventing';
import { identityOf } from '../../stacks/kube-object';
import { prepareEventing } from '../../stacks/prepare/eventing';
import { allObjects, type PreparedRelease } from '../../stacks/prepare/release';
import { withoutSchemas } from './knative/without-schemas';
import { platformOf } from './platform-fixture';
import { assetsOf, VERSION } from './prepare/prepared';
import { describeWithReleases } from './release-files';
import { type Wiring, wiringOfComponents } from './wiring';

const ADMISSION = 'admissionregistration.k8s.io';

/** Release files are long to parse on a busy machine. */
jest.setTimeout(60_000);

describeWithReleases('Knative Eventing', () => {
  const platform = platformOf({ eventing: { enabled: true } });
  const gate = jest.fn(async () => {});
  let release: PreparedRelease;
  let wiring: Wiring;

  beforeAll(async () => {
    const options = { version: VERSION, platform };
    release = withoutSchemas(prepareEventing(assetsOf('knative-eventing'), options));
    wiring = await wiringOfComponents(async (part) => {
      await new KnativeEventing('eventing', { release, gate }, part).answered;
    });
  });

  test('each object of the release is registered once, as a child with the provider', () => {
    const children = wiring.registrations.filter(({ parent }) => parent === 'eventing');
    const identities = allObjects(release).map((object) => `eventing:${identityOf(object)}`);
    expect(children.map(({ name }) => name).toSorted()).toEqual(identities.toSorted());
    expect(wiring.strays()).toEqual([]);
  });

  test('its own webhook is asked, once', () => {
    expect(gate.mock.calls).toEqual([['eventing']]);
  });

  test.each([
    [
      `mutatingwebhookconfiguration.${ADMISSION}/webhook.eventing.knative.dev`,
      'deployment.apps/knative-eventing/eventing-webhook',
    ],
    [
      `validatingwebhookconfiguration.${ADMISSION}/config.webhook.eventing.knative.dev`,
      'service/knative-eventing/eventing-webhook',
    ],
    [
      `validatingwebhookconfiguration.${ADMISSION}/validation.inmemorychannel.eventing.knative.dev`,
      'deployment.apps/knative-eventing/imc-controller',
    ],
    [
      `mutatingwebhookconfiguration.${ADMISSION}/inmemorychannel.eventing.knative.dev`,
      'service/knative-eventing/inmemorychannel-webhook',
    ],
    [
      'deployment.apps/knative-eventing/eventing-controller',
      'clusterrolebinding.rbac.authorization.k8s.io/eventing-controller',
    ],
    [
      'deployment.apps/knative-eventing/mt-broker-ingress',
      'service/knative-eventing/broker-ingress',
    ],
    ['deployment.apps/knative-eventing/mt-broker-filter', 'namespace/knative-eventing'],
  ])('%s is deleted before %s, and made after it', (first, then) => {
    expect(wiring.deletedBefore(`eventing:${first}`, `eventing:${then}`)).toBe(true);
    expect(wiring.deletedBefore(`eventing:${then}`, `eventing:${first}`)).toBe(false);
  });

  test('it waits for nothing of another part', () => {
    for (const { name } of wiring.registrations.filter(({ custom }) => custom)) {
      for (const behind of wiring.behind(name)) {
        expect(behind).toMatch(/^eventing:/);
      }
    }
  });

  test('it tells its version', () => {
    expect(wiring.outputs('eventing')).toEqual({ version: '1.23.0' });
  });
});
