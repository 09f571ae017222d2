/** @module The program of scheduled calls, run against a real server: what it sends, what it counts as success, what it prints. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALLER_PROGRAM } from '../../../constructs/function/caller';

interface Request {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}
type Answer = (response: ServerResponse, socket: Socket) => void;

let server: Server;
let requests: Request[];
let answers: Answer[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const line = `${request.method} ${request.url}`;
    requests.push({ line, headers: request.headers, body: Buffer.concat(parts) });
    (answers.shift() ?? status(200))(response, request.socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  requests = [];
  answers = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function status(code: number, body = ''): Answer {
  return (response) => response.writeHead(code).end(body);
}

interface Run {
  readonly code: number | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly output: string;
}

/** Runs the program with the variables that a CronJob would give it. */
async function run(env: Record<string, string> = {}): Promise<Run> {
  const { port } = server.address() as AddressInfo;
  const child = spawn('python3', ['-I', '-c', CALLER_PROGRAM], {
    env: {
      PATH: process.env.PATH,
      HKS_URL: `http://127.0.0.1:${port}/run?x=1`,
      HKS_METHOD: 'POST',
      HKS_HEADERS: '{}',
      HKS_SECRET_HEADERS: '{}',
      HKS_TIMEOUT: '5',
      HKS_RETRIES: '0',
      ...env,
    },
  });
  let output = '';
  child.stdout.on('data', (part) => {
    output += part;
  });
  child.stderr.on('data', (part) => {
    output += part;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, lines, output };
}

test('sends method, path, headers, token and body, and ends with 0', async () => {
  const { code, lines, output } = await run({
    HKS_METHOD: 'PATCH',
    HKS_HEADERS: '{"Content-Type":"application/json","X-A":"\\"quoted\\" $(x)"}',
    HKS_SECRET_HEADERS: '{"X-Key":"HKS_HEADER_0"}',
    HKS_HEADER_0: 'the key\n',
    HKS_TOKEN: 'the token\n',
    HKS_PAYLOAD: '{"a": "ü\n\'`$(id)"}',
  });
  expect(code).toBe(0);
  expect(lines).toEqual([{ attempt: 1, status: 200, seconds: expect.any(Number) }]);
  expect(requests[0]?.line).toBe('PATCH /run?x=1');
  expect(requests[0]?.body.toString()).toBe('{"a": "ü\n\'`$(id)"}');
  expect(requests[0]?.headers).toMatchObject({
    authorization: 'Bearer the token',
    'content-type': 'application/json',
    'x-a': '"quoted" $(x)',
    'x-key': 'the key',
  });
  expect(output).not.toMatch(/the (key|token)/);
});

test('sends bytes as they are, from a variable and from a file', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  await run({ HKS_PAYLOAD_BASE64: bytes.toString('base64') });
  const folder = mkdtempSync(join(tmpdir(), 'caller-'));
  try {
    writeFileSync(join(folder, 'payload'), bytes);
    await run({ HKS_PAYLOAD_FILE: join(folder, 'payload') });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(requests.map(({ body }) => body.equals(bytes))).toEqual([true, true]);
});

test.each([200, 201, 204])('%i is a success', async (code) => {
  answers = [status(code)];
  expect((await run()).code).toBe(0);
});

test.each([301, 400, 401, 404])('%i is a failure that is not tried again', async (code) => {
  answers = [status(code, 'why')];
  const { code: exit, lines } = await run({ HKS_RETRIES: '3' });
  expect([exit, requests.length]).toEqual([1, 1]);
  expect(lines).toEqual([{ attempt: 1, status: code, body: 'why', seconds: expect.any(Number) }]);
});

test('503 and 429 are tried again until the retries are used up', async () => {
  answers = [status(503), status(200)];
  expect((await run({ HKS_RETRIES: '1' })).code).toBe(0);
  answers = [status(429), status(503)];
  expect((await run({ HKS_RETRIES: '1' })).code).toBe(1);
  expect(requests).toHaveLength(4);
}, 30_000);

test('an answer that does not come in time is a failure, one that breaks off too', async () => {
  answers = [() => undefined];
  const late = await run({ HKS_TIMEOUT: '1' });
  expect([late.code, late.lines[0]?.error]).toEqual([1, expect.stringMatching(/^TimeoutError: /)]);
  answers = [
    (response, socket) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => socket.destroy(), 50);
    },
  ];
  const broken = await run();
  expect([broken.code, broken.lines[0]?.error]).toEqual([
    1,
    expect.stringMatching(/IncompleteRead|ConnectionResetError/),
  ]);
});

test('an answer that drips for ever ends at the timeout', async () => {
  answers = [
    (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(drip));
    },
  ];
  expect((await run({ HKS_TIMEOUT: '1' })).lines[0]?.error).toBe(
    'TimeoutError: no complete answer within 1 s',
  );
});

test('nobody there is a failure', async () => {
  const { code, lines } = await run({ HKS_URL: 'http://127.0.0.1:1/' });
  expect([code, lines[0]?.error]).toEqual([1, expect.stringMatching(/^ConnectionRefusedError/)]);
});

test('a token that is no header is refused without being printed', async () => {
  const { code, output } = await run({ HKS_TOKEN: 'se\ncret' });
  expect(code).toBe(1);
  expect(output).toContain('the token or a header holds a character that HTTP forbids');
  expect(output).not.toContain('cret');
  expect(requests).toEqual([]);
});
