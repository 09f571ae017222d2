/** @module Peak memory of a process that synthesizes, against cdk8s. */
import { mustEqualFolders } from '../harness/objects';
import { compare, pairs } from '../harness/pairs';
import { fresh, outdirOf } from '../harness/processes';
import { figureOf, type Row } from '../harness/row';
import type { Tree } from '../trees';

/** As few as give an interval of 95 %: memory hardly varies, and 16,000 objects take cdk8s long. */
const PAIRS = 6;

export const memory: Row = {
  name: 'memory',
  run: async ({ pairs: count, quick }, project) => {
    const tree: Tree = { kind: 'cron-jobs', objects: 16000 };
    fresh(project, tree, 'hks');
    fresh(project, tree, 'cdk8s');
    mustEqualFolders(outdirOf(project, 'hks'), outdirOf(project, 'cdk8s'));
    const found = await pairs(
      quick ? 1 : Math.min(count, PAIRS),
      () => fresh(project, tree, 'hks').memory,
      () => fresh(project, tree, 'cdk8s').memory,
    );
    return [figureOf('peak memory, 16,000 CronJobs', compare(found), 'MiB', 0.7)];
  },
};
