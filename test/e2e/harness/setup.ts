/** @module What every end-to-end test finds: a cluster with the registry and Knative. Runs once, before the tests. */
import { ensureCluster } from './cluster';
import { ensureKnative } from './knative';
import { ensurePolicies } from './policies';
import { ensureRegistry } from './registry';

export default async function setup(): Promise<void> {
  await ensureCluster();
  await ensureRegistry();
  await ensureKnative();
  await ensurePolicies();
}
