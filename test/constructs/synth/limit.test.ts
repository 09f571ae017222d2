/** @module HKS_TENANTS: only these tenants are rendered, checked and written; all others stay as they are. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Project } from '../../../constructs/project';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import { contentsOf, thrownBy, watched } from './folder';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-limit-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true, force: true });
});

const ACME = 'tenants/acme/shop/configmap.settings.yaml';
const BETA = 'tenants/beta/blog/configmap.settings.yaml';

function limitTo(tenants: string | undefined): void {
  const { HKS_TENANTS: _, ...env } = process.env;
  jest.replaceProperty(process, 'env', {
    ...env,
    ...(tenants === undefined ? {} : { HKS_TENANTS: tenants }),
  });
}

/** An app of a Project for each tenant, by default `shop` of acme and `blog` of beta. */
function build(
  level: string,
  props: HksAppProps = {},
  namespaces: Readonly<Record<string, string>> = { acme: 'shop', beta: 'blog' },
) {
  const app = new HksApp({ name: 'test', outdir, ...props });
  const projects = Object.entries(namespaces).map(([tenant, namespace]) => {
    const project = new Project(app, tenant, { tenant, namespace });
    object(project, 'ConfigMap', 'settings', { data: { level } });
    return project;
  });
  return { app, acme: projects[0] as Project, beta: projects[1] as Project };
}

function object(scope: Construct, kind: string, name: string, more: object = {}): ApiObject {
  const plain = { apiVersion: 'v1', kind, metadata: { name } };
  return new ApiObject(scope, `${kind}-${name}`, { ...plain, ...more });
}

test('only the tenants that are named are written', () => {
  build('one').app.synth();
  const changed = watched(outdir);
  limitTo('acme');
  build('two').app.synth();
  expect(changed()).toEqual(['tenants/acme/hks-index.json', ACME]);
  limitTo(' beta , acme ');
  build('two').app.synth();
  expect(changed()).toHaveLength(4);
});

test('without a name, or with none in the variable, all are', () => {
  for (const [index, tenants] of [undefined, '', ' '].entries()) {
    build(`before ${index}`).app.synth();
    limitTo(tenants);
    build(`after ${index}`).app.synth();
    expect(contentsOf(outdir)[BETA]).toContain(`level: after ${index}`);
  }
});

test('folders of the others stay: changed, without a Project, and those that were never written', () => {
  build('one', {}, { acme: 'shop', beta: 'blog', gone: 'old' }).app.synth();
  writeFileSync(join(outdir, BETA), 'mine');
  const changed = watched(outdir);
  limitTo('acme');
  build('one', {}, { acme: 'shop', beta: 'blog', delta: 'new' }).app.synth();
  expect(changed()).toEqual([]);
  expect(existsSync(join(outdir, 'tenants/delta'))).toBe(false);
  limitTo(undefined);
  build('one', {}, { acme: 'shop', beta: 'blog', delta: 'new' }).app.synth();
  expect(contentsOf(outdir)[BETA]).toContain('level: one');
  expect(existsSync(join(outdir, 'tenants/gone'))).toBe(false);
  expect(existsSync(join(outdir, 'tenants/delta'))).toBe(true);
});

test('both roots of a tenant and its files for Argo CD are written, and those of the others stay', () => {
  const argocd = { repoUrl: 'https://git.example.com/gitops.git' };
  build('one', { split: true, argocd }).app.synth();
  const changed = watched(outdir);
  limitTo('acme');
  build('one').app.synth();
  const files = contentsOf(outdir);
  expect(changed().filter((file) => file.includes('beta'))).toEqual([]);
  expect(Object.keys(files).filter((file) => file.startsWith('platform/acme'))).toEqual([]);
  expect(Object.keys(files).filter((file) => file.startsWith('argocd/'))).toEqual([
    'argocd/applicationset.hks-platform-beta.yaml',
    'argocd/applicationset.hks-tenant-beta.yaml',
    'argocd/appproject.hks-platform-beta.yaml',
    'argocd/appproject.hks-tenant-beta.yaml',
  ]);
});

test('objects of the others are neither rendered nor checked', () => {
  limitTo('acme');
  const { app, beta, acme } = build('one');
  const secret = object(beta, 'Secret', 'key', { stringData: { password: 'x' } });
  const asked = jest.spyOn(secret, 'toJson');
  beta.node.addValidation({ validate: () => ['has a fault'] });
  const inner = new Project(acme, 'inner', { tenant: 'beta' });
  object(inner, 'Secret', 'key', { stringData: { password: 'x' } });
  app.synth();
  expect(asked).not.toHaveBeenCalled();
  expect(Object.keys(contentsOf(join(outdir, 'tenants'))).join()).not.toContain('beta');
  limitTo(undefined);
  const all = build('one');
  all.beta.node.addValidation({ validate: () => ['has a fault'] });
  expect(thrownBy(() => all.app.synth()).message).toContain('[beta] has a fault');
});

test('a fault of a tenant that is named is refused', () => {
  limitTo('acme');
  const { app, acme } = build('one');
  object(acme, 'Secret', 'key', { stringData: { password: 'x' } });
  expect(thrownBy(() => app.synth()).message).toContain("'stringData' of Secret 'acme/Secret-key'");
});

test('charts beside the Projects belong to the tenant of their namespace as ever', () => {
  limitTo('acme');
  const { app } = build('one');
  object(new Chart(app, 'a', { namespace: 'shop' }), 'ConfigMap', 'extra');
  object(new Chart(app, 'b', { namespace: 'blog' }), 'ConfigMap', 'extra');
  app.synth();
  expect(Object.keys(contentsOf(outdir)).filter((file) => file.includes('extra'))).toEqual([
    'tenants/acme/shop/configmap.extra.yaml',
  ]);
  const stray = build('one').app;
  object(new Chart(stray, 'c', { namespace: 'elsewhere' }), 'ConfigMap', 'extra');
  expect(thrownBy(() => stray.synth()).message).toContain('must be the namespace of a Project');
});

describe('what tenants share is still held against all of them', () => {
  const faultOf = (change: (parts: ReturnType<typeof build>) => void, props: HksAppProps = {}) => {
    limitTo('acme');
    const parts = build('one', props);
    change(parts);
    return thrownBy(() => parts.app.synth()).message;
  };

  test('namespaces', () => {
    limitTo('acme');
    const { app } = build('one', {}, { acme: 'shop', beta: 'shop' });
    expect(thrownBy(() => app.synth()).message).toContain(
      "'namespace' of Project 'beta' must be no other Project's, and 'acme' of tenant 'acme' has it",
    );
  });

  test('domains', () => {
    const apiVersion = 'serving.knative.dev/v1beta1';
    const message = faultOf(({ acme, beta }) => {
      for (const scope of [acme, beta])
        object(scope, 'DomainMapping', 'www.example.com', { apiVersion });
    });
    expect(message).toContain('must be a domain of one namespace');
  });

  test('objects without a namespace', () => {
    const apiVersion = 'scheduling.k8s.io/v1';
    const clusterScoped = ['PriorityClass.scheduling.k8s.io'];
    const low = (scope: Construct) => object(scope, 'PriorityClass', 'low', { apiVersion });
    const message = faultOf(({ acme, beta }) => [acme, beta].map(low), { clusterScoped });
    expect(message).toContain('must be unique among the PriorityClass.scheduling.k8s.io objects');
    const { app, beta } = build('one', { clusterScoped });
    low(beta);
    app.synth();
    expect(existsSync(join(outdir, 'tenants/beta'))).toBe(false);
    limitTo(undefined);
    const all = build('one', { clusterScoped });
    for (const scope of [all.acme, all.beta]) low(scope);
    expect(thrownBy(() => all.app.synth()).message).toBe(message);
  });
});

describe('refused', () => {
  const refusal = (tenants: string, namespaces?: Readonly<Record<string, string>>) => {
    limitTo(tenants);
    const { message } = thrownBy(() => build('one', {}, namespaces).app.synth());
    expect(contentsOf(outdir)).toEqual({});
    return message;
  };
  const rule = `'HKS_TENANTS' of HksApp must name tenants of the app's Projects, with commas between them`;

  test.each([
    ['acmé', `received 'acmé'. Did you mean 'acme'.`],
    [
      'acme,other',
      `received 'other'. Known are 'acme', 'beta'; give one of them to 'hks synth --tenant', or leave it out for all.`,
    ],
    [
      ',',
      `received ''. Known are 'acme', 'beta'; give one of them to 'hks synth --tenant', or leave it out for all.`,
    ],
  ])('%s', (tenants, end) => {
    expect(refusal(tenants)).toBe(`${rule}, ${end}`);
  });

  test('a tenant of many, with some of their names', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `tenant-${index + 10}`);
    expect(refusal('other', Object.fromEntries(ids.map((id) => [id, id])))).toContain(
      `'tenant-18', 'tenant-19' and 2 others; give`,
    );
  });

  test('any tenant in an app without a Project', () => {
    expect(refusal('acme', {})).toBe(
      `${rule}, received 'acme'. The app has no Project; leave out 'hks synth --tenant'.`,
    );
  });
});
