/** @module hks platform up as the engine fails: its words, what is stored, and what there is to do. */
import { readdirSync } from 'node:fs';
import { ClusterHost } from './host';

jest.setTimeout(60_000);

let host: ClusterHost;
beforeEach(async () => {
  host = await ClusterHost.start();
});
afterEach(() => host.remove());

describe('the engine fails', () => {
  const failing = async (command: string, said: string) => {
    host.withStack().env = { FAKE_FAILURES: JSON.stringify({ [command]: said }) };
    return host.hks('up', '--yes', '-c', 'registry.size=5Gi');
  };

  test('in its run: its words once, and what was given is stored', async () => {
    const { code, err, out } = await failing('up', 'one resource failed');
    expect(code).toBe(1);
    expect(err).toBe('error: one resource failed\n');
    expect(out).toBe(host.target());
    expect(host.settings()).toEqual({ 'hks:registry': { size: '5Gi' } });
  });

  test('before it: its words, without our command line', async () => {
    const { code, err } = await failing('stack select', 'could not read the bucket');
    expect({ code, err }).toEqual({ code: 1, err: 'error: could not read the bucket\n' });
  });

  test.each(['config', 'stack export'])('in %s', async (command) => {
    const { code, err } = await failing(command, 'no such thing');
    expect({ code, err }).toEqual({ code: 1, err: 'error: no such thing\n' });
  });

  test('while it encrypts a secret: nothing is stored', async () => {
    host.withStack().env = {
      FAKE_FAILURES: JSON.stringify({ 'config set': 'incorrect passphrase' }),
    };
    const { code, err } = await host.hks('up', '--yes', '-c', 'postgres.url=postgres://u@db/hks');
    expect(code).toBe(1);
    expect(err).toBe(
      `error: incorrect passphrase\nhint: The stack was made with another passphrase, perhaps on another machine. Bring its file to ${host.state}/passphrase with mode 0600, or set PULUMI_CONFIG_PASSPHRASE_FILE.\n`,
    );
    expect(readdirSync(host.project).sort()).toEqual(['Pulumi.host.yaml', 'Pulumi.yaml']);
    expect(host.settings()).toEqual({});
  });

  test('as another run holds the stack: who does, and how it is let go', async () => {
    const said =
      'the stack is currently locked by 1 lock(s). Either wait for the other process(es)';
    const { code, err } = await failing('up', said);
    expect(code).toBe(1);
    expect(err).toBe(
      `error: ${said}\nhint: Another run holds the stack. Wait for it; where none goes on any more, because it crashed, let the stack go with: PULUMI_BACKEND_URL='file://${host.state}' pulumi --cwd '${host.project}' cancel host --yes\n`,
    );
  });

  test('as its plugin is missing: how it is installed, without network too', async () => {
    const { err } = await failing('up', `no resource plugin 'kubernetes-v4.34.2' found`);
    expect(err).toMatch(
      /^error: no resource plugin .*\nhint: The engine's plugin for Kubernetes is missing and could not be fetched\. Run: pulumi plugin install resource kubernetes 4\.34\.2\. On a host without network, .* --file and its path\.\n$/,
    );
  });
});
