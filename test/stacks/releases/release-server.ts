/** @module A server of release files on this machine, which behaves as each test wants it to. */
import { readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What it was asked for. */
export interface Asked {
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ReleaseServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** What it answers, each once; the last one from then on. */
  readonly answers: (...answers: readonly Answer[]) => void;
  readonly close: () => Promise<void>;
}

export async function releaseServer(): Promise<ReleaseServer> {
  const asked: Asked[] = [];
  let queue: Answer[] = [status(404)];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    asked.push({ url: request.url ?? '', range, authorization });
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    answer?.(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers: (...answers) => {
      queue = [...answers];
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The file, or the part of it that is asked for. */
export function file(content: string): Answer {
  return (request, response) => {
    const bytes = Buffer.from(content);
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    if (start === undefined) response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    else if (Number(start) >= bytes.length) response.writeHead(416).end();
    else {
      const rest = bytes.subarray(Number(start));
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': rest.length }).end(rest);
    }
  };
}

/** Files by their paths; 404 for others. */
export function files(contents: Readonly<Record<string, string>>): Answer {
  return (request, response) => {
    const content = contents[request.url ?? ''];
    (content === undefined ? status(404) : file(content))(request, response);
  };
}

/** The whole file, whatever part is asked for. */
export function whole(content: string): Answer {
  return (_, response) => void response.end(content);
}

/** The first bytes of the file, and then, once they are written to the folder, the connection is gone. */
export function broken(content: string, bytes: number, folder: string): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(content) });
    response.write(content.slice(0, bytes));
    void holds(folder, bytes).then(() => response.destroy());
  };
}

/** Waits until a file of the folder has so many bytes; at most five seconds. */
export async function holds(folder: string, bytes: number): Promise<void> {
  for (let end = Date.now() + 5000; Date.now() < end; await wait(5)) {
    const sizes = readdirSync(folder).map(
      (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    if (sizes.some((size) => size >= bytes)) return;
  }
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => void response.writeHead(code, headers).end('<html>no file</html>');
}

/** The connection goes before anything is said. */
export const dropped: Answer = (request) => void request.socket.destroy();
