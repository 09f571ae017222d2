/** @module Builds on the cluster: from the template, under gVisor, with a cache, and with nothing but the registry in reach. */
import { App } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { type BuildRequest, buildJob } from '../../../constructs/sandbox-builder/build-job';
import { BUILD_TEMPLATE, type BuildJob } from '../../../constructs/sandbox-builder/build-template';
import { REGISTRY_HOST, SYSTEM_NAMESPACE } from '../../../constructs/system';
import {
  apply,
  applyChart,
  askRegistry,
  BUSYBOX,
  type ConfigMap,
  copyImage,
  deleteNamespaces,
  freshNamespace,
  get,
  hasCondition,
  type Job,
  type KubeObject,
  kubectl,
  list,
  logs,
  networkPolicy,
  nodeAddresses,
  type Pod,
  probe,
  serviceAddress,
  uniqueName,
  untilJobEnds,
} from '../harness';
import { uploadContext } from './context';

const id = uniqueName('sandbox');
const builder = new SandboxBuilder(new App(), id, {
  tenant: id,
  build: { resources: { cpu: { request: Cpu.millis(10) } } },
});
const namespace = builder.buildProject.namespace;
const HOST = REGISTRY_HOST.replace(/:\d+$/, '');

let template: string;
let hosts: BuildRequest['hosts'];
let runs: string;

beforeAll(async () => {
  await applyChart(builder.buildProject);
  await applyChart(builder.sandboxProject);
  runs = await freshNamespace('sandbox-run');
  await copyImage(BUSYBOX);
  const map = await get<ConfigMap>('configmap', BUILD_TEMPLATE.configMap, namespace);
  template = map.data[BUILD_TEMPLATE.keys.job] ?? '';
  hosts = { [HOST]: await serviceAddress('registry', SYSTEM_NAMESPACE) };
});
afterAll(() => deleteNamespaces(namespace, builder.sandboxProject.namespace, runs));

async function build(
  name: string,
  files: Readonly<Record<string, string>>,
  change: (job: BuildJob) => BuildJob = (job) => job,
): Promise<{ job: Job; log: string; pod: Pod | undefined }> {
  const repository = `${id}/contexts`;
  const digest = await uploadContext(repository, files);
  const destination = `${REGISTRY_HOST}/${id}/${name}:1`;
  const request = { name, destination, context: { repository, digest }, hosts };
  await apply([change(buildJob(template, request))]);
  const job = await untilJobEnds(name, namespace);
  const [pod] = await list<Pod>('pod', namespace, `hks.io/build=${name}`);
  const log = await logs(`job/${name}`, namespace, 'build').catch(() => '');
  return { job, log, pod };
}

const APP = {
  Dockerfile: [
    'FROM busybox:1.36 AS compile',
    'ARG WORD=hello',
    'RUN uname -r > /kernel && echo "$WORD from the build" > /greeting',
    'FROM busybox:1.36',
    'RUN mkdir /data && chown 1234:1234 /data && chmod 2770 /data',
    'COPY --from=compile /greeting /kernel /app/',
    'COPY --chown=1234:1234 main.sh /app/',
    'USER 65532',
    'CMD ["sh", "/app/main.sh"]',
  ].join('\n'),
  'main.sh': 'cat /app/greeting /app/kernel; stat -c "%a %u %g" /data',
};

test('a Dockerfile becomes an image that runs, and the second build of it comes from the cache', async () => {
  const first = await build('app', APP);
  expect(hasCondition(first.job, 'Complete')).toBe(true);
  expect(first.log).toContain('Running: [/bin/sh -c uname -r');

  const digest = first.pod?.status?.containerStatuses?.[0]?.state.terminated?.message;
  const answer = await askRegistry(`/v2/${id}/app/manifests/1`, {
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  });
  expect(answer.headers.get('docker-content-digest')).toBe(digest);

  const image = `${REGISTRY_HOST}/${id}/app@${digest}`;
  const { code, output } = await probe(runs, { image, command: ['sh', '/app/main.sh'] });
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/^hello from the build\n.*gvisor\n2770 1234 1234\n$/),
  });

  const second = await build('app-again', APP);
  expect(hasCondition(second.job, 'Complete')).toBe(true);
  expect(second.log).toContain('Using caching version of cmd: RUN uname -r');
  expect(second.log).not.toContain('Running: [/bin/sh -c');
});

test('the cache is a volume in the namespace of the tenant', async () => {
  const [claim] = await list<KubeObject>('pvc', namespace);
  expect(claim?.metadata.name).toBe('build-cache');
  expect(claim?.metadata.labels?.['hks.io/tenant']).toBe(id);
});

describe('a build reaches the registry and nothing else', () => {
  type State = 'open' | 'closed';

  /** Policies learn of a new pod late: the step tries until it has what is wanted three times in a row. */
  const call = (name: string, wanted: State, host: string, port: number) => {
    const once = `if nc -w 3 ${host} ${port} < /dev/null; then now=open; else now=closed; fi`;
    const count = `if [ $now = ${wanted} ]; then row=$((row + 1)); else row=0; fi`;
    const steady = `row=0; for i in $(seq 90); do ${once}; ${count}; [ $row -ge 3 ] && break; sleep 1; done`;
    return `RUN ${steady}; [ $row -ge 3 ] && echo "${name} is ${wanted}" || echo "${name} is not ${wanted}"`;
  };

  async function files(others: State): Promise<Record<string, string>> {
    const api = await serviceAddress('kubernetes', 'default');
    const [address = ''] = await nodeAddresses();
    return {
      Dockerfile: [
        'FROM busybox:1.36',
        call('registry', 'open', HOST, 5000),
        call('API server', others, api, 443),
        call('node', others, address, 10_250),
        'RUN nslookup kubernetes.default.svc.cluster.local || echo "DNS is closed"',
        'RUN ls /var/run/secrets/kubernetes.io /kaniko/.docker /credentials 2>&1 || true',
      ].join('\n'),
    };
  }

  test('by the policies of its namespace', async () => {
    const { job, log } = await build('reach', await files('closed'), withoutCache);
    expect(hasCondition(job, 'Complete')).toBe(true);
    expect(log).toContain('\nregistry is open');
    expect(log).toContain('\nAPI server is closed');
    expect(log).toContain('\nnode is closed');
    expect(log).toContain('\nDNS is closed');
    expect(log).not.toMatch(/^config\.json$|^token$/m);
  });

  test('and with one more rule it reaches the rest', async () => {
    const name = 'twin';
    await apply([
      networkPolicy(name, namespace, {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{}],
      }),
    ]);
    const { log } = await build('reach-more', await files('open'), withoutCache);
    await kubectl(['delete', 'networkpolicy', name, '-n', namespace]);
    expect(log).toContain('\nAPI server is open');
    expect(log).toContain('\nnode is open');
  });
});

test('the restricted namespace refuses the pod of a build, the one for builds admits it', async () => {
  const { spec } = JSON.parse(template) as BuildJob;
  const pod = (place: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'build', namespace: place },
    spec: { ...spec.template.spec, serviceAccountName: 'default' },
  });
  const refused = apply([pod(builder.sandboxProject.namespace)], { dryRun: true });
  await expect(refused).rejects.toThrow(/violates PodSecurity "restricted.*CHOWN/s);
  await expect(apply([pod(namespace)], { dryRun: true })).resolves.toMatch(/build/);
});

test('a context that climbs out of its folder is refused before anything is built', async () => {
  const { job, pod } = await build('climb', { '../escape': 'x', Dockerfile: 'FROM scratch' });
  expect(hasCondition(job, 'Failed')).toBe(true);
  expect(
    pod?.status?.initContainerStatuses?.map(({ state }) => state.terminated?.exitCode),
  ).toEqual([0, 1, undefined]);
  expect(await logs('job/climb', namespace, 'fetch')).toContain('../escape is outside of it');
});

test('a build that runs too long ends', async () => {
  const slow = { Dockerfile: 'FROM busybox:1.36\nRUN sleep 300' };
  const { job } = await build('slow', slow, (made) => ({
    ...made,
    spec: { ...made.spec, activeDeadlineSeconds: 15 },
  }));
  expect(JSON.stringify(job.status?.conditions)).toContain('DeadlineExceeded');
});

function withoutCache(job: BuildJob): BuildJob {
  return JSON.parse(
    JSON.stringify(job).replaceAll('"--cache=true"', '"--cache=false"'),
  ) as BuildJob;
}
