/** @module The cluster that a stack is for: told before anything is changed, and checked. */
import { type Cluster, connect } from '../../../stacks/cluster/client';
import { inspectCluster } from '../../../stacks/cluster/inspect';
import { check, PreflightError, removalFaults } from '../../../stacks/cluster/preflight';
import type { HostPlatformConfig } from '../../../stacks/config/schema';
import { unsupportedVersions } from '../../../stacks/releases';
import type { Session } from './session';

/** Tells where changes would be made. @throws for a kubeconfig that names no cluster */
export function tellTarget(
  { terminal, state, request }: Session,
  { kubeconfig, context }: HostPlatformConfig,
): Cluster {
  const reference = { ...(kubeconfig && { kubeconfig }), ...(context && { context }) };
  const cluster = connect(reference, terminal.env);
  terminal.stdout.write(
    `Context: ${cluster.context}\nServer:  ${cluster.server}\nStack:   ${request.stack} in ${state.backend}\n\n`,
  );
  return cluster;
}

/** Checks what the program itself will check, while the engine is not yet running. @throws PreflightError */
export async function checkCluster(
  { terminal, engine, exists }: Session,
  cluster: Cluster,
  config: HostPlatformConfig,
): Promise<void> {
  const isNewStack = !exists || (await engine.isEmpty());
  const { warnings, facts } = await check(cluster, config, ({ version }) => ({
    more: unsupportedVersions(config, version),
    isNewStack,
  }));
  if (!isNewStack) await refuseOther(engine.outputs, facts);
  for (const warning of warnings) terminal.stderr.write(`warning: ${warning}\n`);
}

/** Checks that nothing is lost with the platform that is not the platform's. @throws PreflightError */
export async function checkRemoval({ engine }: Session, cluster: Cluster): Promise<void> {
  const facts = await inspectCluster(cluster);
  await refuseOther(engine.outputs, facts);
  const faults = removalFaults(facts);
  if (faults.length > 0) throw new PreflightError([...faults, DELETION], facts.context);
}

const DELETION =
  'To delete a function: kubectl delete ksvc NAME --namespace NAMESPACE, or take it out of the tenant that holds it. They cannot be brought back by the platform.';

/** A context may be another cluster's than last time: the stack's objects are not there. */
async function refuseOther(
  outputs: (showSecrets: boolean) => Promise<Readonly<Record<string, unknown>>>,
  { clusterId, context, server }: { clusterId: string; context: string; server: string },
): Promise<void> {
  const { clusterId: made } = await outputs(false);
  if (typeof made !== 'string' || made === '' || clusterId === '' || made === clusterId) return;
  const fault = `The stack was made in another cluster, whose namespace kube-system has the UID ${made}; that of ${server} has ${clusterId}. Choose that cluster's context by --context, or another stack by --stack.`;
  throw new PreflightError([fault], context);
}
