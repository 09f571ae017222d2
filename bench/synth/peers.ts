/** @module Wall time of the whole process against other tools that write the same objects. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { helmBinary } from '../harness/helm';
import { mustEqualObjects } from '../harness/objects';
import { compare, pairs } from '../harness/pairs';
import { childArguments, outdirOf, wallOf } from '../harness/processes';
import type { Project } from '../harness/project';
import { type Figure, figureOf, type Row } from '../harness/row';
import type { Settings } from '../harness/settings';
import type { Tree } from '../trees';
import { cronJob, NAMESPACE } from '../trees/cron-jobs';

const BAR = 0.8;

/** kustomize compares each object with all others: 4,000 of them take it a minute, once to compare and once to time. */
const SLOW_PAIRS = 1;

export const kustomize: Row = {
  name: 'kustomize',
  run: ({ pairs: count, quick, kubectl }, project) =>
    rows(project, quick ? [1000] : [1000, 4000], (objects) => ({
      name: 'kubectl kustomize',
      count: objects > 1000 ? Math.min(count, SLOW_PAIRS) : count,
      command: kubectl,
      args: ['kustomize', kustomization(project)],
    })),
};

export const helm: Row = {
  name: 'helm',
  run: async (settings: Settings, project) => {
    const command = helmBinary(settings.helm);
    return rows(project, [1000, 4000], (objects) => ({
      name: 'helm template',
      count: settings.pairs,
      command,
      args: ['template', 'jobs', chart(project, objects)],
    }));
  },
};

interface Peer {
  readonly name: string;
  readonly count: number;
  readonly command: string;
  readonly args: readonly string[];
}

/** Our app writes the tree first, and from that its text comes that a peer may need. */
async function rows(
  project: Project,
  sizes: readonly number[],
  peerOf: (objects: number) => Peer,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const cwd = project.folder;
  for (const objects of sizes) {
    const tree: Tree = { kind: 'cron-jobs', objects };
    const ours = () => wallOf(process.execPath, childArguments(project, tree, 'hks'), { cwd });
    ours();
    const { name, count, command, args } = peerOf(objects);
    const output = join(project.out, 'peer.yaml');
    const peers = () => wallOf(command, args, { cwd, output });
    peers();
    mustEqualObjects(written(project), output);
    const measure = `wall time, ${objects.toLocaleString('en')} CronJobs, against \`${name}\``;
    figures.push(figureOf(measure, compare(await pairs(count, ours, peers)), 's', BAR));
  }
  return figures;
}

function written(project: Project): string {
  return join(outdirOf(project, 'hks'), 'jobs.k8s.yaml');
}

/** All objects in one file. */
function kustomization(project: Project): string {
  const folder = join(project.out, 'kustomization');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'jobs.yaml'), readFileSync(written(project)));
  writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [jobs.yaml]\n');
  return folder;
}

/** One template that counts, which costs helm less than values or a template for each. */
function chart(project: Project, objects: number): string {
  const folder = join(project.out, 'chart');
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: jobs\nversion: 1.0.0\n');
  const job = cronJob('job-{{ $i }}', '{{ mod $i 60 }}');
  const text = stringify(
    { ...job, metadata: { ...job.metadata, namespace: NAMESPACE } },
    { version: '1.1', aliasDuplicateObjects: false },
  );
  writeFileSync(
    join(folder, 'templates/jobs.yaml'),
    `{{- range $i := until ${objects} }}\n---\n${text}{{- end }}\n`,
  );
  return folder;
}
