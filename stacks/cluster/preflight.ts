/** @module Every reason not to begin, found before anything is changed and told at once. */
import type { HostPlatformConfig } from '../config/schema';
import type { ClusterFacts } from '../facts';
import { choose, type Decision } from './choices';
import { ApiError, type Cluster } from './client';
import { foreignFaults, otherStackFaults } from './foreign';
import { inspectCluster } from './inspect';
import { nodesForPods } from './nodes';
import { missingPermissions, permissionFaults } from './permissions';
import { shown } from './shown';
import { volumeFaults } from './volumes';

/** Faults of the whole: one sentence each. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
  constructor(
    readonly faults: readonly string[],
    /** The kubeconfig's context. */
    context: string,
  ) {
    const list = faults.map((fault) => `  - ${fault}`).join('\n');
    super(`Nothing was changed in the cluster of context '${context}':\n${list}`);
  }
}

export interface PreflightOptions {
  /** Faults that others found, of versions for example. */
  readonly more?: readonly string[];
  /** The stack has no resources yet: a platform that is there is not its own. @default false */
  readonly isNewStack?: boolean;
}

/** What passed, for the program to go on with. */
export interface Checked extends Decision {
  readonly facts: ClusterFacts;
  /** What may be wrong and does not stop us, as sentences. */
  readonly warnings: readonly string[];
}

/** Why the platform cannot be made as the settings say. */
export function preflight(
  config: HostPlatformConfig,
  facts: ClusterFacts,
  { more = [], isNewStack = false }: PreflightOptions = {},
): string[] {
  return [
    ...more,
    ...foreignFaults(config, facts),
    ...(isNewStack ? otherStackFaults(config, facts) : []),
    ...choose(config, facts).faults,
    ...volumeFaults(config, facts),
  ];
}

/** What is likely to go wrong later. */
export function preflightWarnings(facts: ClusterFacts): string[] {
  const nodes = nodesForPods(facts);
  const cpu = nodes.reduce((sum, node) => sum + node.cpu, 0);
  const memory = nodes.reduce((sum, node) => sum + node.memory, 0);
  const small = cpu < NEEDED_CPU || memory < NEEDED_MEMORY;
  const gibibytes = Math.floor((memory / GIBIBYTE) * 10) / 10;
  return [
    ...(facts.notes ?? []),
    ...(small
      ? [
          `The nodes have ${cpu} CPU and ${gibibytes} GiB for pods; the platform asks for about ${NEEDED_CPU} CPU and ${NEEDED_MEMORY / GIBIBYTE} GiB before the first function.`,
        ]
      : []),
  ];
}

/** What stands in the way of removal: functions that would go with it, and what nobody could delete afterwards. */
export function removalFaults({
  functions,
  leftBehind = [],
}: Pick<ClusterFacts, 'functions' | 'leftBehind'>): string[] {
  return [
    ...stillThere(functions, 'function', 'would go with the platform'),
    ...stillThere(leftBehind, 'object', 'could not be deleted without the platform'),
  ];
}

function stillThere(names: readonly string[], what: string, then: string): string[] {
  if (names.length === 0) return [];
  const count = names.length === 1 ? `1 ${what} is` : `${names.length} ${what}s are`;
  return [`${count} still there, and ${then}: ${shown(names)}. Delete them first.`];
}

/**
 * Reads the cluster and checks it: the user's permissions, the cluster, and the settings on it.
 *
 * @throws PreflightError with every fault, ClusterUnreachable where the cluster does not answer
 */
export async function check(
  cluster: Cluster,
  config: HostPlatformConfig,
  options: (facts: ClusterFacts) => PreflightOptions = () => ({}),
): Promise<Checked> {
  const facts = await inspectCluster(cluster);
  const [denied, user] = await Promise.all([
    missingPermissions(cluster, config, facts),
    userName(cluster),
  ]);
  const permissions = permissionFaults(denied, user);
  // A fact that is missing for want of a permission would be told as a fault of the cluster.
  const faults =
    facts.unread === undefined
      ? [...permissions, ...preflight(config, facts, options(facts))]
      : permissions.concat(permissions.length === 0 ? facts.unread : []);
  if (faults.length > 0) throw new PreflightError(faults, cluster.context);
  return { facts, warnings: preflightWarnings(facts), ...choose(config, facts) };
}

const GIBIBYTE = 2 ** 30;
const NEEDED_CPU = 2;
const NEEDED_MEMORY = 3 * GIBIBYTE;

/** Whom the API server takes us for. */
async function userName(cluster: Cluster): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const { status } = await cluster.ask<{ status?: { userInfo?: { username?: string } } }>(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      { method: 'POST', body: review },
    );
    return `The user ${status?.userInfo?.username ?? `of context '${cluster.context}'`}`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `The user of context '${cluster.context}'`;
  }
}
