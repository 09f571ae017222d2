/** @module The program that the Pulumi CLI runs: settings in, the platform's resources, outputs out. */
import { isAbsolute } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { loadConfig } from './config/load';
import type { HostPlatformOutputs } from './host-platform';

/** The engine's language host calls it, awaits what it returns and makes the stack's outputs of it. */
async function program(): Promise<HostPlatformOutputs> {
  // It runs where its own file is; what KUBECONFIG or a setting names is meant from where Pulumi.yaml is.
  const root = pulumi.getRootDirectory();
  if (isAbsolute(root)) process.chdir(root);
  try {
    const config = loadConfig(pulumi.runtime.allConfig());
    // Loaded only now: settings that are refused need no provider.
    const { hostPlatform }: typeof import('./host-platform') = require('./host-platform');
    return await hostPlatform(config);
  } catch (error) {
    // Pulumi shows the message of this class without a stack.
    throw isRefusal(error) ? new pulumi.RunError(error.message) : error;
  }
}

/** Ours say what is wrong and what to do; of a mistake in the code, and of what Node says, the stack is wanted. */
function isRefusal(error: unknown): error is Error {
  const isMistake = [TypeError, RangeError, ReferenceError].some((type) => error instanceof type);
  const isOther = isMistake || pulumi.ResourceError.isInstance(error);
  return error instanceof Error && !isOther && !('code' in error);
}

export = program;
