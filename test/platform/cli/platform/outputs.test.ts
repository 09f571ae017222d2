/** @module hks platform outputs: as lines and as JSON, and secrets only when they are asked for. */
import { writeFileSync } from 'node:fs';
import { outputLines } from '../../../../platform/cli/platform/outputs';
import { ClusterHost } from './host';

jest.setTimeout(60_000);

let host: ClusterHost;
beforeAll(async () => {
  host = (await ClusterHost.start()).withStack();
  const secret = (value: unknown) => ({
    '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
    value,
  });
  const outputs = {
    domain: 'on.example.com',
    off: { eventing: 'eventing.enabled is false.' },
    registry: { port: 30500, password: secret('hunter2') },
    token: secret('hunter3'),
  };
  writeFileSync(host.stackFile, JSON.stringify({ resources: [], outputs }));
});
afterAll(() => host.remove());

test('as lines, in order; a secret is none to see, inside of an object neither', async () => {
  expect(await host.hks('outputs')).toEqual({
    code: 0,
    out: [
      'domain   = on.example.com',
      'off      = {"eventing":"eventing.enabled is false."}',
      'registry = {"port":30500,"password":"[secret]"}',
      'token    = [secret]',
      '',
    ].join('\n'),
    err: '',
  });
});

test('as JSON', async () => {
  const { out } = await host.hks('outputs', '--json');
  expect(JSON.parse(out)).toEqual({
    domain: 'on.example.com',
    off: { eventing: 'eventing.enabled is false.' },
    registry: { port: 30500, password: '[secret]' },
    token: '[secret]',
  });
});

test('secrets when they are asked for', async () => {
  const { out } = await host.hks('outputs', '--json', '--show-secrets');
  expect(JSON.parse(out)).toMatchObject({ registry: { password: 'hunter2' }, token: 'hunter3' });
});

test('no cluster is asked', () => {
  const asked = host.api.asked.length;
  return host.hks('outputs').then(() => expect(host.api.asked.length).toBe(asked));
});

test('a stack that tells nothing yet, and one that is none', async () => {
  await host.hks('preview', '--stack', 'new');
  expect(await host.hks('outputs', '--stack', 'new')).toEqual({
    code: 0,
    out: '',
    err: `note: the stack 'new' tells nothing yet; hks platform up makes the platform.\n`,
  });
  expect((await host.hks('outputs', '--stack', 'new', '--json')).out).toBe('{}\n');
  expect(await host.hks('outputs', '--stack', 'none')).toMatchObject({
    code: 1,
    out: '',
    err: `error: there is no stack 'none' in file://${host.state}. hks platform up makes it; --stack names another one.\n`,
  });
});

test('text of several lines is below its name', () => {
  expect(outputLines({ yaml: 'mirrors:\n  a:\n\n    b: 1\n', a: 1, empty: '' })).toBe(
    'a     = 1\nempty = \nyaml  =\n    mirrors:\n      a:\n\n        b: 1\n',
  );
  expect(outputLines({})).toBe('');
});
