/** @module Tenants with a Project each: the platform's objects of the Project, and CronJobs. */
import { ApiObject, type App } from 'cdk8s';
import { Project } from '../../constructs';
import { cronJob } from './cron-jobs';

/** Objects of a tenant. */
const EACH = 100;

/** As many tenants as `objects` need; `shuffled` orders what does not depend on each other. */
export function plantTenants(
  app: App,
  objects: number,
  shuffled: <T>(values: readonly T[]) => readonly T[] = (values) => values,
): void {
  const tenants = Array.from({ length: Math.ceil(objects / EACH) }, (_, index) => index);
  for (const tenant of shuffled(tenants)) {
    const project = new Project(app, `t${tenant}`, {
      tenant: `t${tenant}`,
      plan: 'large',
      access: { developers: { groups: [`t${tenant}`] } },
    });
    const own = project.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
    const rest = Math.min(EACH, objects - tenant * EACH) - own.length;
    const jobs = Array.from({ length: Math.max(rest, 0) }, (_, index) => index);
    for (const job of shuffled(jobs)) {
      new ApiObject(project, `job-${job}`, cronJob(`job-${job}`, `${job % 60}`));
    }
  }
}
