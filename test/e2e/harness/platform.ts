/** @module The host platform on the cluster of the tests: installed by its own program where it is missing. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostPlatformSettings } from '../../../stacks/config/schema';
import { MANAGED_BY, MANAGER } from '../../../stacks/ownership';
import { runEngine } from './engine/engine';
import type { Outcome, Request } from './engine/run';
import { find, get } from './kubectl';
import { settings } from './settings';
import { until } from './wait';

/** The settings that the tests' platform has. */
export function platformSettings(): HostPlatformSettings {
  const { releases } = settings();
  return {
    domain: 'functions.hks.local',
    ...(releases === undefined ? {} : { releaseMirror: releases }),
    eventing: { enabled: true },
    // Nothing outside is asked for the digest of an image that the nodes have.
    knative: { skipTagResolving: ['index.docker.io'] },
    registry: { size: '10Gi' },
    builder: { cpu: '2', memory: '4Gi', builds: 2, cacheSize: '2Gi' },
  };
}

/** Installs the platform where the cluster has none. @throws where it has the Knative of someone else */
export async function ensurePlatform(): Promise<void> {
  const stateFile = await stateOfCluster();
  const serving = await find('namespace', 'knative-serving');
  if (serving !== undefined && serving.metadata.labels?.[MANAGED_BY] !== MANAGER) {
    throw new Error(
      'The cluster has a Knative that is not of the platform. Remove it, or name another cluster.',
    );
  }
  if (serving !== undefined && !existsSync(stateFile)) {
    throw new Error(
      `The cluster has a platform whose state (${stateFile}) is gone. Name another cluster.`,
    );
  }
  await update('up');
}

/** An update or removal of the tests' platform, with other settings when there are some. */
export async function update(
  verb: Request['verb'],
  more: HostPlatformSettings = {},
  withoutDependencies?: string,
): Promise<Outcome> {
  return runEngine({
    verb,
    config: written({ ...platformSettings(), ...more }),
    stateFile: await stateOfCluster(),
    kubeconfig: process.env.KUBECONFIG ?? '',
    ...(withoutDependencies === undefined ? {} : { withoutDependencies }),
  });
}

/** Where the state of the cluster's platform is kept between runs. */
export async function stateOfCluster(): Promise<string> {
  const { metadata } = await until('the namespace kube-system', () =>
    get<{ metadata: { name: string; uid: string } } & Awaited<ReturnType<typeof get>>>(
      'namespace',
      'kube-system',
    ),
  );
  return join(tmpdir(), `hks-e2e-platform-${metadata.uid}.json`);
}

/** Settings as the engine hands them to the program: text as it is, and JSON of what is no text. */
function written(values: HostPlatformSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `hks:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
