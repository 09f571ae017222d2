/** @module Which releases the settings ask for, and whether they run on the cluster's Kubernetes. */
import { invalid } from '../../constructs/invalid';
import type { HostPlatformConfig } from '../config/schema';
import { type ComponentName, PINS, type Pins, type ReleasePin } from './pins';
import { isWithin, type Minor, minorOf } from './version';

/** Settings that decide which releases there are. */
export type ReleaseSettings = Pick<HostPlatformConfig, 'versions' | 'eventing'>;

/** A component at one of its pinned versions. */
export interface ChosenRelease extends ReleasePin {
  readonly component: ComponentName;
}

export interface ChosenReleases {
  readonly serving: ChosenRelease;
  readonly kourier: ChosenRelease;
  /** Only where Eventing is enabled. */
  readonly eventing?: ChosenRelease;
}

/** Names of the parts, as `versions.*` of the settings has them. */
export type PartName = keyof ChosenReleases;
const COMPONENT_OF: Readonly<Record<PartName, ComponentName>> = {
  serving: 'knative-serving',
  kourier: 'knative-kourier',
  eventing: 'knative-eventing',
};
const TITLES: Readonly<Record<PartName, string>> = {
  serving: 'Knative Serving',
  kourier: 'Kourier',
  eventing: 'Knative Eventing',
};
const OWNER = 'the settings';

/** @throws with each version that is not pinned */
export function chosenReleases(settings: ReleaseSettings, pins: Pins = PINS): ChosenReleases {
  const faults: string[] = [];
  const chosen = (part: PartName): ChosenRelease => {
    const component = COMPONENT_OF[part];
    const { releases } = pins.components[component];
    const wanted = settings.versions[part];
    const found =
      wanted === undefined ? releases[0] : releases.find(({ version }) => version === wanted);
    if (!found) faults.push(notPinned(part, wanted, releases));
    return { component, ...(found ?? (releases[0] as ReleasePin)) };
  };
  const serving = chosen('serving');
  const kourier = chosen('kourier');
  const eventing = settings.eventing.enabled ? chosen('eventing') : undefined;
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return { serving, kourier, ...(eventing ? { eventing } : {}) };
}

/**
 * What the settings ask for that does not run on the cluster's Kubernetes: a sentence for each, none when all is well.
 *
 * @param kubernetes as the API server says it, e.g. `v1.33.4+k3s1`
 * @throws as `chosenReleases`
 */
export function unsupportedVersions(
  settings: ReleaseSettings,
  kubernetes: string,
  pins: Pins = PINS,
): string[] {
  const chosen = Object.entries(chosenReleases(settings, pins)) as [PartName, ChosenRelease][];
  const cluster = minorOf(kubernetes);
  if (cluster === undefined) {
    return [
      invalid('the cluster', {
        prop: 'version',
        rule: `must be a version of Kubernetes such as 'v1.34.1+k3s1'`,
        received: kubernetes,
        fix: 'Ask the API server: kubectl version',
      }).message,
    ];
  }
  return chosen
    .filter(([, release]) => !isWithin(cluster, release.kubernetes))
    .map(([part, release]) => {
      const { releases } = pins.components[release.component];
      const fitting = releases.find((other) => isWithin(cluster, other.kubernetes));
      return invalid(OWNER, {
        prop: `versions.${part}`,
        rule: `must be a version that runs on the cluster's Kubernetes ${kubernetes}; ${TITLES[part]} ${release.version} needs ${rangeOf(release)}`,
        received: release.version,
        fix: fitting ? `Set it to '${fitting.version}'` : noneFits(release, cluster),
      }).message;
    });
}

function noneFits({ kubernetes: { min } }: ReleasePin, cluster: Minor): string {
  const isOld = !isWithin(cluster, { min });
  return `No pinned version runs there: ${isOld ? `upgrade the cluster to Kubernetes ${min}` : `pin a newer one by 'hks releases update' in a checkout`}`;
}

function rangeOf({ kubernetes: { min, max } }: ReleasePin): string {
  return max === undefined ? `${min} or newer` : `${min} to ${max}`;
}

function notPinned(
  part: PartName,
  received: string | undefined,
  releases: readonly ReleasePin[],
): string {
  const versions = releases.map(({ version }) => `'${version}'`).join(', ');
  return invalid(OWNER, {
    prop: `versions.${part}`,
    rule: `must be a pinned version of ${TITLES[part]}: ${versions}`,
    received,
    fix: `Leave it out for the newest one, or pin this one by 'hks releases update' in a checkout`,
  }).message;
}
