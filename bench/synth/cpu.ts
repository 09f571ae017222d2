/** @module CPU of `app.synth()` against cdk8s's on the same tree. */
import type { Synthesizer } from '../child';
import { mustEqualFolders } from '../harness/objects';
import { compare, type Pair, pairs } from '../harness/pairs';
import { fresh, outdirOf, repeated } from '../harness/processes';
import type { Project } from '../harness/project';
import { type Figure, figureOf, type Row } from '../harness/row';
import type { Tree } from '../trees';

const BAR = 0.25;

/** Rounds of a process that are not counted, for the compiler to have seen the code. */
const WARM_UP: readonly Synthesizer[] = ['hks', 'cdk8s', 'cdk8s', 'hks'];

const TREES: readonly Tree[] = (['cron-jobs', 'plus-cron-jobs'] as const).flatMap((kind) =>
  [1000, 4000].map((objects) => ({ kind, objects })),
);

export const cpu: Row = {
  name: 'cpu',
  run: async ({ pairs: count }, project) => {
    const figures: Figure[] = [];
    for (const tree of TREES) {
      fresh(project, tree, 'hks');
      fresh(project, tree, 'cdk8s');
      mustEqualFolders(outdirOf(project, 'hks'), outdirOf(project, 'cdk8s'));
      const each = await pairs(
        count,
        () => fresh(project, tree, 'hks').cpu,
        () => fresh(project, tree, 'cdk8s').cpu,
      );
      figures.push(
        figureOf(`CPU of synth, ${textOf(tree)}, fresh process`, compare(each), 's', BAR),
        figureOf(`the same, one process`, compare(warm(project, tree, count)), 's', BAR),
      );
    }
    return figures;
  },
};

/** Pairs of one process, by turns as in `pairs`. */
function warm(project: Project, tree: Tree, count: number): readonly Pair[] {
  const order = Array.from({ length: count }, (_, index): readonly Synthesizer[] =>
    index % 2 === 0 ? ['hks', 'cdk8s'] : ['cdk8s', 'hks'],
  ).flat();
  const found = repeated(project, tree, [...WARM_UP, ...order]).slice(WARM_UP.length);
  const of = (name: Synthesizer) =>
    found.filter((_, index) => order[index] === name).map((sample) => sample.cpu);
  const peers = of('cdk8s');
  return of('hks').map((ours, index) => ({ ours, peer: peers[index] ?? Number.NaN }));
}

function textOf(tree: Tree): string {
  const what = tree.kind === 'cron-jobs' ? 'CronJobs' : 'CronJobs of cdk8s-plus-28';
  return `${tree.objects.toLocaleString('en')} hardened ${what}`;
}
