/** @module Argo CD and Flux: what is written, in which order, and how the tenant is held to its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Duration } from 'cdk8s';
import { parse } from 'yaml';
import { Project } from '../../../constructs/project';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import { checkTree } from '../../../constructs/synth/check';
import { inWave } from '../../../constructs/synth/waves';
import { contentsOf, thrownBy } from './folder';

/** Kinds that a controller carries out with rights of its own. */
const DELEGATING = [
  ...['Addon', 'AppProject', 'Application', 'ApplicationSet'],
  ...['HelmChart', 'HelmChartConfig', 'HelmRelease', 'Kustomization'],
];

const repoUrl = 'https://git.example.com/platform/gitops.git';
let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-gitops-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

/** Two projects of one tenant with an account, a job and a backup; the files of the output folder. */
function synth(props: HksAppProps, tenants = ['acme']): Record<string, string> {
  const app = new HksApp({ name: 'test', outdir, ...props });
  for (const tenant of tenants) {
    for (const name of [`${tenant}-shop`, `${tenant}-blog`]) {
      const project = new Project(app, name, { tenant });
      const make = (apiVersion: string, kind: string, labels: Record<string, string> = {}) =>
        new ApiObject(project, `${kind}-${Object.values(labels)}`, {
          apiVersion,
          kind,
          metadata: { name: `x${Object.values(labels)}`, labels },
        });
      make('v1', 'ConfigMap');
      make('v1', 'ServiceAccount');
      make('eventing.knative.dev/v1', 'Trigger');
      make('external-secrets.io/v1', 'ExternalSecret');
      make('v1', 'PersistentVolumeClaim').metadata.addAnnotation(
        'argocd.argoproj.io/sync-wave',
        '-5',
      );
    }
  }
  app.synth();
  return contentsOf(outdir);
}

describe('Argo CD', () => {
  test('a project and an application set for each tenant', () => {
    const files = synth({ argocd: { repoUrl } });
    const names = Object.keys(files).filter((file) => file.startsWith('argocd/'));
    expect(names).toEqual([
      'argocd/applicationset.hks-tenant-acme.yaml',
      'argocd/appproject.hks-tenant-acme.yaml',
    ]);
    expect(names.map((name) => files[name]).join('---\n')).toMatchSnapshot();
  });

  test('split, with everything set', () => {
    const files = synth({
      split: true,
      argocd: {
        repoUrl: 'git@git.example.com:platform/gitops.git',
        path: 'clusters/berlin',
        revision: 'main',
        namespace: 'gitops',
        server: 'https://berlin.example.com:6443',
        applications: 'single',
        prune: false,
        selfHeal: false,
      },
    });
    const names = Object.keys(files).filter((file) => file.startsWith('argocd/'));
    expect(names).toEqual([
      'argocd/application.hks-platform-acme.yaml',
      'argocd/application.hks-tenant-acme.yaml',
      'argocd/appproject.hks-platform-acme.yaml',
      'argocd/appproject.hks-tenant-acme.yaml',
    ]);
    expect(names.map((name) => files[name]).join('---\n')).toMatchSnapshot();
  });

  test("split: the tenant's project takes neither what has no namespace nor what limits it, the platform's only that", () => {
    const files = synth({ split: true, argocd: { repoUrl } });
    const spec = (name: string) => parse(files[`argocd/appproject.${name}.yaml`] ?? '').spec;
    const limits = ['LimitRange', 'NetworkPolicy', 'ResourceQuota', 'Role', 'RoleBinding'];
    const kinds = (list: readonly { kind: string }[]) => list.map(({ kind }) => kind);
    const tenant = spec('hks-tenant-acme');
    expect(tenant.clusterResourceWhitelist).toEqual([]);
    expect(kinds(tenant.namespaceResourceBlacklist)).toEqual([...limits, ...DELEGATING]);
    const platform = spec('hks-platform-acme');
    expect(kinds(platform.clusterResourceWhitelist)).toEqual(['Namespace']);
    expect(kinds(platform.namespaceResourceWhitelist)).toEqual(limits);
    const namespaces = ['acme-blog', 'acme-shop'];
    for (const { destinations } of [tenant, platform])
      expect(destinations.map(({ namespace }: { namespace: string }) => namespace)).toEqual(
        namespaces,
      );
  });

  test("split: nothing of a sandbox is in the tenant's folder, and its namespaces are not the tenant's to write to", () => {
    const render = (split: boolean) => {
      const app = new HksApp({ name: 'test', outdir, split, argocd: { repoUrl } });
      const shop = new Project(app, 'shop', { tenant: 'acme' });
      new ApiObject(shop, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
      new SandboxBuilder(app, 'ai', { tenant: 'acme' });
      app.synth();
      return contentsOf(outdir);
    };
    const destinations = (files: Record<string, string>, name: string) =>
      parse(files[`argocd/appproject.${name}.yaml`] ?? '').spec.destinations.map(
        ({ namespace }: { namespace: string }) => namespace,
      );
    const split = render(true);
    const inTenants = (files: Record<string, string>) =>
      Object.keys(files).filter((file) => file.startsWith('tenants/acme/ai-'));
    expect(inTenants(split)).toEqual([]);
    expect(split).toHaveProperty(['platform/acme/ai-sandbox/configmap.hks-sandbox-limits.yaml']);
    expect(destinations(split, 'hks-tenant-acme')).toEqual(['shop']);
    expect(destinations(split, 'hks-platform-acme')).toEqual(['ai-build', 'ai-sandbox', 'shop']);
    const { namespaceResourceWhitelist } = parse(
      split['argocd/appproject.hks-platform-acme.yaml'] ?? '',
    ).spec;
    expect(namespaceResourceWhitelist).toContainEqual({ group: '', kind: 'ConfigMap' });
    const whole = render(false);
    expect(inTenants(whole).length).toBeGreaterThan(5);
    expect(destinations(whole, 'hks-tenant-acme')).toEqual(['ai-build', 'ai-sandbox', 'shop']);
  });

  test('waves only where order matters, only with Argo CD, and never over one that is given', () => {
    const files = synth({ argocd: { repoUrl } });
    const waves = Object.entries(files)
      .filter(([file]) => file.startsWith('tenants/acme/acme-shop/'))
      .map(([file, text]) => [
        file.split('/').pop()?.split('.')[0],
        parse(text).metadata.annotations?.['argocd.argoproj.io/sync-wave'],
      ]);
    expect(Object.fromEntries(waves)).toMatchObject({
      namespace: '-2',
      resourcequota: '-2',
      limitrange: '-2',
      networkpolicy: '-1',
      role: '-1',
      serviceaccount: '-1',
      externalsecret: '-1',
      configmap: undefined,
      trigger: '2',
      persistentvolumeclaim: '-5',
    });
    rmSync(outdir, { recursive: true });
    const plain = synth({ flux: { source: { name: 'platform' } } });
    expect(plain['tenants/acme/acme-shop/namespace.acme-shop.yaml']).not.toContain('sync-wave');
  });

  test('jobs and functions come after what they need, backups and triggers after those', () => {
    const wave = (group: string, kind: string, labels = {}) =>
      inWave({
        ...{ path: '', tenant: 'acme', namespace: 'shop', name: 'x' },
        ...{ group, kind, platformManaged: false },
        json: { metadata: { labels, annotations: { z: '' } } },
      }).metadata?.annotations;
    expect(wave('batch', 'CronJob')).toEqual({ 'argocd.argoproj.io/sync-wave': '1', z: '' });
    expect(wave('serving.knative.dev', 'Service')).toMatchObject({
      'argocd.argoproj.io/sync-wave': '1',
    });
    expect(wave('batch', 'CronJob', { 'hks.io/kind': 'backup' })).toMatchObject({
      'argocd.argoproj.io/sync-wave': '2',
    });
    expect(wave('serving.knative.dev', 'DomainMapping')).toMatchObject({
      'argocd.argoproj.io/sync-wave': '2',
    });
    expect(wave('apps', 'Deployment')).toEqual({ z: '' });
  });

  test.each([
    [
      {},
      "'argocd.repoUrl' of HksApp must be the URL of a Git repository, received nothing. Write it like 'https://git.example.com/platform/gitops.git'.",
    ],
    [
      { repoUrl: 'gitops' },
      "'argocd.repoUrl' of HksApp must be the URL of a Git repository, received 'gitops'. Write it like 'https://git.example.com/platform/gitops.git'.",
    ],
    [
      { repoUrl, path: '../x' },
      "'argocd.path' of HksApp must be a path in the repository, without '..' and without '/' at its ends, received '../x'. Write it like 'dist'.",
    ],
    [
      { repoUrl, path: '/x' },
      "'argocd.path' of HksApp must be a path in the repository, without '..' and without '/' at its ends, received '/x'. Write it like 'dist'.",
    ],
    [
      { repoUrl, path: '{{x}}' },
      "'argocd.path' of HksApp must be a path in the repository, without '..' and without '/' at its ends, received '{{x}}'. Write it like 'dist'.",
    ],
    [
      { repoUrl, revision: '' },
      "'argocd.revision' of HksApp must be a branch, a tag or a commit, received ''. Write it like 'main'.",
    ],
    [
      { repoUrl, namespace: 'A' },
      "'argocd.namespace' of HksApp must be the name of a namespace, received 'A'. Write it like 'argocd'.",
    ],
    [
      { repoUrl, server: 'cluster' },
      "'argocd.server' of HksApp must be the https URL of an API server, received 'cluster'. Write it like 'https://kubernetes.default.svc'.",
    ],
    [
      { repoUrl, applications: 'sets' },
      "'argocd.applications' of HksApp must be one of 'set', 'single', received 'sets'. Did you mean 'set'.",
    ],
    [
      { repoUrl, prune: 1 },
      "'argocd.prune' of HksApp must be true or false, received 1. Write true without quotes, or leave it out for the default.",
    ],
    [
      { repoUrl, selfHeal: 'false' },
      "'argocd.selfHeal' of HksApp must be true or false, received 'false'. Write false without quotes, or leave it out for the default.",
    ],
    [
      { repoURL: repoUrl },
      `'argocd.repoURL' of HksApp is not a known prop, received '${repoUrl}'. Did you mean 'argocd.repoUrl'.`,
    ],
  ])('%j is refused', (argocd, message) => {
    expect(thrownBy(() => new HksApp({ argocd: argocd as never })).message).toBe(message);
  });
});

describe('Flux', () => {
  test('a Kustomization for each tenant', () => {
    const files = synth({ flux: { source: { name: 'platform' } } });
    const names = Object.keys(files).filter((file) => file.startsWith('flux/'));
    expect(names).toEqual(['flux/kustomization.hks-tenant-acme.yaml']);
    expect(files[names[0] ?? '']).toMatchSnapshot();
  });

  test('split, with everything set', () => {
    const files = synth({
      split: true,
      flux: {
        source: { name: 'gitops', kind: 'OCIRepository', namespace: 'sources' },
        path: 'clusters/berlin',
        namespace: 'flux',
        interval: Duration.hours(1),
        prune: false,
        serviceAccountName: 'tenants',
        platformServiceAccountName: 'platform',
        dependsOn: ['knative'],
      },
    });
    const names = Object.keys(files).filter((file) => file.startsWith('flux/'));
    expect(names).toHaveLength(2);
    expect(names.map((name) => files[name]).join('---\n')).toMatchSnapshot();
  });

  const source = { name: 'platform' };
  test.each([
    [
      { source: {} },
      "'flux.source.name' of HksApp must be the name of an object, received nothing. Write it like 'platform'.",
    ],
    [
      { source: { name: 'x', kind: 'Git' } },
      "'flux.source.kind' of HksApp must be one of 'GitRepository', 'OCIRepository', 'Bucket', received 'Git'. Choose one of them.",
    ],
    [
      { source: { name: 'x', nmae: 'y' } },
      "'flux.source.nmae' of HksApp is not a known prop, received 'y'. Did you mean 'flux.source.name'.",
    ],
    [
      { source: { name: 'x', namespace: '' } },
      "'flux.source.namespace' of HksApp must be the name of an object, received ''. Write it like 'platform'.",
    ],
    [
      { source, namespace: 'Flux' },
      "'flux.namespace' of HksApp must be the name of an object, received 'Flux'. Write it like 'platform'.",
    ],
    [
      { source, serviceAccountName: 'a b' },
      "'flux.serviceAccountName' of HksApp must be the name of an object, received 'a b'. Write it like 'platform'.",
    ],
    [
      { source, platformServiceAccountName: 7 },
      "'flux.platformServiceAccountName' of HksApp must be the name of an object, received 7. Write it like 'platform'.",
    ],
    [
      { source, path: './dist/' },
      "'flux.path' of HksApp must be a path in the source, without '..' and without '/' at its ends, received './dist/'. Write it like 'dist'.",
    ],
    [
      { source, interval: '10m' },
      "'flux.interval' of HksApp must be a Duration, received '10m'. Write Duration.minutes(10).",
    ],
    [
      { source, interval: Duration.seconds(1) },
      "'flux.interval' of HksApp must be at least a minute, received '1 second'. Write Duration.minutes(10); a change of the source is seen at once all the same.",
    ],
    [
      { source, prune: 'no' },
      "'flux.prune' of HksApp must be true or false, received 'no'. Write true without quotes, or leave it out for the default.",
    ],
    [
      { source, dependsOn: ['Knative'] },
      "'flux.dependsOn' of HksApp must be the name of an object, received 'Knative'. Write it like 'platform'.",
    ],
    [{ source, suspend: true }, "'flux.suspend' of HksApp is not a known prop, received true."],
  ])('%j is refused', (flux, message) => {
    const received = thrownBy(() => new HksApp({ flux: flux as never })).message;
    expect(received.slice(0, message.length)).toBe(message);
  });
});

describe('their files', () => {
  const argocd = { repoUrl };

  test('are listed in the index, go with the tenant, and leave others alone', () => {
    synth({ argocd, flux: { source: { name: 'x' } }, split: true }, ['acme', 'beta']);
    expect(checkTree(outdir)).toMatchObject({ tenants: 2, faults: [] });
    writeFileSync(join(outdir, 'argocd/mine.yaml'), 'mine');
    const files = Object.keys(synth({ argocd }, ['acme']));
    expect(files.filter((file) => /^(argocd|flux)\//.test(file))).toEqual([
      'argocd/applicationset.hks-tenant-acme.yaml',
      'argocd/appproject.hks-tenant-acme.yaml',
      'argocd/mine.yaml',
    ]);
  });

  test('of another app, or of nobody, are refused', () => {
    mkdirSync(join(outdir, 'argocd'));
    const path = join(outdir, 'argocd/appproject.hks-tenant-acme.yaml');
    writeFileSync(
      path,
      "# Generated by HKS from the app 'other': what is changed here is overwritten.\n",
    );
    expect(thrownBy(() => synth({ argocd })).message).toBe(
      `'tenant' of HksApp 'test' must be no tenant of another app, and '${path}' belongs to the app 'other', received 'acme'. Give each app an 'outdir' of its own, move the Project to 'other', or, when the app was renamed, delete '${path}'.`,
    );
    writeFileSync(path, 'mine\n');
    expect(thrownBy(() => synth({ argocd })).message).toBe(
      `'outdir' of HksApp 'test' must not hold a file of yours where an object is to be written, received '${path}'. Move the file away, or delete it when the construct replaces it.`,
    );
    expect(existsSync(join(outdir, 'tenants'))).toBe(false);
  });
});

describe('reading a tree back', () => {
  const index = () => join(outdir, 'tenants/acme/hks-index.json');
  const put = (file: string, text: string) =>
    writeFileSync(join(outdir, 'tenants/acme', file), text);

  test('finds nothing in one that was just written', () => {
    synth({ argocd: { repoUrl } });
    const { tenants, objects, faults } = checkTree(outdir);
    expect({ tenants, faults }).toEqual({ tenants: 1, faults: [] });
    expect(objects).toBeGreaterThan(10);
  });

  test('finds what is changed, missing, unlisted or written twice', () => {
    const files = synth({ argocd: { repoUrl } });
    const list = JSON.parse(files['tenants/acme/hks-index.json'] ?? '').objects as {
      file: string;
      sha256: string;
    }[];
    const config = list.find(({ file }) => file.includes('configmap.'));
    put('acme-shop/namespace.acme-shop.yaml', 'changed');
    rmSync(join(outdir, 'tenants/acme/acme-shop/limitrange.limits.yaml'));
    put('acme-shop/extra.yaml', 'a: b\n');
    put('kustomization.yaml', 'resources: [nothing.yaml]\n');
    writeFileSync(join(outdir, 'argocd/appproject.hks-tenant-acme.yaml'), '');
    writeFileSync(
      index(),
      JSON.stringify({
        ...JSON.parse(files['tenants/acme/hks-index.json'] ?? ''),
        objects: [...list, { ...config, kind: 'Secret' }, config],
      }),
    );
    const { faults } = checkTree(outdir);
    expect(faults).toEqual(
      expect.arrayContaining([
        'tenants/acme/acme-shop/namespace.acme-shop.yaml: is not what was written, by its hash',
        'tenants/acme/acme-shop/limitrange.limits.yaml: is in the index and not there',
        'tenants/acme/acme-shop/extra.yaml: is not in the index',
        'tenants/acme/kustomization.yaml: does not list every object',
        "tenants/acme/kustomization.yaml: lists 'nothing.yaml', which is not in the index",
        'argocd/appproject.hks-tenant-acme.yaml: is not what was written, by its hash',
        `tenants/acme/${config?.file}: is another object than the index says`,
        `tenants/acme/${config?.file}: is the same object as tenants/acme/${config?.file}`,
      ]),
    );
  });

  test('finds a folder without an index', () => {
    mkdirSync(join(outdir, 'tenants/acme'), { recursive: true });
    expect(checkTree(outdir)).toEqual({
      tenants: 1,
      objects: 0,
      faults: ['tenants/acme: has no hks-index.json'],
    });
  });
});
