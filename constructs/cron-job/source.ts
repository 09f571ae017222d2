/** @module What a job is made from and when it runs: props that must be there. */
import type { Construct } from 'constructs';
import { checkInstance } from '../check';
import { invalid } from '../invalid';
import type { Project } from '../project';
import { Schedule } from '../schedule';
import { TemplateApp } from '../template-app';

interface SourceProps {
  readonly template?: TemplateApp;
  readonly image?: string;
  readonly container?: string;
  readonly sidecars?: unknown;
}

/** Refuses a job without image, a template of another project, and props that only a template gives a meaning. */
export function checkTemplate(
  owner: Construct,
  props: SourceProps,
  project: Project,
): TemplateApp | undefined {
  const template = checkInstance(
    owner,
    'template',
    props.template,
    TemplateApp,
    `new TemplateApp(project, 'api', { image: '…' })`,
  );
  if (template && template.project !== project) {
    throw invalid(owner, {
      prop: 'template',
      rule: `must be of the same project, '${project.node.path}', since its Secrets and volumes are there`,
      received: template.node.path,
      fix: 'Create the job in the project of its template',
    });
  }
  if (template) return template;
  if (props.image === undefined) {
    throw invalid(owner, {
      prop: 'image',
      rule: `must be given when there is no 'template'`,
      received: undefined,
      fix: `Write image: 'registry.example.com/shop/report:1.4.2', or template: app`,
    });
  }
  for (const prop of ['container', 'sidecars'] as const) {
    if (props[prop] === undefined) continue;
    throw invalid(owner, {
      prop,
      rule: `must only be given beside 'template'`,
      received: props[prop],
      fix: `Leave out '${prop}', since the job has one container`,
    });
  }
  return undefined;
}

/** Refuses a bare expression, which would leave the time zone to the cluster. */
export function checkSchedule(owner: Construct, given: unknown): Schedule {
  const expression = typeof given === 'string' ? given : '0 3 * * *';
  return checkInstance(
    owner,
    'schedule',
    given ?? null,
    Schedule,
    `Schedule.cron('${expression}')`,
  ) as Schedule;
}
