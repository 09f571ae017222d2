/** @module Whether the order of construction of what does not depend on each other shows in the tree. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HksApp } from '../../constructs';
import { filesOf } from '../harness/objects';
import { Different, type Row } from '../harness/row';
import { shuffler } from '../harness/shuffler';
import { estimate } from '../harness/statistics';
import { plantTenants } from '../trees/tenants';

const RUNS = 100;
const OBJECTS = 400;

export const shuffle: Row = {
  name: 'shuffle',
  run: async (_settings, project) => {
    const outdir = join(project.folder, 'out/shuffled');
    const expected = treeOf(outdir, (values) => values);
    let differences = 0;
    for (let run = 1; run <= RUNS; run++) {
      const found = treeOf(outdir, shuffler(run));
      const files = new Set([...expected.keys(), ...found.keys()]);
      differences += [...files].filter((file) => expected.get(file) !== found.get(file)).length;
    }
    const ours = { estimate: estimate([differences]) };
    if (differences > 0) throw new Different(`${differences} files differ over ${RUNS} runs`);
    const measure = `files that differ over ${RUNS} orders of construction of ${OBJECTS} objects of tenants`;
    return [{ measure, ours, figure: ours, bar: 0 }];
  },
};

/** Contents of all files by their path. */
function treeOf(outdir: string, shuffled: <T>(values: readonly T[]) => readonly T[]) {
  rmSync(outdir, { recursive: true, force: true });
  const app = new HksApp({ outdir, name: 'bench' });
  plantTenants(app, OBJECTS, shuffled);
  app.synth();
  return new Map(filesOf(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
}
