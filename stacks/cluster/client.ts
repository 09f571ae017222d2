/** @module The cluster's API as plain requests: JSON in and out, and errors that say whom we asked and what to do. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { invalid } from '../../constructs/invalid';
import { type ClusterReference, loadKubeconfig, providerKubeconfig } from './kubeconfig';
import { OWNER } from './owner';

export interface Cluster {
  /** The kubeconfig's context. */
  readonly context: string;
  /** The API server's URL. */
  readonly server: string;
  /** What the engine's provider is told of the kubeconfig. */
  readonly kubeconfig: string;
  /**
   * Asks the API server.
   *
   * @param path with its query, e.g. `/api/v1/nodes?limit=500`
   * @throws ApiError for an answer that is no success, ClusterUnreachable where there is none
   */
  ask<T>(path: string, request?: ApiRequest): Promise<T>;
}

export interface ApiRequest {
  /** @default GET */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /** @default application/json */
  readonly accept?: string;
  /** Seconds without a byte until we give up. @default 10 */
  readonly timeoutSeconds?: number;
}

/** An answer of the API server that is no success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** No answer at all, or none to these credentials. */
export class ClusterUnreachable extends Error {
  override readonly name = 'ClusterUnreachable';
}

/** The cluster of a kubeconfig. @throws for a kubeconfig that names none */
export function connect(reference: ClusterReference, env: NodeJS.ProcessEnv): Cluster {
  const kubeconfig = loadKubeconfig(reference, env);
  const context = kubeconfig.getCurrentContext();
  const server = kubeconfig.getCurrentCluster()?.server.replace(/\/+$/, '') ?? '';
  const options = remembered(() => transport(kubeconfig));
  return {
    context,
    server,
    kubeconfig: providerKubeconfig(reference, env),
    async ask<T>(path: string, request: ApiRequest = {}): Promise<T> {
      const { status, text } = await send(server, path, request, options).catch((error: Error) => {
        throw unreachable(server, context, error);
      });
      if (status === 401) throw refused(server, context);
      if (status < 200 || status > 299) throw new ApiError(status, messageOf(status, text));
      return JSON.parse(text) as T;
    },
  };
}

async function send(
  server: string,
  path: string,
  { method = 'GET', body, contentType, accept, timeoutSeconds = 10 }: ApiRequest,
  options: () => Promise<RequestOptions>,
): Promise<{ status: number; text: string }> {
  const url = new URL(server + path);
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const base = await options();
  const headers = {
    ...(base.headers as Record<string, string> | undefined),
    accept: accept ?? 'application/json',
    ...(payload === undefined
      ? {}
      : {
          'content-type': contentType ?? 'application/json',
          'content-length': String(Buffer.byteLength(payload)),
        }),
  };
  const start = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const timeout = timeoutSeconds * 1_000;
    const sent = start(url, { ...base, method, headers, timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeoutSeconds} seconds`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection in the moment in which we use it again.
      if (!sent.reusedSocket || error.code !== 'ECONNRESET') return reject(error);
      const again = { method, body, contentType, accept, timeoutSeconds };
      send(server, path, again, options).then(resolve, reject);
    });
    sent.end(payload);
  });
}

/** Certificates, tokens and the connection that requests share; asked again after a minute, since tokens end. */
async function transport(kubeconfig: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await kubeconfig.applyToHTTPSOptions(options);
  const agent = options.agent;
  if (typeof agent === 'object') {
    agent.maxSockets = 16;
    Object.assign(agent, { keepAlive: true });
  }
  return options;
}

function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let last: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (last === undefined || Date.now() > last.until) {
      last = { value: make(), until: Date.now() + 60_000 };
    }
    return last.value;
  };
}

function messageOf(status: number, text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: string };
    if (message) return message;
  } catch {
    // A proxy in between answers in its own words.
  }
  return text.trim().slice(0, 200) || `HTTP ${status}`;
}

function unreachable(server: string, context: string, error: Error): ClusterUnreachable {
  return new ClusterUnreachable(
    invalid(OWNER, {
      prop: 'context',
      rule: 'must name a cluster that answers',
      received: context,
      fix: `${server} says: ${reasonOf(error)}. Start the cluster, or name another kubeconfig or context`,
    }).message,
  );
}

/** An error of several addresses has no message of its own. */
function reasonOf(error: Error & { code?: string; errors?: Error[] }): string {
  const reason = error.message || error.errors?.[0]?.message || error.code || 'no answer';
  return reason.replace(/\.$/, '');
}

function refused(server: string, context: string): ClusterUnreachable {
  return new ClusterUnreachable(
    invalid(OWNER, {
      prop: 'context',
      rule: 'must have credentials that its cluster accepts',
      received: context,
      fix: `${server} refused them (401). Write the kubeconfig again, or name another one`,
    }).message,
  );
}
