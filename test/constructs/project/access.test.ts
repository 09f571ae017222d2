/** @module The Roles: exactly what each may do, and whom they are given to. */
import { App, Chart } from 'cdk8s';
import { type Access, resolveAccess } from '../../../constructs/project/access';

const owner = new Chart(new App(), 'shop');
const of = "of Chart 'shop'";
const resolve = (access?: unknown) => resolveAccess(owner, 'access', access as Access);

/** Whether the Role allows the verb on the resource, written `pods` or `serving.knative.dev/services`. */
function may(role: string, verb: string, what: string): boolean {
  const [resource = '', group = ''] = [
    what.replace(/^.*\.[a-z0-9]+\//, ''),
    /^(.*\.[a-z0-9]+)\//.exec(what)?.[1],
  ];
  const [, simple, rest] = /^(apps|batch|autoscaling|policy)\/(.*)$/.exec(what) ?? [];
  const rules = resolve().find((grant) => grant.role === role)?.rules ?? [];
  return rules.some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups?.includes(simple ?? group) &&
      resources?.includes(rest ?? resource) &&
      verbs.includes(verb),
  );
}

const ROLES = ['hks-viewer', 'hks-developer', 'hks-admin'];
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

test('three roles, given to nobody unless said', () => {
  expect(resolve().map(({ role, subjects }) => [role, subjects])).toEqual(
    ROLES.map((role) => [role, []]),
  );
});

test('the roles in full', () => {
  expect(resolve().map(({ role, rules }) => [role, rules])).toMatchSnapshot();
});

test('no role has a wildcard, impersonates, or grants', () => {
  for (const { rules } of resolve()) {
    const words = rules.flatMap((rule) => [
      ...(rule.apiGroups ?? []),
      ...(rule.resources ?? []),
      ...rule.verbs,
    ]);
    for (const word of [
      '*',
      'impersonate',
      'bind',
      'escalate',
      'serviceaccounts/token',
      'pods/proxy',
      'services/proxy',
      'nodes',
    ])
      expect(words).not.toContain(word);
  }
});

test.each(ROLES)('%s cannot change what holds the project together', (role) => {
  for (const verb of WRITES) {
    for (const what of [
      'namespaces',
      'resourcequotas',
      'limitranges',
      'networking.k8s.io/networkpolicies',
      'rbac.authorization.k8s.io/roles',
      'rbac.authorization.k8s.io/rolebindings',
      'endpoints',
      'discovery.k8s.io/endpointslices',
    ])
      expect([what, verb, may(role, verb, what)]).toEqual([what, verb, false]);
  }
  expect(may(role, 'get', 'resourcequotas')).toBe(true);
  expect(may(role, 'list', 'networking.k8s.io/networkpolicies')).toBe(true);
});

test('a viewer reads, but no Secrets, and runs nothing', () => {
  expect(may('hks-viewer', 'get', 'pods/log')).toBe(true);
  expect(may('hks-viewer', 'watch', 'serving.knative.dev/services')).toBe(true);
  expect(may('hks-viewer', 'list', 'eventing.knative.dev/triggers')).toBe(true);
  for (const verb of ['get', 'list', 'watch', ...WRITES]) {
    expect(may('hks-viewer', verb, 'secrets')).toBe(false);
    for (const sub of ['exec', 'attach', 'portforward', 'ephemeralcontainers'])
      expect(may('hks-viewer', verb, `pods/${sub}`)).toBe(false);
  }
  const verbs = new Set(resolve()[0]?.rules.flatMap((rule) => rule.verbs));
  expect([...verbs].sort()).toEqual(['get', 'list', 'watch']);
});

test('a developer changes workloads, an admin service accounts as well', () => {
  for (const what of [
    'pods',
    'secrets',
    'apps/deployments',
    'batch/cronjobs',
    'serving.knative.dev/services',
  ])
    for (const role of ['hks-developer', 'hks-admin'])
      expect([what, role, may(role, 'create', what)]).toEqual([what, role, true]);
  expect(may('hks-developer', 'create', 'pods/exec')).toBe(true);
  expect(may('hks-developer', 'create', 'serviceaccounts')).toBe(false);
  expect(may('hks-admin', 'create', 'serviceaccounts')).toBe(true);
  expect(may('hks-developer', 'deletecollection', 'pods')).toBe(false);
  expect(may('hks-admin', 'deletecollection', 'pods')).toBe(true);
});

test('groups and users become subjects', () => {
  const account = 'system:serviceaccount:ci:deployer';
  const [viewer, developer] = resolve({
    viewers: { groups: ['all', 'guests'], users: ['ann@example.com'] },
    developers: { users: [account] },
  });
  const apiGroup = 'rbac.authorization.k8s.io';
  expect(viewer?.subjects).toEqual([
    { apiGroup, kind: 'Group', name: 'all' },
    { apiGroup, kind: 'Group', name: 'guests' },
    { apiGroup, kind: 'User', name: 'ann@example.com' },
  ]);
  expect(developer?.subjects).toEqual([{ apiGroup, kind: 'User', name: account }]);
});

const OWN = `must not be one of the cluster's own names, 'system:…', which hold everybody or the cluster's components`;
const SPACE = 'must be a name without space around it';

test.each<[string, unknown, string]>([
  ['a list', [], `'access' ${of} must be an object, received []. Write { viewers: … }.`],
  [
    'an unknown role',
    { owners: {} },
    `'access.owners' ${of} is not a known prop, received {}. Known are 'viewers', 'developers', 'admins'.`,
  ],
  [
    'a role in the singular',
    { admin: {} },
    `'access.admin' ${of} is not a known prop, received {}. Did you mean 'access.admins'.`,
  ],
  [
    'names without their kind',
    { viewers: ['ann'] },
    `'access.viewers' ${of} must be an object, received ["ann"]. Write { groups: … }.`,
  ],
  [
    'an unknown kind',
    { viewers: { teams: [] } },
    `'access.viewers.teams' ${of} is not a known prop, received []. Known are 'groups', 'users'.`,
  ],
  [
    'one name',
    { admins: { groups: 'shop' } },
    `'access.admins.groups' ${of} must be an array of names, received 'shop'. Write ['shop-team'].`,
  ],
  [
    'an empty name',
    { admins: { users: [''] } },
    `'access.admins.users[0]' ${of} ${SPACE}, received ''. Write it as the identity provider does.`,
  ],
  [
    'a number',
    { admins: { users: [7] } },
    `'access.admins.users[0]' ${of} ${SPACE}, received 7. Write it as the identity provider does.`,
  ],
  [
    'a name with a space',
    { admins: { users: ['ann '] } },
    `'access.admins.users[0]' ${of} ${SPACE}, received 'ann '. Write it as the identity provider does.`,
  ],
  [
    'everybody',
    { viewers: { groups: ['system:authenticated'] } },
    `'access.viewers.groups[0]' ${of} ${OWN}, received 'system:authenticated'. Name a group of your identity provider.`,
  ],
  [
    'all service accounts',
    { viewers: { groups: ['system:serviceaccounts:shop'] } },
    `'access.viewers.groups[0]' ${of} ${OWN}, received 'system:serviceaccounts:shop'. Name a group of your identity provider.`,
  ],
  [
    'the anonymous user',
    { viewers: { users: ['system:anonymous'] } },
    `'access.viewers.users[0]' ${of} ${OWN}, received 'system:anonymous'. Name a person, or a service account as 'system:serviceaccount:NAMESPACE:NAME'.`,
  ],
  [
    'a name twice',
    { viewers: { groups: ['a', 'a'] } },
    `'access.viewers.groups[1]' ${of} must not come twice, received 'a'. Remove one of the two.`,
  ],
])('refused: %s', (_, access, message) => {
  expect(() => resolve(access)).toThrow(new Error(message));
});
