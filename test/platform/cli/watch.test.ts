/** @module hks synth --watch as its user sees it: a save, and the tree is as it would be without the watch. */
import type { ChildProcess } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './app/project';

let project: Project;
let watch: Watch;
beforeEach(() => {
  project = new Project();
});
afterEach(() => {
  watch.child.kill('SIGKILL');
  project.remove();
});

/** A watch that runs, and what it says. */
class Watch {
  private said = '';
  private heard: () => void = () => {};
  readonly ended: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.said += chunk;
        this.heard();
      });
    }
    // A render that an interrupt meets is ended by it as any process is; a shell tells both as 130.
    this.ended = new Promise((done) => {
      child.once('close', (code, signal) => done(signal === 'SIGINT' ? 130 : code));
    });
  }

  /** What a run has said, once there is one that has said all of this. */
  async until(...parts: readonly string[]): Promise<string> {
    for (const deadline = Date.now() + 20_000; ; ) {
      const runs = this.said.split(/(?<=(?:rendered|failed) in) \d+ ms, watching\n/);
      const at = runs.findIndex((run) => parts.every((part) => run.includes(part)));
      if (at >= 0 && at < runs.length - 1) {
        this.said = this.said.slice(this.said.indexOf(runs[at] ?? '') + (runs[at]?.length ?? 0));
        return runs[at] ?? '';
      }
      if (Date.now() > deadline)
        throw new Error(`no run with ${parts.join(' and ')}: ${this.said}`);
      await new Promise<void>((done) => {
        this.heard = done;
        setTimeout(done, 1000).unref();
      });
    }
  }
}

const APP = {
  'app.ts': `import { HksApp } from '@hexabase/hks';
    export const app = new HksApp({ name: 'shop' });`,
  'job.ts': `import { HksCronJob, Project, Schedule } from '@hexabase/hks';
    import { readFileSync } from 'node:fs';
    import { app } from './app';
    export function job(name: string): void {
      const shop = new Project(app, 'shop', { tenant: 'acme' });
      new HksCronJob(shop, name, {
        image: 'busybox:1.37',
        command: ['echo', readFileSync('text.txt', 'utf8').trim()],
        schedule: Schedule.daily({ hour: 2 }),
      });
    }`,
  'main.ts': `import { app } from './app';
    import { job } from './job.js';
    import { name } from './name';
    job(name);
    app.synth();`,
  'name.ts': `export const name: string = 'first';`,
  'text.txt': 'one\n',
  'cdk8s.yaml': 'app: npx tsx main.ts\n',
};

test('each save is in the tree, a fault leaves the tree as it is, and an interrupt ends with 130', async () => {
  project.write(APP);
  const index = () => project.read('dist/tenants/acme/hks-index.json');
  watch = new Watch(project.start(['synth', '--watch']));
  await watch.until('all: rendered in');
  expect(index()).toContain('first');

  // A module, by an editor that renames; the app of the module that did not change is a new one all the same.
  project.write({ 'name.ts.tmp': `export const name: string = 'second';` });
  renameSync(join(project.path, 'name.ts.tmp'), join(project.path, 'name.ts'));
  await watch.until('name.ts: rendered in');
  expect(index()).toContain('second');
  expect(index()).not.toContain('first');

  // What the app reads.
  const before = index();
  project.write({ 'text.txt': 'two\n' });
  await watch.until('text.txt: rendered in');
  const tree = index();
  expect(tree).not.toBe(before);

  for (const [text, ...parts] of [
    [
      'export const name: = 1;',
      `${project.path}/name.ts:1:20\n`,
      'SyntaxError: Unexpected "="',
      'failed in',
    ],
    [
      `throw new Error('thrown');`,
      `Error: thrown\n    at Object.<anonymous> (${project.path}/name.ts:1:7)\n`,
      'failed in',
    ],
    [`export const name: string = 'Not a Name';`, 'Error: ', 'Not a Name', 'failed in'],
    [`process.exit(3);`, 'it ended with 3', 'failed in'],
    [
      `setTimeout(() => process.exit(4), 20); throw new Error('left behind');`,
      'left behind',
      'failed in',
    ],
  ]) {
    project.write({ 'name.ts': text ?? '' });
    await watch.until('name.ts: ', ...parts);
    expect(index()).toBe(tree);
  }
  project.write({ 'name.ts': `export const name: string = 'last';` });
  await watch.until('name.ts: rendered in');
  expect(index()).toContain('last');

  // A file that was not there, in a folder that was not there.
  project.write({ 'job.ts': `${APP['job.ts']}\nimport './more/deep/er';` });
  await watch.until(`Cannot find module './more/deep/er'`, 'job.ts: failed in');
  project.write({ 'more/deep/er.ts': `console.log('deeper');` });
  await watch.until('deeper\n', 'rendered in');

  // The configuration.
  project.write({ 'cdk8s.yaml': 'app: [\n' });
  await watch.until(`error: 'file' of cdk8s.yaml`, 'cdk8s.yaml: failed in');
  project.write({ 'cdk8s.yaml': APP['cdk8s.yaml'] });
  await watch.until('cdk8s.yaml: rendered in');

  watch.child.kill('SIGINT');
  expect(await watch.ended).toBe(130);
});

test('a program that was away for a while is run again, and a folder that is written to since is no save', async () => {
  project.write(APP);
  watch = new Watch(project.start(['synth', '--watch']));
  await watch.until('all: rendered in');
  renameSync(join(project.path, 'main.ts'), join(project.path, 'other.ts'));
  await watch.until('main.ts, other.ts: failed in');
  renameSync(join(project.path, 'other.ts'), join(project.path, 'main.ts'));
  await watch.until('main.ts, other.ts: rendered in');

  project.write({ 'cdk8s.yaml': 'app: npx tsx main.ts\noutput: out\n' });
  await watch.until('cdk8s.yaml: rendered in');
  project.write({ 'name.ts': `export const name: string = 'second';` });
  expect(await watch.until('name.ts: rendered in')).not.toContain(
    'out/tenants/acme/hks-index.json',
  );
  expect(project.read('out/tenants/acme/hks-index.json')).toContain('second');
});

test('an app that writes to the working directory is watched too', async () => {
  project.write({ ...APP, 'cdk8s.yaml': 'app: npx tsx main.ts\noutput: .\n' });
  watch = new Watch(project.start(['synth', '--watch']));
  await watch.until('all: rendered in');
  project.write({ 'name.ts': `export const name: string = 'second';` });
  await watch.until('name.ts', 'rendered in');
  expect(project.read('tenants/acme/hks-index.json')).toContain('second');
});

test('an app in a process of its own is started again, and what it writes itself is no save for ever', async () => {
  project.write({
    'main.js': `const fs = require('node:fs');
      fs.writeFileSync('generated.json', '{}');
      fs.mkdirSync(process.env.CDK8S_OUTDIR, { recursive: true });
      fs.writeFileSync(process.env.CDK8S_OUTDIR + '/x.k8s.yaml', fs.readFileSync('text.txt'));
      console.log('ran');`,
    'text.txt': 'a: 1\n',
    'cdk8s.yaml': 'app: node main.js && true\n',
  });
  watch = new Watch(project.start(['synth', '--watch']));
  await watch.until('ran\n', 'all: rendered in');
  // Once it cannot be known from a save.
  await watch.until('ran\n', 'generated.json: rendered in');
  project.write({ 'text.txt': 'a: 2\n' });
  expect(await watch.until('ran\n', 'text.txt: rendered in')).not.toContain('generated');
  expect(project.read('dist/x.k8s.yaml')).toBe('a: 2\n');
  watch.child.kill('SIGINT');
  expect(await watch.ended).toBe(130);
});

test('the memory of a watch does not grow with what it renders', () => {
  project.write({
    ...APP,
    'many.js': `const { writeFileSync } = require('node:fs');
      const { runApp } = require('./node_modules/@hexabase/hks/lib/platform/cli/app/run.js');
      const { stdout, stderr, env } = process;
      const terminal = { cwd: process.cwd(), env, stdout, stderr };
      const used = () => {
        for (let i = 0; i < 5; i++) gc();
        return process.memoryUsage().heapUsed;
      };
      const render = async (name) => {
        writeFileSync('name.ts', 'export const name: string = "' + name + '";\\n// ' + 'x'.repeat(50_000));
        const end = await runApp('tsx main.ts', { output: 'dist' }, terminal);
        if (end !== 0) throw new Error('ended with ' + end);
      };
      (async () => {
        for (let i = 0; i < 20; i++) await render('warm-' + i);
        const before = used();
        for (let i = 0; i < 200; i++) await render('name-' + i);
        console.log(used() / before);
      })();`,
  });
  const { out, err } = project.node(['--expose-gc', 'many.js']);
  expect(err).toBe('');
  // 200 sources alone, each kept once, would be 10 MB, half of all that there is.
  expect(Number(out)).toBeLessThan(1.2);
  expect(Number(out)).toBeGreaterThan(0);
});
