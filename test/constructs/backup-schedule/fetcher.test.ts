/** @module The program that asks a function, run against a real HTTP server. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FETCHER_PROGRAM } from '../../../constructs/backup-schedule/fetcher';

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let port: number;
let answer: (response: ServerResponse) => void;
const requests: Request[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(parts).toString() });
    answer(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => requests.splice(0));

const BYTES = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));

/** Runs the program; its output is what would be stored. */
async function fetcher(settings: Record<string, string>) {
  const env = {
    PATH: process.env.PATH,
    HKS_URL: `http://127.0.0.1:${port}/export?day=1`,
    HKS_METHOD: 'GET',
    HKS_HEADERS: '{}',
    HKS_PAUSE: '0.01',
    ...settings,
  };
  const child = spawn('python3', ['-c', FETCHER_PROGRAM], { env });
  const out: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (part) => out.push(part));
  child.stderr.on('data', (part) => {
    errors += part;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stored: Buffer.concat(out), errors };
}

test('the body of a 2xx answer is what it writes, byte for byte', async () => {
  answer = (response) => response.writeHead(201).end(BYTES);
  const { code, stored } = await fetcher({});
  expect(code).toBe(0);
  expect(stored.equals(BYTES)).toBe(true);
  expect(requests).toMatchObject([{ method: 'GET', url: '/export?day=1', body: '' }]);
});

test('sends its headers, its token and its payload as they are', async () => {
  answer = (response) => response.end('{}');
  const payload = `{"quoted":"it's \\"$5\\"","lines":"a\\nb"}`;
  await fetcher({
    HKS_METHOD: 'POST',
    HKS_HEADERS: '{"Content-Type":"application/json"}',
    HKS_TOKEN: 'secret\n',
    HKS_PAYLOAD: payload,
  });
  expect(requests).toMatchObject([
    {
      method: 'POST',
      body: payload,
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    },
  ]);
});

test.each([301, 404, 500])(
  'an answer of %i fails, writes nothing and is not asked again',
  async (status) => {
    answer = (response) => response.writeHead(status, { location: '/elsewhere' }).end('no');
    const { code, stored, errors } = await fetcher({});
    expect([code, stored.length, requests.length]).toEqual([1, 0, 1]);
    expect(errors).toBe(`answered ${status}: no\n`);
  },
);

test.each([
  ['of a known length', { 'content-length': '100000' }],
  ['in chunks', {}],
])('an answer %s that breaks off fails', async (_, headers) => {
  answer = (response) => {
    response.writeHead(200, headers);
    response.write(BYTES, () => response.destroy());
  };
  expect((await fetcher({})).code).toBe(1);
});

test('a connection that is not made is tried six times', async () => {
  const { code, errors } = await fetcher({ HKS_URL: 'http://127.0.0.1:9' });
  expect(code).toBe(1);
  expect(errors.match(/no connection/g)).toHaveLength(6);
});

test('a token that HTTP forbids is not shown', async () => {
  answer = (response) => response.end();
  const { code, errors } = await fetcher({ HKS_TOKEN: 'sec\nret' });
  expect([code, errors]).toEqual([
    1,
    'the token or the address holds a character that HTTP forbids\n',
  ]);
});
