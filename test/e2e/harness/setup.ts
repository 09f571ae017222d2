/** @module What every end-to-end test finds: a cluster with the host platform. Runs once, before the tests. */
import { ensureCluster } from './cluster';
import { aliasImages } from './images';
import { ensurePlatform } from './platform';
import { ensurePolicies } from './policies';
import { untilRegistryAnswers } from './registry';

export default async function setup(): Promise<void> {
  await ensureCluster();
  await aliasImages();
  await ensurePlatform();
  await untilRegistryAnswers();
  await ensurePolicies();
}
