/** @module The cluster that the tests run on: the one of KUBECONFIG, else one that kind makes. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGISTRY_HOST } from '../../../constructs/system';
import { command, kubectl } from './kubectl';

const KIND_CLUSTER = 'hks-e2e';

/** Gives a cluster that answers, and leaves its address in KUBECONFIG. @throws with what to do where there is none */
export async function ensureCluster(): Promise<void> {
  if (process.env.KUBECONFIG === undefined) process.env.KUBECONFIG = await kindCluster();
  try {
    await kubectl(['get', '--raw', '/readyz', '--request-timeout=60s']);
  } catch (error) {
    throw new Error(
      `No cluster answers at KUBECONFIG=${process.env.KUBECONFIG}. Start it, name another one, or unset KUBECONFIG to have kind make one.\n${(error as Error).message}`,
    );
  }
}

/** The kubeconfig of a kind cluster whose nodes reach the internal registry by its node port. */
async function kindCluster(): Promise<string> {
  await need('docker', ['info'], 'a container engine that answers (docker info)');
  await need('kind', ['version'], 'kind, https://kind.sigs.k8s.io');
  const folder = mkdtempSync(join(tmpdir(), 'hks-e2e-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const clusters = (await command('kind', ['get', 'clusters'])).split('\n');
  if (!clusters.includes(KIND_CLUSTER)) {
    const config = join(folder, 'kind.yaml');
    writeFileSync(config, KIND_CONFIG);
    await command(
      'kind',
      ['create', 'cluster', '--name', KIND_CLUSTER, '--config', config, '--wait', '180s'],
      { timeout: 600_000 },
    );
    const hosts = `/etc/containerd/certs.d/${REGISTRY_HOST}`;
    const mirror = '[host."http://127.0.0.1:30500"]\n  capabilities = ["pull", "resolve"]\n';
    const node = `${KIND_CLUSTER}-control-plane`;
    await command('docker', ['exec', node, 'mkdir', '-p', hosts]);
    await command('docker', ['exec', '-i', node, 'cp', '/dev/stdin', `${hosts}/hosts.toml`], {
      input: mirror,
    });
  }
  writeFileSync(kubeconfig, await command('kind', ['get', 'kubeconfig', '--name', KIND_CLUSTER]), {
    mode: 0o600,
  });
  return kubeconfig;
}

const KIND_CONFIG = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
containerdConfigPatches:
  - |-
    [plugins."io.containerd.grpc.v1.cri".registry]
      config_path = "/etc/containerd/certs.d"
nodes:
  - role: control-plane
    extraPortMappings: [{ containerPort: 30500, hostPort: 30500, listenAddress: 127.0.0.1 }]
`;

async function need(program: string, args: readonly string[], what: string): Promise<void> {
  try {
    await command(program, args, { timeout: 20_000 });
  } catch (error) {
    throw new Error(
      `End-to-end tests need a cluster: set KUBECONFIG, or install ${what}.\n${(error as Error).message}`,
    );
  }
}
