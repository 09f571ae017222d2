/** @module Builds against a registry that asks who is there: only the containers around the build have the credential. */
import { App } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';
import { buildJob } from '../../../constructs/sandbox-builder/build-job';
import type { CredentialsProps } from '../../../constructs/sandbox-builder/build-props';
import {
  apply,
  applyChart,
  deleteNamespaces,
  digestOf,
  exec,
  freshNamespace,
  hasCondition,
  kubectl,
  logs,
  type Pod,
  PYTHON,
  serviceAddress,
  uniqueName,
  untilAvailable,
  untilJobEnds,
} from '../harness';
import { contextArchive } from './context';

const USER = 'builder:not-a-secret';
/** The bcrypt hash of the password above, as the registry reads it. */
const HTPASSWD = 'builder:$2y$04$jbdr3e0UTw2Nf5glmNW9d.aEQNuhfK1GutB00Jp60iW8HItiBJzii';
const LABELS = { app: 'registry-with-login' };

let place: string;
let host: string;
const made: string[] = [];

beforeAll(async () => {
  place = await freshNamespace('sandbox-registry');
  await apply(registryObjects(place));
  await untilAvailable('registry', place);
  host = `${await serviceAddress('registry', place)}:5000`;
});
afterAll(() => deleteNamespaces(place, ...made));

test('with the credential the image is pushed, and the executor never has it', async () => {
  const { complete, push, executorMounts } = await run({ push: 'registry-push' });
  expect(push).toMatch(/^pushed .*\/app:1@sha256:/m);
  expect(executorMounts).toEqual(['context', 'image']);
  expect(complete).toBe(true);
});

test('without it even the context is refused', async () => {
  const { complete, fetch } = await run({});
  expect(complete).toBe(false);
  expect(fetch).toMatch(/401/);
});

async function run(credentials: CredentialsProps) {
  const id = uniqueName('sandbox');
  const { buildProject, buildTemplate } = new SandboxBuilder(new App(), id, {
    tenant: id,
    registry: { host, plainHttp: true, egress: [{ cidrs: [`${await podAddress()}/32`] }] },
    build: { cache: false, credentials, resources: { cpu: { request: Cpu.millis(10) } } },
  });
  const namespace = buildProject.namespace;
  made.push(namespace);
  await applyChart(buildProject);
  const auth = Buffer.from(USER).toString('base64');
  const config = JSON.stringify({ auths: { [host]: { auth } } });
  await apply([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: 'registry-push', namespace },
      stringData: { '.dockerconfigjson': config },
    },
  ]);
  const archive = contextArchive({
    Dockerfile: 'FROM scratch\nCOPY message.txt /message.txt',
    'message.txt': 'hello',
  });
  await upload(`${id}/contexts`, archive);
  const job = buildJob(buildTemplate, {
    name: 'app',
    destination: `${host}/${id}/app:1`,
    context: { repository: `${id}/contexts`, digest: digestOf(archive) },
  });
  await apply([job]);
  const ended = await untilJobEnds('app', namespace);
  const log = (container: string) => logs('job/app', namespace, container).catch(() => '');
  const pod = job.spec.template.spec;
  const executor = pod?.initContainers?.find(({ name }) => name === 'build');
  return {
    complete: hasCondition(ended, 'Complete'),
    fetch: await log('fetch'),
    push: await log('push'),
    executorMounts: executor?.volumeMounts?.map(({ name }) => name),
  };
}

/** Policies see the address of the pod, not the Service's. */
async function podAddress(): Promise<string> {
  const text = await kubectl([
    'get',
    'pod',
    '-n',
    place,
    '-l',
    'app=registry-with-login',
    '-o',
    'json',
  ]);
  const { items } = JSON.parse(text) as { items: Pod[] };
  return items[0]?.status?.podIP ?? '';
}

/** Uploads from inside the cluster, since the registry has no port outside of it. */
async function upload(repository: string, archive: Buffer): Promise<void> {
  const program = [
    'import base64, sys, urllib.request as u',
    `auth = {"Authorization": "Basic ${Buffer.from(USER).toString('base64')}", "Content-Type": "application/octet-stream"}`,
    'def call(method, url, data): return u.urlopen(u.Request(url, data, auth, method=method))',
    `start = call("POST", "http://127.0.0.1:5000/v2/${repository}/blobs/uploads/", b"")`,
    `call("PUT", start.headers["Location"] + "&digest=${digestOf(archive)}", base64.b64decode("${archive.toString('base64')}"))`,
  ].join('\n');
  const uploaded = await exec('deploy/registry', place, ['python3', '-c', program], {
    container: 'client',
  });
  expect(uploaded).toMatchObject({ code: 0 });
}

function registryObjects(namespace: string): object[] {
  const hardened = {
    imagePullPolicy: 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'htpasswd', namespace },
      stringData: { htpasswd: HTPASSWD },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'registry', namespace },
      spec: { selector: LABELS, ports: [{ port: 5000 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'registry', namespace },
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 65532,
              fsGroup: 65532,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'registry',
                image: 'docker.io/library/registry:2',
                env: [
                  { name: 'REGISTRY_AUTH', value: 'htpasswd' },
                  { name: 'REGISTRY_AUTH_HTPASSWD_REALM', value: 'builds' },
                  { name: 'REGISTRY_AUTH_HTPASSWD_PATH', value: '/auth/htpasswd' },
                ],
                volumeMounts: [
                  { name: 'htpasswd', mountPath: '/auth' },
                  { name: 'data', mountPath: '/var/lib/registry' },
                ],
                readinessProbe: { tcpSocket: { port: 5000 }, periodSeconds: 2 },
                ...hardened,
              },
              { name: 'client', image: PYTHON, command: ['sleep', '3600'], ...hardened },
            ],
            volumes: [
              { name: 'htpasswd', secret: { secretName: 'htpasswd' } },
              { name: 'data', emptyDir: { sizeLimit: '256Mi' } },
            ],
          },
        },
      },
    },
  ];
}
