/** @module Calling functions from outside, through Kourier's gateway. */
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { KOURIER_NAMESPACE } from '../../../constructs/system';
import { serviceAddress } from './addresses';
import { get } from './kubectl';
import type { KnativeService } from './objects';
import { settings } from './settings';
import { until } from './wait';

export interface Call {
  /** @default 'GET' */
  readonly method?: string;
  /** @default '/' */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds. @default 120000 */
  readonly timeout?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Calls the public URL of a function through the gateway, as a client outside the cluster does. */
export async function callFunction(
  name: string,
  namespace: string,
  call: Call = {},
): Promise<Answer> {
  const { status } = await get<KnativeService>('ksvc', name, namespace);
  if (!status?.url) throw new Error(`Function ${namespace}/${name} has no URL yet.`);
  return callHost(new URL(status.url).host, call);
}

/** Calls a function until it answers with 200: Knative says Ready a moment before the gateway knows the way. */
export async function untilAnswers(
  name: string,
  namespace: string,
  call: Call = {},
): Promise<Answer> {
  return until(
    `function ${namespace}/${name} to answer`,
    () => callFunction(name, namespace, call),
    ({ status }) => status === 200,
  );
}

/** Sends a request for a host to the gateway. */
export async function callHost(
  host: string,
  { method = 'GET', path = '/', headers = {}, body, timeout = 120_000 }: Call = {},
): Promise<Answer> {
  const url = new URL(path, await gatewayAddress());
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      url,
      { method, headers: { ...headers, ...length, host }, timeout, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${host} did not answer in ${timeout} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

let address: Promise<string> | undefined;

/** Where the gateway answers the tests: as set, at its cluster address, or through a forwarded port. */
export function gatewayAddress(): Promise<string> {
  address ??= look();
  return address;
}

async function look(): Promise<string> {
  const { gateway } = settings();
  if (gateway) return gateway;
  const host = await serviceAddress('kourier', KOURIER_NAMESPACE);
  if (await connects(host, 80)) return `http://${host}`;
  return forward();
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 10_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}

async function forward(): Promise<string> {
  const child = spawn(
    'kubectl',
    ['port-forward', '-n', KOURIER_NAMESPACE, 'service/kourier', ':80'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  process.on('exit', () => child.kill());
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.unref();
  const port = await until(
    'kubectl port-forward to say its port',
    async () => /127\.0\.0\.1:(\d+) ->/.exec(output)?.[1],
    (found) => found !== undefined,
    { interval: 100 },
  );
  return `http://127.0.0.1:${port}`;
}
