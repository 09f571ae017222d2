/** @module The project that its test asks things of: restricted, beside one for builds; whether the server takes an object, and whom it lets do what. */
import { App } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Project } from '../../../constructs/project';
import { applyChart, CommandError, clusterDns, kubectl, uniqueName, until } from '../harness';

export const name = uniqueName('project');
export const buildName = `${name}-build`;
export const roles = ['viewers', 'developers', 'admins'] as const;
export const group = (role: string) => `${name}-${role}`;
const access = {
  viewers: { groups: [group('viewers')] },
  developers: { groups: [group('developers')] },
  admins: { groups: [group('admins')] },
};

/** Makes both, and gives the first when its Roles hold. */
export async function makeProjects(): Promise<Project> {
  const app = new App();
  const dns = await clusterDns();
  const project = new Project(app, 'project', {
    tenant: 'acme',
    namespace: name,
    dns,
    access,
    plan: { cronJobs: 1, functions: 1, revisions: 1, services: 1, maximum: { cpu: Cpu.units(1) } },
    allow: [
      {
        name: 'knative',
        direction: 'ingress',
        peers: [{ namespace: 'knative-serving' }, { namespace: 'kourier-system' }],
      },
    ],
  });
  const build = new Project(app, 'build', {
    tenant: 'acme',
    namespace: buildName,
    dns,
    podSecurity: 'baseline',
  });
  await applyChart(project);
  await applyChart(build);
  for (const role of roles) {
    await until(`the rights of the ${role} to hold`, () => canI(role, ['get', 'pods']), Boolean);
  }
  return project;
}

/** What the server has against the object; empty when it would keep it. */
export async function refusal(object: object): Promise<string> {
  try {
    await kubectl(['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(object) });
    return '';
  } catch (error) {
    if (error instanceof CommandError) return error.stderr;
    throw error;
  }
}

/** Waits until the server refuses the object for that: a quota that was counted a moment ago may not bind yet. */
export async function untilRefused(object: object, reason: RegExp): Promise<void> {
  await until(
    `a refusal for ${reason}`,
    () => refusal(object),
    (said) => reason.test(said),
  );
}

export async function canI(
  role: string,
  question: readonly string[],
  namespace = name,
): Promise<boolean> {
  const as = ['--as=ann', `--as-group=${group(role)}`, '-n', namespace];
  try {
    await kubectl(['auth', 'can-i', ...question, ...as]);
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.stdout.trim().startsWith('no')) return false;
    throw error;
  }
}
