/** @module A template that tenants share: whose repositories and whose cache a build has, and how the cache is pruned. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import type { PodSpec } from '../../../constructs/manifest';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { buildJob } from '../../../constructs/sandbox-builder/build-job';
import { templateOfTenant } from '../../../constructs/sandbox-builder/tenant-template';
import { TRANSFER_SOURCE } from '../../../constructs/sandbox-builder/transfer';

const HOST = 'registry.hks-system.svc.cluster.local';
const { buildTemplate } = new SandboxBuilder(Testing.app(), 'ai', { tenant: 'platform' });
const request = (tenant: string) => ({
  name: 'api-1',
  destination: `${HOST}:5000/${tenant}/api:1`,
  context: { repository: `${tenant}/contexts`, digest: `sha256:${'a'.repeat(64)}` },
  hosts: { [HOST]: '10.43.0.20' },
});

test('builds go to the tenant, and to nobody else', () => {
  const template = templateOfTenant(buildTemplate, 'acme');
  const job = buildJob(template, request('acme'));
  expect(job.metadata.labels['hks.io/tenant']).toBe('acme');
  expect(job.spec.template.metadata?.labels?.['hks.io/tenant']).toBe('acme');
  expect(() => buildJob(template, request('platform'))).toThrow(
    `'destination' of build 'api-1' must be a repository of the tenant with a tag: '${HOST}:5000/acme/NAME:TAG', received '${HOST}:5000/platform/api:1'. Write '${HOST}:5000/acme/api:1.0.0'.`,
  );
  expect(buildJob(buildTemplate, request('platform')).metadata.name).toBe('api-1');
});

test('the code that is built sees the tenant folder of the cache, what prunes sees all', () => {
  const pod = templateOfTenant(buildTemplate, 'acme').spec.template.spec as PodSpec;
  const cacheOf = (name: string) =>
    pod.initContainers
      ?.find((container) => container.name === name)
      ?.volumeMounts?.find((mount) => mount.name === 'cache');
  expect(cacheOf('build')).toEqual({ name: 'cache', mountPath: '/cache', subPath: 'acme' });
  expect(cacheOf('prune')).toEqual({ name: 'cache', mountPath: '/cache' });
});

test('the template stays as it is, and a tenant again is no other', () => {
  const before = JSON.stringify(buildTemplate);
  const once = templateOfTenant(buildTemplate, 'acme');
  expect(templateOfTenant(templateOfTenant(buildTemplate, 'shop'), 'acme')).toEqual(once);
  expect(JSON.stringify(buildTemplate)).toBe(before);
});

test.each(['../shop', 'Acme', '', 'a/b'])('%j is no tenant', (tenant) => {
  expect(() => templateOfTenant(buildTemplate, tenant)).toThrow(/^'tenant' of build template must/);
});

describe('the cache', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hks-cache-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function layer(path: string, { hours, bytes }: { hours: number; bytes: number }): string {
    const full = join(folder, path);
    mkdirSync(full, { recursive: true });
    writeFileSync(join(full, 'blob'), 'x'.repeat(bytes));
    const then = Date.now() / 1000 - hours * 3600;
    utimesSync(full, then, then);
    return full;
  }
  function prune(env: Readonly<Record<string, string>>): void {
    const limits = { CACHE_DIR: folder, CACHE_BYTES: '250', CACHE_TTL_SECONDS: '86400' };
    execFileSync('python3', ['-I', '-c', TRANSFER_SOURCE, 'prune'], {
      env: { PATH: process.env.PATH, ...limits, ...env },
    });
  }

  test('of one tenant: what is old goes, then the oldest until the rest has room', () => {
    const old = layer('layers:a', { hours: 30, bytes: 1 });
    const second = layer('layers:b', { hours: 3, bytes: 200 });
    const newest = layer('layers:c', { hours: 1, bytes: 200 });
    prune({});
    expect([old, second, newest].map(existsSync)).toEqual([false, false, true]);
  });

  test('of several: their layers are measured together, and no folder of a tenant goes', () => {
    const old = layer('acme/layers:a', { hours: 30, bytes: 1 });
    const second = layer('shop/layers:b', { hours: 3, bytes: 200 });
    const newest = layer('acme/layers:c', { hours: 1, bytes: 200 });
    prune({ CACHE_FOLDERS: 'true' });
    expect([old, second, newest].map(existsSync)).toEqual([false, false, true]);
    expect(existsSync(join(folder, 'shop'))).toBe(true);
  });
});
