/** @module The host platform on the cluster of the tests: installed by its own program where it is missing. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { HostPlatformSettings } from '../../../stacks/config/schema';
import { MANAGED_BY, MANAGER } from '../../../stacks/ownership';
import type { Outcome, Request } from './engine/run';
import { command, find, get } from './kubectl';
import { settings } from './settings';

const TSX = resolve(__dirname, '../../../node_modules/tsx/dist/cli.mjs');

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

/**
 * Installs the platform where the cluster has none, by the program, which refuses the Knative of someone else.
 *
 * @throws where the cluster has a platform of which nothing is known
 */
export async function ensurePlatform(): Promise<void> {
  const stateFile = await stateOfCluster();
  const serving = await find('namespace', 'knative-serving');
  if (serving?.metadata.labels?.[MANAGED_BY] === MANAGER && !existsSync(stateFile)) {
    throw new Error(
      `The cluster has a platform whose state (${stateFile}) is gone. Name another cluster.`,
    );
  }
  await update('up');
}

/**
 * An update or removal of the tests' platform, with other settings when there are some, in a process of its own.
 *
 * @throws CommandError with what the program or the cluster said
 */
export async function update(
  verb: Request['verb'],
  more: HostPlatformSettings = {},
  withoutDependencies?: string,
): Promise<Outcome> {
  const request: Request = {
    verb,
    config: written({ ...platformSettings(), ...more }),
    stateFile: await stateOfCluster(),
    withoutDependencies,
  };
  const said = await command(process.execPath, [TSX, join(__dirname, 'engine/run.ts')], {
    input: JSON.stringify(request),
    timeout: 1_200_000,
  });
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Outcome;
}

/** Where the state of the cluster's platform is kept between runs. */
export async function stateOfCluster(): Promise<string> {
  const { metadata } = await get('namespace', 'kube-system');
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
