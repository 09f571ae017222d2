/** @module TemplateApp from the Deployment of a YAML file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App } from 'cdk8s';
import { Project } from '../../../constructs/project';
import { type FromManifestProps, TemplateApp } from '../../../constructs/template-app';
import { warningsOf } from '../../../constructs/warnings';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-manifest-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(text: string): string {
  files += 1;
  const path = join(folder, `file-${files}.yaml`);
  writeFileSync(path, text);
  return path;
}

function from(text: string, props: FromManifestProps = {}): TemplateApp {
  return fromFile(write(text), props);
}
function fromFile(file: string, props: FromManifestProps = {}): TemplateApp {
  const project = new Project(new App(), 'shop', { tenant: 'acme' });
  return TemplateApp.fromManifest(project, 'template', file, props);
}

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
spec:
  replicas: 3
  strategy: { type: Recreate }
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { prometheus.io/scrape: "true" }
    spec:
      containers:
        - name: proxy
          image: registry.example.com/proxy:1.0
        - name: web
          image: registry.example.com/web:2.0
          ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: UDP, name: dns }]
          env: [{ name: LOG_LEVEL, value: info }]
          volumeMounts: [{ name: cache, mountPath: /cache }]
      volumes: [{ name: cache, emptyDir: {} }]
`;
const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web }
`;

function objects(app: TemplateApp) {
  return app.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
}

test('the Deployment is rendered in the stead of the file, hardened, with our labels', () => {
  const app = from(`${SERVICE}---${WEB}---\n`, { container: 'web' });
  expect(app.name).toBe('web');
  expect(objects(app).map((object) => object.toJson())).toMatchSnapshot();
});

test('the name chooses among several', () => {
  const text = `${WEB}---${WEB.replace('name: web\n', 'name: other\n')}`;
  expect(from(text, { name: 'other' }).name).toBe('other');
});

test('what serves can be set beside it', () => {
  const app = from(WEB, {
    container: 'web',
    replicas: 1,
    clients: [],
    egress: [{ name: 'all', peers: [{ pods: {} }] }],
    metadata: { name: 'front' },
  });
  expect(objects(app).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'Deployment/front',
    'Service/front',
    'NetworkPolicy/front-to-all',
  ]);
});

test('a template that is not deployed renders nothing', () => {
  const app = from(WEB, { deploy: false });
  expect(objects(app)).toEqual([]);
  expect(app.container).toBe('proxy');
  expect(app.mainContainer).toBeUndefined();
});

test('a Deployment of another namespace is rendered in the project, with a warning', () => {
  const app = from(WEB.replace('name: web\n', 'name: web\n  namespace: elsewhere\n'));
  expect(app.deployment?.metadata.namespace).toBe('shop');
  expect(warningsOf(app).map(({ message }) => message)).toEqual([
    `'file' has the Deployment 'web' in the namespace 'elsewhere'; it is rendered in the project's, 'shop'. Take 'metadata.namespace' out of the file.`,
  ]);
});

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message.replaceAll(/file-\d+/g, 'FILE').replaceAll(folder, '');
  }
  return 'nothing was refused';
}

test('refused: a file that is missing', () => {
  expect(refusal(() => fromFile('no-such.yaml'))).toBe(
    `'file' of TemplateApp 'shop/template' must be a file that can be read (ENOENT), received 'no-such.yaml'. Give its path from ${process.cwd()}, or an absolute one.`,
  );
});

test('refused: a folder', () => {
  expect(refusal(() => fromFile(folder))).toBe(
    `'file' of TemplateApp 'shop/template' must be a file that can be read (EISDIR), received ''. Give its path from ${process.cwd()}, or an absolute one.`,
  );
});

test('refused: no path at all', () => {
  expect(refusal(() => fromFile(undefined as never))).toBe(
    `'file' of TemplateApp 'shop/template' must be a file that can be read (ERR_INVALID_ARG_TYPE), received nothing. Give its path from ${process.cwd()}, or an absolute one.`,
  );
});

test('refused: what is not YAML, without a word of what it says', () => {
  const message = refusal(() => from('password: hunter2\n  : : [\n'));
  expect(message).toBe(
    `'file' of TemplateApp 'shop/template' must be YAML, and is not at line 2, column 5 (BLOCK_AS_IMPLICIT_KEY), received '/FILE.yaml'. Correct it there; templates of Helm have to be rendered first.`,
  );
});

test('refused: a template of Helm', () => {
  expect(refusal(() => from('{{- if .Values.on }}\nkind: Deployment\n{{- end }}\n'))).toMatch(
    /^'file' of TemplateApp 'shop\/template' must be YAML, and is not at line 1, column \d+ \([A-Z_]+\), received '\/FILE\.yaml'\. Correct it there; templates of Helm have to be rendered first\.$/,
  );
});

test('refused: aliases that grow without end', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef']) {
    lines.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`);
  }
  expect(refusal(() => from(lines.join('\n')))).toBe(
    `'file' of TemplateApp 'shop/template' must be YAML, and is not in its aliases, received '/FILE.yaml'. Correct it there; templates of Helm have to be rendered first.`,
  );
});

test('refused: a document that is no object', () => {
  expect(refusal(() => from('just text'))).toBe(
    `'file' of TemplateApp 'shop/template' must be YAML, and is not made of objects, received '/FILE.yaml'. Correct it there; templates of Helm have to be rendered first.`,
  );
});

test('refused: an empty file', () => {
  expect(refusal(() => from('# nothing\n---\n'))).toBe(
    `'file' of TemplateApp 'shop/template' must hold a Deployment of apps/v1, received '/FILE.yaml'. It holds no object at all; name the file with the Deployment.`,
  );
});

test('refused: a file without Deployment', () => {
  expect(refusal(() => from(SERVICE))).toBe(
    `'file' of TemplateApp 'shop/template' must hold a Deployment of apps/v1, received '/FILE.yaml'. It holds 'Service'; name the file with the Deployment.`,
  );
});

test('refused: a Deployment in a List', () => {
  expect(refusal(() => from('apiVersion: v1\nkind: List\nitems: []'))).toBe(
    `'file' of TemplateApp 'shop/template' must hold its Deployment as a document of its own, not in a List, received '/FILE.yaml'. Write the items of the List as documents, with '---' between them.`,
  );
});

test('refused: several Deployments and no name', () => {
  const text = `${WEB}---${WEB.replace('name: web\n', 'name: other\n')}`;
  expect(refusal(() => from(text))).toBe(
    `'name' of TemplateApp 'shop/template' must choose one of the Deployments of '/FILE.yaml', received nothing. Choose one of 'web', 'other'.`,
  );
});

test('refused: a name that the file does not have', () => {
  expect(refusal(() => from(WEB, { name: 'wbe' }))).toBe(
    `'name' of TemplateApp 'shop/template' must be a Deployment of '/FILE.yaml', received 'wbe'. Choose one of 'web'.`,
  );
});

test('refused: a name that the file has twice', () => {
  expect(refusal(() => from(`${WEB}---${WEB}`, { name: 'web' }))).toBe(
    `'name' of TemplateApp 'shop/template' must choose one of the Deployments of '/FILE.yaml', received 'web'. Keep one of the 2 Deployments of that name in the file.`,
  );
});

test('refused: a Deployment without containers', () => {
  expect(refusal(() => from(WEB.replace(/containers:[\s\S]*/, 'containers: []')))).toBe(
    `'file' of TemplateApp 'shop/template' must give the Deployment 'web' a container, received '/FILE.yaml'. Add spec.template.spec.containers.`,
  );
});

test.each([
  ['replicas: 3', 'replicas: three', 'a whole number at spec.replicas'],
  ['replicas: 3', 'replicas: -1', 'a whole number at spec.replicas'],
  ['strategy: { type: Recreate }', 'strategy: Recreate', 'an object at spec.strategy'],
  ['  template:', '  tmplate:', 'an object at spec.template'],
  [
    'value: info',
    'value: 8080',
    'a string; put it in quotes at spec.template.spec.containers[1].env[0].value',
  ],
  [
    'ports: [{ containerPort: 8080 },',
    'ports: [8080,',
    'an object at spec.template.spec.containers[1].ports[0]',
  ],
  [
    'volumes: [{ name: cache, emptyDir: {} }]',
    'volumes: { cache: {} }',
    'an array at spec.template.spec.volumes',
  ],
  [
    'image: registry.example.com/web:2.0',
    'resources: { limits: { cpu: [1] } }\n          image: registry.example.com/web:2.0',
    'a quantity at spec.template.spec.containers[1].resources.limits.cpu',
  ],
  [
    'labels: { app: web }\n      ann',
    'labels: [app]\n      ann',
    'an object at spec.template.metadata.labels',
  ],
])('refused: a Deployment of another shape, %s as %s', (right, wrong, rule) => {
  expect(refusal(() => from(WEB.replace(right, wrong)))).toBe(
    `'file' of TemplateApp 'shop/template' must have ${rule} of the Deployment 'web', received '/FILE.yaml'. Correct it there.`,
  );
});

test('keys without a value are not there', () => {
  const app = from(WEB.replace('env: [{ name: LOG_LEVEL, value: info }]', 'env:'));
  expect(app.pod.containers[1]).not.toHaveProperty('env');
});

test('refused: a container that it does not have', () => {
  expect(refusal(() => from(WEB, { container: 'api' }))).toBe(
    `'container' of TemplateApp 'shop/template' must be one of the containers of the Deployment 'web', received 'api'. Choose one of 'proxy', 'web'.`,
  );
});

test('refused: a volume of the host', () => {
  const text = WEB.replace('emptyDir: {}', 'hostPath: { path: /etc }');
  expect(refusal(() => from(text, { container: 'web' }))).toBe(
    `'file' of TemplateApp 'shop/template' must describe a pod that the restricted profile admits, received 'volume 'cache' is a folder of the host'. Remove that setting from the Deployment.`,
  );
});

test('refused: props that the file decides', () => {
  expect(refusal(() => from(WEB, { image: 'x:1' } as never))).toBe(
    `'image' of TemplateApp 'shop/template' is not a known prop, received 'x:1'. Known are 'name', 'container', 'replicas', 'ingress', 'autoscaling', 'disruptionBudget', 'clients', 'egress', 'deploy', 'metadata'.`,
  );
});

test('refused: a name of the file that is no DNS label', () => {
  expect(refusal(() => from(WEB.replace('name: web\n', 'name: web.v2\n')))).toBe(
    `'metadata.name' of TemplateApp 'shop/template' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'web.v2'. Use a name like 'nightly-report'.`,
  );
});

test('modes of files are octal, and keys are merged, as Kubernetes reads YAML', () => {
  const text = WEB.replace('emptyDir: {}', 'secret: { secretName: keys, defaultMode: 0440 }')
    .replace('labels: { app: web }\nspec', 'labels: &labels { app: web }\nspec')
    .replace('labels: { app: web }\n      ann', 'labels: { <<: *labels, tier: front }\n      ann');
  const app = from(text, { container: 'web' });
  expect(app.pod.volumes?.[0]).toEqual({
    name: 'cache',
    secret: { secretName: 'keys', defaultMode: 0o440 },
  });
  const { labels } = app.deployment?.toJson().spec.template.metadata ?? {};
  expect(labels).toMatchObject({ app: 'web', tier: 'front' });
});

test('how the file rolls out stays', () => {
  const rollout = { minReadySeconds: 5, progressDeadlineSeconds: 60, revisionHistoryLimit: 2 };
  const text = WEB.replace(
    'replicas: 3',
    Object.entries(rollout)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n  '),
  );
  expect(from(text).deployment?.toJson().spec).toMatchObject(rollout);
  expect(() => from(text.replace('Seconds: 5', 'Seconds: soon'))).toThrow(
    `must have a whole number at spec.minReadySeconds of the Deployment 'web'`,
  );
});

test('rules of the file that spread its pods go on finding them', () => {
  const text = WEB.replace(
    'labels: { app: web }\n      ann',
    'labels: { app.kubernetes.io/name: chart, hks.io/app: other }\n      ann',
  );
  const { metadata, spec } = from(text).deployment?.toJson() ?? {};
  expect(spec.template.metadata.labels).toMatchObject({
    'app.kubernetes.io/name': 'chart',
    'hks.io/app': 'web',
  });
  expect(metadata.labels['app.kubernetes.io/name']).toBe('web');
});

test('the Service has ports of TCP and UDP, each by a name of its own', () => {
  const ports =
    '[{ containerPort: 53 }, { containerPort: 53, protocol: UDP }, { containerPort: 80, name: http }, { containerPort: 9, protocol: SCTP }]';
  const text = WEB.replace(
    '[{ containerPort: 8080 }, { containerPort: 53, protocol: UDP, name: dns }]',
    ports,
  );
  const { spec } = from(text, { container: 'web' }).service?.toJson() ?? {};
  expect(spec.ports).toEqual([
    { name: 'port-53', port: 53, targetPort: 53, protocol: 'TCP' },
    { name: 'port-53-udp', port: 53, targetPort: 53, protocol: 'UDP' },
    { name: 'http', port: 80, targetPort: 80, protocol: 'TCP' },
  ]);
});

test('refused: props that are no object', () => {
  expect(refusal(() => from(WEB, null as never))).toBe(
    `'props' of TemplateApp 'shop/template' must be an object, received null. Write { name: 'web' }.`,
  );
});
