/** @module The workloads that a backup belongs to. */
import type { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { checkInstance } from '../check';
import { invalid } from '../invalid';
import { ANNOTATIONS } from '../labels';
import type { Project } from '../project';

interface Workload extends Construct {
  readonly project: Project;
}

/** Refuses anything but a workload of the same project. */
export function checkLink<Type extends Workload>(
  owner: Workload,
  prop: string,
  given: Type | undefined,
  type: { new (...args: never[]): Type },
): Type | undefined {
  const example = `new ${type.name}(project, …) first, and give what it returns`;
  const workload = checkInstance(owner, prop, given, type, example);
  if (workload === undefined || workload.project === owner.project) return workload;
  throw invalid(owner, {
    prop,
    rule: `must be of the same project, '${owner.project.node.path}'`,
    received: workload.node.path,
    fix: 'Create the backup in the project of what it backs up',
  });
}

/** Names the backup on the job that it follows, beside those that are there. */
export function annotateJob({ metadata }: ApiObject, name: string): void {
  const { annotations = {} } = metadata.toJson();
  const known = String(annotations[ANNOTATIONS.backupSchedule] ?? '').split(',');
  const names = [...known, name].filter((text) => text !== '').sort();
  metadata.addAnnotation(ANNOTATIONS.backupSchedule, names.join(','));
}

interface Stored extends Workload {
  readonly repository: string;
  readonly repositoryClaim: string | undefined;
}

/** Backups by their repositories, for each tree: who writes to one place is looked for where there are several. */
const writers = new WeakMap<IConstruct, Map<string, number>>();

/** Refuses, once the tree is finished, a second backup in one repository. */
export function checkRepository(owner: Stored): void {
  const { root } = owner.node;
  const place = placeOf(owner);
  const places = writers.get(root) ?? new Map<string, number>();
  writers.set(root, places);
  places.set(place, (places.get(place) ?? 0) + 1);
  owner.node.addValidation({
    validate: () => (places.get(place) === 1 ? [] : sharedRepository(owner, place)),
  });
}

/** Two backups in one repository would wait for each other's locks, and with two keys one of them always fails. */
function sharedRepository(owner: Stored, place: string): string[] {
  const first = owner.node.root.node
    .findAll()
    .find((node) => node.constructor === owner.constructor && placeOf(node as Stored) === place);
  if (first === undefined || first === owner) return [];
  const { message } = invalid(owner, {
    prop: 'storage',
    rule: `must not be the repository of another backup, and '${first.node.path}' writes there`,
    received: owner.repository,
    fix: `Give one of them a prefix or path of its own, or leave it out in both`,
  });
  return [message];
}

function placeOf({ project, repository, repositoryClaim }: Stored): string {
  const volume = repositoryClaim === undefined ? '' : `${project.namespace}/${repositoryClaim}`;
  return `${volume} ${repository}`;
}
