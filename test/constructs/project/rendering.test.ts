/** @module Objects are rendered once in a run, after all that could change them, and anew in the next. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Project } from '../../../constructs/project';
import { jsonOf, renderedOnce } from '../../../constructs/project/rendering';
import { HksApp } from '../../../constructs/synth/app';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'hks-rendering-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true, force: true });
});

function configMap(scope: Construct, name: string, data = {}): ApiObject {
  const metadata = { name };
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}

test('each object of a tree is rendered once for the checks and the files, in every run', () => {
  const app = new HksApp({ name: 'test', outdir });
  const shop = new Project(app, 'shop', { tenant: 'acme' });
  configMap(new Project(shop, 'inner', { tenant: 'acme' }), 'settings');
  configMap(new Chart(app, 'beside', { namespace: 'shop' }), 'settings');
  const objects = app.node.findAll().filter((node) => ApiObject.isApiObject(node));
  const renders = objects.map((object) => jest.spyOn(object, 'toJson'));
  app.synth();
  expect(renders.map(({ mock }) => mock.calls.length)).toEqual(objects.map(() => 1));
  app.synth();
  expect(renders.map(({ mock }) => mock.calls.length)).toEqual(objects.map(() => 2));
});

test('what a validation changes is in the file, wherever it stands in the tree', () => {
  const app = new HksApp({ name: 'test', outdir });
  const shop = new Project(app, 'shop', { tenant: 'acme' });
  const settings = configMap(shop, 'settings');
  new Construct(shop, 'later').node.addValidation({
    validate: () => {
      settings.metadata.addLabel('late', 'yes');
      configMap(shop, 'made-late');
      return [];
    },
  });
  app.synth();
  const read = (file: string) => readFileSync(join(outdir, 'tenants/acme/shop', file), 'utf8');
  expect(read('configmap.settings.yaml')).toContain('late: "yes"');
  expect(read('configmap.made-late.yaml')).toContain('name: made-late');
});

describe('a validation of a Project', () => {
  const project = (app: HksApp, id: string) => new Project(app, id, { tenant: 'acme' });

  test.each(['itself', 'one before it', 'one after it'])('may change %s', (which) => {
    const app = new HksApp({ name: 'test', outdir });
    const all = { 'one before it': project(app, 'a'), itself: project(app, 'b') };
    const after = project(app, 'c');
    const changed = which === 'one after it' ? after : all[which as keyof typeof all];
    const settings = configMap(changed, 'settings');
    all.itself.node.addValidation({
      validate: () => {
        settings.metadata.addLabel('late', 'yes');
        return [];
      },
    });
    app.synth();
    const { namespace } = changed;
    const file = join(outdir, 'tenants/acme', namespace, 'configmap.settings.yaml');
    expect(readFileSync(file, 'utf8')).toContain('late: "yes"');
  });

  test('adds nothing that is not checked, and both have their say', () => {
    const app = new HksApp({ name: 'test', outdir });
    const shop = project(app, 'shop');
    shop.node.addValidation({
      validate: () => {
        const type = { spec: { type: 'NodePort' } };
        new ApiObject(shop, 'late', { apiVersion: 'v1', kind: 'Service', ...type });
        return ['a fault of its own'];
      },
    });
    expect(() => app.synth()).toThrow(
      new Error(`Validation failed with the following errors:
  [shop] 'spec.type' of Service 'shop/late' must be ClusterIP, since projects have no node ports and load balancers, received 'NodePort'. Use ClusterIP, and an Ingress or a function's URL for callers from outside.
  [shop] a fault of its own`),
    );
  });
});

test('outside a run, and in a tree of another app, each call renders', () => {
  const [one, other] = [new App(), new App()].map((app) => configMap(new Chart(app, 'c'), 'x'));
  const renders = [one, other].map((object) => jest.spyOn(object as ApiObject, 'toJson'));
  const counts = () => renders.map(({ mock }) => mock.calls.length);
  const ask = () => [one, one, other, other].map((object) => jsonOf(object as ApiObject));
  ask();
  expect(counts()).toEqual([2, 2]);
  renderedOnce((one as ApiObject).node.root, ask);
  expect(counts()).toEqual([3, 4]);
  ask();
  expect(counts()).toEqual([5, 6]);
});
