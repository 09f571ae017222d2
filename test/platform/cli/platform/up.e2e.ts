/** @module hks platform up and preview: settings, the cluster's check, the engine's run, and what is stored. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CLUSTER_ID } from './api-server';
import { type Call, ClusterHost } from './host';

jest.setTimeout(60_000);

let host: ClusterHost;
beforeEach(async () => {
  host = await ClusterHost.start();
});
afterEach(() => host.remove());

const previews = () => host.calls().filter(({ args }) => args[0] === 'preview');
const commands = () => host.calls().map(({ args }) => args.slice(0, 2).join(' '));

describe('the first up', () => {
  test('tells the target, then what the engine says, and nothing else', async () => {
    const { code, out, err } = await host.hks('up', '--yes');
    expect(code).toBe(0);
    expect(out).toBe(`${host.target()}Doing up (host):\nResources:\n    + 2 up\n\n`);
    expect(err).toBe(
      `note: a passphrase was made, in ${host.state}/passphrase. It encrypts the secrets of stacks: keep a copy of it, as without it no stack can be changed.\n`,
    );
  });

  test('runs each command of the CLI in the project, with its own file backend', async () => {
    await host.hks('up', '--yes', '--parallel', '3');
    expect(commands()).toEqual([
      'version',
      'stack select',
      'stack init',
      'stack select',
      'up --yes',
      'stack output',
      'stack output',
      'stack history',
    ]);
    expect(new Set(host.calls().map(({ cwd }) => cwd))).toEqual(new Set([host.project]));
    expect(
      host
        .calls()
        .find(({ args }) => args[0] === 'up')
        ?.args.join(' '),
    ).toMatch(
      /^up --yes --skip-preview --parallel 3 --color never --client=127\.0\.0\.1:\d+ --exec-kind auto\.inline --stack host$/,
    );
    expect(parse(readFileSync(join(host.project, 'Pulumi.yaml'), 'utf8'))).toMatchObject({
      name: 'hks',
      runtime: 'nodejs',
    });
    expect(readdirSync(join(host.state, '.pulumi/stacks/hks'))).toEqual(['host.json']);
  });

  test('colours go through where there are some', async () => {
    host.env = { FORCE_COLOR: '1' };
    await host.hks('up', '--yes');
    expect(host.calls().find(({ args }) => args[0] === 'up')?.args).toContain('always');
  });
});

describe('settings', () => {
  test('are kept for the next time, secrets encrypted and never in arguments', async () => {
    const secret = 'postgres://u:hunter2@db/hks';
    const first = await host.hks(
      'up',
      '--yes',
      ...['--config', 'registry.nodePort=30501', '-c', `postgres.url=${secret}`],
      ...['--context', 'test'],
    );
    expect(first.code).toBe(0);
    expect(host.settings()).toEqual({
      'hks:context': 'test',
      'hks:registry': { nodePort: 30501 },
      'hks:postgres': { url: { secure: expect.stringMatching(/^v1:/) } },
    });
    const before = host.settings();
    const second = await host.hks('up', '--yes', '--config', 'domain=on.example.com');
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(host.settings()).toEqual({ ...before, 'hks:domain': 'on.example.com' });
    expect(JSON.stringify(host.calls())).not.toContain('hunter2');
    expect(first.out + first.err + second.out).not.toContain('hunter2');
    const { args } = host.calls().find(({ args }) => args[1] === 'set') ?? { args: [] };
    expect(args.slice(0, 6)).toEqual([
      'config',
      'set',
      '--path',
      'hks:postgres.url',
      '--secret',
      '--config-file',
    ]);
  });

  test('are refused all at once, before anything is made', async () => {
    const { code, out, err } = await host.hks(
      'up',
      '--yes',
      ...['-c', 'registry.nodePort=80', '-c', 'registri.size=5Gi', '-c', 'postgres.url=mysql://h'],
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      [
        `error: 'registry.nodePort' of the settings must be a whole number from 30000 to 32767, received 80. Run hks platform up --config registry.nodePort=30500.`,
        `error: 'postgres.url' of the settings must be a URL that begins with postgres:// or postgresql://, received '***'. Run hks platform up --config-file FILE with all settings, postgres.url among them.`,
        `error: 'registri' of the settings is not a known setting, received 'registri'. Did you mean 'registry'? Run hks platform up --config registri= and hks platform up --config registry.size=20Gi.`,
        '',
      ].join('\n'),
    );
    expect(host.calls()).toEqual([]);
    expect(readdirSync(host.folder)).not.toContain('state');
  });

  test('are refused before they are stored, also over others', async () => {
    host.withStack({ 'hks:registry': { nodePort: 30501 } });
    const before = readFileSync(host.settingsFile, 'utf8');
    const { code } = await host.hks('up', '--yes', '-c', 'registry.nodePort=1');
    expect(code).toBe(2);
    expect(readFileSync(host.settingsFile, 'utf8')).toBe(before);
    expect(readdirSync(host.project).sort()).toEqual(['Pulumi.host.yaml', 'Pulumi.yaml']);
  });

  test('a file gives all of them, but secrets stay', async () => {
    const first = ['-c', 'domain=on.example.com', '-c', 'postgres.url=postgres://u@db/hks'];
    await host.hks('up', '--yes', ...first);
    host.write('settings.yaml', 'registry: { size: 5Gi }\n');
    const { code } = await host.hks('up', '--yes', '--config-file', 'settings.yaml');
    expect(code).toBe(0);
    expect(host.settings()).toEqual({
      'hks:registry': { size: '5Gi' },
      'hks:postgres': { url: { secure: expect.any(String) } },
    });
  });

  test('that this machine has lost come from the last update', async () => {
    rmSync(host.withStack({ 'hks:domain': 'on.example.com' }).settingsFile);
    const { code } = await host.hks('up', '--yes', '-c', 'registry.size=5Gi');
    expect(code).toBe(0);
    expect(host.settings()).toEqual({
      'hks:domain': 'on.example.com',
      'hks:registry': { size: '5Gi' },
    });
  });

  test('of a stack that was never updated are none', async () => {
    rmSync(host.withStack().settingsFile);
    writeFileSync(host.stackFile, JSON.stringify({ resources: [] }));
    expect(await host.hks('up', '--yes', '-c', 'registry.size=5Gi')).toMatchObject({ code: 0 });
    expect(host.settings()).toEqual({ 'hks:registry': { size: '5Gi' } });
  });
});

describe('preview', () => {
  test('shows what the settings would do, and keeps none of them', async () => {
    host.withStack({ 'hks:registry': { size: '5Gi' } });
    const before = readFileSync(host.settingsFile, 'utf8');
    const secret = 'postgres.url=postgres://u:hunter2@db/hks';
    const { code, out, err } = await host.hks(
      'preview',
      '-c',
      'domain=a.example.com',
      '-c',
      secret,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`${host.target()}Previewing preview (host):\nResources:\n    + 2 preview\n\n`);
    const [{ args }] = previews() as [Call];
    const file = args[args.indexOf('--config-file') + 1];
    expect(file).toMatch(/\/projects\/hks\/next\.\d+\.yaml$/);
    expect(readFileSync(host.settingsFile, 'utf8')).toBe(before);
    expect(readdirSync(host.project).sort()).toEqual(['Pulumi.host.yaml', 'Pulumi.yaml']);
  });

  test('without settings, it is by those that are stored', async () => {
    expect(await host.hks('preview', '--stack', 'staging')).toMatchObject({ code: 0 });
    const [{ args }] = previews() as [Call];
    expect(args).not.toContain('--config-file');
    expect(args).toContain('staging');
  });
});

describe('the cluster is checked before the engine runs', () => {
  const foreign = { items: [{ metadata: { name: 'knative-serving' } }] };

  test('what is wrong is listed, and nothing is made', async () => {
    host.api.answers['/api/v1/namespaces'] = foreign;
    host.api.answers['/version'] = { gitVersion: 'v1.20.0' };
    const { code, out, err } = await host.hks('up', '--yes', '-c', 'domain=on.example.com');
    expect({ code, out }).toEqual({ code: 1, out: host.target() });
    expect(err).toMatch(
      /error: Nothing was changed in the cluster of context 'test':\n {2}- 'versions\.serving' of .*\n {2}- 'versions\.kourier' of .*\n {2}- Knative of another owner is in the cluster: namespace knative-serving/,
    );
    expect(commands()).toEqual(['version', 'stack select']);
  });

  test('a platform that is of another stack is not taken over; that of this stack is', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'hks' };
    const items = [
      { metadata: { name: 'kube-system', uid: CLUSTER_ID } },
      { metadata: { name: 'knative-serving', labels } },
    ];
    host.api.answers['/api/v1/namespaces'] = { items };
    const { code, err } = await host.hks('up', '--yes');
    expect(code).toBe(1);
    expect(err).toContain('This stack is new, but the cluster has a platform');
    host.withStack();
    expect(await host.hks('up', '--yes')).toMatchObject({ code: 0, err: '' });
  });

  test('a stack that was made in another cluster is not moved by a context of the same name', async () => {
    host.env = { FAKE_CLUSTER: 'another-uid' };
    expect(await host.hks('up', '--yes')).toMatchObject({ code: 0 });
    const { code, err } = await host.hks('up', '--yes');
    expect(code).toBe(1);
    expect(err).toBe(
      `error: Nothing was changed in the cluster of context 'test':\n  - The stack is in another cluster, whose namespace kube-system has the UID another-uid; that of ${host.api.url} is ${CLUSTER_ID}. Choose the cluster by KUBECONFIG, --kubeconfig or --context, or another stack by --stack.\n`,
    );
    const items = [{ metadata: { name: 'kube-system', uid: 'another-uid' } }];
    host.api.answers['/api/v1/namespaces'] = { items };
    expect(await host.hks('up', '--yes')).toMatchObject({ code: 0 });
  });

  test('one that does not answer, and a context that is none', async () => {
    await host.api.close();
    const { code, err } = await host.hks('up', '--yes');
    expect(code).toBe(1);
    expect(err).toContain(`error: 'context' of `);
    expect(err).toContain('must name a cluster that answers');
    const other = await host.hks('up', '--yes', '--context', 'none');
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain('Name one of test, other');
    expect(commands()).not.toContain('stack init');
  });
});

test('a lost passphrase is not made anew', async () => {
  rmSync(join(host.withStack().state, 'passphrase'));
  const { code, err } = await host.hks('up', '--yes');
  expect(code).toBe(1);
  expect(err).toContain(`error: 'PULUMI_CONFIG_PASSPHRASE' of hks platform must be set, as `);
  writeFileSync(join(host.folder, 'mine'), 'another\n');
  host.env = { PULUMI_CONFIG_PASSPHRASE_FILE: 'mine' };
  expect((await host.hks('up', '--yes', '--stack', 'second')).code).toBe(0);
});
