/** @module Everything that is checked before anything is changed: the cluster, the settings on it, and the releases. */
import type { Cluster } from './cluster/client';
import { type Checked, check } from './cluster/preflight';
import type { HostPlatformConfig } from './config/schema';
import type { ClusterFacts, CrdFacts } from './facts';
import { storedVersionFaults } from './prepare/upgrade';
import { type LoadedReleases, loadReleases, unsupportedVersions } from './releases';

export interface PlatformChecks {
  /** The stack has no resources yet: a platform that is there is not its own. @default false */
  readonly isNewStack?: boolean;
  /** Further faults of the cluster, one sentence each. */
  readonly more?: (facts: ClusterFacts) => readonly string[];
}

/**
 * What the program goes on with when nothing is wrong.
 *
 * @throws PreflightError with all faults, those of releases among them; ClusterUnreachable
 */
export async function checkPlatform(
  cluster: Cluster,
  config: HostPlatformConfig,
): Promise<Checked & { readonly releases: LoadedReleases }> {
  const loaded = await loadReleases(config).catch((error: Error) => error);
  const checked = await checkWith(cluster, config, loaded);
  if (loaded instanceof Error) throw loaded;
  return { ...checked, releases: loaded };
}

/**
 * The same before there is a program: files of a mirror are read, and those of the network are left to the program.
 *
 * @throws PreflightError, ClusterUnreachable
 */
export async function checkBeforehand(
  cluster: Cluster,
  config: HostPlatformConfig,
  checks: PlatformChecks,
): Promise<void> {
  const loaded =
    config.releaseMirror === undefined
      ? undefined
      : await loadReleases(config).catch((error: Error) => error);
  await checkWith(cluster, config, loaded, checks);
}

async function checkWith(
  cluster: Cluster,
  config: HostPlatformConfig,
  loaded: LoadedReleases | Error | undefined,
  { isNewStack = false, more = () => [] }: PlatformChecks = {},
): Promise<Checked> {
  return check(cluster, config, (facts) => ({
    more: [
      ...more(facts),
      ...unsupportedVersions(config, facts.version),
      ...(loaded === undefined ? [] : releaseFaults(loaded, facts.crds)),
    ],
    isNewStack,
  }));
}

/** Files that are missing or wrong, and CRDs that may hold objects of a version that a release no longer serves. */
function releaseFaults(loaded: LoadedReleases | Error, installed: readonly CrdFacts[]): string[] {
  if (loaded instanceof Error) return loaded.message.split('\n');
  const { serving, kourier, eventing } = loaded;
  const objects = [serving, kourier, eventing].flatMap((release) =>
    Object.values(release?.objects ?? {}).flat(),
  );
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return [...new Set(storedVersionFaults(installed, crds))];
}
