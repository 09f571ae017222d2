/** @module The program that the Pulumi CLI runs: settings in, the platform's resources, outputs out. */
import { isAbsolute } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { ConfigError, loadConfig } from './config/load';
import type { HostPlatformConfig } from './config/schema';
import { type HostPlatformOutputs, hostPlatform } from './host-platform';

/** The engine's language host calls it, awaits what it returns and makes the stack's outputs of it. */
async function program(): Promise<HostPlatformOutputs> {
  // It runs where its own file is; what KUBECONFIG or a setting names is meant from where Pulumi.yaml is.
  const root = pulumi.getRootDirectory();
  if (isAbsolute(root)) process.chdir(root);
  return hostPlatform(settings());
}

function settings(): HostPlatformConfig {
  try {
    return loadConfig(pulumi.runtime.allConfig());
  } catch (error) {
    // Pulumi shows the message of this class without a stack.
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}

export = program;
