/** @module hks synth --diff --cluster on a real API server: what it finds, what it does not show, and that it changes nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppFolder, type Run } from '../platform/cli/app-folder';
import {
  BUSYBOX,
  command,
  deleteNamespaces,
  find,
  kubectl,
  uniqueName,
  until,
  untilGone,
  untilUsable,
} from './harness';

// A test ends when what it waits for does not come; this is only for one that hangs.
jest.setTimeout(1_800_000);

const tenant = uniqueName('diff');
let app: AppFolder;

beforeAll(() => {
  app = new AppFolder();
});
afterAll(async () => {
  app.remove();
  await deleteNamespaces(tenant);
  await untilGone('namespace', tenant);
});

/** A project with one workload of each kind, and what else is given. */
function writeApp(more = '', level = 'info'): void {
  app.writeApp(
    `const shop = new Project(app, '${tenant}', { tenant: '${tenant}', access: { admins: { groups: ['${tenant}-admins'] } } });
     const object = (kind, name, fields, apiVersion = 'v1') => new ApiObject(shop, name, { apiVersion, kind, metadata: { name }, ...fields });
     object('ConfigMap', 'settings', { data: { level: '${level}' } });
     new TemplateApp(shop, 'api', { image: '${BUSYBOX}', ports: [8080], replicas: 0 });
     new HksCronJob(shop, 'nightly', { image: '${BUSYBOX}', command: ['true'], schedule: Schedule.daily({ hour: 3 }) });
     new HksFunction(shop, 'echo', { image: '${BUSYBOX}', triggers: [] });
     ${more}`,
    `{ name: 'diff', clusterScoped: [] }`,
  );
}

/** Asks until the cluster answers for every object: a webhook that is busy is none of this test's business. */
async function diff(...args: readonly string[]): Promise<Run> {
  return until(
    'an answer for every object',
    () => app.hks('synth', '--diff', '--cluster', ...args),
    ({ err }) => !/failed calling webhook|status 50[234]|no answer in/.test(err),
  );
}

/** The lines that tell of an object, not of its fields. */
function headlines({ out }: Run): readonly string[] {
  return out.split('\n').filter((line) => /^[-+~] /.test(line));
}

async function apply(): Promise<void> {
  await app.hks('synth');
  const folder = join(app.path, 'dist/tenants', tenant);
  await kubectl([
    'apply',
    '-k',
    folder,
    '--server-side',
    '--field-manager=hks',
    '--force-conflicts',
  ]);
  await untilUsable(tenant);
}

test('nothing is there: all is added, and nothing made', async () => {
  writeApp();
  const run = await diff();
  expect(run).toMatchObject({ code: 1, err: '' });
  const { out } = await app.hks('synth', '--stdout');
  const count = out.split('\n---\n').length;
  expect(headlines(run)).toHaveLength(count);
  expect(run.out).toMatch(new RegExp(`\\ncluster: ${count} added\\n$`));
  expect(headlines(run)).toContain(`+ added Namespace ${tenant} (${tenant}/Default)`);
  expect(await find('namespace', tenant)).toBeUndefined();
});

describe('applied', () => {
  beforeAll(async () => {
    writeApp();
    await apply();
  });

  test('no differences: what the server, its webhooks and its controllers add does not show', async () => {
    expect(await diff()).toEqual({ code: 0, out: 'cluster: no differences\n', err: '' });
  });

  test('an edit in the cluster, and one of the app, are changes of those fields', async () => {
    const patch = (kind: string, name: string, value: object) =>
      kubectl(['patch', kind, name, '-n', tenant, '--type=merge', '-p', JSON.stringify(value)]);
    await patch('cronjob', 'nightly', { spec: { schedule: '0 4 * * *' } });
    writeApp('', 'debug');
    const run = await diff();
    expect(run).toMatchObject({ code: 1, err: '' });
    expect(headlines(run)).toEqual([
      `~ changed ConfigMap ${tenant}/settings (${tenant}/settings)`,
      `~ changed CronJob ${tenant}/nightly (${tenant}/nightly/Default)`,
    ]);
    expect(run.out.split('\n').filter((line) => /^ {4}[-+]/.test(line))).toEqual([
      '    -  level: info',
      '    +  level: debug',
      '    -  schedule: 0 4 * * *',
      expect.stringMatching(/^ {4}\+ {2}schedule: \d+ 3 \* \* \*$/),
    ]);
    writeApp();
    await apply();
    expect((await diff()).code).toBe(0);
  });

  test('an object that the app no longer has is removed; what controllers made of it is not told', async () => {
    const gone = `new HksCronJob(shop, 'weekly', { image: '${BUSYBOX}', command: ['true'], schedule: Schedule.daily({ hour: 4 }) });
      object('ConfigMap', 'plain', { data: { a: 'b' } });`;
    writeApp(gone);
    await apply();
    await kubectl(['create', 'job', 'now', '-n', tenant, '--from=cronjob/weekly']);
    writeApp();
    const run = await diff();
    expect(run).toMatchObject({ code: 1, err: '' });
    expect(headlines(run)).toEqual([
      // Without labels, and so by the tree on disk.
      `- removed ConfigMap ${tenant}/plain (${tenant}/plain)`,
      `- removed CronJob ${tenant}/weekly (${tenant}/weekly/Default)`,
    ]);
    await kubectl(['delete', 'cronjob/weekly', 'configmap/plain', '-n', tenant]);
    await apply();
    expect((await diff()).code).toBe(0);
  });

  test('an object that the server does not take: exit code 2, and the others are shown', async () => {
    writeApp(
      `object('Service', 'broken', { spec: { ports: [{ port: 99999 }] } });
       object('ConfigMap', 'misspelt', { daat: {} });
       object('Toy', 'unknown', {}, 'example.com/v1');`,
      'debug',
    );
    const run = await diff();
    expect(run.code).toBe(2);
    expect(headlines(run)).toEqual([`~ changed ConfigMap ${tenant}/settings (${tenant}/settings)`]);
    expect(run.out).toMatch(/\ncluster: 1 changed, 3 not compared\n$/);
    const faults = run.err.trim().split('\n');
    expect(faults).toHaveLength(3);
    expect(run.err).toMatch(/^error: Service .*\/broken \(.*\): Invalid: .*99999/m);
    expect(run.err).toMatch(
      /^error: ConfigMap .*\/misspelt \(.*\): status 500: .*\.daat: field not declared in schema$/m,
    );
    expect(run.err).toMatch(
      /^error: Toy\.example\.com .*\/unknown \(.*\): the cluster does not know Toy of example\.com\/v1$/m,
    );
    writeApp();
    expect((await diff()).code).toBe(0);
  });

  test("who must not write the platform's objects is told so, and sees the rest", async () => {
    writeApp('', 'debug');
    const kubeconfig = join(app.path, 'kubeconfig');
    const config = JSON.parse(
      await kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json']),
    );
    for (const { user } of config.users) {
      Object.assign(user, { as: 'anne', 'as-groups': [`${tenant}-admins`] });
    }
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const run = await app.hksWith({ KUBECONFIG: kubeconfig }, 'synth', '--diff', '--cluster');
    expect(run.code).toBe(2);
    expect(headlines(run)).toEqual([`~ changed ConfigMap ${tenant}/settings (${tenant}/settings)`]);
    expect(run.err).toMatch(/^error: ResourceQuota .*: Forbidden: .*cannot patch/m);
    expect(run.err).not.toMatch(/^error: CronJob/m);
  });

  test('a context that kubeconfig does not have', async () => {
    const { code, err } = await app.hks('synth', '--diff', '--cluster', '--context', 'nowhere');
    expect(code).toBe(2);
    expect(err).toMatch(
      /^error: '--context' of hks synth must be a cluster that kubectl can reach, .*nowhere/,
    );
  });
});

test('a thousand objects need two runs of kubectl at most', async () => {
  const count = 1000;
  app.writeProgram(`
    const app = new App();
    const chart = new Chart(app, 'many');
    for (let i = 0; i < ${count}; i++)
      new ApiObject(chart, 'm' + i, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'diff-many-' + i } });
    app.synth();`);
  const bin = join(app.path, 'bin');
  await command('mkdir', [bin]);
  const real = (await command('sh', ['-c', 'command -v kubectl'])).trim();
  app.write('bin/kubectl', `#!/bin/sh\necho x >> '${bin}/runs'\nexec '${real}' "$@"\n`);
  await command('chmod', ['+x', join(bin, 'kubectl')]);
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const run = await app.hksWith(env, 'synth', '--diff', '--cluster');
  expect(run).toMatchObject({ code: 1, err: '' });
  expect(headlines(run)).toHaveLength(count);
  expect((await command('cat', [join(bin, 'runs')])).trim().split('\n').length).toBeLessThanOrEqual(
    2,
  );
});
