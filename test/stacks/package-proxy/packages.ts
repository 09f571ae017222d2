/** @module Packages for pip, npm and Go, made on the spot, and upstreams that serve them as the three protocols want. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A zip archive with these files, by Python, as wheels and Go modules are. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const program = `import io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as archive:
    for name, text in json.load(sys.stdin).items():
        archive.writestr(zipfile.ZipInfo(name), text)
sys.stdout.buffer.write(out.getvalue())`;
  return execFileSync('python3', ['-c', program], { input: JSON.stringify(files) });
}

/** A tar.gz archive of these files. */
export function tarball(files: Readonly<Record<string, string>>): Buffer {
  const program = `import io, json, sys, tarfile
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w:gz") as archive:
    for name, text in json.load(sys.stdin).items():
        info = tarfile.TarInfo(name)
        info.size = len(text.encode())
        archive.addfile(info, io.BytesIO(text.encode()))
sys.stdout.buffer.write(out.getvalue())`;
  return execFileSync('python3', ['-c', program], { input: JSON.stringify(files) });
}

export const WHEEL_NAME = 'hks_demo-1.2.3-py3-none-any.whl';
export const WHEEL = zip({
  'hks_demo.py': 'answer = 42\n',
  'hks_demo-1.2.3.dist-info/METADATA': 'Metadata-Version: 2.1\nName: hks-demo\nVersion: 1.2.3\n',
  'hks_demo-1.2.3.dist-info/WHEEL':
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  'hks_demo-1.2.3.dist-info/RECORD': '',
});
export const TARBALL = tarball({
  'package/package.json': JSON.stringify({ name: '@hks/demo', version: '1.2.3' }),
  'package/index.js': 'module.exports = 42;\n',
});
const MODULE = 'example.com/hks/demo@v1.2.3';
export const MODULE_ZIP = zip({
  [`${MODULE}/go.mod`]: 'module example.com/hks/demo\n',
  [`${MODULE}/demo.go`]: 'package demo\n\nconst Answer = 42\n',
});
const PINNED = /^\/go\/example\.com\/hks\/demo\/@v\/(.*)$/;

/** An upstream: what it answers, and what it was asked for. */
export class FakeUpstream {
  readonly asked: string[] = [];
  readonly requests: IncomingMessage[] = [];
  /** Answers every request with this status instead. */
  failing: number | undefined;
  url = '';
  private readonly server: Server;

  constructor(private readonly answers: (path: string, own: string) => Answer | undefined) {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      this.requests.push(request);
      const answer =
        this.failing === undefined
          ? (this.answers(path, this.url) ?? { status: 404, body: 'nothing here' })
          : { status: this.failing, body: 'broken' };
      const { status = 200, type = 'text/html', headers = {}, body = '' } = answer;
      response.writeHead(status, { 'content-type': type, 'set-cookie': 'a=b', ...headers });
      response.end(body);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** An index of pip below `/root/`, whose files are at another upstream. */
export function pipIndex(files: () => string): FakeUpstream {
  const hash = createHash('sha256').update(WHEEL).digest('hex');
  return new FakeUpstream((path) => {
    if (path === '/root/simple/Hks_Demo/') {
      return { status: 301, headers: { location: '/root/simple/hks-demo/' } };
    }
    if (path !== '/root/simple/hks-demo/') return undefined;
    const url = `${files()}/store/a/${WHEEL_NAME}#sha256=${hash}`;
    return { body: `<!DOCTYPE html><html><body><a href="${url}">${WHEEL_NAME}</a></body></html>` };
  });
}

export function pipFiles(): FakeUpstream {
  return new FakeUpstream((path) =>
    path === `/store/a/${WHEEL_NAME}` ? { type: 'application/zip', body: WHEEL } : undefined,
  );
}

export function npmRegistry(): FakeUpstream {
  const integrity = `sha512-${createHash('sha512').update(TARBALL).digest('base64')}`;
  return new FakeUpstream((path, own) => {
    if (path === '/@hks/demo/-/demo-1.2.3.tgz') {
      return { type: 'application/octet-stream', body: TARBALL };
    }
    if (!/^\/@hks(%2f|\/)demo$/i.test(path)) return undefined;
    const dist = { integrity, tarball: `${own}/@hks/demo/-/demo-1.2.3.tgz` };
    const versions = { '1.2.3': { name: '@hks/demo', version: '1.2.3', dist } };
    const body = { name: '@hks/demo', 'dist-tags': { latest: '1.2.3' }, versions };
    return { type: 'application/json', body: JSON.stringify(body) };
  });
}

export function goProxy(): FakeUpstream {
  return new FakeUpstream((path) => {
    if (path === '/go/sumdb/sum.example.com/supported') return { body: '' };
    const [, file] = PINNED.exec(path) ?? [];
    const info = JSON.stringify({ Version: 'v1.2.3', Time: '2026-01-02T03:04:05Z' });
    const files: Record<string, Answer> = {
      list: { type: 'text/plain', body: 'v1.2.3\n' },
      'v1.2.3.info': { type: 'application/json', body: info },
      'v1.2.3.mod': { type: 'text/plain', body: 'module example.com/hks/demo\n' },
      'v1.2.3.zip': { type: 'application/zip', body: MODULE_ZIP },
    };
    return files[file ?? ''];
  });
}
