/** @module The program of the host platform: settings and cluster are read and checked, then its parts are registered. */
import * as pulumi from '@pulumi/pulumi';
import { type Cluster, connect } from './cluster/client';
import { check } from './cluster/preflight';
import { untilWebhookAnswers } from './cluster/webhook';
import type { HostPlatformConfig } from './config/schema';
import type { CrdFacts } from './facts';
import { pinnedImage, releaseImage } from './images';
import { HostPlatform, type HostPlatformOutputs } from './parts';
import type { Platform } from './platform';
import { existingPassword } from './postgres/existing';
import { storedVersionFaults } from './prepare/upgrade';
import {
  type LoadedRelease,
  type LoadedReleases,
  loadReleases,
  unsupportedVersions,
} from './releases';

export { readSettings } from './config/load';
export type { HostPlatformConfig, HostPlatformSettings } from './config/schema';
export type { HostPlatformOutputs } from './parts';

/**
 * Registers the platform's resources: for `pulumi up`, and as an inline program of the Automation API.
 *
 * @throws PreflightError, ClusterUnreachable or the faults of releases, before anything is registered
 */
export async function hostPlatform(config: HostPlatformConfig): Promise<HostPlatformOutputs> {
  const cluster = connect(config, process.env);
  const releases = await releasesOf(config);
  const { facts, choices, warnings } = await check(cluster, config, ({ version, crds }) => ({
    more: [...unsupportedVersions(config, version), ...releaseFaults(releases, crds)],
  }));
  if (releases instanceof Error) throw releases;
  const password = choices.postgres === 'installed' ? await existingPassword(cluster) : undefined;
  for (const warning of warnings) pulumi.log.warn(warning);
  const platform: Platform = {
    config,
    facts,
    choices,
    ...(password !== undefined && { databasePassword: password }),
    image: (reference) => releaseImage(reference, config),
    pinned: (name) => pinnedImage(name, config),
  };
  const gate = answersOf(cluster);
  const made = new HostPlatform('hks', { platform, releases, gate, cluster });
  await made.answered;
  return made.outputs;
}

/** What is wrong with them is told with all other faults. */
async function releasesOf(config: HostPlatformConfig): Promise<LoadedReleases | Error> {
  return loadReleases(config).catch((error: Error) => error);
}

/** A CRD that is installed may hold objects of a version that the release no longer serves. */
function releaseFaults(releases: LoadedReleases | Error, installed: readonly CrdFacts[]): string[] {
  if (releases instanceof Error) return [releases.message];
  const objects = Object.values(releases as unknown as Record<string, LoadedRelease>).flatMap(
    (release) => Object.values(release.objects).flat(),
  );
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return [...new Set(storedVersionFaults(installed, crds))];
}

function answersOf(cluster: Cluster) {
  return (webhook: 'serving' | 'eventing') => untilWebhookAnswers(cluster, webhook);
}
