/** @module Tests of the client: which cluster it asks, and what it says when that does not work. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiError, ClusterUnreachable, connect } from '../../../stacks/cluster/client';
import { type ClusterReference, providerKubeconfig } from '../../../stacks/cluster/kubeconfig';
import { type Answers, ApiServer, failure, kubeconfigText } from './api-server';

let folder: string;
const servers: ApiServer[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hks-client-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(servers.map((server) => server.stop()));
});

async function serve(answers: Answers): Promise<ApiServer> {
  const server = await ApiServer.start(answers);
  servers.push(server);
  return server;
}
function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('the kubeconfig', () => {
  test('cannot be missing', () => {
    expect(() => connect({ kubeconfig: '/nowhere/kubeconfig' }, {})).toThrow(
      new Error(
        `'kubeconfig' of the settings must be a file that exists, received '/nowhere/kubeconfig'. Set kubeconfig or KUBECONFIG to the cluster's kubeconfig; on a K3s host that is /etc/rancher/k3s/k3s.yaml.`,
      ),
    );
  });

  test('cannot be something else', () => {
    const file = written('broken', 'a: [\n  token: secret');
    expect(() => connect({ kubeconfig: file }, {})).toThrow(
      new RegExp(
        `^'kubeconfig' of the settings must be the path of a kubeconfig in YAML, received '${file}'. Write the kubeconfig again: [^\n]*.$`,
      ),
    );
    expect(() => connect({ kubeconfig: file }, {})).not.toThrow(/secret/);
  });

  test('cannot be a text without contexts', () => {
    const kubeconfig = written('text', 'hello');
    expect(() => connect({ kubeconfig }, {})).toThrow(
      new Error(
        `'context' of the settings must be a context of the kubeconfig, received nothing. The kubeconfig has none.`,
      ),
    );
  });

  test('is told to the provider as a whole path, or left to it to find', () => {
    const told = (reference: ClusterReference, env: NodeJS.ProcessEnv) =>
      providerKubeconfig(reference, { HOME: '/home/me', ...env });
    const variable = { KUBECONFIG: '/etc/one' };
    expect(told({ kubeconfig: '/etc/two' }, variable)).toBe('/etc/two');
    expect(told({ kubeconfig: 'two' }, variable)).toBe(resolve('two'));
    expect(told({ kubeconfig: '~/two' }, variable)).toBe('/home/me/two');
    expect(told({}, variable)).toBe('');
    expect(told({}, { KUBECONFIG: '/etc/one:/etc/two' })).toBe('');
    expect(told({}, {})).toBe('');
    // What the provider is to find by itself must be where this process sees it.
    expect(told({}, { KUBECONFIG: 'one' })).toBe(resolve('one'));
    expect(told({}, { KUBECONFIG: '~/one' })).toBe('/home/me/one');
  });

  test('is that of the setting, else of KUBECONFIG, else of the home folder', () => {
    const server = (name: string) => kubeconfigText(`https://${name}.example.com`);
    const [setting, variable] = [written('setting', server('s')), written('variable', server('v'))];
    mkdirSync(join(folder, '.kube'), { recursive: true });
    written('.kube/config', server('home'));
    const env = { KUBECONFIG: variable, HOME: folder };
    expect(connect({ kubeconfig: setting }, env).server).toBe('https://s.example.com');
    expect(connect({ kubeconfig: '~/setting' }, env).server).toBe('https://s.example.com');
    expect(connect({}, env).server).toBe('https://v.example.com');
    expect(connect({}, { HOME: folder }).server).toBe('https://home.example.com');
  });

  test('may be several files, of which some are missing', () => {
    const other = kubeconfigText('https://o.example.com').replaceAll('"here"', '"other"');
    const named = other
      .replaceAll('"c"', '"d"')
      .replaceAll('"u"', '"w"')
      .replaceAll('there', 'far');
    const files = [
      written('one', kubeconfigText('https://one.example.com')),
      join(folder, 'missing'),
      written('two', named),
    ];
    const env = { KUBECONFIG: files.join(':') };
    expect(connect({}, env).server).toBe('https://one.example.com');
    expect(connect({ context: 'other' }, env).server).toBe('https://o.example.com');
  });
});

describe('the context', () => {
  test('cannot be one that is not there', () => {
    const kubeconfig = written('contexts', kubeconfigText('https://a.example.com'));
    expect(() => connect({ kubeconfig, context: 'prod' }, {})).toThrow(
      new Error(
        `'context' of the settings must be a context of the kubeconfig, received 'prod'. Name one of here, there.`,
      ),
    );
    expect(connect({ kubeconfig, context: 'there' }, {}).context).toBe('there');
    expect(connect({ kubeconfig }, {}).context).toBe('here');
  });

  test.each([
    [
      'server',
      kubeconfigText('nowhere'),
      'Give its cluster a server such as https://10.0.0.1:6443.',
    ],
    [
      'user',
      kubeconfigText('https://a.example.com').replace('"name":"u"', '"name":"x"'),
      'Give it a user.',
    ],
  ])('cannot be without a %s', (what, text, fix) => {
    const kubeconfig = written(`no-${what}`, text);
    expect(() => connect({ kubeconfig }, {})).toThrow(
      new Error(
        `'context' of the settings must name a cluster with a server and a user of the kubeconfig, received 'here'. ${fix}`,
      ),
    );
  });
});

describe('a request', () => {
  test('goes with the credentials, the body and the types', async () => {
    const server = await serve(({ body }) => ({ body }));
    const cluster = server.cluster();
    const request = {
      method: 'PATCH',
      body: { a: 'ü' },
      contentType: 'application/merge-patch+json',
      accept: 'application/json;v=1',
    } as const;
    expect(await cluster.ask('/api/v1/nodes?limit=1', request)).toEqual({ body: { a: 'ü' } });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'PATCH', path: '/api/v1/nodes' });
    expect(asked?.query.get('limit')).toBe('1');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer not-to-be-told',
      'content-type': 'application/merge-patch+json',
      accept: 'application/json;v=1',
    });
  });

  test('that is refused says why', async () => {
    const server = await serve(() => failure(403, 'nodes is forbidden'));
    const error = await server
      .cluster()
      .ask('/api/v1/nodes')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 403, message: 'nodes is forbidden' });
  });

  test('that is refused without a word says the status', async () => {
    const server = await serve(() => failure(503, ''));
    await expect(server.cluster().ask('/')).rejects.toThrow('{"status":503,"message":""}');
  });

  test('cannot be answered with wrong credentials', async () => {
    const server = await serve(() => failure(401, 'Unauthorized'));
    const error = await server
      .cluster()
      .ask('/version')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ClusterUnreachable);
    expect((error as Error).message).toBe(
      `'context' of the settings must have credentials that its cluster accepts, received 'here'. ${server.url} refused them (401). Write the kubeconfig again, or name another one.`,
    );
  });

  test('cannot be answered by nobody', async () => {
    const server = await ApiServer.start(() => ({}));
    const cluster = server.cluster();
    await server.stop();
    const error = await cluster.ask('/version').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ClusterUnreachable);
    expect((error as Error).message).toBe(
      `'context' of the settings must name a cluster that answers, received 'here'. ${server.url} says: connect ECONNREFUSED ${server.url.slice(7)}. Start the cluster, or name another kubeconfig or context.`,
    );
  });

  test('ends when no byte comes in time', async () => {
    const server = await serve(() => new Promise(() => undefined));
    const asking = server.cluster().ask('/version', { timeoutSeconds: 0.05 });
    await expect(asking).rejects.toThrow(`${server.url} says: no answer in 0.05 seconds.`);
  });

  test('is sent again when the server closes the connection that it is sent on', async () => {
    let closed = false;
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      let requests = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        requests += 1;
        if (requests === 2) {
          closed = true;
          return socket.resetAndDestroy();
        }
        return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      });
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const kubeconfig = written('silent', kubeconfigText(`http://127.0.0.1:${port}`));
    const cluster = connect({ kubeconfig }, {});
    expect(await cluster.ask('/version')).toEqual({});
    expect(await cluster.ask('/version')).toEqual({});
    expect(closed).toBe(true);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
