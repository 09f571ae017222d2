/** @module A project on a cluster: what its quota, limits, Pod Security and Roles refuse, each beside its twin that is admitted. */
import { podViolations } from '../../constructs/pod-security';
import type { Project } from '../../constructs/project';
import { knativeServices } from '../../constructs/project/plan';
import { podAmounts, podsOf } from '../../constructs/project/pods';
import { POD_VARIANTS } from '../constructs/fixtures/pod-variants';
import {
  apply,
  applyChart,
  BUSYBOX,
  deleteNamespaces,
  get,
  type KubeObject,
  kubectl,
  list,
  restrictedPod,
  until,
  untilAvailable,
  untilServing,
} from './harness';
import { cronJob, type PodSpecOf, pod } from './project/objects';
import { untilUnused, untilUsed, used } from './project/quota';
import { RIGHTS } from './project/rights';
import {
  buildName,
  canI,
  group,
  makeProjects,
  name,
  refusal,
  roles,
  untilRefused,
} from './project/scene';

let project: Project;

beforeAll(async () => {
  project = await makeProjects();
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

  test('admits as many CronJobs as the plan has, and refuses the next', async () => {
    await apply([cronJob('first')]);
    await until(
      'the quota to count the CronJob',
      () => used('count/cronjobs.batch'),
      (value) => value === 1,
    );
    await untilRefused(cronJob('second'), /exceeded quota: quota.*count\/cronjobs\.batch=1/);
  });

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
