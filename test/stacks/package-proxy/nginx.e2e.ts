/** @module The proxy in a real nginx: pip, npm and Go themselves, what is cached, and what is not reached. */
import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../registry/program';
import {
  type FakeUpstream,
  goProxy,
  npmRegistry,
  pipFiles,
  pipIndex,
  WHEEL_NAME,
} from './packages';
import { client, describeWithNginx, pause, RunningProxy } from './proxy';

jest.setTimeout(60_000);

/** The status that curl is answered with; it sends what a browser would put right. */
async function statusOf(...args: string[]): Promise<string> {
  const run = promisify(execFile);
  const all = ['-s', '-m', '10', '-o', '/dev/null', '-w', '%{http_code}', ...args];
  return (await run('curl', all).catch((error) => error)).stdout;
}

const testWith = (program: string) => (onPath(program) === undefined ? test.skip : test);

/** Four upstreams and a proxy before them, for each test or for all of them. */
class Setup {
  readonly files = pipFiles();
  readonly index = pipIndex(() => this.files.url);
  readonly npm = npmRegistry();
  readonly go = goProxy();
  readonly all: readonly FakeUpstream[] = [this.files, this.index, this.npm, this.go];
  readonly proxy = new RunningProxy();

  async start(): Promise<void> {
    for (const upstream of this.all) await upstream.start();
    await this.proxy.start({
      upstreams: {
        pip: `${this.index.url}/root`,
        pipFiles: this.files.url,
        npm: this.npm.url,
        go: `${this.go.url}/go/`,
      },
    });
  }
  async stop(): Promise<void> {
    await this.proxy.stop();
    for (const upstream of this.all) await upstream.stop();
  }
}

describeWithNginx('clients', () => {
  const upstreams = new Setup();
  const { proxy } = upstreams;
  beforeAll(() => upstreams.start());
  afterAll(() => upstreams.stop());
  beforeEach(() => {
    for (const upstream of upstreams.all) upstream.asked.length = 0;
  });

  testWith('pip3')('pip downloads by it, index and file', async () => {
    const target = join(proxy.folder, 'wheels');
    const command = ['download', '--no-cache-dir', '--no-deps', '-d', target, 'hks-demo==1.2.3'];
    await client(proxy.folder, ['python3', '-m', 'pip', ...command], {
      PIP_INDEX_URL: `${proxy.url}/pip/simple/`,
      PIP_TRUSTED_HOST: '127.0.0.1',
    });
    expect(readdirSync(target)).toEqual([WHEEL_NAME]);
    expect(upstreams.files.asked).toContain(`/store/a/${WHEEL_NAME}`);
  });

  testWith('npm')('npm sees and installs by it, a scope too', async () => {
    const env = { NPM_CONFIG_REGISTRY: `${proxy.url}/npm/`, NPM_CONFIG_AUDIT: 'false' };
    const seen = await client(proxy.folder, ['npm', 'view', '@hks/demo', 'dist.tarball'], env);
    expect(seen).toContain(`${proxy.url}/npm/@hks/demo/-/demo-1.2.3.tgz`);
    writeFileSync(join(proxy.folder, 'package.json'), '{"name":"app","version":"1.0.0"}');
    await client(proxy.folder, ['npm', 'install', '--no-fund', '@hks/demo@1.2.3'], env);
    expect(readdirSync(join(proxy.folder, 'node_modules/@hks/demo'))).toContain('index.js');
  });

  testWith('go')('Go downloads a module by it', async () => {
    writeFileSync(join(proxy.folder, 'go.mod'), 'module app\n');
    const made = await client(
      proxy.folder,
      ['go', 'mod', 'download', '-json', 'example.com/hks/demo@v1.2.3'],
      { GOPROXY: `${proxy.url}/go`, GOSUMDB: 'off', GOFLAGS: '-modcacherw' },
    );
    expect(JSON.parse(made)).toMatchObject({ Path: 'example.com/hks/demo', Version: 'v1.2.3' });
    expect((await proxy.ask('/go/sumdb/sum.example.com/supported')).status).toBe(200);
    expect((await proxy.ask('/go/sumdb/other.example.com/supported')).status).toBe(404);
  });

  test('an index redirects within the proxy', async () => {
    const answer = await proxy.ask('/pip/simple/Hks_Demo/');
    expect([answer.status, answer.headers.get('location')]).toEqual([301, '/pip/simple/hks-demo/']);
  });

  test('the form that pip asks for reaches the index, and nothing else of the request', async () => {
    const json = 'application/vnd.pypi.simple.v1+json';
    const headers = { accept: `${json}, text/html;q=0.1`, cookie: 'c=1', authorization: 'Basic x' };
    await proxy.ask('/pip/simple/form/', { headers });
    await proxy.ask('/pip/simple/form/', { headers: { accept: 'text/html' } });
    const [first, second] = upstreams.index.requests.slice(-2);
    expect(first?.headers).toEqual({
      host: upstreams.index.url.replace('http://', ''),
      accept: `${json}, */*;q=0.1`,
      'user-agent': 'hks-package-proxy',
      connection: 'close',
    });
    expect(second?.headers.accept).toBe('*/*');
  });

  test.each([
    '/',
    '/simple/hks-demo/',
    '/pip',
    '/pip/root/simple/hks-demo/',
    '/pip/../store/a/',
    '/npm/../elsewhere',
    '/http://example.com/',
    '/unknown/x',
  ])('nothing is at %s', async (path) => {
    const status = await statusOf('--path-as-is', `${proxy.url}${path}`);
    expect(status).toBe('404');
    expect(upstreams.all.flatMap(({ asked }) => asked)).toEqual([]);
  });

  test('a request that names another host gets no further than the paths', async () => {
    expect(await statusOf('--proxy', proxy.url, 'http://example.com/')).toBe('404');
    expect(await statusOf('-H', 'Host: example.com', `${proxy.url}/`)).toBe('404');
    expect(await statusOf('--proxytunnel', '--proxy', proxy.url, 'http://example.com/')).not.toBe(
      '200',
    );
    // The twin: the path decides, whatever the host.
    const known = `${proxy.url}/npm/@hks%2fdemo`;
    expect(await statusOf('-H', 'Host: example.com', known)).toBe('200');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    expect((await proxy.ask('/npm/@hks%2fdemo', { method })).status).toBe(405);
    expect(upstreams.npm.asked).toEqual([]);
  });

  test('HEAD is answered like GET', async () => {
    expect((await proxy.ask('/npm/@hks%2fdemo', { method: 'HEAD' })).status).toBe(200);
  });
});

describeWithNginx('the cache', () => {
  let upstreams: Setup;
  let proxy: RunningProxy;
  beforeEach(async () => {
    upstreams = new Setup();
    proxy = upstreams.proxy;
    await upstreams.start();
  });
  afterEach(() => upstreams.stop());

  test('a file is asked for once, an index again when it is old', async () => {
    for (let time = 0; time < 2; time += 1) {
      const answer = await proxy.ask(`/pip/files/store/a/${WHEEL_NAME}`);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
      await (await proxy.ask('/npm/@hks%2fdemo')).text();
      await pause(2200);
    }
    expect(upstreams.files.asked).toHaveLength(1);
    expect(upstreams.npm.asked.length).toBeGreaterThanOrEqual(2);
  });

  test('what is missing is asked for again a little later', async () => {
    const statuses = [];
    for (const wait of [0, 0, 2200]) {
      await pause(wait);
      statuses.push((await proxy.ask('/npm/nothing')).status);
    }
    expect(statuses).toEqual([404, 404, 404]);
    expect(upstreams.npm.asked).toEqual(['/nothing', '/nothing']);
  });

  test('an upstream that fails, or that is gone, is answered for from the cache', async () => {
    const index = async () => {
      const answer = await proxy.ask('/pip/simple/hks-demo/');
      return [answer.status, (await answer.text()).includes('href="/pip/files/store/a/')];
    };
    expect(await index()).toEqual([200, true]);
    await pause(2200);
    upstreams.index.failing = 503;
    expect(await index()).toEqual([200, true]);
    expect(upstreams.index.asked).toHaveLength(2);
    await upstreams.index.stop();
    expect(await index()).toEqual([200, true]);
    expect((await proxy.ask('/pip/simple/other/')).status).toBe(502);
  });
});
