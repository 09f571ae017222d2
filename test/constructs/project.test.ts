/** @module A project: what it renders, what it refuses, and what it has against its tree. */
import { ApiObject, type ApiObjectMetadata, App, Chart, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Project, type ProjectProps } from '../../constructs/project';
import { warningsOf } from '../../constructs/warnings';

interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly [key: string]: unknown;
}

function make(props: Partial<ProjectProps> = {}, id = 'shop'): Project {
  return new Project(new App(), id, { tenant: 'acme', ...props });
}
const rendered = (project: Project) => project.toJson() as Rendered[];
const names = (project: Project) =>
  rendered(project).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const of = "of Project 'shop'";
const RULE = { name: 'db', direction: 'egress', peers: [{ cidrs: ['10.0.0.5/32'] }] } as const;

const EVERYTHING: ProjectProps = {
  tenant: 'acme',
  namespace: 'acme-shop',
  plan: { extends: 'medium', cpu: { limit: Cpu.units(8) }, storage: Size.gibibytes(1) },
  allow: [
    {
      ...RULE,
      select: { 'hks.io/app': 'api' },
      peers: [{ cidrs: ['10.0.0.0/8', 'fd00::/8'], except: ['10.1.0.0/16'] }, { namespace: 'db' }],
      ports: [{ port: 5432 }, { port: 'dns', protocol: 'UDP' }],
    },
    {
      name: 'monitoring',
      direction: 'ingress',
      peers: [{ namespace: 'monitoring', pods: { a: 'b' } }, { pods: {} }],
    },
  ],
  dns: { cidrs: ['10.41.0.1/32'] },
  access: {
    viewers: { groups: ['everyone'] },
    developers: { groups: ['shop'], users: ['ann@example.com'] },
    admins: { users: ['system:serviceaccount:ci:deployer'] },
  },
  podSecurity: 'baseline',
  requireDigest: true,
  metadata: { labels: { team: 'shop' }, annotations: { note: 'two\nlines' } },
};

describe('what is rendered', () => {
  test('by default', () => {
    expect(rendered(make())).toMatchSnapshot();
  });
  test('with everything set', () => {
    expect(rendered(make(EVERYTHING))).toMatchSnapshot();
  });

  test('the namespace comes first and enforces restricted pods', () => {
    const [namespace] = rendered(make());
    expect(namespace?.kind).toBe('Namespace');
    expect(namespace?.metadata.namespace).toBeUndefined();
    expect(namespace?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.34',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
      'hks.io/tenant': 'acme',
    });
  });
  test('baseline still audits and warns of what is not restricted', () => {
    expect(rendered(make({ podSecurity: 'baseline' }))[0]?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'baseline',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    });
  });
  test('nothing is allowed but DNS, and with `dns: false` nothing at all', () => {
    const policies = (props: Partial<ProjectProps>) =>
      names(make(props)).filter((name) => name.startsWith('NetworkPolicy'));
    expect(policies({})).toEqual(['NetworkPolicy/default-deny', 'NetworkPolicy/allow-dns']);
    expect(policies({ dns: false })).toEqual(['NetworkPolicy/default-deny']);
    expect(make().networkPolicies).toHaveLength(2);
    expect(make({ dns: false }).networkPolicies).toHaveLength(1);
  });
  test('a role is bound only to those named', () => {
    expect(names(make()).filter((name) => name.startsWith('RoleBinding'))).toEqual([]);
    const project = make({ access: { developers: { groups: ['shop'] }, admins: {} } });
    expect(project.roles).toHaveLength(3);
    expect(project.roleBindings.map(({ name }) => name)).toEqual(['hks-developer']);
  });
  test('it is the same every time', () => {
    expect(rendered(make(EVERYTHING))).toEqual(rendered(make(EVERYTHING)));
    const project = make(EVERYTHING);
    expect(rendered(project)).toEqual(rendered(project));
  });
  test('its objects can be patched', () => {
    const project = make();
    expect(project.node.defaultChild).toBe(project.namespaceObject);
    project.resourceQuota.addJsonPatch({
      _toJson: () => ({ op: 'replace', path: '/spec/hard/pods', value: '1' }),
    } as never);
    expect((project.resourceQuota.toJson() as { spec: { hard: object } }).spec.hard).toMatchObject({
      pods: '1',
    });
    expect(project.limitRange.kind).toBe('LimitRange');
  });
  test('a workload may have the name of any object of the platform', () => {
    const project = make();
    for (const id of ['quota', 'limits', 'allow-dns', 'default-deny', 'platform'])
      expect(() => new Construct(project, id)).not.toThrow();
  });
  test('names and tenants at the limit', () => {
    const long = 'a'.repeat(63);
    expect(rendered(make({ tenant: long, namespace: long }))[0]?.metadata.name).toBe(long);
  });
});

const LABEL_RULE =
  "must be a DNS label: lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters";
const OWN_RULE = `must not be one of the cluster's or the platform's own: kube-…, default, hks-system, knative-serving, kourier-system, knative-eventing`;

test.each<[string, unknown, string]>([
  [
    'no props',
    undefined,
    `'props' ${of} must be an object, received nothing. Write { tenant: 'acme' }.`,
  ],
  [
    'an unknown prop',
    { tenant: 'a', acces: {} },
    `'acces' ${of} is not a known prop, received {}. Did you mean 'access'.`,
  ],
  [
    'no tenant',
    {},
    `'tenant' ${of} ${LABEL_RULE}, received nothing. Use a name like 'nightly-report'.`,
  ],
  [
    'a tenant in capitals',
    { tenant: 'ACME' },
    `'tenant' ${of} ${LABEL_RULE}, received 'ACME'. Use a name like 'nightly-report'.`,
  ],
  [
    'a namespace too long',
    { tenant: 'a', namespace: 'a'.repeat(64) },
    `'namespace' ${of} ${LABEL_RULE}, received '${'a'.repeat(64)}'. Shorten it by 1 characters.`,
  ],
  [
    'a namespace of the cluster',
    { tenant: 'a', namespace: 'kube-system' },
    `'namespace' ${of} ${OWN_RULE}, received 'kube-system'. Choose another name, like 'a-kube-system'.`,
  ],
  [
    'a namespace of the platform',
    { tenant: 'a', namespace: 'hks-system' },
    `'namespace' ${of} ${OWN_RULE}, received 'hks-system'. Choose another name, like 'a-hks-system'.`,
  ],
  [
    'requireDigest as text',
    { tenant: 'a', requireDigest: 'true' },
    `'requireDigest' ${of} must be true or false, received 'true'. Write true without quotes, or leave it out for the default.`,
  ],
  [
    'privileged pods',
    { tenant: 'a', podSecurity: 'privileged' },
    `'podSecurity' ${of} must be one of 'restricted', 'baseline', received 'privileged'. Choose one of them.`,
  ],
  [
    'an unknown plan',
    { tenant: 'a', plan: 'larg' },
    `'plan' ${of} must be one of 'small', 'medium', 'large', received 'larg'. Did you mean 'large'.`,
  ],
  [
    'access as a list',
    { tenant: 'a', access: ['ann'] },
    `'access' ${of} must be an object, received ["ann"]. Write { viewers: … }.`,
  ],
  [
    'dns as text',
    { tenant: 'a', dns: '10.43.0.10' },
    `'dns' ${of} must be an object, received '10.43.0.10'. Write { cidrs: ['10.43.0.10/32'] }.`,
  ],
  [
    'dns as true',
    { tenant: 'a', dns: true },
    `'dns' ${of} must be an object, received true. Write { cidrs: ['10.43.0.10/32'] }.`,
  ],
  [
    'one rule',
    { tenant: 'a', allow: RULE },
    `'allow' ${of} must be an array of rules, received {"name":"db","direction":"egress","peers":[{"cidrs":["10.0.0.5/32"]}]}. Write [{ name: 'database', direction: 'egress', peers: [{ cidrs: ['10.0.0.5/32'] }] }].`,
  ],
  [
    'a rule without peers',
    { tenant: 'a', allow: [{ ...RULE, peers: [] }] },
    `'allow[0].peers' ${of} must be an array with at least one item, received []. Write [{ pods: { 'hks.io/app': 'api' } }], or leave it out where it is optional.`,
  ],
  [
    'two rules of one name',
    { tenant: 'a', allow: [RULE, RULE] },
    `'allow[1].name' ${of} must be unique in the project, and 'shop' has a rule of that name, received 'db'. Choose another name, like 'db-2'.`,
  ],
  [
    'a rule with the name of the platform’s',
    { tenant: 'a', allow: [{ ...RULE, name: 'default-deny' }] },
    `'allow[0].name' ${of} must be unique in the project, and 'shop' has a rule of that name, received 'default-deny'. Choose another name, like 'default-deny-2'.`,
  ],
  [
    'metadata with a name',
    { tenant: 'a', metadata: { name: 'x' } },
    `'metadata.name' ${of} is not a known prop, received 'x'. Known are 'labels', 'annotations'.`,
  ],
  [
    'metadata that loosens Pod Security',
    { tenant: 'a', metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
    `'metadata.labels.pod-security.kubernetes.io/enforce' ${of} must not be set, since the platform sets it, received 'privileged'. Remove it, and use 'podSecurity'.`,
  ],
  [
    'metadata that names another tenant',
    { tenant: 'a', metadata: { labels: { 'hks.io/tenant': 'other' } } },
    `'metadata.labels.hks.io/tenant' ${of} must not be set, since the platform sets it, received 'other'. Remove it, or choose a key of your own.`,
  ],
  [
    'an annotation that is no text',
    { tenant: 'a', metadata: { annotations: { a: 1 } } },
    `'metadata.annotations.a' ${of} must be a string, received 1. Write '1' in quotes.`,
  ],
])('refused: %s', (_, props, message) => {
  expect(() => new Project(new App(), 'shop', props as ProjectProps)).toThrow(new Error(message));
});

describe('allow', () => {
  test('makes a policy below the construct that needs it', () => {
    const project = make();
    const owner = new Construct(project, 'api');
    const policy = project.allow({ ...RULE, ports: [{ port: 5432 }] }, owner);
    expect(policy.node.path).toBe('shop/api/allow-db');
    expect(policy.toJson()).toMatchObject({
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop', labels: { 'hks.io/tenant': 'acme' } },
      spec: { policyTypes: ['Egress'] },
    });
  });
  test('refuses a name that another construct has taken', () => {
    const project = make();
    project.allow(RULE, new Construct(project, 'api'));
    expect(() => project.allow(RULE, new Construct(project, 'web'))).toThrow(
      new Error(
        `'rule.name' of Construct 'shop/web' must be unique in the project, and 'shop/api' has a rule of that name, received 'db'. Choose another name, like 'db-2'.`,
      ),
    );
  });
  test('warns of a rule that opens everything', () => {
    const project = make({ allow: [{ ...RULE, peers: [{ cidrs: ['0.0.0.0/0'] }] }] });
    expect(warningsOf(project).map(({ message }) => message)).toEqual([
      expect.stringContaining(`'allow[0]' opens every port of 0.0.0.0/0`),
    ]);
  });
});

describe('objectMetadata', () => {
  test('ours goes over what was given', () => {
    const given = {
      labels: { team: 'x', 'hks.io/tenant': 'other' },
      annotations: { a: 'b' },
      namespace: 'shop',
      name: 'y',
    };
    const metadata = make().objectMetadata('app', 'api', given);
    expect(metadata).toMatchObject({
      name: 'api',
      namespace: 'shop',
      annotations: { a: 'b' },
      labels: { team: 'x', 'hks.io/tenant': 'acme', 'hks.io/app': 'api' },
    });
  });
  test.each<[string, unknown, string]>([
    [
      'a foreign namespace',
      { namespace: 'other' },
      `'metadata.namespace' ${of} must be the project's, 'shop', received 'other'. Leave it out, or create the construct in the Project of that namespace.`,
    ],
    [
      'text',
      'x',
      `'metadata' ${of} must be an object, received 'x'. Write { labels: { team: 'shop' } }.`,
    ],
    [
      'labels that are numbers',
      { labels: { a: 1 } },
      `'metadata.labels.a' ${of} must be a string of at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, received 1. Write '1' in quotes.`,
    ],
    [
      'annotations that are switches',
      { annotations: { a: true } },
      `'metadata.annotations.a' ${of} must be a string, received true. Write 'true' in quotes.`,
    ],
  ])('refused: %s', (_, given, message) => {
    expect(() => make().objectMetadata('app', 'api', given as ApiObjectMetadata)).toThrow(
      new Error(message),
    );
  });
});

describe('of', () => {
  test('is the closest project', () => {
    const outer = make();
    const inner = new Project(outer, 'inner', { tenant: 'acme' });
    expect(Project.of(new Construct(inner, 'x'))).toBe(inner);
    expect(Project.of(outer)).toBe(outer);
  });
  test('throws where there is none', () => {
    expect(() => Project.of(new Construct(new App(), 'api'))).toThrow(
      new Error(
        `Construct 'api' is not inside a Project. Create it with a Project as its scope: new Construct(project, 'api', …).`,
      ),
    );
  });
});

describe('the finished tree', () => {
  const add = (scope: Construct, kind: string, name: string, more: object = {}) =>
    new ApiObject(scope, `${kind}-${name}`, {
      apiVersion: 'v1',
      kind,
      metadata: { name },
      ...more,
    });
  test('is refused with all that is wrong with it', () => {
    const project = make();
    add(project, 'ConfigMap', 'a');
    add(new Construct(project, 'x'), 'ConfigMap', 'a');
    add(project, 'Secret', 's', { stringData: { password: 'hunter2' } });
    add(project, 'Pod', 'p', { spec: { containers: [{ name: 'main', image: 'x' }] } });
    const faults = project.node.validate();
    expect(faults).toHaveLength(2 + 4 + 6);
    expect(faults.join('\n')).not.toContain('hunter2');
    expect(() => Testing.synth(project)).toThrow(faults[0]);
  });
  test('is judged without the projects within it', () => {
    const project = make();
    const inner = new Project(project, 'inner', { tenant: 'acme', podSecurity: 'baseline' });
    add(inner, 'ConfigMap', 'a');
    add(project, 'ConfigMap', 'a');
    expect(project.node.validate()).toEqual([]);
    expect(inner.node.validate()).toEqual([]);
    add(inner, 'Secret', 's', { data: { a: 'b' } });
    expect([project.node.validate(), inner.node.validate()].map(({ length }) => length)).toEqual([
      0, 1,
    ]);
  });
  test('warns once however often it is judged', () => {
    const project = make();
    new ApiObject(project, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job' },
      spec: { template: { spec: { containers: [] } } },
    });
    project.node.validate();
    project.node.validate();
    expect(warningsOf(project)).toEqual([
      {
        path: 'shop',
        message: `'spec.template.spec' of Job 'shop/job' mounts a service account token; set automountServiceAccountToken: false.`,
      },
    ]);
  });
  test('may hold kinds of the cluster that the app allows', () => {
    class Allowing extends App {
      readonly clusterScoped = ['PriorityClass.scheduling.k8s.io'];
    }
    const within = (app: App) => {
      const project = new Project(app, 'shop', { tenant: 'acme' });
      new ApiObject(project, 'x', {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'x' },
      });
      return project.node.validate();
    };
    expect(within(new App())).toHaveLength(1);
    expect(within(new Allowing())).toEqual([]);
  });
  test('a chart beside the project is none of its business', () => {
    const app = new App();
    const project = new Project(app, 'shop', { tenant: 'acme' });
    add(new Chart(app, 'other'), 'Secret', 's', { data: { a: 'b' } });
    expect(project.node.validate()).toEqual([]);
  });
});
