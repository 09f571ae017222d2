/** @module hks platform on a machine that lacks what it needs, and what it does not understand. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginVersion, requirePackages } from '../../../../platform/cli/platform/packages';
import { Host } from './host';

jest.setTimeout(30_000);

let host: Host;
beforeEach(() => {
  host = new Host();
});
afterEach(() => host.remove());

const INSTALL =
  'Install it from https://get.pulumi.com, or unpack the archive of a release of github.com/pulumi/pulumi on a host without network, and put its folder on PATH';

describe('the Pulumi CLI', () => {
  test.each([['up', '--yes'], ['preview'], ['destroy', '--yes'], ['outputs']])(
    '%s without it: what is to be installed, and from where',
    async (...args) => {
      expect(await host.hks(...args)).toEqual({
        code: 1,
        out: '',
        err: `error: the Pulumi CLI is missing: there is no 'pulumi' on PATH. ${INSTALL}; version 3.181.0 or a newer 3.x. No account is needed.\n`,
      });
    },
  );

  test.each([
    ['v3.180.9', 'v3.180.9'],
    ['v2.25.2', 'v2.25.2'],
    ['v4.0.0', 'v4.0.0'],
    ['a version', 'a version'],
    ['', 'of no version'],
  ])('of version %j is refused', async (version, shown) => {
    host.withPulumi().env = { FAKE_VERSION: version };
    expect(await host.hks('outputs')).toMatchObject({
      code: 1,
      err: `error: the Pulumi CLI must be 3.181.0 or a newer 3.x, and it is ${shown}. ${INSTALL}.\n`,
    });
  });

  test('of the least version is taken', async () => {
    host.withPulumi().env = { FAKE_VERSION: 'v3.181.0' };
    expect((await host.hks('outputs')).err).toContain(`there is no stack 'host'`);
  });

  test('that does not run: its own words', async () => {
    host.withPulumi().env = { FAKE_FAILURES: JSON.stringify({ version: 'it is broken' }) };
    expect(await host.hks('outputs')).toMatchObject({ code: 1, err: 'error: it is broken\n' });
  });
});

describe('packages', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hks-packages-'));
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ peerDependencies: { '@pulumi/kubernetes': '^4.34.2' } }),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'lib/platform.js');
  const install = (name: string) => {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), '{"version":"4.34.9"}');
  };

  test('that are not installed are named, with the versions that are wanted', () => {
    install('@pulumi/pulumi');
    expect(() => requirePackages(file())).toThrow(
      new Error(
        `hks platform needs packages that are not installed: @pulumi/kubernetes, @kubernetes/client-node. Run npm install '@pulumi/kubernetes@^4.34.2' '@kubernetes/client-node@latest', with --global where hks itself is installed so.`,
      ),
    );
    expect(pluginVersion(file())).toBe('unknown');
  });

  test('that are installed are enough', () => {
    for (const name of ['@pulumi/pulumi', '@pulumi/kubernetes', '@kubernetes/client-node']) {
      install(name);
    }
    expect(() => requirePackages(file())).not.toThrow();
    expect(pluginVersion(file())).toBe('4.34.9');
    expect(() => requirePackages(__filename)).not.toThrow();
  });
});

describe('what is not understood ends with 2', () => {
  test.each([
    [
      ['up'],
      `error: '--yes' of hks platform up must be given where there is no terminal to ask on, received nothing. See what hks platform preview shows, then add --yes.\n`,
    ],
    [
      ['destroy'],
      `error: '--yes' of hks platform destroy must be given where there is no terminal to ask on, received nothing. Add --yes to remove the platform.\n`,
    ],
    [
      ['up', '--yes', '--stack', 'a/b/c/d'],
      `error: '--stack' of hks platform up must be a name of letters, digits, dots, dashes and underscores that begins with no dot or dash, received 'a/b/c/d'. Write --stack host; a service may want organisation/project/stack.\n`,
    ],
    ...['..', '../host', '.host'].map((stack): [string[], string] => [
      ['preview', '--stack', stack],
      `error: '--stack' of hks platform preview must be a name of letters, digits, dots, dashes and underscores that begins with no dot or dash, received '${stack}'. Write --stack host; a service may want organisation/project/stack.\n`,
    ]),
    [
      ['destroy', '--yes', '--parallel', '0'],
      `error: '--parallel' of hks platform destroy must be a number from 1 to 9999, received '0'. Write --parallel 8.\n`,
    ],
    [
      ['preview', '--config', 'hunter2'],
      `error: '--config' of hks platform must be a key and a value with = between them, received '***'. Write --config registry.size=5Gi; --config registry.size= takes a setting away.\n`,
    ],
    [
      ['preview', '--config', 'packageProxy.resolvers=a'],
      `error: 'packageProxy.resolvers' of the settings must be a list, received 'a'. Run hks platform up --config packageProxy.resolvers=, then hks platform up --config 'packageProxy.resolvers[0]=VALUE' for each entry.\n`,
    ],
    [['outputs', '--yes'], `error: unknown option '--yes'\nRun 'hks --help' for what there is.\n`],
    [
      ['upp'],
      `error: unknown command 'upp'\n(Did you mean up?)\nRun 'hks --help' for what there is.\n`,
    ],
  ])('%j', async (args, err) => {
    expect(await host.withPulumi().hks(...args)).toEqual({ code: 2, out: '', err });
    expect(host.calls()).toEqual([]);
  });

  test('no verb: what there is', async () => {
    const { code, err } = await host.hks();
    expect(code).toBe(2);
    for (const verb of ['up', 'preview', 'destroy', 'outputs']) expect(err).toContain(`  ${verb} `);
    expect((await host.hks('up', '--help')).out).toContain('--config <key=value>');
  });
});
