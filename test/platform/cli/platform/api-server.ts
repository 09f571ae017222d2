/** @module An API server of a K3s host with nothing on it, for programs that only ask. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiServer {
  readonly url: string;
  /** Answers instead of those of an empty host, by path without its query. */
  readonly answers: Record<string, object>;
  /** Paths that were asked for, with their methods. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

export const CLUSTER_ID = '5f0c0f0e-7d36-4a3c-9a63-1f1f4d1f9d10';

/** Starts it; its user may do everything. */
export async function startApiServer(): Promise<ApiServer> {
  const answers: Record<string, object> = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(`${request.method} ${path}`);
    const { status = 200, body } = answerTo(request.method ?? '', path, answers);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    asked,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

function answerTo(
  method: string,
  path: string,
  answers: Record<string, object>,
): { status?: number; body: object } {
  const own = answers[path] ?? HOST[path];
  if (own !== undefined) return { body: own };
  if (path.endsWith('/selfsubjectaccessreviews')) return { body: { status: { allowed: true } } };
  if (method === 'GET') return { body: { items: [] } };
  // Knative's webhooks, when they are asked whether they answer.
  const message = ['config', 'defaulting', 'validation']
    .map((name) => `admission webhook "${name}.webhook.serving.knative.dev" denied the request`)
    .join(': ');
  return { status: 400, body: { message } };
}

const HOST: Readonly<Record<string, object>> = {
  '/version': { gitVersion: 'v1.34.1+k3s1' },
  '/api/v1/namespaces': {
    items: [{ metadata: { name: 'kube-system', uid: CLUSTER_ID } }],
  },
  '/api/v1/nodes': {
    items: [
      {
        metadata: { name: 'host', labels: { 'node-role.kubernetes.io/control-plane': 'true' } },
        status: {
          addresses: [{ type: 'InternalIP', address: '192.0.2.10' }],
          allocatable: { cpu: '4', memory: '8Gi' },
          nodeInfo: { architecture: 'amd64' },
        },
      },
    ],
  },
  '/apis/storage.k8s.io/v1/storageclasses': {
    items: [
      {
        metadata: {
          name: 'local-path',
          annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
        },
      },
    ],
  },
  '/api/v1/namespaces/kube-system/pods': { items: [{ metadata: { name: 'coredns' } }] },
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    status: { userInfo: { username: 'admin' } },
  },
};
