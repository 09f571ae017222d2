/** @module A project on a cluster: what its quota, limits, Pod Security and Roles refuse, each beside its twin that is admitted. */
import { App } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { podViolations } from '../../constructs/pod-security';
import { Project } from '../../constructs/project';
import { knativeServices } from '../../constructs/project/plan';
import { podAmounts, podsOf } from '../../constructs/project/pods';
import { quantity } from '../../constructs/resources';
import { POD_VARIANTS } from '../constructs/fixtures/pod-variants';
import {
  apply,
  applyChart,
  BUSYBOX,
  CommandError,
  clusterDns,
  deleteNamespaces,
  get,
  type KubeObject,
  kubectl,
  list,
  restrictedPod,
  uniqueName,
  until,
  untilAvailable,
  untilServing,
} from './harness';

const name = uniqueName('project');
const buildName = `${name}-build`;
const group = (role: string) => `${name}-${role}`;
const access = {
  viewers: { groups: [group('viewers')] },
  developers: { groups: [group('developers')] },
  admins: { groups: [group('admins')] },
};

const roles = ['viewers', 'developers', 'admins'] as const;

let project: Project;
let build: Project;

beforeAll(async () => {
  const app = new App();
  const dns = await clusterDns();
  project = new Project(app, 'project', {
    tenant: 'acme',
    namespace: name,
    dns,
    access,
    plan: { cronJobs: 1, functions: 1, revisions: 1, services: 1, maximum: { cpu: Cpu.units(1) } },
    allow: [
      {
        name: 'knative',
        direction: 'ingress',
        peers: [{ namespace: 'knative-serving' }, { namespace: 'kourier-system' }],
      },
    ],
  });
  build = new Project(app, 'build', {
    tenant: 'acme',
    namespace: buildName,
    dns,
    podSecurity: 'baseline',
  });
  await applyChart(project);
  await applyChart(build);
  for (const role of roles) {
    await until(`the rights of the ${role} to hold`, () => canI(role, ['get', 'pods']), Boolean);
  }
});
afterAll(() => deleteNamespaces(name, buildName));

test('a project is applied a second time without a change', async () => {
  const versions = async () =>
    (await list('networkpolicy,quota,role', name)).map(({ metadata }) => metadata);
  // Of itself the quota changes once more, when the cluster has made what it gives every namespace.
  await until('an application without a change', async () => {
    const before = await versions();
    await applyChart(project);
    expect(await versions()).toEqual(before);
    expect(before.length).toBeGreaterThanOrEqual(7);
  });
});

describe('the quota', () => {
  const service = (spec: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'door', namespace: name },
    spec: { ports: [{ port: 80 }], ...spec },
  });
  test.each(['NodePort', 'LoadBalancer'])('refuses a Service of type %s', async (type) => {
    await untilRefused(
      service({ type }),
      /exceeded quota: quota.*services\.(nodeports|loadbalancers)=0/,
    );
  });
  test('admits the same Service within the cluster', async () => {
    expect(await refusal(service({ type: 'ClusterIP' }))).toBe('');
  });

  const cronJob = (id: string) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: id, namespace: name },
    spec: {
      schedule: '0 0 1 1 *',
      suspend: true,
      jobTemplate: {
        spec: { template: { spec: specOf(restrictedPod('x', name, { command: ['true'] })) } },
      },
    },
  });
  test('admits as many CronJobs as the plan has, and refuses the next', async () => {
    await apply([cronJob('first')]);
    await until(
      'the quota to count the CronJob',
      () => used('count/cronjobs.batch'),
      (value) => value === 1,
    );
    await untilRefused(cronJob('second'), /exceeded quota: quota.*count\/cronjobs\.batch=1/);
  });

  const pod = (cpu: string, count = 1) => {
    const spec = specOf(restrictedPod('large', name, { command: ['true'] }));
    const [container] = spec.containers;
    const amounts = { cpu, memory: '64Mi', 'ephemeral-storage': '64Mi' };
    const containers = Array.from({ length: count }, (_, index) => ({
      ...container,
      name: `c${index}`,
      resources: { requests: amounts, limits: amounts },
    }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'large', namespace: name },
      spec: { ...spec, containers },
    };
  };
  test('refuses a pod larger than all of it, and admits the largest that fits', async () => {
    await untilRefused(pod('1', 3), /exceeded quota: quota.*requests\.cpu=3/);
    await untilUnused();
    expect(await refusal(pod('1', 2))).toBe('');
  });
  test('the limits refuse a container above their maximum, and admit one at it', async () => {
    await untilRefused(pod('1001m'), /maximum cpu usage per Container is 1, but limit is 1001m/);
    expect(await refusal(pod('1'))).toBe('');
  });
  test('a pod without resources gets those of the limits', async () => {
    const bare = restrictedPod('bare', name, { command: ['true'] }) as { spec: PodSpecOf };
    const [container] = bare.spec.containers;
    const spec = { ...bare.spec, containers: [{ ...container, resources: undefined }] };
    await apply([{ ...bare, spec }]);
    const made = await get<KubeObject & { spec: PodSpecOf }>('pod', 'bare', name);
    expect(made.spec.containers[0]?.resources).toEqual({
      requests: project.plan.defaults.requests,
      limits: project.plan.defaults.limits,
    });
    await kubectl(['delete', 'pod', 'bare', '-n', name, '--wait=true']);
  });
});

describe('what a pod takes of the quota is what was counted before', () => {
  const amounts = async () => {
    const { status } = await quota();
    return Object.fromEntries(
      Object.entries(status.used).flatMap(([key, value]) =>
        /^(requests|limits)\.(cpu|memory|ephemeral)/.test(key) ? [[key, quantity(value)]] : [],
      ),
    );
  };
  const untilUsed = (expected: Readonly<Record<string, number>>) =>
    until('the quota to have counted the pod', async () =>
      expect(await amounts()).toEqual(rounded(expected)),
    );
  const counted = (json: object) => {
    const [pod] = podsOf([{ path: 'x', json }]);
    if (!pod) throw new Error('The object makes no pod.');
    return podAmounts(pod, project.plan.defaults);
  };
  const container = { image: BUSYBOX, securityContext: restrictedContainer() };
  const resources = (cpu: string) => ({
    requests: { cpu, memory: '32Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '300m', memory: '48Mi', 'ephemeral-storage': '24Mi' },
  });

  test('for a pod with a first step and a sidecar', async () => {
    const pod = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'counted', namespace: name },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'counted' } },
        template: {
          metadata: { labels: { app: 'counted' } },
          spec: {
            securityContext: RESTRICTED_POD,
            terminationGracePeriodSeconds: 0,
            initContainers: [
              {
                ...container,
                name: 'side',
                restartPolicy: 'Always',
                command: ['sleep', '600'],
                resources: resources('3m'),
              },
              { ...container, name: 'init', command: ['true'], resources: resources('20m') },
            ],
            containers: [
              {
                ...container,
                name: 'main',
                command: ['sleep', '600'],
                resources: resources('4m'),
              },
            ],
          },
        },
      },
    };
    await untilUnused();
    await apply([pod]);
    await untilAvailable('counted', name);
    await untilUsed(counted(pod));
    await kubectl(['delete', 'deployment', 'counted', '-n', name]);
    await untilUnused();
  });

  test('for a function with its queue-proxy, which is restricted too, and its Services', async () => {
    await untilUnused();
    const before = await used('services');
    const proxySizes = Object.fromEntries(
      ['cpu', 'memory', 'ephemeral-storage'].flatMap((key) => [
        [
          `queue.sidecar.serving.knative.dev/${key}-resource-request`,
          key === 'cpu' ? '7m' : '16Mi',
        ],
        [
          `queue.sidecar.serving.knative.dev/${key}-resource-limit`,
          key === 'cpu' ? '210m' : '80Mi',
        ],
      ]),
    );
    const ksvc = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'echo', namespace: name },
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1', ...proxySizes } },
          spec: {
            containers: [
              {
                ...container,
                securityContext: { ...restrictedContainer(), runAsUser: 65_532 },
                command: ['httpd', '-f', '-p', '8080', '-h', '/tmp'],
                resources: resources('5m'),
              },
            ],
          },
        },
      },
    };
    await apply([ksvc]);
    await untilServing('echo', name);
    await untilUsed(counted(ksvc));
    await until('the quota to count its Services', async () =>
      expect((await used('services')) - before).toBe(knativeServices(1)),
    );
    const second = { ...ksvc, metadata: { name: 'second', namespace: name } };
    await untilRefused(second, /exceeded quota: quota.*count\/services\.serving\.knative\.dev=1/);
  });
});

describe('Pod Security', () => {
  const verdict = (namespace: string, spec: object) =>
    refusal({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'variant', namespace }, spec });
  test.each(POD_VARIANTS)('$name: $level', async ({ spec, level }) => {
    const [restricted, baseline] = await Promise.all([
      verdict(name, spec),
      verdict(buildName, spec),
    ]);
    expect([restricted === '', podViolations(spec).length === 0]).toEqual(
      Array(2).fill(level === 'restricted'),
    );
    expect([baseline === '', podViolations(spec, 'baseline').length === 0]).toEqual(
      Array(2).fill(level !== 'privileged'),
    );
    if (restricted !== '') expect(restricted).toContain('violates PodSecurity "restricted:v1.34"');
    if (baseline !== '') expect(baseline).toContain('violates PodSecurity "baseline:v1.34"');
  });
});

describe('the Roles', () => {
  /** Verb and resource, with who of viewers, developers and admins may. */
  const RIGHTS: readonly (readonly [string, string, 'v' | 'd' | 'a' | '-'])[] = [
    ['get', 'pods', 'v'],
    ['watch', 'deployments.apps', 'v'],
    ['get', 'pods/log', 'v'],
    ['list', 'services.serving.knative.dev', 'v'],
    ['list', 'revisions.serving.knative.dev', 'v'],
    ['get', 'triggers.eventing.knative.dev', 'v'],
    ['get', 'resourcequotas', 'v'],
    ['get', 'networkpolicies.networking.k8s.io', 'v'],
    ['get', 'rolebindings.rbac.authorization.k8s.io', 'v'],
    ['get', `namespaces/${name}`, 'v'],
    ['get', 'secrets', 'd'],
    ['list', 'secrets', 'd'],
    ['create', 'secrets', 'd'],
    ['create', 'pods', 'd'],
    ['create', 'pods/exec', 'd'],
    ['get', 'pods/exec', 'd'],
    ['create', 'pods/portforward', 'd'],
    ['update', 'deployments.apps', 'd'],
    ['patch', 'deployments.apps/scale', 'd'],
    ['create', 'jobs.batch', 'd'],
    ['delete', 'cronjobs.batch', 'd'],
    ['create', 'services.serving.knative.dev', 'd'],
    ['create', 'domainmappings.serving.knative.dev', 'd'],
    ['create', 'triggers.eventing.knative.dev', 'd'],
    ['create', 'pingsources.sources.knative.dev', 'd'],
    ['create', 'serviceaccounts', 'a'],
    ['deletecollection', 'pods', 'a'],
    ['patch', 'pods/ephemeralcontainers', 'a'],
    ['patch', 'resourcequotas', '-'],
    ['delete', 'resourcequotas', '-'],
    ['create', 'resourcequotas', '-'],
    ['update', 'limitranges', '-'],
    ['delete', 'networkpolicies.networking.k8s.io', '-'],
    ['create', 'networkpolicies.networking.k8s.io', '-'],
    ['create', 'roles.rbac.authorization.k8s.io', '-'],
    ['patch', 'rolebindings.rbac.authorization.k8s.io', '-'],
    ['patch', `namespaces/${name}`, '-'],
    ['delete', `namespaces/${name}`, '-'],
    ['create', 'serviceaccounts/token', '-'],
    ['impersonate', 'serviceaccounts', '-'],
    ['get', 'pods/proxy', '-'],
    ['get', 'services/proxy', '-'],
    ['get', 'nodes', '-'],
  ];
  test.each(RIGHTS)('%s %s: %s', async (verb, what, from) => {
    const [resource = '', sub] = what.startsWith('namespaces/') ? [what] : what.split('/');
    const subresource = sub === undefined ? [] : [`--subresource=${sub}`];
    const answers = await Promise.all(
      roles.map((role) => canI(role, [verb, resource, ...subresource])),
    );
    const least = 'vda'.indexOf(from);
    expect(answers).toEqual(roles.map((_, index) => least !== -1 && index >= least));
  });

  test('who is in no group may do nothing', async () => {
    expect(await canI('strangers', ['get', 'pods'])).toBe(false);
  });
  test('rights end at the namespace', async () => {
    expect(await canI('admins', ['get', 'pods'], buildName)).toBe(false);
    expect(await canI('admins', ['get', 'pods'], name)).toBe(true);
  });

  test('an admin changes a workload, and not the quota', async () => {
    const as = ['--as=ann', `--as-group=${group('admins')}`, '-n', name];
    await expect(
      kubectl([
        'patch',
        'cronjob',
        'first',
        ...as,
        '--type=merge',
        '-p',
        '{"spec":{"suspend":true}}',
      ]),
    ).resolves.toContain('cronjob.batch/first patched');
    await expect(
      kubectl([
        'patch',
        'resourcequota',
        'quota',
        ...as,
        '--type=merge',
        '-p',
        '{"spec":{"hard":{"pods":"999"}}}',
      ]),
    ).rejects.toThrow(/cannot patch resource "resourcequotas"/);
  });
});

interface PodSpecOf {
  readonly containers: readonly { readonly resources?: object }[];
}

function specOf(pod: object): PodSpecOf {
  return (pod as { spec: PodSpecOf }).spec;
}

const RESTRICTED_POD = {
  runAsNonRoot: true,
  runAsUser: 65_532,
  seccompProfile: { type: 'RuntimeDefault' },
};

function restrictedContainer(): object {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What the server has against the object; empty when it would keep it. */
async function refusal(object: object): Promise<string> {
  try {
    await kubectl(['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(object) });
    return '';
  } catch (error) {
    if (error instanceof CommandError) return error.stderr;
    throw error;
  }
}

/** Waits until the server refuses the object for that: a quota that was counted a moment ago may not bind yet. */
async function untilRefused(object: object, reason: RegExp): Promise<void> {
  await until(
    `a refusal for ${reason}`,
    () => refusal(object),
    (said) => reason.test(said),
  );
}

async function canI(role: string, question: readonly string[], namespace = name): Promise<boolean> {
  const as = ['--as=ann', `--as-group=${group(role)}`, '-n', namespace];
  try {
    await kubectl(['auth', 'can-i', ...question, ...as]);
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.stdout.trim().startsWith('no')) return false;
    throw error;
  }
}

type Quota = KubeObject & { readonly status: { readonly used: Record<string, string> } };

function quota(): Promise<Quota> {
  return get<Quota>('resourcequota', 'quota', name);
}

async function used(key: string): Promise<number> {
  return quantity((await quota()).status.used[key] ?? 'unknown');
}

async function untilUnused(): Promise<void> {
  await until(
    'the quota to be free',
    () => used('pods'),
    (pods) => pods === 0,
  );
}

/** Thousandths, as the quota counts them. */
function rounded(amounts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(amounts).map(([key, value]) => [key, Math.round(value * 1000) / 1000]),
  );
}
