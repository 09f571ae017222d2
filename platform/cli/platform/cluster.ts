/** @module The cluster that a stack is for: told before anything is changed, and checked. */
import { checkBeforehand } from '../../../stacks/checks';
import { type Cluster, connect } from '../../../stacks/cluster/client';
import { inspectCluster } from '../../../stacks/cluster/inspect';
import { PreflightError, removalFaults } from '../../../stacks/cluster/preflight';
import type { HostPlatformConfig } from '../../../stacks/config/schema';
import type { ClusterFacts } from '../../../stacks/facts';
import type { StackContents } from './engine';
import type { OpenedStack } from './opened';

/** Tells where changes would be made. @throws for a kubeconfig that names no cluster */
export function tellTarget(
  { terminal, state, request }: OpenedStack,
  config: HostPlatformConfig,
): Cluster {
  const cluster = connect(config, terminal.env);
  terminal.stdout.write(
    `Context: ${cluster.context}\nServer:  ${cluster.server}\nStack:   ${request.stack} in ${state.backend}\n\n`,
  );
  return cluster;
}

/** Checks what the program checks again: while nothing is stored, and the engine does not run. @throws PreflightError */
export async function checkCluster(
  { engine, exists }: OpenedStack,
  cluster: Cluster,
  config: HostPlatformConfig,
): Promise<void> {
  const made = exists ? await engine.made() : { isEmpty: true, clusters: [] };
  await checkBeforehand(cluster, config, {
    isNewStack: made.isEmpty,
    more: (facts) => otherCluster(made, facts),
  });
}

/** Checks that nothing is lost with the platform that is not the platform's. @throws PreflightError */
export async function checkRemoval({ engine }: OpenedStack, cluster: Cluster): Promise<void> {
  const facts = await inspectCluster(cluster);
  const other = otherCluster(await engine.made(), facts);
  if (other.length > 0) throw new PreflightError(other, facts.context);
  const faults = removalFaults(facts);
  if (faults.length > 0) throw new PreflightError([...faults, DELETION], facts.context);
}

const DELETION =
  'To delete a function: kubectl delete ksvc NAME --namespace NAMESPACE, or take it out of the tenant that holds it. They cannot be brought back by the platform.';

/** A context of the same name may be another cluster than last time: the stack's objects are not there. */
function otherCluster(
  { clusters }: StackContents,
  { clusterId, server }: Pick<ClusterFacts, 'clusterId' | 'server'>,
): string[] {
  const [made] = clusters;
  if (made === undefined || clusterId === '' || clusters.includes(clusterId)) return [];
  return [
    `The stack is in another cluster, whose namespace kube-system has the UID ${made}; that of ${server} is ${clusterId}. Choose the cluster by KUBECONFIG, --kubeconfig or --context, or another stack by --stack.`,
  ];
}
