/** @module What a tenant's folder may touch: Argo CD takes its application, and nothing in it rules the cluster. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { Project } from '../../../constructs/project';
import { HksApp, type HksAppProps } from '../../../constructs/synth/app';
import { contentsOf, thrownBy } from './folder';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-scope-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

const argocd = { repoUrl: 'https://git.example.com/platform/gitops.git' };
const newApp = (props: HksAppProps = {}) => new HksApp({ name: 'test', outdir, ...props });
const object = (scope: Project | Chart, apiVersion: string, kind: string, spec: object = {}) =>
  new ApiObject(scope, kind, { apiVersion, kind, metadata: { name: 'x' }, spec });

test.each([true, false])(
  'each application goes to a namespace that its project takes, since Argo CD looks at that first (split: %s)',
  (split) => {
    const app = newApp({ split, argocd });
    object(new Project(app, 'shop', { tenant: 'acme' }), 'v1', 'ConfigMap');
    object(new Project(app, 'blog', { tenant: 'acme' }), 'v1', 'ConfigMap');
    app.synth();
    const files = contentsOf(outdir);
    for (const name of split ? ['hks-platform-acme', 'hks-tenant-acme'] : ['hks-tenant-acme']) {
      const spec = (kind: string) => parse(files[`argocd/${kind}.${name}.yaml`] ?? '').spec;
      const { destination } = spec('applicationset').template.spec;
      expect(spec('appproject').destinations).toContainEqual(destination);
    }
  },
);

test("split: what has no namespace is the platform's, also of a kind that only the app knows as such", () => {
  const app = newApp({ split: true, clusterScoped: ['Gadget.example.com'], argocd });
  object(new Project(app, 'shop', { tenant: 'acme' }), 'example.com/v1', 'Gadget');
  app.synth();
  const files = Object.keys(contentsOf(outdir));
  expect(files).toContain('platform/acme/_cluster/gadget.example.com.x.yaml');
  expect(files.filter((file) => file.startsWith('tenants/'))).toEqual([]);
});

test.each([
  ['gateway.networking.k8s.io/v1', 'GatewayClass'],
  ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy'],
  ['snapshot.storage.k8s.io/v1', 'VolumeSnapshotClass'],
])('%s %s has no namespace and is refused', (apiVersion, kind) => {
  const app = newApp();
  object(new Project(app, 'shop', { tenant: 'acme' }), apiVersion, kind);
  expect(thrownBy(() => app.synth()).message).toContain(
    `'kind' of ${kind} 'shop/${kind}' must be a kind that lives in a namespace`,
  );
});

test.each([
  ['helm.cattle.io/v1', 'HelmChart'],
  ['k3s.cattle.io/v1', 'Addon'],
  ['argoproj.io/v1alpha1', 'Application'],
  ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization'],
  ['helm.toolkit.fluxcd.io/v2', 'HelmRelease'],
])('%s %s, by which a controller applies anything anywhere, is refused', (apiVersion, kind) => {
  const app = newApp();
  object(new Project(app, 'shop', { tenant: 'acme' }), apiVersion, kind);
  expect(thrownBy(() => app.synth()).message).toBe(
    `Validation failed with the following errors:\n  'kind' of ${kind} 'shop/${kind}' must be no kind that a controller carries out as the cluster's administrator, received '${kind}.${apiVersion.split('/')[0]}'. Leave it to the platform, or write the objects that it would make.`,
  );
  expect(contentsOf(outdir)).toEqual({});
});

test.each([
  [{ argocd }, 'argocd'],
  [{ argocd: { ...argocd, namespace: 'gitops' } }, 'gitops'],
  [{ flux: { source: { name: 'gitops' } } }, 'flux-system'],
])('a Project in the namespace of Argo CD or Flux is refused: %j', (props, namespace) => {
  const app = newApp(props);
  new Project(app, namespace, { tenant: 'acme' });
  expect(thrownBy(() => app.synth()).message).toBe(
    `Validation failed with the following errors:\n  'namespace' of Project '${namespace}' must not be where Argo CD or Flux takes its orders (${namespace}), as whoever writes there rules the cluster, received '${namespace}'. Choose another name, like 'acme-${namespace}'.`,
  );
});

test('a tenant whose name no label of Argo CD or Flux can carry is refused, and taken without them', () => {
  const render = (length: number, props: HksAppProps) => {
    const app = newApp(props);
    new Project(app, 'shop', { tenant: 'a'.repeat(length) });
    app.synth();
  };
  expect(thrownBy(() => render(51, { argocd })).message).toContain(
    `'tenant' of Project 'shop' must be at most 50 characters with 'argocd' or 'flux', whose objects are named after it, received '${'a'.repeat(51)}'. Shorten it.`,
  );
  expect(() => render(50, { argocd })).not.toThrow();
  expect(() => render(63, {})).not.toThrow();
});

test('a chart beside the Project is held to what the Project is held to', () => {
  const app = newApp();
  new Project(app, 'shop', { tenant: 'acme' });
  const beside = new Chart(app, 'beside', { namespace: 'shop' });
  object(beside, 'v1', 'Service', { type: 'NodePort', externalIPs: ['203.0.113.1'] });
  object(beside, 'v1', 'Pod', { hostNetwork: true, containers: [{ name: 'x', image: 'x:1' }] });
  const { message } = thrownBy(() => app.synth());
  expect(message).toContain(`'spec.type' of Service 'beside/Service' must be ClusterIP`);
  expect(message).toContain(`'spec.externalIPs' of Service 'beside/Service' must be empty`);
  expect(message).toContain(`received 'uses a namespace of the host`);
  expect(message).toContain(
    `'spec.containers[x].resources.limits.cpu' of Pod 'beside/Pod' must be set`,
  );
});

test('a chart beside the Project counts against its plan', () => {
  const app = newApp();
  new Project(app, 'shop', { tenant: 'acme', plan: { configMaps: 1 } });
  const beside = new Chart(app, 'beside', { namespace: 'shop' });
  for (const name of ['a', 'b'])
    new ApiObject(beside, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  expect(thrownBy(() => app.synth()).message).toContain(
    `'plan' of Project 'shop' must have room for what the project holds, and 'custom' has configmaps 1, received 2 for the objects of the project.`,
  );
});

test("a namespace that another app's tenant has is refused, and taken once that app gave it up", () => {
  const render = (name: string, tenant: string, namespace: string) => {
    const app = newApp({ name });
    new Project(app, namespace, { tenant });
    app.synth();
  };
  render('first', 'acme', 'shop');
  const before = contentsOf(outdir);
  expect(thrownBy(() => render('second', 'beta', 'shop')).message).toBe(
    `'namespace' of HksApp 'second' must be no other tenant's, and '${join(outdir, 'tenants/acme')}' of the app 'first' has it, received 'shop'. Give the Project of tenant 'beta' another 'namespace'.`,
  );
  expect(contentsOf(outdir)).toEqual(before);
  render('first', 'acme', 'blog');
  expect(() => render('second', 'beta', 'shop')).not.toThrow();
});
