/** @module Volumes in the order of Argo CD: a claim that waits for its first pod must not hold up what runs that pod. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { parse } from 'yaml';
import { HksCronJob } from '../../../constructs/cron-job';
import { Project } from '../../../constructs/project';
import { Schedule } from '../../../constructs/schedule';
import { HksApp } from '../../../constructs/synth/app';
import { TemplateApp } from '../../../constructs/template-app';
import { contentsOf } from './folder';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-waves-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

const WAVE = 'argocd.argoproj.io/sync-wave';
const image = 'registry.example.com/api:1';

/** Two claims, one in a Deployment's pods and one in a job's. */
function synth(): Record<string, string> {
  const argocd = { repoUrl: 'https://git.example.com/platform/gitops.git' };
  const app = new HksApp({ name: 'test', outdir, argocd });
  const shop = new Project(app, 'shop', { tenant: 'acme' });
  const claim = (name: string) => {
    new ApiObject(shop, name, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    return { data: { claim: name, mountPath: '/data' } };
  };
  new TemplateApp(shop, 'api', { image, volumes: claim('uploads') });
  new HksCronJob(shop, 'report', { image, schedule: Schedule.daily(), volumes: claim('reports') });
  app.synth();
  return contentsOf(outdir);
}

test('a claim that only jobs mount comes last: it is pending until the first run, and nothing may wait for it', () => {
  const files = synth();
  const wave = (file: string) =>
    parse(files[`tenants/acme/shop/${file}.yaml`] ?? '').metadata.annotations?.[WAVE];
  expect(wave('persistentvolumeclaim.reports')).toBe('2');
  expect(wave('persistentvolumeclaim.uploads')).toBeUndefined();
  expect(wave('deployment.api')).toBeUndefined();
  expect(wave('cronjob.report')).toBe('1');
});
