/** @module Upstreams by name: certificates, and DNS that goes away. */
import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithNginx, pause, RunningProxy } from './proxy';

jest.setTimeout(60_000);

const NAME = 'mirror.example.com';

/** Answers every question for an address with 127.0.0.1, for a second. */
async function dnsServer(): Promise<{ readonly socket: Socket; readonly resolver: string }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const isA = query.readUInt16BE(end - 4) === 1;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(isA ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
    const parts = [head, query.subarray(12, end), ...(isA ? [record] : [])];
    socket.send(Buffer.concat(parts), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { socket, resolver: `127.0.0.1:${socket.address().port}` };
}

/** A certificate of its own authority. */
function certificate(folder: string, name: string) {
  const key = join(folder, `${name}.key`);
  const cert = join(folder, `${name}.crt`);
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = ['-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert };
}

describeWithNginx('an upstream with a name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hks-names-'));
  const right = certificate(folder, NAME);
  const wrong = certificate(folder, 'other.example.com');
  let server: Server;
  let dns: Awaited<ReturnType<typeof dnsServer>>;
  let names: string[];
  let proxy: RunningProxy;

  async function start(own: typeof right, authorities: string, indexTime = '1h'): Promise<void> {
    names = [];
    server = createServer({ ...own }, (request, response) => {
      names.push(`${Reflect.get(request.socket, 'servername')} ${request.headers.host}`);
      response.end('{"name":"a"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    dns = await dnsServer();
    proxy = new RunningProxy();
    const upstreams = { npm: `https://${NAME}:${port}` };
    await proxy.start({ upstreams, resolvers: [dns.resolver] }, { authorities, indexTime });
  }
  afterEach(async () => {
    await proxy.stop();
    server.closeAllConnections();
    server.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is told its name when the connection is made, and has to prove it', async () => {
    await start(right, right.file);
    expect((await proxy.ask('/npm/a')).status).toBe(200);
    expect(names).toEqual([
      expect.stringMatching(/^mirror\.example\.com mirror\.example\.com:\d+$/),
    ]);
    dns.socket.close();
  });

  test.each([
    ['by an authority that nobody knows', right, '/etc/ssl/certs/ca-certificates.crt'],
    ['for another name', wrong, wrong.file],
  ])('is refused with a certificate %s', async (_, own, authorities) => {
    await start(own, authorities);
    expect((await proxy.ask('/npm/a')).status).toBe(502);
    expect(names).toEqual([]);
    dns.socket.close();
  });

  test('is answered for from the cache when nobody knows its name any more', async () => {
    await start(right, right.file, '1s');
    expect((await proxy.ask('/npm/a')).status).toBe(200);
    dns.socket.close();
    // What nginx itself remembers of the name lasts as long as the proxy's settings say.
    execFileSync('sed', ['-i', 's/valid=60s/valid=1s/', join(proxy.folder, 'nginx.conf')]);
    await proxy.reload();
    await pause(3000);
    expect((await proxy.ask('/npm/a')).status).toBe(200);
    expect((await proxy.ask('/npm/b')).status).toBe(502);
    expect(names).toHaveLength(1);
  });
});
