/** @module What backups are tried on: claims with files, an S3 server, an HTTP server, and looks into a repository. */
import { App } from 'cdk8s';
import type { BackupSchedule } from '../../../constructs/backup-schedule';
import { Project } from '../../../constructs/project';
import {
  apply,
  applyChart,
  BUSYBOX,
  clusterDns,
  type Ended,
  hasCondition,
  kubectl,
  logs,
  PYTHON,
  probe,
  restrictedPod,
  runNow,
  uniqueName,
  untilJobEnds,
  untilPoliciesHold,
  untilReady,
} from '../harness';

export const BUCKET = 'acme-backups';
export const ENCRYPTION = { secret: 'backup-key', key: 'password' };
export const NAMESPACE = uniqueName('backup');

/** A project with the Secrets that the backups name. */
export async function makeProject(): Promise<Project> {
  const dns = await clusterDns();
  const project = new Project(new App(), 'backup', {
    tenant: 'acme',
    namespace: NAMESPACE,
    plan: 'large',
    ...(dns ? { dns } : {}),
  });
  // By address, since the network learns of new pods late: what a backup reaches is up to the policies of its own.
  const anyone = [{ cidrs: ['0.0.0.0/0'] }];
  for (const [server, port] of [
    ['s3', 7070],
    ['web', 8080],
  ] as const) {
    project.allow({
      name: `to-${server}`,
      direction: 'ingress',
      select: { server },
      peers: anyone,
      ports: [{ port }],
    });
  }
  return project;
}

/** Applies the project with all that it holds, then the claims, Secrets and servers. */
export async function setScene(project: Project, claims: readonly string[]): Promise<void> {
  await applyChart(project);
  await apply([
    secret(ENCRYPTION.secret, { password: 'correct horse battery staple' }),
    secret('backup-s3', { AWS_ACCESS_KEY_ID: 'acme', AWS_SECRET_ACCESS_KEY: 'acme-secret-key' }),
    secret('token', { value: 'open sesame' }),
    ...claims.map((name) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: NAMESPACE },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Mi' } } },
    })),
    ...server('s3', 7070, {
      image: 'docker.io/versity/versitygw:v1.8.0',
      command: [
        '/usr/local/bin/versitygw',
        '--port',
        ':7070',
        'posix',
        '--nometa',
        '--disable-object-lock-file',
        '/data',
      ],
      env: { ROOT_ACCESS_KEY: 'acme', ROOT_SECRET_KEY: 'acme-secret-key' },
      mounts: [{ name: 'data', mountPath: `/data/${BUCKET}` }],
    }),
    ...server('web', 8080, { image: PYTHON, command: ['python3', '-c', WEB] }),
  ]);
  for (const name of ['s3', 'web']) await untilReady(name, NAMESPACE);
  await untilPoliciesHold();
}

/** /ok and POST /echo answer 200, /error 500, /short breaks off; other paths 404. */
const WEB = `
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Web(BaseHTTPRequestHandler):
    def answer(self, status, body, length=None):
        self.send_response(status)
        self.send_header('Content-Length', str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.path == '/ok': self.answer(200, bytes(range(256)) * 400)
        elif self.path == '/error': self.answer(500, b'broken')
        elif self.path == '/short': self.answer(200, b'half', 1000)
        else: self.answer(404, b'nothing')
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.answer(201, b'|'.join([self.headers['Authorization'].encode(), self.headers['Content-Type'].encode(), body]))
ThreadingHTTPServer(('', 8080), Web).serve_forever()
`;

function secret(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData };
}

function server(
  name: string,
  port: number,
  options: Parameters<typeof restrictedPod>[2],
): readonly object[] {
  const labels = { server: name };
  const spec = { volumes: [{ name: 'data', emptyDir: { sizeLimit: '100Mi' } }] };
  return [
    restrictedPod(name, NAMESPACE, { ...options, labels, port, spec }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: NAMESPACE },
      spec: { selector: labels, ports: [{ port }] },
    },
  ];
}

/** Runs a shell line in a pod that mounts the claims, each under `/NAME`. */
export async function withClaims(claims: readonly string[], line: string): Promise<Ended> {
  return probe(NAMESPACE, {
    image: BUSYBOX,
    command: ['sh', '-c', line],
    mounts: claims.map((name) => ({ name, mountPath: `/${name}` })),
    spec: {
      volumes: claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    },
  });
}

/** Every file below the folder: type, mode, size, time and name, target or checksum of its content. */
export function listing(folder: string): string {
  return `cd ${folder} && find . -mindepth 1 | sort | while read -r name; do stat -c '%F %a %s %Y %n' "$name"; if [ -L "$name" ]; then readlink "$name"; elif [ -f "$name" ]; then sha256sum < "$name"; fi; done`;
}

/** Triggers the backup and gives its end, with the log of its last pod. */
export async function run(name: string): Promise<{ readonly done: boolean; readonly log: string }> {
  const job = await runNow(name, NAMESPACE);
  return {
    done: hasCondition(job, 'Complete'),
    log: await logs(`job/${job.metadata.name}`, NAMESPACE),
  };
}

export interface Snapshot {
  readonly short_id: string;
  readonly time: string;
  readonly hostname: string;
  readonly tags: readonly string[];
}

/** The snapshots of the backup's repository, oldest first. */
export async function snapshots(backup: BackupSchedule): Promise<readonly Snapshot[]> {
  const output = await restic(backup, 'restic snapshots --json --no-lock --quiet');
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') ?? [];
}

/** Runs a shell line in a pod like the backup's restores; gives what it printed. */
export async function restic(backup: BackupSchedule, line: string): Promise<string> {
  const job = backup.restoreJob({ target: { claim: 'scratch' }, name: uniqueName('look') });
  const { template } = job.spec;
  const [container] = template.spec.containers;
  // The pod's policies are set a moment after its start.
  const retried = `for i in $(seq 60); do if ${line}; then exit 0; fi; sleep 2; done; exit 1`;
  const command = ['sh', '-c', `mkdir -p "$TMPDIR" && ${retried}`];
  const spec = { ...template.spec, containers: [{ ...container, command }] };
  await apply([{ ...job, spec: { ...job.spec, template: { ...template, spec } } }]);
  const ended = await untilJobEnds(job.metadata.name, NAMESPACE);
  const log = await logs(`job/${job.metadata.name}`, NAMESPACE);
  if (!hasCondition(ended, 'Complete')) throw new Error(`${line} failed:\n${log}`);
  await kubectl(['delete', 'job', job.metadata.name, '-n', NAMESPACE, '--wait=false']);
  return log;
}

/** Restores and gives the Job's end. */
export async function restore(
  backup: BackupSchedule,
  props: Parameters<BackupSchedule['restoreJob']>[0],
): Promise<{ readonly done: boolean; readonly log: string }> {
  const job = backup.restoreJob({ ...props, name: uniqueName('restore') });
  await apply([job]);
  const ended = await untilJobEnds(job.metadata.name, NAMESPACE);
  return {
    done: hasCondition(ended, 'Complete'),
    log: await logs(`job/${job.metadata.name}`, NAMESPACE),
  };
}
