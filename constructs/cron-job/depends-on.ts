/** @module Jobs that a job waits for: the control plane holds a run back until theirs of the same day has succeeded. */
import type { IConstruct } from 'constructs';
import { checkName } from '../check';
import { invalid } from '../invalid';

/** As much of an HksCronJob as dependencies need. */
export interface DependentJob extends IConstruct {
  readonly name: string;
  readonly dependsOnJobs: readonly string[];
  readonly project: IConstruct;
}

/** The names of the jobs, each once; a job of another project is refused. */
export function dependencyNames<Job extends DependentJob>(
  owner: DependentJob,
  given: readonly (Job | string)[] = [],
  isJob: (value: unknown) => value is Job,
): readonly string[] {
  if (!Array.isArray(given)) throw refused(owner, 'dependsOnJobs', given);
  const names = given.map((item: unknown, index) => {
    const prop = `dependsOnJobs[${index}]`;
    if (typeof item === 'string') return checkName(owner, prop, item, 52);
    if (!isJob(item)) throw refused(owner, prop, item);
    if (item.project === owner.project) return item.name;
    throw invalid(owner, {
      prop,
      rule: `must be a job of the same project, '${owner.project.node.path}'`,
      received: item.node.path,
      fix: 'Move one of the two jobs, since runs are only known within a project',
    });
  });
  return [...new Set(names)];
}

/** The circle of dependencies that begins and ends at the job, if there is one: `a, b, a`. */
export function circleOf(job: DependentJob, all: readonly DependentJob[]): readonly string[] {
  const byName = new Map(all.map((other) => [other.name, other]));
  const seen = new Set<string>();
  const search = (name: string, way: readonly string[]): readonly string[] => {
    for (const next of byName.get(name)?.dependsOnJobs ?? []) {
      if (next === job.name) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = search(next, [...way, next]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return search(job.name, [job.name]);
}

/** What `node.addValidation` reports of a job; a circle is reported once, by its first job in the alphabet. */
export function dependencyFaults(job: DependentJob, all: readonly DependentJob[]): string[] {
  const circle = circleOf(job, all);
  if (circle.length === 0 || circle.some((name) => name < job.name)) return [];
  return [
    invalid(job, {
      prop: 'dependsOnJobs',
      rule: circle.length === 2 ? 'must not name the job itself' : 'must not lead back to the job',
      received: circle.join(' -> '),
      fix: `Take one of these dependencies away`,
    }).message,
  ];
}

function refused(owner: IConstruct, prop: string, received: unknown): Error {
  return invalid(owner, {
    prop,
    rule: prop.endsWith(']')
      ? 'must be an HksCronJob or the name of one'
      : 'must be an array of HksCronJobs or their names',
    received,
    fix: `Write ['import-orders']`,
  });
}
