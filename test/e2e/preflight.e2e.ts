/** @module What is read of a real cluster before anything is changed, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, connect } from '../../stacks/cluster/client';
import { inspectCluster } from '../../stacks/cluster/inspect';
import { MANAGED_KINDS, missingPermissions } from '../../stacks/cluster/permissions';
import { check, PreflightError } from '../../stacks/cluster/preflight';
import { untilWebhookAnswers } from '../../stacks/cluster/webhook';
import { HostPlatformConfig } from '../../stacks/config/schema';
import {
  apply,
  clusterDns,
  deleteNamespaces,
  find,
  freshNamespace,
  get,
  type KubeObject,
  kubectl,
  list,
  serviceAddress,
  uniqueName,
} from './harness';
import { platformSettings } from './harness/platform';

const config = HostPlatformConfig.parse(platformSettings());
const role = uniqueName('preflight');
let folder: string;
let namespace: string;
let admin: Cluster;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hks-preflight-'));
  namespace = await freshNamespace('preflight');
  admin = connect({}, process.env);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  const made = [`clusterrole/${role}`, `clusterrolebinding/${role}`];
  await kubectl(['delete', '--ignore-not-found', ...made]);
  await deleteNamespaces(namespace);
});

async function faultsOf(cluster: Cluster): Promise<readonly string[]> {
  try {
    await check(cluster, config);
    return [];
  } catch (error) {
    if (error instanceof PreflightError) return error.faults;
    throw error;
  }
}

describe('the facts', () => {
  test('are those that kubectl tells', async () => {
    const facts = await inspectCluster(admin);
    const { serverVersion } = JSON.parse(await kubectl(['version', '-o', 'json']));
    const nodes = await list<KubeObject & { status: NodeStatus }>('node');
    const kubeSystem = await get('namespace', 'kube-system');
    const gateway = await get<KubeObject & { spec: { type: string } }>(
      'service',
      'kourier',
      'kourier-system',
    );
    expect(facts.version).toBe(serverVersion.gitVersion);
    expect(facts.clusterId).toBe(kubeSystem.metadata.uid);
    expect(facts.nodes.map(({ name }) => name)).toEqual(
      nodes.map(({ metadata }) => metadata.name).sort(),
    );
    expect(facts.nodes.map(({ runtimeHandlers }) => runtimeHandlers)).toEqual(
      nodes.map(({ status }) =>
        (status.runtimeHandlers ?? []).flatMap(({ name }) => name || []).sort(),
      ),
    );
    expect(facts.storageClasses.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(facts.gateway).toMatchObject({ type: gateway.spec.type, managedBy: 'hks' });
    expect(facts.heldPorts).toContainEqual({
      port: 30500,
      kind: 'nodePort',
      service: 'hks-system/registry',
      managedBy: 'hks',
    });
    expect(facts.dns).toEqual((await clusterDns()) ?? { pods: true });
    expect(facts.notes ?? []).toEqual([]);
    expect(facts.apis).toContain('serving.knative.dev/v1/Service');
    expect(facts.apis.filter((api) => /^(apps|batch|networking\.k8s\.io)\//.test(api))).toEqual([]);
    expect(facts.crds).toContainEqual(
      expect.objectContaining({ name: 'services.serving.knative.dev', managedBy: 'hks' }),
    );
    const address = await serviceAddress('kubernetes', 'default');
    expect(facts.apiServer.cidrs).toContain(`${address}/32`);
    expect(facts.apiServer.ports).toContain(443);
    expect(facts.unread).toBeUndefined();
  });

  test('pass for the platform that is there', async () => {
    const { faults, choices } = await check(admin, config);
    expect(faults).toEqual([]);
    expect(choices.domain).toBe(platformSettings().domain);
  });
});

interface NodeStatus {
  readonly runtimeHandlers?: readonly { readonly name?: string }[];
}

test('Knative of another owner is named, and is not when it is gone', async () => {
  const name = `${uniqueName('oddities').replace('-', '')}s.e2e.knative.dev`;
  const [plural = ''] = name.split('.');
  await apply([
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
      spec: {
        group: 'e2e.knative.dev',
        names: { kind: 'Oddity', plural },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    },
  ]);
  try {
    expect(await faultsOf(admin)).toEqual([
      `Knative of another owner is in the cluster: CRD ${name} without the label app.kubernetes.io/managed-by=hks. Remove it with what installed it, its functions included, or choose another cluster; the platform does not take it over.`,
    ]);
  } finally {
    await kubectl(['delete', 'crd', name]);
  }
  expect(await faultsOf(admin)).toEqual([]);
});

describe('a user', () => {
  let user: string;
  let cluster: Cluster;
  beforeAll(async () => {
    await apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deploy', namespace } },
    ]);
    user = `system:serviceaccount:${namespace}:deploy`;
    cluster = await as('deploy');
  });

  test('without rights has each missing verb named', async () => {
    const faults = await faultsOf(cluster);
    const everywhere = MANAGED_KINDS.filter(({ scope }) => scope === 'cluster');
    for (const { kind, plural, verbs } of everywhere) {
      const group = groupOf(kind);
      const resource = group === '' ? plural : `${plural}.${group}`;
      const told = faults.filter((fault) => fault.includes(` ${resource} in the whole cluster.`));
      expect(told).toHaveLength(1);
      for (const verb of verbs) expect(told[0]).toMatch(new RegExp(`may not [^.]*\\b${verb}\\b`));
    }
    expect(faults).toContain(
      `The user ${user} may not create, delete, get, list, patch, watch deployments.apps in hks-system, hks-build, knative-serving, kourier-system, knative-eventing. Bind the ClusterRole cluster-admin to it, or a role with these verbs.`,
    );
  });

  test('with every verb but one has that one named, and with that one passes', async () => {
    const rules = MANAGED_KINDS.map(({ kind, plural, verbs }) => ({
      apiGroups: [groupOf(kind)],
      resources: [plural],
      verbs,
    }));
    await bind(
      rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'escalate') })),
    );
    expect(await faultsOf(cluster)).toEqual(
      ['clusterroles', 'roles'].map(
        (plural) =>
          `The user ${user} may not escalate ${plural}.rbac.authorization.k8s.io ${plural === 'roles' ? 'in hks-system, hks-build, knative-serving, kourier-system, knative-eventing' : 'in the whole cluster'}. Bind the ClusterRole cluster-admin to it, or a role with these verbs.`,
      ),
    );
    await bind(rules);
    expect(await faultsOf(cluster)).toEqual([]);
  });

  test('who is an admin has none missing', async () => {
    expect(await missingPermissions(admin, config, { apis: [] })).toEqual([]);
  });

  /** Of `apps/v1/Deployment` it is `apps`, of `v1/Pod` none. */
  function groupOf(kind: string): string {
    return kind.split('/').slice(0, -2).join();
  }

  async function bind(rules: readonly object[]): Promise<void> {
    const api = 'rbac.authorization.k8s.io';
    await apply([
      { apiVersion: `${api}/v1`, kind: 'ClusterRole', metadata: { name: role }, rules },
      {
        apiVersion: `${api}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: role },
        roleRef: { apiGroup: api, kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name: 'deploy', namespace }],
      },
    ]);
  }
});

/** The cluster as a ServiceAccount of the test's namespace sees it, or a token that nobody has. */
async function as(account: string, token?: string): Promise<Cluster> {
  const issued = token ?? (await kubectl(['create', 'token', account, '-n', namespace])).trim();
  return connectBy(account, ({ users: [user] }) => {
    user.user = { token: issued };
  });
}

/** The parts of a kubeconfig that are changed here. */
interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { server: string } }];
  readonly users: readonly [{ user: object }];
}

/** The cluster by a changed copy of the kubeconfig, which is kept under the name. */
async function connectBy(name: string, change: (view: Kubeconfig) => void): Promise<Cluster> {
  const args = ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'];
  const view = JSON.parse(await kubectl(args));
  change(view);
  const kubeconfig = join(folder, name);
  writeFileSync(kubeconfig, JSON.stringify(view), { mode: 0o600 });
  return connect({ kubeconfig }, process.env);
}

describe('a cluster that cannot be read', () => {
  test('refuses a token that it does not know', async () => {
    const cluster = await as('nobody', 'not-a-token');
    await expect(inspectCluster(cluster)).rejects.toThrow(
      `'context' of the settings must have credentials that its cluster accepts, received '${cluster.context}'. ${cluster.server} refused them (401).`,
    );
  });

  test('does not answer where nothing listens', async () => {
    const cluster = await connectBy('away', ({ clusters: [{ cluster }] }) => {
      const server = new URL(cluster.server);
      server.port = '1';
      cluster.server = server.origin;
    });
    await expect(inspectCluster(cluster)).rejects.toThrow(
      /must name a cluster that answers.*ECONNREFUSED/,
    );
  });
});

test.each(['serving', 'eventing'] as const)(
  'the webhooks of %s answer, and nothing is changed',
  async (webhook) => {
    const settings = () => get('configmap', 'config-logging', `knative-${webhook}`);
    const before = await settings();
    await untilWebhookAnswers(admin, webhook, { timeoutSeconds: 60 });
    expect(await settings()).toEqual(before);
    const kind = webhook === 'serving' ? 'ksvc' : 'broker';
    expect(await find(kind, 'does-the-webhook-answer', `knative-${webhook}`)).toBeUndefined();
  },
);
