/** @module What four times the objects take: a factor of four, and a tenth for what does not fit the caches. */
import { compare, pairs } from '../harness/pairs';
import { fresh } from '../harness/processes';
import { type Figure, figureOf, type Row } from '../harness/row';
import type { Tree } from '../trees';

const TREES = [
  ['CronJobs without a Project', 'cron-jobs'],
  ['objects of tenants', 'tenants'],
] as const;

export const growth: Row = {
  name: 'growth',
  run: async ({ pairs: count }, project) => {
    const figures: Figure[] = [];
    for (const [what, kind] of TREES) {
      const cpuOf = (objects: number) => () => {
        const tree: Tree = { kind, objects };
        return fresh(project, tree, 'hks').cpu;
      };
      const found = compare(await pairs(count, cpuOf(16000), cpuOf(4000)));
      figures.push(figureOf(`CPU of 16,000 ${what}, against 4,000`, found, 's', 4.4));
    }
    return figures;
  },
};
