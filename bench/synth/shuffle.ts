/** @module Whether the order of construction of what does not depend on each other shows in what is written. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HksApp } from '../../constructs';
import { dependencyOrder } from '../../constructs/synth/order';
import { difference, filesOf } from '../harness/objects';
import { Different, type Row } from '../harness/row';
import { shuffler } from '../harness/shuffler';
import { estimate } from '../harness/statistics';
import { plantLayers } from '../trees/layers';
import { plantTenants } from '../trees/tenants';

const RUNS = 100;
const OBJECTS = 400;
const LAYERS = { objects: OBJECTS, width: 20, edges: 1500 };

type Shuffled = <T>(values: readonly T[]) => readonly T[];

export const shuffle: Row = {
  name: 'shuffle',
  run: async (_settings, project) => {
    const outdir = join(project.out, 'shuffled');
    const what = [
      ['trees of tenants', (shuffled: Shuffled) => treeOf(outdir, shuffled)],
      ['dependency orders of a graph', orderOf],
    ] as const;
    return what.map(([name, made]) => {
      const expected = made((values) => values);
      const differences = Array.from({ length: RUNS }, (_, run) =>
        difference(made(shuffler(run + 1)), expected),
      ).filter((found) => found !== undefined);
      if (differences.length > 0) throw new Different(`${name}: ${differences[0]}`);
      const ours = { estimate: estimate([differences.length]) };
      const measure = `${name} that differ over ${RUNS} orders of construction of ${OBJECTS} objects`;
      return { measure, ours, figure: ours, bar: 0 };
    });
  },
};

/** Contents of all files by their path. */
function treeOf(outdir: string, shuffled: Shuffled): Readonly<Record<string, string>> {
  rmSync(outdir, { recursive: true, force: true });
  const app = new HksApp({ outdir, name: 'bench' });
  plantTenants(app, OBJECTS, shuffled);
  app.synth();
  return Object.fromEntries(
    filesOf(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')]),
  );
}

/** Paths of the objects, each after those that it depends on. */
function orderOf(shuffled: Shuffled): readonly string[] {
  const app = new HksApp({ name: 'bench' });
  plantLayers(app, LAYERS, shuffled);
  return dependencyOrder(app).map(({ node }) => node.path);
}
