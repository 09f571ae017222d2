/** @module The harness itself: what other tests rest on, tried on the cluster. */
import {
  apply,
  BUSYBOX,
  clusterDns,
  deleteNamespaces,
  exec,
  freshNamespace,
  kubectl,
  networkPolicy,
  probe,
  pushImage,
  restrictedPod,
  startCaller,
  until,
  untilAnswers,
  untilPhase,
  untilPoliciesHold,
  untilReady,
  untilServing,
  untilSteady,
} from './harness';

let namespace: string;
beforeAll(async () => {
  namespace = await freshNamespace('harness');
});
afterAll(() => deleteNamespaces(namespace));

test('a probe gives its exit code and what it printed', async () => {
  const command = ['sh', '-c', 'echo "$WORD"; exit 7'];
  const ended = await probe(namespace, { command, env: { WORD: 'hello' } });
  expect(ended).toEqual({ code: 7, output: 'hello\n' });
});

test('a restricted namespace refuses a pod that runs as root, and admits the same pod without', async () => {
  const pod = (user: number) =>
    restrictedPod('as-user', namespace, {
      command: ['true'],
      spec: { securityContext: { runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } } },
    });
  await expect(apply([pod(0)], { dryRun: true })).rejects.toThrow(/violates PodSecurity/);
  const allowed = restrictedPod('as-user', namespace, { command: ['true'] });
  await expect(apply([allowed], { dryRun: true })).resolves.toMatch(/as-user/);
});

test('a command runs in a running pod and gives its exit code', async () => {
  const command = ['sleep', '600'];
  await apply([restrictedPod('sleeper', namespace, { command, image: BUSYBOX })]);
  await untilPhase('sleeper', namespace, ['Running']);
  expect(await exec('sleeper', namespace, ['cat'], { input: 'abc' })).toEqual({
    code: 0,
    output: 'abc',
  });
  expect((await exec('sleeper', namespace, ['sh', '-c', 'exit 3'])).code).toBe(3);
});

test('an image of plain files serves behind the gateway, with the same digest when it is pushed again', async () => {
  const options = {
    name: 'e2e/echo',
    entrypoint: ['python3', '/app/main.py'],
    files: { '/app/main.py': ECHO },
  };
  const image = await pushImage(options);
  expect(image).toMatch(/^registry\.hks-system\.svc\.cluster\.local:5000\/e2e\/echo@sha256:/);
  expect(await pushImage(options)).toBe(image);
  await apply([
    {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'echo', namespace },
      spec: { template: { spec: { containers: [{ image, ...HARDENED }] } } },
    },
  ]);
  await untilServing('echo', namespace);
  const answer = await untilAnswers('echo', namespace, { method: 'POST', body: 'ping' });
  expect(answer).toMatchObject({ status: 200, body: 'echo ping' });
});

test('the address of DNS is found', async () => {
  const dns = await clusterDns();
  if (dns) expect(dns.cidrs).toEqual([expect.stringMatching(/^[\d.]+\/32$/)]);
});

test('waiting in vain shows the last state', async () => {
  const look = async () => ({ seen: 'this' });
  await expect(until('a miracle', look, () => false, { timeout: 10 })).rejects.toThrow(
    /Waited 0.01 s for a miracle[\s\S]*"seen": "this"/,
  );
});

test('what is accepted now and then is never steady, and what stays so is', async () => {
  const values = [true, false, true, true, false, true, true, true];
  const look = async () => values.shift() ?? false;
  await untilSteady('three in a row', look, Boolean, { times: 3, interval: 1 });
  expect(values).toEqual([]);
  await expect(
    untilSteady('four in a row', look, Boolean, { times: 4, interval: 1, timeout: 10 }),
  ).rejects.toThrow(/four in a row, 4 times in a row/);
});

test('a caller reaches a new pod until a policy is made, and again when it is gone', async () => {
  const command = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
  await apply([
    restrictedPod('server', namespace, { command, labels: { app: 'server' }, port: 8080 }),
  ]);
  const { status } = await untilReady('server', namespace);
  const target = { host: status?.podIP ?? '', port: 8080 };
  const caller = await startCaller(namespace);
  await caller.untilReaches(target);
  const podSelector = { matchLabels: { app: 'server' } };
  await apply([networkPolicy('closed', namespace, { podSelector, policyTypes: ['Ingress'] })]);
  await untilPoliciesHold();
  await caller.untilKeptFrom(target);
  await kubectl(['delete', 'networkpolicy', 'closed', '-n', namespace]);
  await caller.untilReaches(target);
});

const HARDENED = {
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const ECHO = `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Echo(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length', 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'echo ' + body)

HTTPServer(('', int(os.environ.get('PORT', 8080))), Echo).serve_forever()
`;
