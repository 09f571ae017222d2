/** @module The host platform: its parts in their order, as a program that the engine runs. */
import type { HostPlatformConfig } from './config/schema';

/** Names and values that a stack tells. */
export type HostPlatformOutputs = Readonly<Record<string, unknown>>;

/** Registers the platform's resources, for `pulumi up` and for an inline program of the Automation API. */
export async function hostPlatform(config: HostPlatformConfig): Promise<HostPlatformOutputs> {
  return { domain: config.domain };
}
