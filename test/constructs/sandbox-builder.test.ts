/** @module SandboxBuilder: what two namespaces, pools and a build template render to, and what is refused. */
import { Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Project } from '../../constructs/project';
import { SandboxBuilder, type SandboxBuilderProps } from '../../constructs/sandbox-builder';

interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: { readonly [key: string]: unknown };
}

const PYTHON = { runtime: 'python', image: 'registry.example.com/runtime-python:1.0.0' };

function builder(props: Partial<SandboxBuilderProps> = {}, id = 'ai'): SandboxBuilder {
  return new SandboxBuilder(Testing.app(), id, { tenant: 'acme', ...props });
}

function rendered(made: SandboxBuilder): Rendered[] {
  return [...made.buildProject.toJson(), ...made.sandboxProject.toJson()] as Rendered[];
}

function refused(props: object, id?: string): string {
  try {
    builder(props as Partial<SandboxBuilderProps>, id);
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}

const OWNER = "of SandboxBuilder 'ai'";

describe('what is rendered', () => {
  test('by default', () => {
    expect(rendered(builder({ pools: [PYTHON] }))).toMatchSnapshot();
  });

  test('with everything set', () => {
    const made = builder({
      pools: [
        {
          ...PYTHON,
          name: 'python-large',
          replicas: 3,
          command: ['python3'],
          args: ['-m', 'supervisor'],
          port: 8888,
          env: { LOG_LEVEL: 'debug', REGION: { configMap: 'site', key: 'region' } },
          resources: { cpu: { request: Cpu.millis(200), limit: Cpu.millis(500) } },
          readiness: { path: '/health/readiness' },
          egress: [{ cidrs: ['203.0.113.10/32'], ports: [{ port: 443 }] }],
          runtimeClassName: 'kata',
          user: 1000,
        },
      ],
      limits: {
        code: Size.kibibytes(512),
        output: Size.mebibytes(2),
        timeout: Duration.minutes(1),
        concurrency: 10,
        sandboxTtl: Duration.minutes(30),
        context: Size.mebibytes(16),
        concurrentBuilds: 3,
      },
      build: {
        image: 'registry.example.com/kaniko:1',
        transferImage: 'registry.example.com/python:3.12',
        push: { image: 'registry.example.com/crane:1', command: ['crane', 'push', '$(IMAGE_TAR)'] },
        resources: { memory: { limit: Size.gibibytes(4) } },
        timeout: Duration.minutes(10),
        ttl: Duration.minutes(5),
        imageSize: Size.gibibytes(1),
        cache: { size: Size.gibibytes(2), ttl: Duration.days(1), storageClassName: 'fast' },
        credentials: { push: 'registry-push', pull: 'registry-pull' },
        packageProxies: [
          { host: 'pypi.example.com', peer: { cidrs: ['203.0.113.20/32'] } },
          {
            host: 'npm.example.com',
            peer: { namespace: 'proxies', pods: { app: 'npm' } },
            port: 4873,
          },
        ],
      },
      registry: {
        host: 'registry.example.com',
        egress: [{ cidrs: ['203.0.113.5/32'], ports: [{ port: 443 }] }],
      },
      runtimeClassName: 'gvisor-kvm',
      plan: 'medium',
      buildPlan: 'medium',
      metadata: { labels: { team: 'agents' }, annotations: { 'example.com/owner': 'agents' } },
    });
    expect(rendered(made)).toMatchSnapshot();
  });

  test('two namespaces, of which only the one for builds is not restricted', () => {
    const namespaces = rendered(builder()).filter(({ kind }) => kind === 'Namespace');
    const levels = namespaces.map(({ metadata: { name, labels } }) => [
      name,
      labels['pod-security.kubernetes.io/enforce'],
      labels['pod-security.kubernetes.io/warn'],
    ]);
    expect(levels).toEqual([
      ['ai-build', 'baseline', 'restricted'],
      ['ai-sandbox', 'restricted', 'restricted'],
    ]);
  });

  test('no policy lets pods ask for names', () => {
    const policies = rendered(builder({ pools: [PYTHON] })).filter(
      ({ kind }) => kind === 'NetworkPolicy',
    );
    expect(policies.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`)).toEqual([
      'ai-build/default-deny',
      'ai-build/build-registry-0',
      'ai-sandbox/default-deny',
      'ai-sandbox/pool-python-control-plane',
    ]);
  });

  test('without gVisor, cache and pools', () => {
    const made = builder({ runtimeClassName: false, build: { cache: false } });
    const pod = made.buildTemplate.spec.template.spec;
    expect(pod?.runtimeClassName).toBeUndefined();
    expect(pod?.initContainers?.map(({ name }) => name)).toEqual(['fetch', 'build']);
    expect(made.buildCache).toBeUndefined();
    expect(made.pools).toEqual([]);
    expect(made.limits.concurrency).toBe(1);
    expect(rendered(made).some(({ kind }) => kind === 'PersistentVolumeClaim')).toBe(false);
  });

  test('the template in the ConfigMap is the one of the construct', () => {
    const made = builder();
    const { data } = made.buildTemplateConfigMap.toJson() as { data: Record<string, string> };
    expect(JSON.parse(data['job.json'] ?? '')).toEqual(
      JSON.parse(JSON.stringify(made.buildTemplate)),
    );
    expect(data['transfer.py']).toContain('"prune": prune');
  });

  test('the executor sees no credential that may write', () => {
    const made = builder({ build: { credentials: { push: 'registry-push' } } });
    const pod = made.buildTemplate.spec.template.spec;
    const mounts = (name: string) =>
      [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]
        .find((container) => container.name === name)
        ?.volumeMounts?.map((mount) => mount.name);
    expect(mounts('build')).toEqual(['context', 'image', 'cache']);
    expect(mounts('fetch')).toContain('credentials-0');
    expect(mounts('push')).toContain('credentials-0');
  });

  test('the tree of both projects is valid', () => {
    const made = builder({ pools: [PYTHON] });
    expect([made.buildProject, made.sandboxProject].flatMap(({ node }) => node.validate())).toEqual(
      [],
    );
  });

  test('pools of one size fill the quota to the last pod and not beyond', () => {
    const pool = { ...PYTHON, resources: { cpu: { limit: Cpu.units(1) } } };
    expect(() => builder({ pools: [{ ...pool, replicas: 9 }] })).not.toThrow();
    expect(() => builder({ pools: [{ ...pool, replicas: 10 }] })).toThrow('limits.cpu of 11');
    expect(() => builder({ pools: [{ ...pool, replicas: 0 }] })).not.toThrow();
  });
});

describe('what is refused', () => {
  test('a scope that is a Project', () => {
    const project = new Project(Testing.app(), 'shop', { tenant: 'acme' });
    expect(() => new SandboxBuilder(project, 'ai', { tenant: 'acme' })).toThrow(
      "'scope' of SandboxBuilder 'shop/ai' must be the app, since a SandboxBuilder has two namespaces of its own, received 'the Project 'shop''. Write new SandboxBuilder(app, 'ai', …).",
    );
  });

  test('an id that leaves no room for the namespaces', () => {
    const id = 'a'.repeat(56);
    expect(refused({}, id)).toBe(
      `'id' of SandboxBuilder '${id}' must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 55 characters, received '${id}'. Shorten it by 1 characters.`,
    );
    expect(refused({}, 'a'.repeat(55))).toBe('not refused');
  });

  test.each([
    [
      'no props',
      () => new SandboxBuilder(Testing.app(), 'ai', undefined as never),
      `'props' ${OWNER} must be an object, received nothing. Write { tenant: 'acme' }.`,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each([
    [
      'an unknown prop',
      { pool: [] },
      `'pool' ${OWNER} is not a known prop, received []. Did you mean 'pools'.`,
    ],
    [
      'tenant',
      { tenant: 'ACME' },
      `'tenant' ${OWNER} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received 'ACME'. Use a name like 'nightly-report'.`,
    ],
    [
      'runtimeClassName',
      { runtimeClassName: true },
      `'runtimeClassName' ${OWNER} must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters, received true. Use a name like 'nightly-report'.`,
    ],
    [
      'requireDigest',
      { requireDigest: 'yes' },
      `'requireDigest' ${OWNER} must be true or false, received 'yes'. Write true without quotes, or leave it out for the default.`,
    ],
    [
      'an image without digest under requireDigest',
      { requireDigest: true },
      `'build.image' ${OWNER} must name its image by digest, since the project sets 'requireDigest', received 'ghcr.io/osscontainertools/kaniko:v1.28.3'. Append the digest that the registry shows: 'ghcr.io/osscontainertools/kaniko:v1.28.3@sha256:…'.`,
    ],
    [
      'metadata.name',
      { metadata: { name: 'x' } },
      `'metadata.name' ${OWNER} is not a known prop, received 'x'. Known are 'labels', 'annotations'.`,
    ],
    [
      'plan',
      { plan: 'huge' },
      `'plan' ${OWNER} must be one of 'small', 'medium', 'large', received 'huge'. Choose one of them.`,
    ],
    [
      'buildPlan',
      { buildPlan: 'huge' },
      `'buildPlan' ${OWNER} must be one of 'small', 'medium', 'large', received 'huge'. Choose one of them.`,
    ],
    [
      'pools that are no array',
      { pools: PYTHON },
      `'pools' ${OWNER} must be an array of { runtime, image, replicas, … }, received {"runtime":"python","image":"registry.example.com/runtime-python:1.0.0"}. Write [{ runtime: 'python', image: 'registry.example.com/python:1', replicas: 2 }].`,
    ],
    [
      'two pools of one name',
      { pools: [PYTHON, PYTHON] },
      `'pools[1].name' ${OWNER} must be unique, and pools[0] has it, received 'python'. Give it a name of its own, like 'python-large'.`,
    ],
    [
      'pools that the plan does not hold',
      { pools: [{ ...PYTHON, replicas: 20 }] },
      `'plan' ${OWNER} must hold the pools and one spare pod of each, which need requests.cpu of 2100m, and it has 2, received 'small'. Choose a larger plan, or fewer replicas or smaller resources.`,
    ],
    [
      'more pods than the plan holds',
      {
        pools: [
          {
            ...PYTHON,
            replicas: 30,
            resources: {
              cpu: { request: Cpu.millis(1), limit: Cpu.millis(10) },
              memory: { request: Size.mebibytes(1), limit: Size.mebibytes(10) },
              ephemeralStorage: { request: Size.mebibytes(1), limit: Size.mebibytes(10) },
            },
          },
        ],
      },
      `'plan' ${OWNER} must hold the pools and one spare pod of each, which are 31 pods, and it has 30, received 'small'. Choose a larger plan, or fewer replicas or smaller resources.`,
    ],
    [
      'a pod that is larger than the plan allows a container to be',
      { pools: [{ ...PYTHON, resources: { cpu: { limit: Cpu.units(3) } } }] },
      `'plan' ${OWNER} must allow a container 3 of cpu, and its maximum is 2, received 'small'. Choose a larger plan, or fewer replicas or smaller resources.`,
    ],
    [
      'builds that the plan does not hold',
      { limits: { concurrentBuilds: 3 } },
      `'buildPlan' ${OWNER} must hold 3 builds at one time, which need limits.ephemeral-storage of 24Gi, and it has 16Gi, received 'small'. Choose a larger plan, or fewer concurrent builds or smaller resources.`,
    ],
    [
      'a cache that the plan does not hold',
      { build: { cache: { size: Size.gibibytes(30) } } },
      `'build.cache.size' ${OWNER} must not be above the plan's storage of 20Gi, received '30Gi'. Lower it, or choose a larger 'buildPlan'.`,
    ],
  ])('%s', (_, props, message) => {
    expect(refused(props)).toBe(message);
  });
});
