/** @module What every part of the platform is told: the settings, the cluster, and what follows from both. */
import type * as pulumi from '@pulumi/pulumi';
import type { HostPlatformConfig, ImageName } from './config/schema';
import type { ClusterFacts } from './facts';

export interface Platform {
  readonly config: HostPlatformConfig;
  readonly facts: ClusterFacts;
  readonly choices: Choices;
  /** An image of a release as this platform pulls it: from the mirror, when there is one. */
  readonly image: (reference: string) => string;
  /** A pinned image, or the one that the settings name instead; from the mirror, when there is one. */
  readonly pinned: (name: ImageName) => string;
  /** The password of a database that an earlier platform left, whose volume knows it. */
  readonly databasePassword?: string;
  /**
   * The provider of what a removal leaves behind (`retainOnDelete`): with it the next installation takes such objects
   * over, where the usual one refuses what exists.
   */
  readonly retained?: pulumi.ProviderResource;
}

/** What settings and cluster decide together. */
export interface Choices {
  readonly exposure: 'loadBalancer' | 'nodePort' | 'hostPort';
  /** The domain of functions. */
  readonly domain: string;
  readonly singleNode: boolean;
  /** What isolates functions and sandboxes; nothing does without it. */
  readonly sandbox?: SandboxChoice;
  readonly postgres: 'installed' | 'external' | 'off';
  readonly controlPlane: boolean;
  readonly monitoring: { readonly serviceMonitor: boolean; readonly prometheusRule: boolean };
  /** Parts that are off, and why, as a sentence that names the setting which turns them on. */
  readonly off: Readonly<Record<string, string>>;
}

export interface SandboxChoice {
  /** The name of the RuntimeClass. */
  readonly runtimeClass: string;
  /** The runtime's name in the configuration of containerd. */
  readonly handler: string;
  /** Whether the platform makes the RuntimeClass; there is one of another owner otherwise. */
  readonly make: boolean;
}
