/** @module The file on the nodes: its text, who writes it, and what stays as it is. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { podViolations } from '../../../constructs/pod-security';
import { nodeConfigObjects } from '../../../stacks/registry/node-config';
import { NODE_CONFIG_SOURCE } from '../../../stacks/registry/node-config-program';
import { registriesYaml } from '../../../stacks/registry/registries-yaml';
import { platformOf } from '../platform-fixture';
import { podOf, shortcomings } from './pods';
import { until } from './program';

describe('the file', () => {
  test('has the registry under its name with the port, and the node port behind it', () => {
    expect(registriesYaml({ nodePort: 30500, hasPassword: false })).toBe(
      [
        '"mirrors":',
        '  "registry.hks-system.svc.cluster.local:5000":',
        '    "endpoint":',
        '      - "http://127.0.0.1:30500"',
        '',
      ].join('\n'),
    );
  });

  test('has a place for a password, keyed by where the nodes go', () => {
    expect(parse(registriesYaml({ nodePort: 30777, hasPassword: true }))).toEqual({
      mirrors: {
        'registry.hks-system.svc.cluster.local:5000': { endpoint: ['http://127.0.0.1:30777'] },
      },
      configs: { '127.0.0.1:30777': { auth: { username: 'USER', password: 'PASSWORD' } } },
    });
  });
});

describe('the objects', () => {
  const objects = nodeConfigObjects(platformOf({ registry: { writeNodeConfig: true } }));

  test('none without the setting', () => {
    expect(nodeConfigObjects(platformOf())).toEqual([]);
  });

  test('with it', () => {
    expect(objects.filter(({ kind }) => kind !== 'ConfigMap')).toMatchSnapshot();
  });

  test('the one exception is that root writes to a folder of the node', () => {
    const [pod, ...others] = objects.flatMap((object) => podOf(object) ?? []);
    expect(others).toEqual([]);
    expect(pod && podViolations(pod)).toEqual([
      "volume 'host' is a folder of the host",
      'the pod runs as user 0',
      'the pod sets runAsNonRoot: false',
      "container 'write' does not set runAsNonRoot: true",
      expect.stringMatching(/^container 'write' runs as user 0/),
    ]);
    expect(pod && shortcomings(pod)).toEqual([]);
    expect(pod?.containers[0]?.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    });
    const [namespace] = objects;
    expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('privileged');
    expect(namespace?.metadata.annotations?.['hks.io/pod-security-reason']).toContain('hostPath');
  });

  test('nothing reaches it, and it reaches nothing', () => {
    const policy = objects.find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });
});

describe('the program', () => {
  const WANTED = 'mirrors: {}\n';
  let folder: string;
  let child: ChildProcess | undefined;
  const at = (name: string) => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hks-node-'));
    writeFileSync(at('wanted'), WANTED);
    writeFileSync(at('write.py'), NODE_CONFIG_SOURCE);
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  async function said(): Promise<string> {
    let output = '';
    const args = [at('write.py'), at('wanted'), at('registries.yaml'), at('mark')];
    child = spawn('python3', ['-I', ...args]);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        output += data;
      });
    }
    await until('word of the program', () => output.endsWith('\n'));
    return output;
  }
  const marked = () => existsSync(at('mark'));

  test('writes the file where there is none, for root alone', async () => {
    expect(await said()).toBe(
      'registries.yaml is written: restart K3s on this node, so that it reads the file\n',
    );
    expect(readFileSync(at('registries.yaml'), 'utf8')).toBe(WANTED);
    expect(statSync(at('registries.yaml')).mode & 0o777).toBe(0o600);
    await until('mark', marked);
    expect(readdirSync(folder).sort()).toEqual(['mark', 'registries.yaml', 'wanted', 'write.py']);
  });

  test('is content with the file that it would write', async () => {
    writeFileSync(at('registries.yaml'), WANTED);
    expect(await said()).toBe('registries.yaml is as it should be\n');
    await until('mark', marked);
  });

  test('leaves another file alone, says what is missing in it, and is not ready', async () => {
    writeFileSync(at('registries.yaml'), 'mirrors: {mine: {}}\n');
    writeFileSync(at('mark'), '');
    expect(await said()).toBe(
      `REFUSED: the node has another file; merge this into it by hand, then restart K3s:\n${WANTED}\n`,
    );
    expect(readFileSync(at('registries.yaml'), 'utf8')).toBe('mirrors: {mine: {}}\n');
    await until('mark to go', () => !marked());
  });

  test('follows no link to nowhere', async () => {
    symlinkSync(at('elsewhere'), at('registries.yaml'));
    expect(await said()).toMatch(/^REFUSED: .*No such file/);
    expect(existsSync(at('elsewhere'))).toBe(false);
  });

  test('ends when it is told to, though it is the first process of its container', async () => {
    await said();
    const ended = new Promise((resolve) => child?.on('exit', resolve));
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
