/** @module The trees that are synthesized; each is loaded when it is asked for, so that a peer does not pay for ours. */
import type { App } from 'cdk8s';
import type { Layers } from './trees/layers';

/** What stands in the tree. */
export type Tree =
  | { readonly kind: 'cron-jobs' | 'plus-cron-jobs' | 'tenants'; readonly objects: number }
  | ({ readonly kind: 'layers' } & Layers);

/** A function that adds the tree to an app. */
export async function planter(tree: Tree): Promise<(app: App) => void> {
  switch (tree.kind) {
    case 'cron-jobs': {
      const { plantCronJobs } = await import('./trees/cron-jobs.js');
      return (app) => plantCronJobs(app, tree.objects);
    }
    case 'plus-cron-jobs': {
      const { plantPlusCronJobs } = await import('./trees/plus-cron-jobs.js');
      return (app) => plantPlusCronJobs(app, tree.objects);
    }
    case 'tenants': {
      const { plantTenants } = await import('./trees/tenants.js');
      return (app) => plantTenants(app, tree.objects);
    }
    case 'layers': {
      const { plantLayers } = await import('./trees/layers.js');
      return (app) => plantLayers(app, tree);
    }
  }
}
