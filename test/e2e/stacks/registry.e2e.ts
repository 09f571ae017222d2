/** @module The platform's registry: what a collection of garbage removes, who dies in its midst, and who reaches it. */
import { CONTROL_PLANE_LABELS, SYSTEM_NAMESPACE } from '../../../constructs/system';
import { BUILD_POD_LABELS } from '../../../stacks/builder/peers';
import {
  apply,
  askRegistry,
  type Caller,
  deleteNamespaces,
  digestOf,
  freshNamespace,
  get,
  hasCondition,
  type Job,
  type KubeObject,
  kubectl,
  logs,
  nodeAddresses,
  type Pod,
  pushImage,
  serviceAddress,
  startCaller,
  type Target,
  uniqueName,
  until,
  untilJobEnds,
} from '../harness';

const BUILDER = 'hks-build';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const id = uniqueName('collected');
const jobs: string[] = [];
const made: string[] = [];
const started: Caller[] = [];

afterAll(async () => {
  await Promise.all(started.map((caller) => caller.stop()));
  await deleteNamespaces(...made);
  for (const job of jobs) {
    await kubectl(['delete', 'job', job, '-n', SYSTEM_NAMESPACE, '--ignore-not-found']);
  }
});

describe('a collection of garbage', () => {
  test('removes the layers of a deleted image alone, and an upload begun before goes on', async () => {
    const [kept, gone] = [await image('kept'), await image('gone')];
    const deleted = await askRegistry(`/v2/${id}/gone/manifests/${gone.digest}`, {
      method: 'DELETE',
    });
    expect(deleted.status).toBe(202);
    const [first, second] = [Buffer.from('begun before, '), Buffer.from('ended after')];
    const begun = await send('PATCH', await startUpload(), first);
    expect(begun.status).toBe(202);

    const collection = await collect({ QUIET_MINUTES: '0' });
    expect(hasCondition(await untilJobEnds(collection, SYSTEM_NAMESPACE), 'Complete')).toBe(true);
    expect(await logs(`job/${collection}`, SYSTEM_NAMESPACE)).toContain(gone.layer);
    await untilWritable();
    expect(await has('gone', gone.layer)).toBe(false);
    expect(await has('kept', kept.layer)).toBe(true);
    for (const layer of kept.below) expect(await has('kept', layer)).toBe(true);

    const upload = new URL(begun.headers.get('location') ?? '', begun.url);
    const whole = digestOf(Buffer.concat([first, second]));
    upload.searchParams.set('digest', whole);
    expect((await send('PUT', upload, second)).status).toBe(201);
    expect(await has('uploads', whole)).toBe(true);
    // The same layer as the one that was removed.
    expect((await image('gone')).layer).toBe(gone.layer);
    expect(await has('gone', gone.layer)).toBe(true);
  });

  test('that dies while nobody may push is over with its lease, and the next one ends well', async () => {
    const { digest } = await image('held');
    // What was pushed just now keeps it waiting, and it cannot be told to end: it is not the container's first process.
    const command = ['sh', '-c', 'sh "$CONFIG/collect.sh" & wait'];
    const held = await collect({ PATIENCE_SECONDS: '0', LEASE_SECONDS: '16' }, { command });
    await until('pushes to be refused', pushIsRefused);
    const pulled = await askRegistry(`/v2/${id}/held/manifests/${digest}`, {
      headers: { accept: MANIFEST },
    });
    expect(pulled.status).toBe(200);
    await kubectl(['delete', 'job', held, '-n', SYSTEM_NAMESPACE]);

    const next = await collect({ QUIET_MINUTES: '0' });
    expect(hasCondition(await untilJobEnds(next, SYSTEM_NAMESPACE), 'Complete')).toBe(true);
    await untilWritable();
    await image('afterwards');
  });
});

describe('the registry is reached', () => {
  test('by builds, which reach nothing else', async () => {
    const [build, other] = await callers(BUILDER, BUILD_POD_LABELS);
    const { service, pod } = await ways();
    await reaches(build, [service, pod]);
    await Promise.all([keptFrom(build, await others()), keptFrom(other, [service])]);
  });

  test('by nobody of another namespace, whatever it is labelled, also not by a node', async () => {
    const place = await freshNamespace('stranger');
    made.push(place);
    const [labelled, plain] = await callers(place, BUILD_POD_LABELS);
    const { service, pod, nodes } = await ways();
    for (const caller of [labelled, plain]) {
      // The namespace has no policies: what keeps it out is the registry's own.
      await reaches(caller, await others());
      await keptFrom(caller, [service, pod, ...nodes]);
    }
  });

  test('by the control plane, and by nothing else of its namespace', async () => {
    const [plane, other] = await callers(SYSTEM_NAMESPACE, CONTROL_PLANE_LABELS);
    const { service } = await ways();
    await Promise.all([reaches(plane, [service]), keptFrom(other, [service])]);
  });
});

/** One with the labels, and one without. */
async function callers(
  place: string,
  labels: Readonly<Record<string, string>>,
): Promise<[Caller, Caller]> {
  const both = await Promise.all([startCaller(place, { labels }), startCaller(place)]);
  started.push(...both);
  return both;
}

async function reaches(caller: Caller, targets: readonly Target[]): Promise<void> {
  await Promise.all(targets.map((target) => caller.untilReaches(target)));
}

async function keptFrom(caller: Caller, targets: readonly Target[]): Promise<void> {
  await Promise.all(targets.map((target) => caller.untilKeptFrom(target)));
}

/** A run of the CronJob with other settings, which ends a second after it is told to. */
async function collect(
  settings: Readonly<Record<string, string>>,
  more: { readonly command?: readonly string[] } = {},
): Promise<string> {
  const cronJob = await get<CronJob>('cronjob', 'registry-garbage-collection', SYSTEM_NAMESPACE);
  const name = uniqueName('collection');
  const job = cronJob.spec.jobTemplate;
  const { template } = job.spec;
  const [container] = template.spec.containers;
  const env = container?.env.map((one) => ({ ...one, value: settings[one.name] ?? one.value }));
  const containers = [{ ...container, ...more, env }];
  const pod = { ...template.spec, containers, terminationGracePeriodSeconds: 1 };
  jobs.push(name);
  await apply([
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...job.metadata, name, namespace: SYSTEM_NAMESPACE },
      spec: { ...job.spec, backoffLimit: 0, template: { ...template, spec: pod } },
    },
  ]);
  return name;
}
interface CronJob extends KubeObject {
  readonly spec: { readonly jobTemplate: Job & { readonly spec: JobSpec } };
}
interface JobSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly {
        readonly env: readonly { readonly name: string; readonly value: string }[];
      }[];
    };
  };
}

/** Pushes an image of a layer of its own. */
async function image(name: string) {
  const reference = await pushImage({
    name: `${id}/${name}`,
    files: { '/own': `${id} ${name}` },
    entrypoint: ['true'],
  });
  const [, digest = ''] = reference.split('@');
  const answer = await askRegistry(`/v2/${id}/${name}/manifests/${digest}`, {
    headers: { accept: MANIFEST },
  });
  const { layers } = (await answer.json()) as { layers: { digest: string }[] };
  const below = layers.map((layer) => layer.digest);
  return { digest, layer: below.pop() ?? '', below };
}

async function has(name: string, layer: string): Promise<boolean> {
  return (await askRegistry(`/v2/${id}/${name}/blobs/${layer}`, { method: 'HEAD' })).status === 200;
}

async function untilWritable(): Promise<void> {
  await until('the registry to take pushes', startUpload);
}

async function startUpload(): Promise<URL> {
  const answer = await askRegistry(`/v2/${id}/uploads/blobs/uploads/`, { method: 'POST' });
  expect(answer.status).toBe(202);
  return new URL(answer.headers.get('location') ?? '', answer.url);
}

async function pushIsRefused(): Promise<void> {
  const answer = await askRegistry(`/v2/${id}/uploads/blobs/uploads/`, { method: 'POST' });
  expect(answer.status).toBe(405);
}

function send(method: string, url: URL, content: Buffer): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' };
  return askRegistry(url, { method, body: new Uint8Array(content), headers });
}

/** Where the registry listens. */
async function ways(): Promise<{ service: Target; pod: Target; nodes: Target[] }> {
  const { spec } = await get<Service>('service', 'registry', SYSTEM_NAMESPACE);
  const pod = await get<Pod>('pod', 'registry-0', SYSTEM_NAMESPACE);
  const port = spec.ports[0]?.nodePort ?? 0;
  return {
    service: { host: spec.clusterIP, port: 5000 },
    pod: { host: pod.status?.podIP ?? '', port: 5000 },
    nodes: (await nodeAddresses()).map((host) => ({ host, port })),
  };
}
interface Service extends KubeObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { nodePort: number }[] };
}

/** What a pod without policies reaches: the API server, and the kubelet of each node. */
async function others(): Promise<Target[]> {
  const api = await serviceAddress('kubernetes', 'default');
  const kubelets = (await nodeAddresses()).map((host) => ({ host, port: 10_250 }));
  return [{ host: api, port: 443 }, ...kubelets];
}
