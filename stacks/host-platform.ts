/** @module The program of the host platform: settings and cluster are read and checked, then its parts are registered. */
import * as pulumi from '@pulumi/pulumi';
import { type Cluster, connect } from './cluster/client';
import { check } from './cluster/preflight';
import { untilWebhookAnswers } from './cluster/webhook';
import type { HostPlatformConfig } from './config/schema';
import { pinnedImage, releaseImage } from './images';
import { HostPlatform, type HostPlatformOutputs } from './parts';
import { loadReleases, unsupportedVersions } from './releases';

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
  const { facts, choices, warnings } = await check(cluster, config, ({ version }) => ({
    more: unsupportedVersions(config, version),
  }));
  const releases = await loadReleases(config);
  for (const warning of warnings) pulumi.log.warn(warning);
  const platform = {
    config,
    facts,
    choices,
    image: (reference: string) => releaseImage(reference, config),
    pinned: (name: Parameters<typeof pinnedImage>[0]) => pinnedImage(name, config),
  };
  const gate = answersOf(cluster);
  return new HostPlatform('hks', { platform, releases, gate, cluster }).outputs;
}

function answersOf(cluster: Cluster) {
  return (webhook: 'serving' | 'eventing') => untilWebhookAnswers(cluster, webhook);
}
