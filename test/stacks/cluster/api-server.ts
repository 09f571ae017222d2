/** @module A small API server for tests: answers by path, over HTTP, with what it was asked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, connect } from '../../../stacks/cluster/client';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** A document, or a status with a message. */
export type Answer = object | { readonly status: number; readonly message: string };
/** What is answered to a question; 404 to those that it has no answer for. */
export type Answers = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>;

export class ApiServer {
  readonly asked: Asked[] = [];
  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    readonly url: string,
  ) {}

  static async start(answers: Answers): Promise<ApiServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const url = new URL(request.url ?? '/', 'http://api');
        const text = Buffer.concat(chunks).toString();
        const asked: Asked = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: text === '' ? undefined : JSON.parse(text),
        };
        started.asked.push(asked);
        const answer = (await answers(asked)) ?? failure(404, 'not found');
        const status =
          'status' in answer && typeof answer.status === 'number' ? answer.status : 200;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'hks-api-'));
    const started = new ApiServer(server, folder, `http://127.0.0.1:${port}`);
    return started;
  }

  /** The path of a kubeconfig for it. */
  kubeconfig(): string {
    const file = join(this.folder, 'kubeconfig');
    writeFileSync(file, kubeconfigText(this.url));
    return file;
  }

  cluster(): Cluster {
    return connect({ kubeconfig: this.kubeconfig() }, {});
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function failure(status: number, message: string): Answer {
  return { status, message };
}

/** A kubeconfig with the contexts `here` and `there`, of which `here` is the current one. */
export function kubeconfigText(server: string): string {
  const cluster = { server, 'insecure-skip-tls-verify': true };
  const user = { token: 'not-to-be-told' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: ['here', 'there'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  });
}
