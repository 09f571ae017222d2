/** @module CPU of a tree whose objects depend on each other, which cdk8s's order takes exponential time for. */
import { mustEqualFolders } from '../harness/objects';
import { compare, pairs } from '../harness/pairs';
import { fresh, outdirOf } from '../harness/processes';
import { figureOf, type Row } from '../harness/row';
import { estimate } from '../harness/statistics';
import type { Tree } from '../trees';

const LARGE: Tree = { kind: 'layers', objects: 2000, width: 50, edges: 10_000 };
/** The largest that cdk8s ends in half a minute: 16 layers of 3, each on all of the layer before. */
const SMALL: Tree = { kind: 'layers', objects: 48, width: 3, edges: 135 };
/** A size that lets cdk8s's result be compared in a second. */
const SMALLER: Tree = { kind: 'layers', objects: 39, width: 3, edges: 108 };

export const graph: Row = {
  name: 'graph',
  run: async ({ pairs: count, quick }, project) => {
    const small = quick ? SMALLER : SMALL;
    fresh(project, small, 'hks');
    fresh(project, small, 'cdk8s');
    mustEqualFolders(outdirOf(project, 'hks'), outdirOf(project, 'cdk8s'));
    const large = Array.from({ length: count }, () => fresh(project, LARGE, 'hks').cpu);
    const found = await pairs(
      quick ? 1 : Math.min(count, 3),
      () => fresh(project, small, 'hks').cpu,
      () => fresh(project, small, 'cdk8s').cpu,
    );
    const ours = { estimate: estimate(large), unit: 's' } as const;
    return [
      { measure: 'CPU of synth, 2,000 objects with 10,000 edges', ours, figure: ours, bar: 1 },
      figureOf(
        `CPU of synth, ${small.objects} objects with ${small.edges} edges`,
        compare(found),
        's',
      ),
    ];
  },
};
