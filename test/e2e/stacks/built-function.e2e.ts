/** @module From source to answer on the platform: its builder builds, its registry keeps, Knative pulls and serves, Kourier lets in. */
import { HksFunction } from '../../../constructs/function';
import { buildJob } from '../../../constructs/sandbox-builder/build-job';
import { BUILD_TEMPLATE, type BuildJob } from '../../../constructs/sandbox-builder/build-template';
import { templateOfTenant } from '../../../constructs/sandbox-builder/tenant-template';
import { REGISTRY_HOST, SYSTEM_NAMESPACE } from '../../../constructs/system';
import { projectIn, TINY } from '../function/server';
import {
  apply,
  type ConfigMap,
  callFunction,
  copyImage,
  deleteNamespaces,
  find,
  get,
  hasCondition,
  type KubeObject,
  kubectl,
  list,
  logs,
  type Pod,
  PYTHON,
  serviceAddress,
  uniqueName,
  untilAnswers,
  untilJobEnds,
  untilUsable,
} from '../harness';
import { uploadContext } from '../sandbox-builder/context';

const BUILDER = 'hks-build';
const tenant = uniqueName('built');
const SOURCE = {
  Dockerfile: [
    'FROM python:3.11-slim',
    'ARG WORD=nobody',
    'RUN echo "built for $WORD" > /word',
    'COPY main.py /app/',
    'USER 65532',
    'CMD ["python3", "/app/main.py"]',
  ].join('\n'),
  'main.py': `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        text = open("/proc/version" if self.path == "/kernel" else "/word").read().encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`,
};

let image: string;

afterAll(async () => {
  await kubectl(['delete', 'job', '-n', BUILDER, '-l', `hks.io/tenant=${tenant}`]);
  await deleteNamespaces(tenant);
});

test('the builder makes an image of source, in the registry of the platform', async () => {
  await copyImage(PYTHON);
  const map = await get<ConfigMap>('configmap', BUILD_TEMPLATE.configMap, BUILDER);
  const shared = JSON.parse(map.data[BUILD_TEMPLATE.keys.job] ?? '') as BuildJob;
  const repository = `${tenant}/contexts`;
  const digest = await uploadContext(repository, SOURCE);
  const job = buildJob(templateOfTenant(shared, tenant), {
    name: tenant,
    destination: `${REGISTRY_HOST}/${tenant}/word:1`,
    context: { repository, digest },
    buildArgs: { WORD: 'a tenant' },
    hosts: {
      [REGISTRY_HOST.replace(/:\d+$/, '')]: await serviceAddress('registry', SYSTEM_NAMESPACE),
    },
  });
  await apply([job]);
  const ended = await untilJobEnds(tenant, BUILDER);
  if (!hasCondition(ended, 'Complete')) {
    throw new Error(await logs(`job/${tenant}`, BUILDER, 'build'));
  }
  const [pod] = await list<Pod>('pod', BUILDER, `hks.io/build=${tenant}`);
  const made = pod?.status?.containerStatuses?.[0]?.state.terminated?.message ?? '';
  expect(made).toMatch(/^sha256:[0-9a-f]{64}$/);
  image = `${REGISTRY_HOST}/${tenant}/word@${made}`;
});

test('a function of that image answers through the gateway, by its public name', async () => {
  await deploy('word');
  const { body } = await untilAnswers('word', tenant);
  expect(body).toBe('built for a tenant\n');
});

test('a function that asks for isolation has a kernel of its own, and one that does not has none', async () => {
  expect((await callFunction('word', tenant, { path: '/kernel' })).body).not.toMatch(/gvisor/i);
  await deploy('isolated', { isolation: 'gvisor' });
  await untilAnswers('isolated', tenant);
  const kernel = (await callFunction('isolated', tenant, { path: '/kernel' })).body;
  const sandboxed = (await find('runtimeclass', 'gvisor')) !== undefined;
  expect(/gvisor/i.test(kernel)).toBe(sandboxed);
});

async function deploy(name: string, more: { readonly isolation?: 'gvisor' } = {}): Promise<void> {
  const project = await projectIn(tenant, tenant);
  new HksFunction(project, name, {
    image,
    resources: TINY,
    queueProxy: TINY,
    triggers: [{ type: 'http', visibility: 'public' }],
    ...more,
  });
  await apply(project.toJson() as readonly KubeObject[]);
  await untilUsable(tenant);
}
