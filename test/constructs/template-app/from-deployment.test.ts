/** @module TemplateApp from a cdk8s-plus Deployment. */
import { ApiObject, App, Chart } from 'cdk8s';
import { Cpu, Deployment, EnvValue, Volume } from 'cdk8s-plus-28';
import { HksCronJob } from '../../../constructs/cron-job';
import { podViolations } from '../../../constructs/pod-security';
import { Project } from '../../../constructs/project';
import { Schedule } from '../../../constructs/schedule';
import { TemplateApp } from '../../../constructs/template-app';
import { warningsOf } from '../../../constructs/warnings';

const IMAGE = 'registry.example.com/shop/web:2.0.0';

function setUp(container = {}) {
  const app = new App();
  const project = new Project(app, 'shop', { tenant: 'acme' });
  const deployment = new Deployment(project, 'web', {
    replicas: 1,
    containers: [
      { image: IMAGE, portNumber: 8080, envVariables: ENV, resources: RESOURCES, ...container },
    ],
  });
  return { app, project, deployment };
}
const RESOURCES = { cpu: { request: Cpu.millis(100), limit: Cpu.units(1) } };
const ENV = { LOG_LEVEL: EnvValue.fromValue('info') };

interface Obj {
  readonly kind: string;
  readonly spec: { readonly template: { readonly spec: object } };
}
function deployments(chart: Chart): Obj[] {
  return chart.toJson().filter(({ kind }: Obj) => kind === 'Deployment');
}

test('the Deployment renders itself once, under the restricted profile and with its own name', () => {
  const { project, deployment } = setUp();
  const template = TemplateApp.fromDeployment(project, 'template', deployment);
  expect(deployments(project)).toHaveLength(1);
  expect(deployments(project)).toMatchSnapshot();
  expect(deployments(project)[0]?.spec.template.spec).toEqual(template.pod);
  expect(podViolations(template.pod)).toEqual([]);
  expect(template.name).toBe(deployment.name);
  expect(template.deployment).toBeUndefined();
  expect(template.selector).toEqual(ApiObject.of(deployment).toJson().spec.selector.matchLabels);
  expect(project.node.validate()).toEqual([]);
});

test('a Deployment of another chart is only read', () => {
  const app = new App();
  const project = new Project(app, 'shop', { tenant: 'acme' });
  const chart = new Chart(app, 'other');
  const deployment = new Deployment(chart, 'web', { containers: [{ image: IMAGE }] });
  const before = chart.toJson();
  const template = TemplateApp.fromDeployment(project, 'template', deployment, {
    metadata: { name: 'web' },
  });
  expect(chart.toJson()).toEqual(before);
  expect(template.name).toBe('web');
  expect(podViolations(template.pod)).toEqual([]);
  expect(warningsOf(project)).toEqual([]);
});

test('a Deployment of another namespace is a warning, since its Secrets are there', () => {
  const app = new App();
  const project = new Project(app, 'shop', { tenant: 'acme' });
  const chart = new Chart(app, 'other', { namespace: 'elsewhere' });
  const deployment = new Deployment(chart, 'web', { containers: [{ image: IMAGE }] });
  TemplateApp.fromDeployment(project, 'template', deployment, { metadata: { name: 'web' } });
  expect(warningsOf(project).map(({ message }) => message)).toEqual([
    "'deployment' is in the namespace 'elsewhere', and jobs made from it run in 'shop': they need its Secrets, ConfigMaps and claims there too. Create it in the project, or make the objects in both.",
  ]);
});

test('a job inherits from it', () => {
  const { project, deployment } = setUp();
  const template = TemplateApp.fromDeployment(project, 'template', deployment);
  const job = new HksCronJob(project, 'nightly', { template, schedule: Schedule.daily() });
  expect(job.pod.containers[0]).toMatchObject({
    image: IMAGE,
    env: [{ name: 'LOG_LEVEL', value: 'info' }],
    imagePullPolicy: 'Always',
  });
  expect(job.pod.containers[0]).not.toHaveProperty('ports');
  expect(job.pod.containers[0]).not.toHaveProperty('startupProbe');
});

test('two templates may come from one Deployment', () => {
  const { project, deployment } = setUp();
  deployment.addContainer({ name: 'second', image: IMAGE, resources: RESOURCES });
  const first = TemplateApp.fromDeployment(project, 'first', deployment, { container: 'main' });
  const second = TemplateApp.fromDeployment(project, 'second', deployment, { container: 'second' });
  expect([first.container, second.container]).toEqual(['main', 'second']);
  expect(deployments(project)).toHaveLength(1);
  for (const { node } of [first, second]) expect(node.validate()).toEqual([]);
});

test('a change after the template was made is rendered hardened, and fails the build', () => {
  const { project, deployment } = setUp();
  const template = TemplateApp.fromDeployment(project, 'template', deployment);
  deployment.addContainer({ name: 'late', image: IMAGE, resources: RESOURCES });
  expect(template.node.validate()).toEqual([
    `'deployment' of TemplateApp 'shop/template' must not change after the template was made from it, received 'shop/web'. Call TemplateApp.fromDeployment after the last change to the Deployment.`,
  ]);
  const { template: rendered } = ApiObject.of(deployment).toJson().spec;
  expect(podViolations(rendered.spec)).toEqual([]);
  expect(rendered.spec.containers).toHaveLength(2);
});

test('refused: what is no Deployment', () => {
  const { project } = setUp();
  expect(() => TemplateApp.fromDeployment(project, 't', 'web.yaml' as never)).toThrow(
    `'deployment' of TemplateApp 'shop/t' must be a Deployment of cdk8s-plus, received 'web.yaml'. Write new kplus.Deployment(project, 'web', …), or use TemplateApp.fromManifest for a file.`,
  );
});

test('refused: a container that it does not have', () => {
  const { project, deployment } = setUp();
  expect(() => TemplateApp.fromDeployment(project, 't', deployment, { container: 'side' })).toThrow(
    `'container' of TemplateApp 'shop/t' must be one of the containers of the Deployment '${deployment.name}', received 'side'. Choose one of 'main'.`,
  );
});

test('refused: props of a TemplateApp that is rendered', () => {
  const { project, deployment } = setUp();
  expect(() =>
    TemplateApp.fromDeployment(project, 't', deployment, { replicas: 3 } as never),
  ).toThrow(
    `'replicas' of TemplateApp 'shop/t' is not a known prop, received 3. Known are 'container', 'egress', 'metadata', 'deploy'.`,
  );
});

test('refused: a pod that the restricted profile does not admit', () => {
  const { project, deployment } = setUp({
    securityContext: { privileged: true, allowPrivilegeEscalation: true },
  });
  expect(() => TemplateApp.fromDeployment(project, 't', deployment)).toThrow(
    /^'deployment' of TemplateApp 'shop\/t' must describe a pod that the restricted profile admits, received '.*privileged.*'\. Remove that setting from the Deployment\.$/,
  );
});

test('refused: a secret as a literal', () => {
  const { project, deployment } = setUp({
    envVariables: { API_TOKEN: EnvValue.fromValue('hunter2') },
  });
  expect(() => TemplateApp.fromDeployment(project, 't', deployment)).toThrow(
    `'deployment: containers.main.env.API_TOKEN' of TemplateApp 'shop/t' must be a reference, since its name says that it is a secret, received '***'. Put the value in a Secret and write { secret: 'NAME', key: 'API_TOKEN' }.`,
  );
});

test('refused: a request above its limit', () => {
  const { project, deployment } = setUp({
    resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(1) } },
  });
  expect(() => TemplateApp.fromDeployment(project, 't', deployment)).toThrow(
    `'deployment: containers.main.resources.requests.cpu' of TemplateApp 'shop/t' must not be above the limit of 1, received '2'. Raise the limit or lower the request.`,
  );
});

test('volumes that only another container mounts stay behind', () => {
  const { project, deployment } = setUp();
  const volume = Volume.fromEmptyDir(project, 'cache', 'cache');
  deployment.addContainer({
    name: 'side',
    image: IMAGE,
    volumeMounts: [{ path: '/cache', volume }],
  });
  const template = TemplateApp.fromDeployment(project, 'template', deployment, {
    container: 'main',
  });
  const schedule = Schedule.daily();
  const job = new HksCronJob(project, 'alone', { template, schedule });
  expect(job.pod.volumes?.map(({ name }) => name)).toEqual(['tmp']);
  const both = new HksCronJob(project, 'both', { template, schedule, sidecars: 'keep' });
  expect(both.pod.volumes?.map(({ name }) => name)).toEqual(['cache', 'tmp']);
});

test('refused: props that are no object', () => {
  const { project, deployment } = setUp();
  expect(() => TemplateApp.fromDeployment(project, 'template', deployment, null as never)).toThrow(
    `'props' of TemplateApp 'shop/template' must be an object, received null. Write { container: 'web' }.`,
  );
});
