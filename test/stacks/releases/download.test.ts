/** @module Fetching a file: resumed, tried again, checked, and shared by those who fetch it at once. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Origin } from '../../../stacks/releases/attempt';
import { ABANDONED_AFTER } from '../../../stacks/releases/cache';
import { download, downloadUnpinned } from '../../../stacks/releases/download';
import { sha256Of } from './pinned';
import {
  broken,
  dropped,
  file,
  holds,
  type ReleaseServer,
  releaseServer,
  status,
  whole,
} from './release-server';

const CONTENT = 'apiVersion: v1\nkind: Namespace\n'.repeat(100);
const SHA256 = sha256Of(CONTENT);

let server: ReleaseServer;
let folder: string;
beforeEach(async () => {
  server = await releaseServer();
  folder = mkdtempSync(join(tmpdir(), 'hks-download-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Changes {
  readonly signal?: AbortSignal;
  readonly delay?: (attempt: number) => number;
  readonly report?: (line: string) => void;
  readonly isMirror?: boolean;
}

async function fetched({ isMirror = false, ...options }: Changes = {}): Promise<string> {
  const asset = { ...ASSET, url: `${server.url}/core.yaml`, sha256: SHA256 };
  const bytes = await download(asset, origin(isMirror), {
    cacheFolder: folder,
    delay: () => 1,
    ...options,
  });
  return bytes.toString('utf8');
}

const ASSET = { component: 'knative-serving', version: '1.23.0', name: 'core.yaml' };

function origin(isMirror = false): Origin {
  const url = `${server.url}/core.yaml`;
  return { url, shown: url, headers: {}, isMirror };
}

function ranges(): (string | undefined)[] {
  return server.asked.map(({ range }) => range);
}

test('a file is fetched once, and read from the cache from then on', async () => {
  server.answers(file(CONTENT));
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  expect(await fetched({ report })).toBe(CONTENT);
  expect(await fetched({ report })).toBe(CONTENT);
  expect(server.asked).toHaveLength(1);
  expect(lines).toEqual(['Fetching knative-serving 1.23.0: core.yaml']);
  expect(readdirSync(folder)).toEqual([SHA256]);
});

test('a cached file that is wrong is fetched again', async () => {
  server.answers(file(CONTENT));
  writeFileSync(join(folder, SHA256), 'damaged');
  expect(await fetched()).toBe(CONTENT);
  expect(readFileSync(join(folder, SHA256), 'utf8')).toBe(CONTENT);
});

test('what broke off is resumed where it did', async () => {
  server.answers(broken(CONTENT, 1000, folder), file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual([undefined, 'bytes=1000-']);
});

test('what broke off at last is resumed the next time', async () => {
  server.answers(broken(CONTENT, 1000, folder), status(404));
  await expect(fetched()).rejects.toThrow('404');
  expect(readdirSync(folder)).toEqual([`${SHA256}.part`]);
  server.answers(file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges().at(-1)).toBe('bytes=1000-');
  expect(readdirSync(folder)).toEqual([SHA256]);
});

test('a server that knows no ranges sends all of it again', async () => {
  server.answers(broken(CONTENT, 1000, folder), whole(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual([undefined, 'bytes=1000-']);
});

test.each([
  ['is of another file', 'x'.repeat(50), [`bytes=50-`, undefined]],
  ['is longer than the file', 'x'.repeat(9000), ['bytes=9000-', undefined]],
])('a part that %s is thrown away once', async (_, part, expected) => {
  writeFileSync(join(folder, `${SHA256}.part`), part);
  server.answers(file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual(expected);
  expect(readdirSync(folder)).toEqual([SHA256]);
});

test('a part of another place than was asked for is of no use', async () => {
  writeFileSync(join(folder, `${SHA256}.part`), CONTENT.slice(0, 50));
  const wrongPart = (_: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(206, { 'content-range': 'bytes 0-9/3100' }).end('0123456789');
  server.answers(wrongPart, file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual(['bytes=50-', undefined]);
});

test('a server that never sends the part that is asked for is given up', async () => {
  const wrongPart = (_: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(206, { 'content-range': 'none' }).end('0123456789');
  server.answers(wrongPart);
  await expect(fetched()).rejects.toThrow(
    `'core.yaml' of knative-serving 1.23.0 must be fetched from ${server.url}/core.yaml, received 'another part than was asked for'. Check the network, or set 'releaseMirror' to a folder or URL that holds the release files.`,
  );
  expect(server.asked).toHaveLength(5);
});

test('a wrong file is told with both sums, and nothing of it is kept', async () => {
  server.answers(whole('<html>Sign in to the network</html>'));
  const received = sha256Of('<html>Sign in to the network</html>');
  await expect(fetched()).rejects.toThrow(
    `'core.yaml' of knative-serving 1.23.0 must have the sha256 '${SHA256}', and ${server.url}/core.yaml has another one, received '${received}'. Do not use it: the file was changed where it is released, or on its way. Try again from another network.`,
  );
  expect(server.asked).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
  await expect(fetched({ isMirror: true })).rejects.toThrow(
    `The mirror's file is damaged or of another version: 'hks releases mirror FOLDER' writes the right ones.`,
  );
});

test.each([500, 503, 429, 408])('status %i is tried again', async (code) => {
  server.answers(status(code), status(code), file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(server.asked).toHaveLength(3);
});

test('a server that keeps failing is given up after five attempts', async () => {
  server.answers(status(500));
  await expect(fetched()).rejects.toThrow(
    `'core.yaml' of knative-serving 1.23.0 must be answered with status 200 by ${server.url}/core.yaml, received 500. Try again later, or set 'releaseMirror' to a folder or URL that holds the release files.`,
  );
  expect(server.asked).toHaveLength(5);
});

test.each([404, 403, 301])('status %i is final', async (code) => {
  server.answers(status(code));
  await expect(fetched({ isMirror: true })).rejects.toThrow(
    `'core.yaml' of knative-serving 1.23.0 must be answered with status 200 by ${server.url}/core.yaml, received ${code}. A mirror holds files as <component>/<asset>: correct 'releaseMirror', or put the file there.`,
  );
  expect(server.asked).toHaveLength(1);
});

test('a lost connection is tried again', async () => {
  server.answers(dropped, file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
});

test('nobody there at all', async () => {
  await server.close();
  await expect(fetched()).rejects.toThrow(
    new RegExp(
      `^'core.yaml' of knative-serving 1.23.0 must be fetched from ${server.url}/core.yaml, received '.*ECONNREFUSED.*'. Check the network, or set 'releaseMirror' to a folder or URL that holds the release files.$`,
    ),
  );
});

test('the server says how long to wait, and each attempt waits longer', async () => {
  server.answers(status(503, { 'retry-after': '0' }), status(503), file(CONTENT));
  const delays: number[] = [];
  const delay = (attempt: number) => {
    delays.push(attempt);
    return 1;
  };
  expect(await fetched({ delay })).toBe(CONTENT);
  expect(delays).toEqual([1, 2]);
});

test('by itself it waits half a second at first', async () => {
  server.answers(status(500), file(CONTENT));
  const asset = { ...ASSET, url: '', sha256: SHA256 };
  const before = performance.now();
  await download(asset, origin(), { cacheFolder: folder });
  expect(performance.now() - before).toBeGreaterThan(490);
});

test('an interrupt ends it, and leaves what came for the next time', async () => {
  const controller = new AbortController();
  server.answers((_, response) => {
    response.writeHead(200, { 'content-length': CONTENT.length });
    response.write(CONTENT.slice(0, 1000));
    void holds(folder, 1000).then(() => controller.abort());
  });
  await expect(fetched({ signal: controller.signal })).rejects.toThrow('aborted');
  expect(readdirSync(folder)).toEqual([`${SHA256}.part`]);
  expect(readFileSync(join(folder, `${SHA256}.part`), 'utf8')).toBe(CONTENT.slice(0, 1000));
  await expect(fetched({ signal: controller.signal })).rejects.toThrow('aborted');
});

test('the part of a process that was killed is resumed when it is old, and left alone when it is not', async () => {
  const part = join(folder, `${SHA256}.0d9f.part`);
  writeFileSync(part, CONTENT.slice(0, 700));
  server.answers(file(CONTENT));
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual([undefined]);
  rmSync(join(folder, SHA256));
  const old = (Date.now() - ABANDONED_AFTER - 1000) / 1000;
  utimesSync(part, old, old);
  expect(await fetched()).toBe(CONTENT);
  expect(ranges()).toEqual([undefined, 'bytes=700-']);
  expect(readdirSync(folder)).toEqual([SHA256]);
});

test('many at once never mix what they write', async () => {
  writeFileSync(join(folder, `${SHA256}.part`), CONTENT.slice(0, 1000));
  server.answers(broken(CONTENT, 500, folder), broken(CONTENT, 900, folder), file(CONTENT));
  const all = await Promise.all(Array.from({ length: 8 }, () => fetched()));
  expect(new Set(all)).toEqual(new Set([CONTENT]));
  expect(readdirSync(folder)).toEqual([SHA256]);
});

test('a file that has no end is not fetched to its end', async () => {
  server.answers((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    response.on('error', () => undefined);
    more();
  });
  await expect(fetched()).rejects.toThrow(
    `'core.yaml' of knative-serving 1.23.0 must have at most 67108864 bytes, and ${server.url}/core.yaml sends more, received 'more than 67108864 bytes'. It is no release file: correct 'releaseMirror', or try again from another network.`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['file', 'ENOTDIR'],
  ['link', 'ENOENT'],
])('a cache folder that is no folder but a %s is told', async (name, code) => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'none', 'at all'), join(folder, 'link'));
  const cacheFolder = join(folder, name);
  await expect(
    download({ ...ASSET, url: '', sha256: SHA256 }, origin(), { cacheFolder }),
  ).rejects.toThrow(
    `'cacheFolder' of release files must be a folder that can be written to, received '${cacheFolder} (${code})'. Set XDG_CACHE_HOME to another one, or correct its owner and mode.`,
  );
});

test('a file that is not pinned yet is what comes', async () => {
  server.answers(dropped, status(500), file(CONTENT));
  const asset = { ...ASSET, url: '', sha256: undefined };
  const lines: string[] = [];
  const options = { delay: () => 1, report: (line: string) => void lines.push(line) };
  expect((await downloadUnpinned(asset, origin(), options)).toString('utf8')).toBe(CONTENT);
  expect(lines).toEqual(['Fetching knative-serving 1.23.0: core.yaml']);
});
