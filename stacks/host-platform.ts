/** @module The program of the host platform: settings and cluster are read and checked, then its parts are registered. */
import * as pulumi from '@pulumi/pulumi';
import { checkPlatform } from './checks';
import { connect } from './cluster/client';
import { untilWebhookAnswers } from './cluster/webhook';
import type { HostPlatformConfig } from './config/schema';
import type { WebhookGate } from './gate';
import { pinnedImage, releaseImage } from './images';
import { HostPlatform, type HostPlatformOutputs } from './parts';
import type { Platform } from './platform';
import { existingPassword } from './postgres/existing';

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
  const { facts, choices, warnings, releases } = await checkPlatform(cluster, config);
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
  const gate: WebhookGate = (webhook) => untilWebhookAnswers(cluster, webhook);
  const made = new HostPlatform('hks', { platform, releases, gate, cluster });
  await made.answered;
  return made.outputs;
}
