/** @module The tree on a cluster: applied as a whole, applied again without a change, and split so that a tenant cannot raise its quota. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { HksApp, type HksAppProps, HksCronJob, Project, Schedule } from '../../constructs';
import type { FolderIndex } from '../../constructs/synth/tree';
import { BUSYBOX, deleteNamespaces, kubectl, uniqueName, until, untilGone } from './harness';

const tenant = uniqueName('tree');
const namespaces = [`${tenant}-shop`, `${tenant}-blog`] as const;
const admins = `${tenant}-admins`;
const outdir = mkdtempSync(join(tmpdir(), 'hks-tree-'));

afterEach(async () => {
  await deleteNamespaces(...namespaces);
  for (const namespace of namespaces) await untilGone('namespace', namespace);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Two projects with a job and a ConfigMap each. */
function synth(props: HksAppProps = {}, level = 'info'): void {
  const app = new HksApp({ name: 'tree', outdir, ...props });
  for (const namespace of namespaces) {
    const project = new Project(app, namespace, {
      tenant,
      access: { admins: { groups: [admins] } },
    });
    new ApiObject(project, 'settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { level },
    } as never);
    new HksCronJob(project, 'nightly', {
      image: BUSYBOX,
      command: ['true'],
      schedule: Schedule.daily({ hour: 3 }),
    });
  }
  app.synth();
}

function folder(root: 'tenants' | 'platform'): string {
  return join(outdir, root, tenant);
}

function index(root: 'tenants' | 'platform'): FolderIndex {
  return JSON.parse(readFileSync(join(folder(root), 'hks-index.json'), 'utf8'));
}

/** How often each word ends a line of what `kubectl apply` says. */
async function applied(root: 'tenants' | 'platform', ...args: readonly string[]) {
  const said = await kubectl(['apply', '-k', folder(root), ...args]);
  const words = said
    .trim()
    .split('\n')
    .map((line) => line.split(' ').pop() ?? '');
  return Object.fromEntries(
    [...new Set(words)].map((word) => [word, words.filter((w) => w === word).length]),
  );
}

test('kustomize gives every object of the index once, and applying twice changes nothing', async () => {
  synth();
  const { objects } = index('tenants');
  const rendered = await kubectl(['kustomize', folder('tenants')]);
  expect(rendered.split('\n---\n')).toHaveLength(objects.length);
  expect(await applied('tenants')).toEqual({ created: objects.length });
  synth();
  expect(await applied('tenants')).toEqual({ unchanged: objects.length });
  synth({}, 'debug');
  expect(await applied('tenants')).toEqual({ configured: 2, unchanged: objects.length - 2 });
});

test('with waves for Argo CD the tree is the same to a cluster', async () => {
  synth({ argocd: { repoUrl: 'https://git.example.com/gitops.git' } });
  const { objects } = index('tenants');
  expect(await applied('tenants')).toEqual({ created: objects.length });
  expect(await applied('tenants')).toEqual({ unchanged: objects.length });
});

describe('split', () => {
  const asAdmin = ['--as', 'anne', '--as-group', admins, '--as-group', 'system:authenticated'];

  test("the platform's folder comes first, then the tenant applies its own and cannot apply the platform's", async () => {
    synth({ split: true });
    await expect(applied('tenants')).rejects.toThrow(/namespaces "tree-.*" not found/);
    expect(await applied('platform')).toEqual({ created: index('platform').objects.length });
    await until("the admins' rights to hold", () =>
      applied('tenants', '--dry-run=server', ...asAdmin),
    );
    expect(await applied('tenants', ...asAdmin)).toEqual({
      created: index('tenants').objects.length,
    });
    expect(await applied('tenants', ...asAdmin)).toEqual({
      unchanged: index('tenants').objects.length,
    });
    for (const kind of ['resourcequota', 'limitrange', 'networkpolicy', 'role', 'rolebinding']) {
      const files = index('platform').objects.filter(
        (object) => object.kind.toLowerCase() === kind,
      );
      expect(files.length).toBeGreaterThan(0);
      for (const { file } of files) {
        const path = join(folder('platform'), file);
        await expect(kubectl(['replace', '-f', path, ...asAdmin])).rejects.toThrow(/forbidden/i);
        await expect(kubectl(['replace', '-f', path])).resolves.toMatch(/replaced/);
      }
    }
  });
});
